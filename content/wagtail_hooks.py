"""What content adds to the back office: values, packages, a guard before a page with records is deleted."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from content import figures
from content.h5p.back_office import PackageChooserViewSet, PackageViewSet, package_chooser, packages
from content.importing import views as importing
from content.models import EpisodePage, ModulePage, TrackPage, Value
from content.models.quizzes import QuizPage
from content.page_note import NOTE, Note
from learning import api


class ValueViewSet(SnippetViewSet):  # type: ignore[misc]  # Wagtail is untyped
    """The values, editable."""

    model = Value
    icon = "tag"
    menu_label = gettext_lazy("Values")
    menu_name = "values"
    menu_order = 310
    add_to_admin_menu = True
    list_display = ("family", "name", "description")
    list_filter = ("family",)


register_snippet(ValueViewSet)


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def register_packages() -> list[PackageViewSet | PackageChooserViewSet]:
    return [packages, package_chooser]


def pages_with_records(pages: Iterable[Page]) -> list[Page]:
    """Of these pages and all below them, those somebody has studied."""
    return [
        studied
        for page in pages
        for model in (ModulePage, EpisodePage)
        for studied in model.objects.descendant_of(page, inclusive=True).exclude(activity=None)
        if api.has_records(studied.activity_id)
    ]


def explain(request: HttpRequest, studied: list[Page]) -> None:
    messages.error(
        request,
        _(
            "Not deleted: people have studied “%(title)s”, and what was studied is kept. "
            "Unpublish it instead: it leaves the site, the records stay."
        )
        % {"title": studied[0].title},
    )


@hooks.register("before_serve_page")  # type: ignore[untyped-decorator]
def note_that_it_is_public(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """A page of the site is about to be shown: its answer may be kept, unless it says otherwise.

    A page past its expiry is gone at that moment, not when the worker comes to put it away.
    """
    if page.expire_at and page.expire_at <= timezone.now():
        raise Http404
    note = request.META.get(NOTE)
    if isinstance(note, Note):
        note.is_public = True


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def screens_of_ours() -> list[Any]:
    return [
        path("kuis/", include((figures.urlpatterns, "quiz_figures"))),
        path("impor-word/", include((importing.urlpatterns, "word_import"))),
    ]


@hooks.register("register_page_header_buttons")  # type: ignore[untyped-decorator]
def to_the_figures(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From a page with a quiz to what its answers say."""
    if issubclass(page.specific_class or Page, QuizPage) and page.permissions_for_user(user).can_edit():
        url = reverse("quiz_figures:quiz", args=[page.pk])
        yield Button(_("Figures of the quiz"), url, icon_name="tasks", priority=70)
        said = reverse("quiz_figures:feedback", args=[page.pk])
        yield Button(_("Feedback"), said, icon_name="comment", priority=72)


@hooks.register("register_page_header_buttons")  # type: ignore[untyped-decorator]
def to_the_import(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From a track to the import of a Word document as its next module."""
    if (
        issubclass(page.specific_class or Page, TrackPage)
        and page.permissions_for_user(user).can_add_subpage()
    ):
        url = reverse("word_import:upload", args=[page.pk])
        yield Button(_("Module from Word"), url, icon_name="upload", priority=71)


@hooks.register("insert_editor_js")  # type: ignore[untyped-decorator]
def show_refused_uploads() -> str:
    return format_html('<script src="{}"></script>', static("back_office/chooser.js"))


@hooks.register("before_delete_page")  # type: ignore[untyped-decorator]
def keep_page_with_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A record outlives its page, so that page is archived, never deleted."""
    studied = pages_with_records([page])
    if not studied:
        return None
    explain(request, studied)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")  # type: ignore[untyped-decorator]
def keep_pages_with_records(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """The same for many pages at once: none of them goes."""
    if action_type != "delete" or not issubclass(action.model, Page):
        return None
    studied = pages_with_records(objects)
    if not studied:
        return None
    explain(request, studied)
    return redirect("wagtailadmin_explore", studied[0].get_parent().pk)
