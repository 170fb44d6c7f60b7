"""Giving a role."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.people.lookup import PersonField, UnitField
from learning.people.models import RoleGrant


class GrantForm(forms.Form):
    """Who, which role, over which unit, from when until when."""

    person = PersonField(label=_("Person (NIP or whole name)"))
    role = forms.ChoiceField(label=_("Role"), choices=RoleGrant.Role.choices)
    unit = UnitField(
        label=_("Unit (code or name)"),
        required=False,
        help_text=_("The role reaches this unit and all below it; empty means everybody."),
    )
    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until it is ended."),
    )

    REFUSED: dict[str, Any] = {
        "own": ("person", _("Nobody gives a role to themselves. Ask another BPSDM admin.")),
        "inactive": ("person", _("This person is not active.")),
        "no_unit": ("unit", _("Unit HR needs a unit.")),
        "order": ("last_day", _("The last day comes before the first.")),
        "past": ("first_day", _("A role cannot begin in the past.")),
        "known": (None, _("This person already holds this role there on that day.")),
    }

    def refuse(self, code: str) -> None:
        field, text = self.REFUSED[code]
        self.add_error(field, text)
