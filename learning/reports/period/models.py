"""Competency reports of a period: who sent what, what was decided, what is frozen.

What was sent, decided and frozen is only ever added to (`learning.reports.period.guards`).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learning.reports.period import rules
from learning.reports.period.spans import Span


class SpanKind(models.TextChoices):
    MONTH = rules.MONTH, _("month")
    QUARTER = rules.QUARTER, _("quarter")
    SEMESTER = rules.SEMESTER, _("semester")
    YEAR = rules.YEAR, _("year")


class ReportStatus(models.TextChoices):
    SUBMITTED = rules.SUBMITTED, _("waits for the supervisor")
    RETURNED = rules.RETURNED, _("returned")
    WITHDRAWN = rules.WITHDRAWN, _("taken back")
    ACCEPTED = rules.ACCEPTED, _("accepted")


class PeriodReport(models.Model):
    """The report of one person about one period, from the first time it was sent. A draft is no row."""

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="period_reports", db_index=False
    )
    kind = models.CharField(_("kind of period"), max_length=10, choices=SpanKind.choices)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    submitted_at = models.DateTimeField(_("sent"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("period report")
        verbose_name_plural = _("period reports")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind", "first_day"), name="one_report_per_person_and_period"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gt=F("first_day")), name="a_period_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("accepted", "returned")) | Q(decided_at__isnull=False),
                name="a_decided_report_says_when",
            ),
        )
        indexes = (
            models.Index(
                fields=("person",), condition=Q(status="submitted"), name="period_reports_that_wait"
            ),
        )

    def __str__(self) -> str:
        return f"{self.span.name} ({self.status})"

    @property
    def span(self) -> Span:
        return Span(self.kind, self.first_day, self.last_day)

    @property
    def status_label(self) -> str:
        return str(ReportStatus(self.status).label)

    @property
    def is_waiting(self) -> bool:
        return self.status == ReportStatus.SUBMITTED


class PeriodSubmission(models.Model):
    """What was sent in one round: the figures as they were then, in canonical JSON."""

    report = models.ForeignKey(
        PeriodReport, on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    round = models.PositiveSmallIntegerField(_("round"))
    at = models.DateTimeField(_("sent"))
    note = models.CharField(_("note to the supervisor"), max_length=1000, blank=True)
    content = models.TextField(_("content"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("report as it was sent")
        verbose_name_plural = _("reports as they were sent")
        constraints = (models.UniqueConstraint(fields=("report", "round"), name="one_submission_per_round"),)

    def __str__(self) -> str:
        return f"{self.report_id}/{self.round}"


class PeriodDecision(models.Model):
    """What the supervisor decided about one round."""

    submission = models.OneToOneField(PeriodSubmission, on_delete=models.PROTECT, related_name="decision")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("decided"))
    outcome = models.CharField(
        _("decision"),
        max_length=10,
        choices=[(rules.ACCEPTED, _("accepted")), (rules.RETURNED, _("returned"))],
    )
    text = models.CharField(_("in words"), max_length=1000, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision about a period report")
        verbose_name_plural = _("decisions about period reports")
        constraints = (
            models.CheckConstraint(
                condition=~Q(by=F("person")), name="nobody_decides_about_their_own_report"
            ),
            models.CheckConstraint(
                condition=Q(outcome="accepted") | (Q(outcome="returned") & ~Q(text="")),
                name="a_report_returned_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.submission_id} {self.outcome}"

    @property
    def outcome_label(self) -> str:
        return str(ReportStatus(self.outcome).label)

    reason = ""  # templates/parts/decision.html: here the words are the reason


class PeriodSnapshot(models.Model):
    """An accepted report, frozen: its number, its content in canonical JSON, the SHA-256 of just that."""

    decision = models.OneToOneField(PeriodDecision, on_delete=models.PROTECT, related_name="snapshot")
    report = models.OneToOneField(PeriodReport, on_delete=models.PROTECT, related_name="snapshot")
    number = models.CharField(_("number"), max_length=20, unique=True)
    content = models.TextField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("accepted"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("accepted period report")
        verbose_name_plural = _("accepted period reports")
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_fingerprint_is_64_hex_digits"
            ),
        )

    def __str__(self) -> str:
        return self.number
