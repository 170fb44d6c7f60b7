"""The editor's first screen: what waits, what goes live, what is past its date, how the last episode did."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from content import editorial

SHOWN = 5
SOON_DAYS = 30
ON_A_PAGE = 50


def writes(user: Any) -> bool:
    """Whether this person has a page to write or publish; the staff office has none."""
    return bool(user.is_superuser or editorial.editable(user).exists())


class Desk(Component):  # type: ignore[misc]  # Wagtail is untyped
    """All four answers in one panel, first on the screen."""

    name = "desk"
    template_name = "back_office/desk.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user, now = parent_context["request"].user, timezone.now()
        today = timezone.localdate()
        old = editorial.to_review(user, today)
        return {
            "now": now,
            "waiting": editorial.waiting_for(user),
            "going_live": editorial.going_live(user, now, now + dt.timedelta(days=7)),
            "old": list(old[:SHOWN]),
            "old_count": old.count(),
            "last": editorial.last_episode(user, now),
        }


@hooks.register("construct_homepage_panels", order=100)  # type: ignore[untyped-decorator]
def desk_first(request: HttpRequest, panels: list[Any]) -> None:
    """Our panel says what Wagtail's lists of waiting pages say, with due dates: those go."""
    if not writes(request.user):
        return
    panels[:] = [each for each in panels if getattr(each, "name", "") != "workflow_objects_to_moderate"]
    panels.append(Desk())


@never_cache
@require_GET
def review_dates(request: HttpRequest) -> HttpResponse:
    """Pages past their review date, or within a month of it."""
    if not writes(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    pages = editorial.to_review(request.user, today + dt.timedelta(days=SOON_DAYS))
    page = Paginator(pages, ON_A_PAGE).get_page(request.GET.get("p"))
    context = {"page_obj": page, "today": today, "header_title": _("Review dates")}
    return render(request, "back_office/review_dates.html", context)


urlpatterns = [path("", review_dates, name="review_dates")]


class WritersMenu(MenuItem):  # type: ignore[misc]  # Wagtail is untyped
    """Only for whoever writes pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return writes(request.user)


@hooks.register("register_reports_menu_item")  # type: ignore[untyped-decorator]
def review_dates_menu() -> WritersMenu:
    return WritersMenu(
        gettext_lazy("Review dates"), reverse_lazy("editorial:review_dates"), icon_name="calendar", order=10
    )
