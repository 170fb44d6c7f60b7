"""Registers the back office of the site with Wagtail."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from asn_belajar.back_office.learning_tables import LearningTables

# Of no use to somebody who writes: redirects are made by moving a page, forms are not used.
HIDDEN = {"redirects", "forms", "help", "snippets"}


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def register_learning_tables() -> LearningTables:
    return LearningTables()


@hooks.register("construct_main_menu")  # type: ignore[untyped-decorator]
def only_what_editors_need(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]


@hooks.register("construct_settings_menu")  # type: ignore[untyped-decorator]
def only_settings_in_use(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]
