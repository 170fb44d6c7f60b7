"""What content adds to the back office: values, packages, a guard before a page with records is deleted."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from content.h5p.back_office import PackageChooserViewSet, PackageViewSet, package_chooser, packages
from content.models import EpisodePage, ModulePage, Value
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
