"""What is typed about a period report: a note with it, a decision about it, a number to check."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.reports.period import rules


class SubmitForm(forms.Form):
    """The learner sends the report."""

    note = forms.CharField(
        label=_("Note to your supervisor"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Optional. What did you use at work? The note becomes part of the report."),
    )


class ReportDecisionForm(forms.Form):
    """The supervisor accepts or returns it."""

    move = forms.ChoiceField(
        label=_("Decision"),
        choices=[(rules.ACCEPT, _("Accept")), (rules.RETURN, _("Return for correction"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed to return it; the learner reads it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("move") == rules.RETURN and not (cleaned.get("text") or "").strip():
            self.add_error("text", _("Write why you return it."))
        return cleaned


class CheckForm(forms.Form):
    """Whoever holds a report asks whether it is genuine."""

    nomor = forms.CharField(label=_("Number"), max_length=40, help_text=_("As printed: LK-2026-7F3K-9QMD"))
    sidik = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("Fingerprint (SHA-256)"),
        required=False,
        max_length=80,
        error_messages={"invalid": _("A fingerprint is 64 characters: 0 to 9 and a to f.")},
        help_text=_("Optional. With it, the content is checked too, not only the number."),
    )
