"""Claims, what they rest on, the share of rule-made recognitions that is looked at, reminders sent."""

import datetime as dt
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from learning.competencies.models import LEVELS, ActivityCompetency
from learning.people.models import Person, PersonQuerySet
from learning.reviews.claims import rules


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Words for asking after claims."""

    def waiting(self) -> Self:
        """A supervisor has to do something."""
        return self.filter(status__in=rules.WAITING)

    def of_people(self, people: PersonQuerySet) -> Self:
        return self.filter(person__in=people.values("pk"))

    def rule_backed(self) -> Self:
        """Those with a passed module among the evidence that proves the competency and level."""
        return self.filter(_proved_by_a_module())

    def marked_rule_backed(self) -> Self:
        """All, with `is_rule_backed`."""
        return self.annotate(is_rule_backed=_proved_by_a_module())


def _proved_by_a_module() -> Exists:
    return Exists(
        ActivityCompetency.objects.filter(
            activity__completions__claims=OuterRef("pk"),
            activity__completions__attempt__isnull=False,
            competency=OuterRef("competency"),
            level__gte=OuterRef("level"),
        )
    )


class Claim(models.Model):
    """Somebody says that they master a competency at a level. `round` counts what was sent and reopened.

    Opened by a supervisor it is theirs alone for half an hour (`rules.LOCK`). Recognised, it names the
    record; one drawn from what rules recognised (`origin` sample) names it from the beginning.
    """

    class Status(models.TextChoices):
        """Where it stands (claims.rules.MOVES)."""

        DRAFT = rules.DRAFT, _("draft")
        SUBMITTED = rules.SUBMITTED, _("waiting for verification")
        IN_REVIEW = rules.IN_REVIEW, _("in review")
        RETURNED = rules.RETURNED, _("needs correction")
        RECOGNISED = rules.RECOGNISED, _("recognised")
        NOT_YET = rules.NOT_YET, _("not yet")
        REOPENED = rules.REOPENED, _("reopened")
        LAPSED = rules.LAPSED, _("lapsed")

    class Origin(models.TextChoices):
        """Who made it."""

        LEARNER = "learner", _("the learner")
        SUPERVISOR = "supervisor", _("a supervisor, for the learner")
        SAMPLE = "sample", _("drawn from what was recognised by rule")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    competency = models.ForeignKey("competencies.Competency", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), validators=LEVELS)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    text = models.TextField(_("what shows it"), max_length=2000)
    link = models.URLField(_("link"), max_length=500, blank=True)
    answer = models.TextField(_("answer to the return"), max_length=1000, blank=True)
    completions = models.ManyToManyField("competencies.Completion", related_name="claims")
    declarations = models.ManyToManyField("reviews.Declaration", related_name="claims")
    origin = models.CharField(_("made by"), max_length=10, choices=Origin.choices, default=Origin.LEARNER)
    made_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    opened_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), null=True)
    record = models.OneToOneField(
        "competencies.CompetencyRecord", null=True, on_delete=models.PROTECT, related_name="claim"
    )

    objects: ClassVar[ClaimQuerySet] = ClaimQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = (
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="claimed_level_is_1_to_5"),
            models.UniqueConstraint(
                fields=("person", "competency"),
                condition=Q(status__in=rules.UNDECIDED),
                name="one_undecided_claim_per_competency",
            ),
            models.CheckConstraint(
                condition=Q(origin="supervisor", made_by__isnull=False)
                | (~Q(origin="supervisor") & Q(made_by__isnull=True)),
                name="a_claim_made_for_somebody_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True) | ~Q(made_by=F("person")),
                name="nobody_makes_a_claim_for_themselves_as_supervisor",
            ),
            models.CheckConstraint(
                condition=Q(status=rules.DRAFT) | Q(submitted_at__isnull=False),
                name="a_claim_beyond_a_draft_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(opened_by__isnull=True, opened_at__isnull=True)
                | Q(opened_by__isnull=False, opened_at__isnull=False),
                name="an_opened_claim_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=rules.IN_REVIEW) | Q(opened_by__isnull=False),
                name="a_claim_in_review_was_opened",
            ),
            models.CheckConstraint(
                condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("person")),
                name="nobody_opens_their_own_claim",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(rules.RECOGNISED, rules.LAPSED)) | Q(record__isnull=False),
                name="what_is_recognised_is_on_record",
            ),
        )
        indexes = (
            models.Index(fields=("person", "-made_at"), name="claims_of_a_person"),
            models.Index(
                fields=("submitted_at",), condition=Q(status__in=rules.WAITING), name="waiting_claims"
            ),
        )

    def __str__(self) -> str:
        return f"{self.competency_id}:{self.level}"

    @property
    def status_label(self) -> str:
        return str(Claim.Status(self.status).label)

    @property
    def is_waiting(self) -> bool:
        return self.status in rules.WAITING

    def held_until(self, viewer: Person, now: dt.datetime) -> dt.datetime | None:
        """Until when somebody other than `viewer` has it to themselves; None when nobody has."""
        if self.status != rules.IN_REVIEW or self.opened_by_id == viewer.pk:
            return None
        return rules.locked_until(self.opened_at, now)


class SampleRate(models.Model):
    """How many per cent of what rules recognise a supervisor looks at, from one day on. Only ever added."""

    valid_from = models.DateField(_("valid from"), unique=True)
    percent = models.PositiveSmallIntegerField(
        _("per cent"), validators=(MinValueValidator(0), MaxValueValidator(100))
    )
    source = models.CharField(_("source"), max_length=255)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("sample of recognitions by rule")
        verbose_name_plural = _("samples of recognitions by rule")
        ordering: ClassVar[list[str]] = ["-valid_from"]
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="a_sample_is_0_to_100_per_cent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.percent} %"


class ClaimReminder(models.Model):
    """Somebody was reminded of a claim that waits: after `step` days, once in each round.

    After 14 days it is the superior, in whose queue it stands from then on. `is_mailed`: also by e-mail.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="reminders")
    round = models.PositiveSmallIntegerField(_("round"))
    step = models.PositiveSmallIntegerField(_("days"))
    to = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    is_mailed = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "round", "step"), name="one_reminder_per_round_and_step"
            ),
        )
