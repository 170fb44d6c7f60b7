"""Where learners rate a step and write to its editors, and where the editors read it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content import queries
from learning import api

if TYPE_CHECKING:
    from content.models.quizzes import QuizPage

RATINGS = [
    (5, gettext_lazy("5 · very useful")),
    (4, gettext_lazy("4 · useful")),
    (3, gettext_lazy("3 · in between")),
    (2, gettext_lazy("2 · hardly useful")),
    (1, gettext_lazy("1 · not useful")),
]


class FeedbackForm(forms.Form):
    """A rating, and what else the editors should know."""

    rating = forms.TypedChoiceField(
        label=gettext_lazy("How useful was this?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=gettext_lazy("To the editors"),
        help_text=gettext_lazy("Only the editors read this, without your name. Leave it empty if you like."),
        max_length=api.LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def serve(request: HttpRequest, page: "QuizPage", step: int) -> HttpResponse:
    """The form for one step, filled in with what the person said before."""
    if not page.activity_id or not 1 <= step <= page.steps_to_rate:
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    person: Any = request.user  # `learning` knows the type; content only hands the person on
    before = api.own_feedback(person, page.activity_id, step)
    said = {"rating": before.rating, "comment": before.comment} if before else None
    form = FeedbackForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            api.give_feedback(
                person=person,
                activity_id=page.activity_id,
                step=step,
                revision=page.live_revision_id,
                rating=form.cleaned_data["rating"],
                comment=form.cleaned_data["comment"],
                now=timezone.now(),
            )
        except api.FeedbackRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. The editors read it; you may change it at any time."))
            return redirect(request.path)
    url = page.get_url(request)
    context = {
        "page": page,
        "self": page,
        "trail": [*queries.trail_of(page), page],
        "form": form,
        "step": step,
        "step_count": page.steps_to_rate,
        "before": before,
        "back_url": f"{url}{step}/" if step > 1 else url,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "content/feedback.html", context, status=status)


def read(request: HttpRequest, page: "QuizPage") -> HttpResponse:
    """What learners said about a page, for its editors."""
    titles = [each.value["title"] for each in getattr(page, "steps", [])]
    figures = api.feedback_by_step(page.activity_id) if page.activity_id else []
    context = {
        "header_title": page.title,
        "page": page,
        "fewest": api.FEWEST_RATINGS,
        "figures": [
            {"figures": each, "title": titles[each.step - 1] if each.step <= len(titles) else ""}
            for each in figures
        ],
        "comments": api.feedback_comments(page.activity_id) if page.activity_id else [],
    }
    return render(request, "content/back_office/feedback.html", context)
