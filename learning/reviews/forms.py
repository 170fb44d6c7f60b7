"""The form of a decision: what is decided, one of six reasons, a free text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.reviews import reasons, rules


class DecisionForm(forms.Form):
    """What a supervisor decides about declared learning."""

    MOVES: list[tuple[str, Any]] = [
        (rules.ACCEPT, _("Accept")),
        (rules.RETURN, _("Return for correction")),
        (rules.DECLINE, _("Decline")),
    ]
    REASONS = reasons.OF_DECLARATIONS
    REFUSALS: tuple[str, ...] = (rules.RETURN, rules.DECLINE)

    move = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Needed to return or to decline; the learner reads it."),
    )
    text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What should be different next time? The learner reads it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("move", self.MOVES), ("reason", self.REASONS)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = choices

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("move") in self.REFUSALS and not (
            cleaned.get("reason") or (cleaned.get("text") or "").strip()
        ):
            self.add_error("reason", _("Choose a reason, or write one."))
        return cleaned


class AppealDecisionForm(DecisionForm):
    """What a supervisor decides about an appeal: all of the row, a part of it, or nothing."""

    PART = "part"
    MOVES = [
        (rules.ACCEPT, _("Accept: credit all that is missing")),
        (PART, _("Accept in part")),
        (rules.DECLINE, _("Decline")),
    ]
    REASONS = reasons.OF_APPEALS

    minutes = forms.IntegerField(
        label=_("Minutes to credit"),
        required=False,
        min_value=1,
        max_value=24 * 60,
        help_text=_("Only when you accept in part."),
    )
    field_order = ("move", "minutes", "reason", "text", "seen")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("move") == self.PART and not cleaned.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Write how many minutes you credit."))
        return cleaned
