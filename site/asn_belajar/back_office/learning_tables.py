"""Learning's tables in the back office: to look at, or to write new versions of, never to rewrite."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from asn_belajar.back_office.goal_tables import HolidayViewSet, WeeklyTargetViewSet
from asn_belajar.back_office.jp_tables import JPAwardViewSet, JPRuleViewSet
from asn_belajar.back_office.policies import LookOnly
from learning.competencies.models import Competency
from learning.study.models import StudyPolicy

for model in (Competency, StudyPolicy):
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


class LearningTables(ViewSetGroup):  # type: ignore[misc]  # Wagtail is untyped
    """One entry of the menu for all of them."""

    menu_label = _("Learning")
    menu_icon = "list-ul"
    menu_name = "learning"
    menu_order = 320
    items = (
        CompetencyViewSet,
        StudyPolicyViewSet,
        WeeklyTargetViewSet,
        HolidayViewSet,
        JPRuleViewSet,
        JPAwardViewSet,
    )
