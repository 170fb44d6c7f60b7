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


_ACTIONS: list[Any] = [("", _("Everything")), *ACTIONS.items()]


class WantedForm(forms.Form):
    """A search as its address has it: people by our own key, for a NIP is never part of an address."""

    orang = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    pelaku = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    tindakan = forms.ChoiceField(required=False, choices=_ACTIONS)
    dari = _day(_("From"))
    sampai = _day(_("Until"))


class SearchForm(forms.Form):
    """A search as it is typed: people by NIP or name. Posted; it leads to the address of the search."""

    subjek = PersonField(label=_("Whose record"), required=False)
    oleh = PersonField(label=_("By whom"), required=False)
    tindakan = forms.ChoiceField(label=_("What was done"), required=False, choices=_ACTIONS)
    dari = _day(_("From"))
    sampai = _day(_("Until"))

    def query(self) -> dict[str, str]:
        """What `WantedForm` reads."""
        found = self.cleaned_data
        subject, actor = found["subjek"], found["oleh"]
        wanted = {
            "orang": subject.pk if subject else "",
            "pelaku": actor.pk if actor else "",
            "tindakan": found["tindakan"],
            "dari": found["dari"] or "",
            "sampai": found["sampai"] or "",
        }
        return {name: str(value) for name, value in wanted.items() if value}
