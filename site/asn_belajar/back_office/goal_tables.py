"""The weekly goal in the back office: dated targets of units, and days the calendar of others lacks."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.permissions import register_permission_policy

from asn_belajar.back_office.policies import AddOnly
from learning.people.models import Unit
from learning.study.models import Holiday, WeeklyTarget
from learning.study.rules import local_day, week_of

register_permission_policy(WeeklyTarget, AddOnly(WeeklyTarget))


class WeeklyTargetForm(WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """A target from a date on. Weeks that are over keep the target they were judged by."""

    unit = forms.ModelChoiceField(
        label=_("Code of the unit"),
        queryset=Unit.objects.filter(is_active=True),
        to_field_name="code",
        widget=forms.TextInput,
        help_text=_("Units below it inherit the target, unless they set their own."),
        error_messages={"invalid_choice": _("No active unit has this code.")},
    )
    minutes = forms.IntegerField(label=_("Minutes a week"), min_value=5, max_value=600)

    class Meta:
        widgets = {"valid_from": AdminDateInput}

    def clean_valid_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["valid_from"]
        if day < week_of(local_day(timezone.now())):
            raise forms.ValidationError(
                _("A target may begin this week or later: weeks that are over keep theirs.")
            )
        return day


class WeeklyTargetViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    model = WeeklyTarget
    icon = "calendar"
    menu_label = _("Weekly targets")
    list_display = ("unit", "minutes", "valid_from")
    list_filter = ("valid_from",)
    search_fields = ("unit__name", "unit__code")
    search_backend_name = None
    ordering = ("-valid_from", "unit__path")
    form_fields = ("unit", "minutes", "valid_from")
    inspect_view_enabled = True
    inspect_view_fields = form_fields
    copy_view_enabled = False
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> Any:
        return forms.modelform_factory(WeeklyTarget, form=WeeklyTargetForm, fields=self.form_fields)


class HolidayViewSet(ModelViewSet):  # type: ignore[misc]  # Wagtail is untyped
    """Holidays and joint leave come from a kept library; a row here overrules it, either way."""

    model = Holiday
    icon = "date"
    menu_label = _("Holidays")
    list_display = ("day", "name", "is_workday")
    list_filter = ("is_workday",)
    ordering = ("-day",)
    form_fields = ("day", "name", "is_workday")
    inspect_view_enabled = True
    inspect_view_fields = form_fields
    copy_view_enabled = False
    add_to_reference_index = False
