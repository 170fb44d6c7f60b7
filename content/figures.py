"""What the editor of a page sees of its quiz: figures of each question, never of a person."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.models import Page

from content.feedback import read as what_learners_said
from content.models.quizzes import QuizPage
from learning import api

EASY, HARD, DULL = 0.95, 0.3, 0.1  # where a question is worth a second look


@never_cache
@require_GET
def quiz(request: HttpRequest, page_id: int) -> HttpResponse:
    """The figures of one page's quiz, for whoever may edit that page."""
    page = editable(request, page_id)
    figures = api.question_figures(page.activity_id) if page.activity_id else []
    today = {question["key"] for question in page.questions}
    context = {
        "header_title": page.title,
        "page": page,
        "fewest": api.FEWEST_ANSWERS,
        "most": api.ATTEMPTS_COUNTED,
        "rows": [row(each, is_asked=each.question.key in today) for each in figures],
    }
    return render(request, "content/back_office/quiz_figures.html", context)


def editable(request: HttpRequest, page_id: int) -> Any:
    """The page with a quiz; 404 where there is none, 403 for whoever may not edit it."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    page = page.specific
    if not isinstance(page, QuizPage):
        raise Http404
    return page


def row(each: api.Figures, *, is_asked: bool) -> dict[str, Any]:
    """One version of one question, with what the editor might look at."""
    return {
        "text": each.question.text,
        "version": each.question.version,
        "answers": each.answers,
        "right": None if each.right_share is None else round(100 * each.right_share),
        "points": None if each.mean_points is None else round(100 * each.mean_points),
        "discrimination": each.discrimination,
        "is_asked": is_asked,
        "advice": advice(each),
    }


def advice(each: api.Figures) -> str:
    """What the figures suggest, in one sentence; empty where nothing stands out."""
    if each.mean_points is None:
        return ""
    if each.discrimination is not None and each.discrimination < 0:
        return _("Those who know the rest tend to miss this one: is the key right, is it worded clearly?")
    if each.mean_points > EASY:
        return _("Nearly everybody gets this right: it may be too easy.")
    if each.mean_points < HARD:
        return _("Few get this right: is it in the text, is it worded clearly?")
    if each.discrimination is not None and each.discrimination < DULL:
        return _("It hardly tells those who know the rest from those who do not.")
    return ""


@never_cache
@require_GET
def feedback(request: HttpRequest, page_id: int) -> HttpResponse:
    """What learners said about the page, for whoever may edit it."""
    return what_learners_said(request, editable(request, page_id))


urlpatterns = [
    path("<int:page_id>/", quiz, name="quiz"),
    path("<int:page_id>/tanggapan/", feedback, name="feedback"),
]
