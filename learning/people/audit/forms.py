"""The auditor's search."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.people.audit.words import ACTIONS
from learning.people.lookup import PersonField


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class SearchForm(forms.Form):
    """By whose record, by whom, what, when. People by NIP or part of the name: never a list of everybody."""

    subjek = PersonField(label=_("Whose record"), required=False)
    pelaku = PersonField(label=_("By whom"), required=False)
    tindakan = forms.ChoiceField(
        label=_("What was done"), required=False, choices=[("", _("Everything")), *ACTIONS.items()]
    )
    dari = _day(_("From"))
    sampai = _day(_("Until"))
