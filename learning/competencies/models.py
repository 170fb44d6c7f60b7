"""Competencies, quiz attempts, what was completed, and the learning hours it is worth."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learning.competencies.dictionary.models import DictionaryVersion as DictionaryVersion
from learning.competencies.jp import rules as jp_rules
from learning.competencies.profiles.models import PositionProfile as PositionProfile
from learning.competencies.profiles.models import ProfileLevel as ProfileLevel
from learning.competencies.profiles.models import SelfAssessment as SelfAssessment

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
    validity_months = models.PositiveSmallIntegerField(
        _("recognised for (months)"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(120)),
        help_text=_("Empty: for good. Then it lapses, and has to be shown again."),
    )
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
    seed = models.PositiveBigIntegerField(
        _("seed"), null=True, help_text=_("What the questions were drawn and shuffled by.")
    )
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
    """A module passed with its minimum minutes: which revision, score, minutes and rule.

    Or learning outside the site that a supervisor accepted: without a quiz, by the rule of its form.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="completions")
    activity = models.ForeignKey("study.Activity", on_delete=models.PROTECT, related_name="completions")
    attempt = models.ForeignKey(QuizAttempt, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(_("page revision"), null=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    credited_s = models.PositiveIntegerField(_("credited seconds"))
    rule = models.CharField(_("rule"), max_length=120)
    completed_at = models.DateTimeField(_("completed"))
    week = models.DateField(_("week"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "activity"), name="an_activity_is_completed_once"),
            models.CheckConstraint(
                condition=Q(attempt__isnull=True, score__isnull=True)
                | Q(attempt__isnull=False, score__isnull=False),
                name="a_score_comes_from_a_quiz",
            ),
        )
        indexes = (models.Index(fields=("person", "week"), name="completions_of_a_week"),)


class CompetencyRecordQuerySet(models.QuerySet["CompetencyRecord"]):
    """Words for asking after what is recognised."""

    def standing(self, day: dt.date) -> Self:
        """Those that hold on `day`: not ended by a decision, not lapsed."""
        return self.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day),
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        )


class CompetencyRecord(models.Model):
    """A competency and level that is recognised: proved by a completion, or by a supervisor's decision.

    It holds until `valid_until` (inclusive; empty: for good), unless a later decision ends it: from
    `ended_on` on it does not count.
    """

    completion = models.ForeignKey(Completion, null=True, on_delete=models.PROTECT, related_name="records")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="competency_records")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="records")
    level = models.PositiveSmallIntegerField(_("level"))
    recognised_on = models.DateField(_("recognised on"))
    valid_until = models.DateField(_("valid until"), null=True)
    ended_on = models.DateField(_("ended on"), null=True)

    objects: ClassVar[CompetencyRecordQuerySet] = CompetencyRecordQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("completion", "competency"), name="proved_once_per_completion"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("recognised_on")),
                name="what_is_recognised_holds_a_day_or_more",
            ),
        )
        indexes = (models.Index(fields=("recognised_on",), name="competencies_recognised_on"),)


class YearOf(models.Func):
    """The year of a date, in the database's own words, so that a constraint stays cheap."""

    arity = 1
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%Y', %(expressions)s) AS INTEGER)"
        )

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="EXTRACT(YEAR FROM %(expressions)s)")


class JPRuleQuerySet(models.QuerySet["JPRule"]):
    """Words for asking the rules."""

    def in_force(self, form: int, day: dt.date) -> Self:
        """The rules of `form` that hold on `day`, the newest first."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day), form=form, valid_from__lte=day
        ).order_by("-valid_from")


class JPRule(models.Model):
    """What the law grants for one form of learning, from one day to another.

    Its numbers never change, the database sees to it: a new reading of the law is a new row.
    """

    class Unit(models.TextChoices):
        MINUTES = jp_rules.MINUTES, _("measured minutes")
        DAY = jp_rules.DAY, _("days")
        ACTIVITY = jp_rules.ACTIVITY, _("activities")
        PROGRAMME = jp_rules.PROGRAMME, _("hours of the programme")

    class Period(models.TextChoices):
        DAY = jp_rules.PER_DAY, _("a day")
        MONTH = jp_rules.PER_MONTH, _("a month")
        NONE = jp_rules.NO_CAP, _("no ceiling")

    class Confidence(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    code = models.CharField(_("code"), max_length=40, unique=True)
    form = models.PositiveSmallIntegerField(_("form"), help_text=_("The id of SIASN’s jenisDiklat."))
    form_name = models.CharField(_("name of the form"), max_length=120)
    unit = models.CharField(_("counted by"), max_length=10, choices=Unit.choices)
    minutes_per_jp = models.PositiveSmallIntegerField(_("minutes per JP"), default=45)
    jp = models.PositiveSmallIntegerField(_("JP per unit"), default=1)
    cap_jp = models.PositiveSmallIntegerField(_("most JP"), null=True, blank=True)
    cap_period = models.CharField(_("most JP in"), max_length=10, choices=Period.choices, default=Period.NONE)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until, not included"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=255)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence.choices)

    objects: ClassVar[JPRuleQuerySet] = JPRuleQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("JP rule")
        verbose_name_plural = _("JP rules")
        ordering: ClassVar[list[str]] = ["form", "valid_from"]
        constraints = (
            models.UniqueConstraint(fields=("form", "valid_from"), name="one_jp_rule_per_form_and_date"),
            models.CheckConstraint(condition=Q(minutes_per_jp__gte=1), name="a_jp_lasts_a_minute_or_more"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="a_jp_rule_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(cap_jp__isnull=True, cap_period="none")
                | Q(cap_jp__isnull=False) & ~Q(cap_period="none"),
                name="a_jp_ceiling_has_a_number_and_a_period",
            ),
        )

    def __str__(self) -> str:
        return self.code

    def arithmetic(self) -> jp_rules.Rule:
        return jp_rules.Rule(self.unit, self.jp, self.minutes_per_jp, self.cap_jp, self.cap_period)


class JPAwardQuerySet(models.QuerySet["JPAward"]):
    """Words for asking the awards."""

    def standing(self) -> Self:
        """Those that no later award replaces: only they count."""
        return self.filter(replaced_by__isnull=True)

    def in_year(self, year: int) -> Self:
        return self.filter(year=year)


class JPAward(models.Model):
    """The learning hours one completion is worth, by which rule, with the whole sum.

    Learning outside the site has one award for each of its days where its form counts by days.

    Only ever added to (the database sees to it): what is computed anew is a new award that
    names the old one.
    """

    class VerifiedBy(models.TextChoices):
        RULE = "aturan", _("rule")
        SUPERVISOR = "atasan", _("supervisor")

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="jp_awards", db_index=False
    )
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="jp_awards")
    rule = models.ForeignKey(JPRule, on_delete=models.PROTECT, related_name="awards", db_index=False)
    minutes_counted = models.PositiveIntegerField(_("minutes counted"))
    carried_minutes = models.PositiveIntegerField(_("minutes carried in"), default=0)
    jp = models.PositiveSmallIntegerField(_("JP"))
    cut_jp = models.PositiveSmallIntegerField(_("JP above the ceiling"), default=0)
    remainder_minutes = models.PositiveIntegerField(_("minutes carried on"), default=0)
    minutes_per_jp = models.PositiveSmallIntegerField(
        _("minutes per JP"), null=True, help_text=_("Only where minutes are carried on.")
    )
    day = models.DateField(_("day"))
    year = models.PositiveSmallIntegerField(_("year"))
    verified_by = models.CharField(
        _("verified by"), max_length=10, choices=VerifiedBy.choices, default=VerifiedBy.RULE
    )
    at = models.DateTimeField(_("awarded"))
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    actor = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)

    objects: ClassVar[JPAwardQuerySet] = JPAwardQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("JP award")
        verbose_name_plural = _("JP awards")
        constraints = (
            models.UniqueConstraint(
                fields=("completion", "day"),
                condition=Q(replaces__isnull=True),
                name="one_first_award_per_completion_and_day",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, actor__isnull=True, reason="")
                | Q(replaces__isnull=False, actor__isnull=False) & ~Q(reason=""),
                name="an_award_computed_anew_says_by_whom_and_why",
            ),
            models.CheckConstraint(condition=Q(year=YearOf("day")), name="an_award_lies_in_its_year"),
            models.CheckConstraint(
                condition=Q(minutes_per_jp__isnull=True, carried_minutes=0, remainder_minutes=0)
                | Q(  # a NULL would let any sum pass
                    minutes_per_jp__isnull=False,
                    remainder_minutes__lt=F("minutes_per_jp"),
                    remainder_minutes=F("minutes_counted")
                    + F("carried_minutes")
                    - (F("jp") + F("cut_jp")) * F("minutes_per_jp"),
                ),
                name="the_sum_of_an_award_is_right",
            ),
        )
        indexes = (models.Index(fields=("person", "year"), name="jp_awards_of_a_year"),)

    def __str__(self) -> str:
        return f"{self.jp} JP ({self.day})"
