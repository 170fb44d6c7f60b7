"""Forms about one's own data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.people.models import DataRequest


class RequestForm(forms.Form):
    """Ask for a correction or a deletion."""

    kind = forms.ChoiceField(label=_("I ask for"), choices=DataRequest.Kind.choices)
    text = forms.CharField(
        label=_("What should be changed, and how"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Please write no NIP and no medical details here."),
    )

    REFUSED: dict[str, Any] = {
        "too_many": _("Three of your requests are still waiting for an answer. Please wait for those first."),
    }

    def refuse(self, code: str) -> None:
        self.add_error(None, self.REFUSED[code])


class AnswerForm(forms.Form):
    """Take a request in hand, or answer it."""

    state = forms.ChoiceField(
        choices=[choice for choice in DataRequest.State.choices if choice[0] != DataRequest.State.OPEN]
    )
    answer = forms.CharField(max_length=1000, required=False, strip=True)
