"""The weekly goal in the back office: dated targets of units, and days the calendar of others lacks.

Nothing is saved here by Wagtail itself: each change goes through `learning/study/policies.py`, which logs it.
"""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.views.generic import CreateView, DeleteView, EditView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.permissions import register_permission_policy

from asn_belajar.back_office.policies import AddOnly, RefusedInForm
from learning.people.models import Unit
from learning.people.signed_in import person_of
from learning.study import policies
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


class WeeklyTargetCreateView(RefusedInForm, CreateView):  # type: ignore[misc]  # Wagtail is untyped
    refused_field = "valid_from"

    def save_instance(self) -> WeeklyTarget:
        found = self.form.cleaned_data
        return policies.set_weekly_target(
            actor=self.request.user,
            unit=found["unit"],
            minutes=found["minutes"],
            valid_from=found["valid_from"],
            now=timezone.now(),
        )

    def get_success_buttons(self) -> list[Any]:
        return []


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
    add_view_class = WeeklyTargetCreateView

    def get_form_class(self, for_update: bool = False) -> Any:
        return forms.modelform_factory(WeeklyTarget, form=WeeklyTargetForm, fields=self.form_fields)


class _SavesHoliday(RefusedInForm):
    """Saves through the action that logs it."""

    request: HttpRequest
    refused_field = "day"

    def save_instance(self) -> Holiday:
        found = self.form.cleaned_data
        return policies.save_holiday(
            actor=person_of(self.request),
            holiday=self.form.instance if self.form.instance.pk else None,
            day=found["day"],
            name=found["name"],
            is_workday=found["is_workday"],
            now=timezone.now(),
        )


class HolidayCreateView(_SavesHoliday, CreateView):  # type: ignore[misc]  # Wagtail is untyped
    pass


class HolidayEditView(_SavesHoliday, EditView):  # type: ignore[misc]  # Wagtail is untyped
    pass


class HolidayDeleteView(DeleteView):  # type: ignore[misc]  # Wagtail is untyped
    def delete_action(self) -> None:
        policies.remove_holiday(actor=self.request.user, holiday=self.object, now=timezone.now())


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
    add_view_class = HolidayCreateView
    edit_view_class = HolidayEditView
    delete_view_class = HolidayDeleteView
