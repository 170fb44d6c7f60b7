"""What a supervisor confirms and decides: weeks, declared learning, appeals, claims."""

import secrets
from typing import Any, ClassVar, Self

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learning.people.models import Person, PersonQuerySet
from learning.reviews import reasons, rules
from learning.reviews.claims import rules as claim_rules
from learning.reviews.claims.models import Claim as Claim
from learning.reviews.claims.models import ClaimQuerySet as ClaimQuerySet
from learning.reviews.claims.models import ClaimReminder as ClaimReminder
from learning.reviews.claims.models import SampleRate as SampleRate
from learning.study.models import IsMonday
from learning.study.rules import Span


class WeekAcknowledgement(models.Model):
    """A supervisor has seen the week of one of their people, as it then stood."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="acknowledged_weeks")
    week = models.DateField(_("week"))
    seen_s = models.PositiveIntegerField(_("seconds seen"))
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "week"), name="a_week_is_acknowledged_once"),
            models.CheckConstraint(condition=IsMonday("week"), name="acknowledged_week_is_a_monday"),
        )


class Status(models.TextChoices):
    """Where a submission stands (reviews.rules.MOVES)."""

    SUBMITTED = rules.SUBMITTED, _("waiting for verification")
    RETURNED = rules.RETURNED, _("needs correction")
    ACCEPTED = rules.ACCEPTED, _("accepted")
    DECLINED = rules.DECLINED, _("declined")
    WITHDRAWN = rules.WITHDRAWN, _("withdrawn")


class SubmissionQuerySet(models.QuerySet[Any]):
    """Words for asking after what was submitted."""

    def waiting(self) -> Self:
        return self.filter(status=Status.SUBMITTED)

    def of_people(self, people: PersonQuerySet) -> Self:
        return self.filter(person__in=people.values("pk"))


class Submission(models.Model):
    """Something a learner asks a supervisor to decide. `round` counts how often it was sent."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.SUBMITTED)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    submitted_at = models.DateTimeField(_("submitted"))

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.SUBMITTED


class Declaration(Submission):
    """Learning outside the site as a learner declares it. It counts nothing until it is accepted;
    then `activity` is what its ledger rows, completion and JP refer to.
    """

    form = models.PositiveSmallIntegerField(_("form of learning"))
    title = models.CharField(_("title"), max_length=200)
    organiser = models.CharField(_("organiser"), max_length=200)
    learnt = models.TextField(_("what was learnt"), max_length=2000)
    link = models.URLField(_("link"), max_length=500, blank=True)
    activity = models.OneToOneField(
        "study.Activity", null=True, on_delete=models.PROTECT, related_name="declaration"
    )

    objects: ClassVar[SubmissionQuerySet] = SubmissionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("declared learning")
        verbose_name_plural = _("declared learning")
        constraints = (
            models.CheckConstraint(
                condition=Q(status=Status.ACCEPTED, activity__isnull=False)
                | (~Q(status=Status.ACCEPTED) & Q(activity__isnull=True)),
                name="declared_learning_is_an_activity_once_accepted",
            ),
        )
        indexes = (
            models.Index(fields=("person", "-submitted_at"), name="declarations_of_a_person"),
            models.Index(
                fields=("submitted_at",), condition=Q(status=Status.SUBMITTED), name="waiting_declarations"
            ),
        )

    def __str__(self) -> str:
        return self.title


class DeclaredSpan(models.Model):
    """One stretch of declared learning."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="spans")
    started_at = models.DateTimeField(_("start"))
    ended_at = models.DateTimeField(_("end"))

    wagtail_reference_index_ignore = True

    class Meta:
        ordering: ClassVar[list[str]] = ["started_at"]
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("started_at")), name="declared_time_ends_after_it_begins"
            ),
        )

    @property
    def span(self) -> Span:
        return Span(self.started_at, self.ended_at)

    @property
    def seconds(self) -> int:
        return self.span.seconds


def private_files() -> Storage:
    """Where evidence lies: behind no public address (settings.STORAGES["private"])."""
    return storages["private"]


def evidence_path(evidence: "Evidence", name: str) -> str:
    """A name nobody can guess, and that says nothing."""
    return f"bukti/{secrets.token_hex(2)}/{secrets.token_hex(16)}"


class Evidence(models.Model):
    """A file that backs a declaration or a claim. Never deleted: what a decision rested on stays.

    `is_current` is false once the learner has put other evidence in its place.
    """

    declaration = models.ForeignKey(Declaration, null=True, on_delete=models.PROTECT, related_name="evidence")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(_("content type"), max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(_("file"), storage=private_files, upload_to=evidence_path, max_length=120)
    added_at = models.DateTimeField(_("added"))
    is_current = models.BooleanField(default=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = (
            models.CheckConstraint(
                condition=Q(declaration__isnull=False, claim__isnull=True)
                | Q(declaration__isnull=True, claim__isnull=False),
                name="evidence_backs_one_thing",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Person:
        """Whose learning it shows."""
        about = self.claim or self.declaration
        assert about is not None  # noqa: S101 - evidence_backs_one_thing
        return about.person


class Appeal(Submission):
    """A learner objects to how a row of their ledger was credited, once per row."""

    entry = models.ForeignKey("study.StudyEntry", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("why"), max_length=1000)
    adjustment = models.OneToOneField(
        "study.StudyEntry", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[SubmissionQuerySet] = SubmissionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = (
            models.UniqueConstraint(
                fields=("entry",), condition=~Q(status=Status.WITHDRAWN), name="one_appeal_per_row"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.ACCEPTED, adjustment__isnull=False)
                | (~Q(status=Status.ACCEPTED) & Q(adjustment__isnull=True)),
                name="an_accepted_appeal_names_its_new_row",
            ),
        )
        indexes = (
            models.Index(fields=("person", "-submitted_at"), name="appeals_of_a_person"),
            models.Index(
                fields=("submitted_at",), condition=Q(status=Status.SUBMITTED), name="waiting_appeals"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Decision(models.Model):
    """What a supervisor decided about one round of a submission, with all it rested on.

    Only ever added: the database refuses the rest (reviews.guards). One decision per round, so the
    second of two supervisors meets the first one's.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = rules.ACCEPTED, _("accepted")
        RETURNED = rules.RETURNED, _("returned for correction")
        DECLINED = rules.DECLINED, _("declined")
        RECOGNISED = claim_rules.RECOGNISED, _("recognised")
        NOT_YET = claim_rules.NOT_YET, _("not yet")
        REOPENED = claim_rules.REOPENED, _("reopened")

    declaration = models.ForeignKey(
        Declaration, null=True, on_delete=models.PROTECT, related_name="decisions"
    )
    appeal = models.ForeignKey(Appeal, null=True, on_delete=models.PROTECT, related_name="decisions")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField(_("round"))
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=reasons.EVERY, blank=True)
    text = models.TextField(_("explanation"), max_length=1000, blank=True)
    snapshot = models.JSONField(_("what it rested on"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            models.CheckConstraint(
                condition=Q(declaration__isnull=False, appeal__isnull=True, claim__isnull=True)
                | Q(declaration__isnull=True, appeal__isnull=False, claim__isnull=True)
                | Q(declaration__isnull=True, appeal__isnull=True, claim__isnull=False),
                name="a_decision_is_about_one_thing",
            ),
            models.UniqueConstraint(fields=("declaration", "round"), name="one_decision_per_declared_round"),
            models.UniqueConstraint(fields=("appeal", "round"), name="one_decision_per_appeal_round"),
            models.UniqueConstraint(fields=("claim", "round"), name="one_decision_per_claim_round"),
            models.CheckConstraint(condition=~Q(by=F("person")), name="nobody_decides_about_themselves"),
            models.CheckConstraint(
                condition=Q(outcome__in=(rules.ACCEPTED, claim_rules.RECOGNISED))
                | ~Q(reason="")
                | ~Q(text=""),
                name="a_refusal_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"

    @property
    def outcome_label(self) -> str:
        return str(Decision.Outcome(self.outcome).label)

    @property
    def level(self) -> int | None:
        """The level that was recognised of a claim."""
        found: int | None = self.snapshot.get("recognised_level")
        return found

    @property
    def reason_label(self) -> str:
        return str(dict(reasons.EVERY).get(self.reason, ""))
