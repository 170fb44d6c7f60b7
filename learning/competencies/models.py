"""Competencies, quiz attempts and what was completed."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LEVELS = (MinValueValidator(1), MaxValueValidator(5))


class Competency(models.Model):
    """What a civil servant should master (PermenPANRB 38/2017), with five levels."""

    class Kind(models.TextChoices):
        MANAGERIAL = "manajerial", _("managerial")
        SOCIOCULTURAL = "sosial_kultural", _("socio-cultural")
        TECHNICAL = "teknis", _("technical")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    family = models.CharField(_("family"), max_length=60, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """What mastering a competency at one level looks like."""

    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="indicators")
    level = models.PositiveSmallIntegerField(_("level"), validators=LEVELS)
    text = models.TextField(_("behaviour"))

    wagtail_reference_index_ignore = True

    class Meta:
        ordering: ClassVar[list[str]] = ["level"]
        constraints = (
            models.UniqueConstraint(fields=("competency", "level"), name="one_indicator_per_level"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="indicator_level_is_1_to_5"),
        )


class ActivityCompetency(models.Model):
    """The competency and level that completing an activity proves."""

    activity = models.ForeignKey("study.Activity", on_delete=models.PROTECT, related_name="competencies")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="activities")
    level = models.PositiveSmallIntegerField(_("level"), validators=LEVELS)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("activity", "competency"), name="one_level_per_competency"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="activity_level_is_1_to_5"),
        )


class QuizAttempt(models.Model):
    """One sitting of a quiz: the questions as they were, the answers, the grade. Answered once."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="quiz_attempts")
    activity = models.ForeignKey("study.Activity", on_delete=models.PROTECT, related_name="quiz_attempts")
    revision = models.PositiveIntegerField(_("page revision"), null=True)
    questions = models.JSONField(_("questions"))
    pass_mark = models.PositiveSmallIntegerField(_("pass mark"))
    started_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("answer before"))
    answers = models.JSONField(_("answers"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    passed = models.BooleanField(_("passed"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, score__isnull=True, passed__isnull=True)
                | Q(answered_at__isnull=False, score__gte=0, score__lte=100, passed__isnull=False),
                name="an_attempt_is_graded_when_it_is_answered",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("started_at")), name="an_attempt_has_time"),
            models.UniqueConstraint(
                fields=("person", "activity"),
                condition=Q(answered_at__isnull=True),
                name="one_open_attempt_per_activity",
            ),
        )


class Completion(models.Model):
    """A module passed with its minimum minutes: which revision, score, minutes and rule."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="completions")
    activity = models.ForeignKey("study.Activity", on_delete=models.PROTECT, related_name="completions")
    attempt = models.ForeignKey(QuizAttempt, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(_("page revision"), null=True)
    score = models.PositiveSmallIntegerField(_("score"))
    credited_s = models.PositiveIntegerField(_("credited seconds"))
    rule = models.CharField(_("rule"), max_length=120)
    completed_at = models.DateTimeField(_("completed"))
    week = models.DateField(_("week"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "activity"), name="an_activity_is_completed_once"),
        )
        indexes = (models.Index(fields=("person", "week"), name="completions_of_a_week"),)


class CompetencyRecord(models.Model):
    """A competency and level that a completion proved for a person."""

    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="records")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="competency_records")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="records")
    level = models.PositiveSmallIntegerField(_("level"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("completion", "competency"), name="proved_once_per_completion"),
        )
