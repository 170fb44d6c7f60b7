"""Forms of the week."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.people.models import Absence


class OwnTargetForm(forms.Form):
    """A higher weekly target of one's own; empty goes back to the unit's."""

    minutes = forms.TypedChoiceField(
        label=_("My own weekly target"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("As my unit asks")),
            (45, _("45 minutes (1 JP)")),
            (90, _("90 minutes (2 JP)")),
            (135, _("135 minutes (3 JP)")),
        ],
    )


class AbsenceForm(forms.Form):
    """The days a person of the team is away."""

    kind = forms.ChoiceField(label=_("Reason"), choices=Absence.Kind.choices)
    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        help_text=_("The person can read it. No medical details, please."),
    )

    REFUSED: dict[str, Any] = {
        "order": ("last_day", _("The last day comes before the first.")),
        "too_long": ("last_day", _("That is longer than six years. Please check the year.")),
        "too_old": ("first_day", _("The first day is more than a year ago. Please ask BPSDM.")),
        "too_far": ("first_day", _("The first day is more than a year ahead. Please record it later.")),
        "overlap": (
            None,
            _("Some of these days are already recorded. End the other absence first, or choose other days."),
        ),
    }

    def refuse(self, code: str) -> None:
        """Say why the action refused the days, at the field to change."""
        field, text = self.REFUSED[code]
        self.add_error(field, text)
