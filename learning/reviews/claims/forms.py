"""The forms of a claim: what a learner says and shows, what a supervisor decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learning.competencies.models import Competency, Completion
from learning.competencies.queries import LEVEL_NAMES
from learning.people.models import Person
from learning.reviews import reasons
from learning.reviews.claims import rules
from learning.reviews.claims.actions import ClaimRefused, Content
from learning.reviews.declared.forms import EvidenceField
from learning.reviews.forms import DecisionForm
from learning.reviews.models import Claim, Declaration, Evidence, Status

LEVELS = [(level, f"{level} · {name}") for level, name in LEVEL_NAMES.items()]
MOST_CHOICES = 100  # of modules and of outside learning, the newest


class ClaimForm(forms.Form):
    """What is mastered at which level, and what shows it."""

    competency = forms.ChoiceField(label=_("Competency"))
    level = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=LEVELS)
    answer = forms.CharField(
        label=_("Your answer to the return"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What have you changed or added? You can answer once to each return."),
    )
    text = forms.CharField(
        label=_("What shows that you master it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What you did, where and when, and what came of it. Compare it with the level’s behaviour."
        ),
    )
    completions = forms.TypedMultipleChoiceField(
        label=_("Modules passed"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    declarations = forms.TypedMultipleChoiceField(
        label=_("Learning outside"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    keep = forms.TypedMultipleChoiceField(
        label=_("Evidence to keep"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    uploads = EvidenceField(
        label=_("Evidence"),
        required=False,
        help_text=_("Certificate, report or work sample: PDF, JPG or PNG, at most 5 files of 5 MB."),
    )
    link = forms.URLField(label=_("Link to evidence"), required=False, max_length=500, assume_scheme="https")

    WRONG: dict[str, tuple[str | None, Any]] = {
        "competency": ("competency", _("This competency is not in the dictionary.")),
        "level": ("level", _("Choose a level from 1 to 5.")),
        "open": ("competency", _("There is an undecided claim of this competency already. Open that one.")),
        "held": ("level", _("This level is recognised already. It can be renewed 90 days before it ends.")),
        "evidence": (
            None,
            _("Add at least one piece of evidence: a module, learning outside, a file or a link."),
        ),
        "files": ("uploads", _("At most 5 files. Keep fewer of the earlier ones.")),
        "news": (None, _("An earlier claim was not yet recognised. Add evidence that was not part of it.")),
        "answer": ("answer", _("Write what you changed: the supervisor asked for it.")),
    }

    def __init__(
        self,
        *args: Any,
        person: Person,
        claim: Claim | None = None,
        files: Sequence[Evidence] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        active = Competency.objects.filter(is_active=True).values_list("code", "name")
        self._offer("competency", [("", _("Choose")), *active])
        done = Completion.objects.filter(person=person, attempt__isnull=False).select_related("activity")
        self._offer(
            "completions",
            [(each.pk, each.activity.title) for each in done.order_by("-completed_at")[:MOST_CHOICES]],
        )
        outside = Declaration.objects.filter(
            person=person, status__in=(Status.SUBMITTED, Status.ACCEPTED)
        ).order_by("-submitted_at")[:MOST_CHOICES]
        self._offer("declarations", [(each.pk, f"{each.title} · {each.status_label}") for each in outside])
        self._offer("keep", [(each.pk, each.name) for each in files])
        is_returned = claim is not None and claim.status == rules.RETURNED
        self.fixed: dict[str, Any] = {}
        if not is_returned:
            del self.fields["answer"]
        elif claim is not None:
            self._fix("competency", claim.competency.code)
            if claim.origin == Claim.Origin.SAMPLE:
                self._fix("level", claim.level)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)  # noqa: S101 - for the checker
        field.choices = choices
        if not choices:
            del self.fields[name]

    def _fix(self, name: str, value: Any) -> None:
        """What cannot be changed any more is not asked."""
        self.fixed[name] = value
        del self.fields[name]

    def refuse(self, refused: ClaimRefused) -> None:
        """Say why the action refused the claim, at the field to change."""
        field, words = self.WRONG[refused.code]
        self.add_error(field if field in self.fields else None, words)

    def content(self) -> Content:
        data = {**self.cleaned_data, **self.fixed}
        return Content(
            competency=data["competency"],
            level=data["level"],
            text=data["text"],
            link=data.get("link") or "",
            answer=data.get("answer") or "",
            completions=data.get("completions") or (),
            declarations=data.get("declarations") or (),
        )


def initial_of(claim: Claim) -> dict[str, Any]:
    """What the form of a draft or returned claim begins with."""
    return {
        "competency": claim.competency.code,
        "level": claim.level,
        "text": claim.text,
        "link": claim.link,
        "completions": list(claim.completions.values_list("pk", flat=True)),
        "declarations": list(claim.declarations.values_list("pk", flat=True)),
        "keep": list(claim.evidence.filter(is_current=True).values_list("pk", flat=True)),
    }


class ClaimDecisionForm(DecisionForm):
    """What a supervisor decides about a claim, and at which level."""

    MOVES = [
        (rules.RECOGNISE, _("Recognise")),
        (rules.RETURN, _("Return for correction")),
        (rules.DEFER, _("Not yet")),
    ]
    REASONS = reasons.OF_CLAIMS
    REFUSALS = (rules.RETURN, rules.DEFER)

    level = forms.TypedChoiceField(
        label=_("Level to recognise"),
        coerce=int,
        choices=LEVELS,
        required=False,
        empty_value=None,
        help_text=_("At most the level that is claimed."),
    )
    field_order = ("move", "level", "reason", "text", "seen")

    def __init__(self, *args: Any, claimed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)  # noqa: S101 - for the type checker
        self.fields["reason"].help_text = _("Needed to return, or to say “not yet”; the learner reads it.")
        level.choices = [each for each in LEVELS if each[0] <= claimed]
        level.initial = claimed


class ReopenForm(forms.Form):
    """Why a decision is put in question."""

    reopen_reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=reasons.OF_REOPENING, widget=forms.RadioSelect
    )
    reopen_text = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The learner and who decided read it."),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if not cleaned.get("reopen_reason") and not (cleaned.get("reopen_text") or "").strip():
            self.add_error("reopen_reason", _("Choose a reason, or write one."))
        return cleaned
