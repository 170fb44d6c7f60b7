"""Registers the back office of the site with Wagtail."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from asn_belajar.back_office import people_desk, people_import, sync_keys
from asn_belajar.back_office.door import reach_of, roles_of
from asn_belajar.back_office.learning_tables import LearningTables
from learning.people.access import Role

# Of no use to somebody who writes: redirects are made by moving a page, forms are not used.
HIDDEN = {"redirects", "forms", "help", "snippets"}


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def register_learning_tables() -> LearningTables:
    return LearningTables()


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def staff_urls() -> list[Any]:
    return [
        path("orang/impor/", include((people_import.urlpatterns, "people_import"))),
        path("orang/kunci/", include((sync_keys.urlpatterns, "sync_keys"))),
        path("orang/", include((people_desk.urlpatterns, "people_desk"))),
    ]


class StaffMenu(SubmenuMenuItem):  # type: ignore[misc]  # Wagtail is untyped
    """Only for whoever looks after people."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(reach_of(request.user))


class RoleItem(MenuItem):  # type: ignore[misc]  # Wagtail is untyped
    """A page of the site for whoever holds one of `roles`."""

    def __init__(self, label: Any, url: Any, roles: frozenset[Role], **details: Any) -> None:
        super().__init__(label, url, **details)
        self.roles = roles

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.roles & roles_of(request.user))


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def staff_menu() -> StaffMenu:
    items = [
        MenuItem(_("People"), reverse_lazy("people_desk:index"), icon_name="user", order=10),
        MenuItem(_("Import"), reverse_lazy("people_import:index"), icon_name="upload", order=20),
        MenuItem(
            _("Questions about supervisors"),
            reverse_lazy("people_desk:questions"),
            icon_name="help",
            order=30,
        ),
        MenuItem(_("Activation letters"), reverse_lazy("learning:letters"), icon_name="mail", order=40),
        RoleItem(
            _("Requests about data"),
            reverse_lazy("learning:data-requests"),
            frozenset({Role.UNIT_HR, Role.BPSDM}),
            icon_name="lock",
            order=50,
        ),
        MenuItem(_("Keys of staff systems"), reverse_lazy("sync_keys:index"), icon_name="key", order=60),
    ]
    return StaffMenu(_("Staff office"), Menu(items=items), icon_name="group", order=310)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def roles_page() -> RoleItem:
    both = frozenset({Role.BPSDM, Role.AUDITOR})
    return RoleItem(_("Roles"), reverse_lazy("learning:roles"), both, icon_name="key", order=330)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def audit_page() -> RoleItem:
    only = frozenset({Role.AUDITOR})
    return RoleItem(_("Audit log"), reverse_lazy("learning:audit"), only, icon_name="search", order=340)


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def desk_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("back_office/desk.css"))


@hooks.register("construct_main_menu")  # type: ignore[untyped-decorator]
def only_what_editors_need(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]


@hooks.register("construct_settings_menu")  # type: ignore[untyped-decorator]
def only_settings_in_use(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]
