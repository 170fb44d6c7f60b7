"""The form in which a learner declares learning outside the site."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from learning.competencies.jp.queries import forms_in_force, in_words
from learning.reviews import rules
from learning.reviews.declared.actions import Content, DeclarationRefused
from learning.reviews.declared.evidence import KINDS, MOST_FILES, Checked, EvidenceRefused, checked
from learning.reviews.models import Declaration, Evidence
from learning.study.rules import WIB, Span, local_day


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Some files, each looked at and made harmless (declared.evidence)."""

    widget = SeveralFilesInput(attrs={"accept": ",".join(f".{each}" for each in KINDS)})

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:
        uploads = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if len(uploads) > MOST_FILES:
            raise ValidationError(_("At most %(n)s files."), params={"n": MOST_FILES})
        files, wrong = [], []
        for upload in uploads:
            assert isinstance(upload, UploadedFile)  # noqa: S101 - what a request brings
            try:
                files.append(checked(upload))
            except EvidenceRefused as refused:
                wrong.append(str(refused))
        if wrong:
            raise ValidationError([ValidationError(each) for each in wrong])
        return files


class DeclarationForm(forms.Form):
    """What was learnt outside, where, and what shows it."""

    form = forms.TypedChoiceField(
        label=_("Form of learning"),
        coerce=int,
        help_text=_("It decides how many JP it can be worth."),
    )
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As on the certificate or letter."))
    organiser = forms.CharField(label=_("Organiser"), max_length=200)
    learnt = forms.CharField(
        label=_("What you learnt"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Two or three sentences: what is new to you, and where you will use it."),
    )
    uploads = EvidenceField(
        label=_("Evidence"),
        required=False,
        help_text=_("Certificate, attendance list or report: PDF, JPG or PNG, at most 5 files of 5 MB."),
    )
    link = forms.URLField(
        label=_("Link to evidence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("If the evidence is on another site. A file or a link is needed."),
    )
    keep = forms.TypedMultipleChoiceField(
        label=_("Evidence to keep"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    WRONG: dict[str, tuple[str | None, Any]] = {
        "form": ("form", _("This form of learning was not in force on that day.")),
        "evidence": ("uploads", _("Add a file or a link as evidence.")),
        "files": ("uploads", _("At most 5 files. Keep fewer of the earlier ones.")),
        "span": (None, _("The times cannot be taken. Check days and hours.")),
    }

    def __init__(
        self, *args: Any, now: dt.datetime, evidence: Sequence[Evidence] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        form = self.fields["form"]
        assert isinstance(form, forms.ChoiceField)  # noqa: S101 - for the type checker
        form.choices = [
            ("", _("Choose")),
            *((rule.form, f"{rule.form_name} · {in_words(rule)}") for rule in forms_in_force(local_day(now))),
        ]
        keep = self.fields["keep"]
        assert isinstance(keep, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        keep.choices = [(each.pk, each.name) for each in evidence]
        if not evidence:
            del self.fields["keep"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        kept = cleaned.get("keep") or []
        if "uploads" in cleaned and not cleaned["uploads"] and not kept and not cleaned.get("link"):
            self.refuse(DeclarationRefused("evidence"))
        elif len(cleaned.get("uploads") or []) + len(kept) > MOST_FILES:
            self.refuse(DeclarationRefused("files"))
        return cleaned

    def refuse(self, refused: DeclarationRefused) -> None:
        """Say why the action refused what was declared, at the field to change."""
        self.add_error(*self.WRONG[refused.code])

    def content(self, spans: Sequence[Span]) -> Content:
        data = self.cleaned_data
        return Content(data["form"], data["title"], data["organiser"], data["learnt"], data["link"], spans)


class SpanForm(forms.Form):
    """One stretch: a day, from when, and until when or for how many minutes."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(
        label=_("From what time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end = forms.TimeField(
        label=_("Until what time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(
        label=_("or for how many minutes"), required=False, min_value=5, max_value=rules.MOST_S // 60
    )

    WRONG: dict[str, tuple[str, Any]] = {
        "order": ("end", _("The end comes before the beginning.")),
        "short": ("end", _("At least 5 minutes.")),
        "long": ("end", _("At most 12 hours at a stretch. Write the days one by one.")),
        "future": ("day", _("This is not over yet. Declare it when it is done.")),
        "old": ("day", _("This is more than a year ago.")),
    }

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if self.errors or "day" not in cleaned or "start" not in cleaned:
            return cleaned
        start = dt.datetime.combine(cleaned["day"], cleaned["start"].replace(second=0, microsecond=0), WIB)
        if cleaned.get("minutes") and cleaned.get("end"):
            self.add_error("minutes", _("Write the end or the minutes, not both."))
        elif cleaned.get("minutes"):
            end = start + dt.timedelta(minutes=cleaned["minutes"])
        elif cleaned.get("end") is not None:
            end = dt.datetime.combine(cleaned["day"], cleaned["end"].replace(second=0, microsecond=0), WIB)
            if cleaned["end"] == dt.time():
                end += dt.timedelta(days=1)  # until midnight
        else:
            self.add_error("end", _("Write until when, or for how many minutes."))
        if not self.errors:
            cleaned["span"] = Span(start, end)
            why = rules.why_not_span(cleaned["span"], self.now)
            if why:
                self.add_error(*self.WRONG[why])
        return cleaned


class BaseSpans(forms.BaseFormSet[SpanForm]):
    def clean(self) -> None:
        if any(self.errors):
            return
        filled = [form for form in self.forms if form.cleaned_data]
        place = rules.overlapping([form.cleaned_data["span"] for form in filled])
        if place is not None:
            filled[place].add_error("start", _("This begins before another of your times has ended."))

    def spans(self) -> list[Span]:
        return [form.cleaned_data["span"] for form in self.forms if form.cleaned_data]


Spans: type[BaseSpans] = forms.formset_factory(  # type: ignore[assignment]
    SpanForm,
    formset=BaseSpans,
    extra=rules.MOST_SPANS,
    max_num=rules.MOST_SPANS,
    absolute_max=rules.MOST_SPANS,
    min_num=1,
    validate_min=True,
    validate_max=True,
)


def initial_of(declaration: Declaration) -> dict[str, Any]:
    """What the form of a returned declaration begins with."""
    fields = ("form", "title", "organiser", "learnt", "link")
    return {
        **{name: getattr(declaration, name) for name in fields},
        "keep": [each.pk for each in declaration.evidence.filter(is_current=True)],
    }


def initial_spans(declaration: Declaration) -> list[dict[str, Any]]:
    found = []
    for each in declaration.spans.all():
        start, end = each.started_at.astimezone(WIB), each.ended_at.astimezone(WIB)
        is_one_day = end.date() == start.date() or end.time() == dt.time()
        times = {"end": end.time()} if is_one_day else {"minutes": each.seconds // 60}
        found.append({"day": start.date(), "start": start.time(), **times})
    return found
