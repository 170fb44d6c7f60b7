"""Learning's tables, to look at: they are changed by import and by policy, not by hand."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from learning.competencies.models import Competency
from learning.study.models import StudyPolicy, WeeklyTarget


class LookOnly(ModelPermissionPolicy):  # type: ignore[misc]  # Wagtail is untyped
    """Whoever may view may view; nobody, whatever their role, may do more here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and bool(super().user_has_permission(user, "view"))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> Any:
        return super().users_with_any_permission([each for each in actions if each == "view"])


for model in (Competency, StudyPolicy, WeeklyTarget):
    register_permission_policy(model, LookOnly(model))


class LookOnlyViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    """A list and a page per row."""

    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False


class CompetencyViewSet(LookOnlyViewSet):
    model = Competency
    icon = "medal"
    menu_label = _("Competencies")
    list_display = ("code", "name", "kind", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name")
    form_fields = ("code", "name", "kind", "family", "definition", "is_active")
    inspect_view_fields = form_fields


class StudyPolicyViewSet(LookOnlyViewSet):
    model = StudyPolicy
    icon = "history"
    menu_label = _("Study policy")
    list_display = ("version", "valid_from", "day_s", "activity_factor")
    form_fields = tuple(field.name for field in StudyPolicy._meta.fields)
    inspect_view_fields = form_fields


class WeeklyTargetViewSet(LookOnlyViewSet):
    model = WeeklyTarget
    icon = "calendar"
    menu_label = _("Weekly targets")
    list_display = ("unit", "minutes", "valid_from")
    form_fields = ("minutes", "valid_from")
    inspect_view_fields = ("unit", *form_fields)


class LearningTables(ViewSetGroup):  # type: ignore[misc]  # Wagtail is untyped
    """One entry of the menu for all of them."""

    menu_label = _("Learning")
    menu_icon = "list-ul"
    menu_name = "learning"
    menu_order = 320
    items = (CompetencyViewSet, StudyPolicyViewSet, WeeklyTargetViewSet)
