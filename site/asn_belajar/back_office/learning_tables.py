"""Learning's tables in the back office: to look at, or to write new versions of, never to rewrite."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.permissions import register_permission_policy

from asn_belajar.back_office.goal_tables import HolidayViewSet, WeeklyTargetViewSet
from asn_belajar.back_office.jp_tables import JPAwardViewSet, JPRuleViewSet
from asn_belajar.back_office.policies import AddOnly, LookOnly
from learning.competencies.models import Competency
from learning.people.rules import local_day
from learning.reviews.models import SampleRate
from learning.study.models import StudyPolicy

for model in (Competency, StudyPolicy):
    register_permission_policy(model, LookOnly(model))
register_permission_policy(SampleRate, AddOnly(SampleRate))


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


class SampleRateForm(WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """A share from a day on: the days that are over keep theirs."""

    class Meta:
        widgets = {"valid_from": AdminDateInput}

    def clean_valid_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["valid_from"]
        if day < local_day(timezone.now()):
            raise forms.ValidationError(_("A share begins today or later."))
        return day


class SampleRateViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    """How much of what rules recognise a supervisor looks at."""

    model = SampleRate
    icon = "view"
    menu_label = _("Sample of recognitions")
    list_display = ("valid_from", "percent", "source")
    ordering = ("-valid_from",)
    form_fields = ("valid_from", "percent", "source")
    inspect_view_enabled = True
    inspect_view_fields = form_fields
    copy_view_enabled = False
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> Any:
        return forms.modelform_factory(SampleRate, form=SampleRateForm, fields=self.form_fields)


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
        SampleRateViewSet,
    )
