"""The ledger: what was studied, row by row, and the totals kept beside it."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learning.study import rules


class IsMonday(models.Func):
    """True for a Monday, in the database's own words, so that a constraint stays cheap."""

    arity = 1
    output_field = models.BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="strftime('%%%%w', %(expressions)s) = '1'")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="EXTRACT(ISODOW FROM %(expressions)s) = 1")


class Kind(models.TextChoices):
    """The four kinds of study time, never mixed in one number."""

    MEASURED = "measured", _("measured")
    ATTENDED = "attended", _("attended")
    DECLARED = "declared", _("declared")
    ADJUSTED = "adjusted", _("adjusted")


class Channel(models.TextChoices):
    """How a measured interval reached us."""

    LIVE = "live", _("live")
    OFFLINE = "offline", _("offline")
    COARSE = "coarse", _("coarse")


class Reason(models.TextChoices):
    """Why an interval was credited in part or not at all, in words a learner can read."""

    NONE = "", _("credited in full")
    OVERLAP = rules.OVERLAP, _("overlaps time already credited")
    ACTIVITY_CEILING = rules.ACTIVITY_CEILING, _("beyond the ceiling of this activity")
    DAY_CEILING = rules.DAY_CEILING, _("beyond the ceiling of one day")
    COARSE_CEILING = rules.COARSE_CEILING, _("beyond the ceiling of one page without JavaScript")
    COARSE_LEFT = rules.COARSE_LEFT, _("page without JavaScript left open too long")
    SIGNED_OUT = rules.SIGNED_OUT, _("after you signed out")
    TOO_LATE = rules.TOO_LATE, _("received too late")


class StudyPolicy(models.Model):
    """One version of the rules of the ledger. Each entry names the version it was credited by."""

    version = models.PositiveSmallIntegerField(primary_key=True)
    valid_from = models.DateTimeField(_("valid from"))
    reading_idle_s = models.PositiveIntegerField(_("idle limit when reading, seconds"), default=120)
    quiz_idle_s = models.PositiveIntegerField(_("idle limit in a quiz, seconds"), default=300)
    entry_s = models.PositiveIntegerField(_("longest entry, seconds"), default=900)
    coarse_page_s = models.PositiveIntegerField(
        _("most of one page without JavaScript, seconds"), default=300
    )
    day_s = models.PositiveIntegerField(_("most of one day, seconds"), default=21_600)
    activity_factor = models.FloatField(_("most of one activity, times its planned length"), default=2.0)
    late_s = models.PositiveIntegerField(_("latest receipt, seconds"), default=86_400)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("study policy")
        verbose_name_plural = _("study policies")

    def __str__(self) -> str:
        return f"v{self.version}"

    def limits(self) -> rules.Limits:
        return rules.Limits(
            version=self.version,
            day_s=self.day_s,
            activity_factor=self.activity_factor,
            entry_s=self.entry_s,
            coarse_page_s=self.coarse_page_s,
            late_s=self.late_s,
        )


class Activity(models.Model):
    """What minutes, completions and certificates refer to: it outlives the page that presents it."""

    class Kind(models.TextChoices):
        MODULE = "module", _("module")
        EPISODE = "episode", _("episode")
        OUTSIDE = "outside", _("outside learning")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MODULE)
    title = models.CharField(_("title"), max_length=255)
    path = models.CharField(
        _("path"), max_length=255, blank=True, help_text=_("Where its page is, without the host.")
    )
    planned_minutes = models.PositiveSmallIntegerField(_("planned minutes"))
    minimum_minutes = models.PositiveSmallIntegerField(
        _("minimum minutes"), default=0, help_text=_("Needed to complete it, with the quiz passed.")
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    is_open = models.BooleanField(_("open for study"), default=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = (
            models.CheckConstraint(
                condition=Q(planned_minutes__gte=1), name="activity_is_planned_for_a_minute_or_more"
            ),
        )

    def __str__(self) -> str:
        return self.title


class StudyEntryQuerySet(models.QuerySet["StudyEntry"]):
    """Words for asking the ledger."""

    def of(self, person_id: int) -> Self:
        return self.filter(person_id=person_id)

    def in_week(self, week: dt.date) -> Self:
        return self.filter(week=week)

    def in_order(self) -> Self:
        return self.order_by("started_at", "id")


class StudyEntry(models.Model):
    """One contiguous interval of at most 15 minutes.

    While open it only grows; sealed, it is immutable; it is never deleted. The database
    itself refuses anything else (migration 0002). It covers `started_at` to `started_at +
    claimed_s`, which never crosses a midnight in WIB.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    revision = models.PositiveIntegerField(_("page revision"), null=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEASURED)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.LIVE)
    evidence = models.CharField(_("evidence"), max_length=10, blank=True)
    started_at = models.DateTimeField(_("start"))
    week = models.DateField(_("week"))
    claimed_s = models.PositiveIntegerField(_("claimed seconds"))
    credited_s = models.IntegerField(_("credited seconds"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    policy = models.ForeignKey(StudyPolicy, on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField(_("received"))
    sealed_at = models.DateTimeField(_("sealed"), null=True)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections", db_index=False
    )
    actor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects: ClassVar[StudyEntryQuerySet] = StudyEntryQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("study entry")
        verbose_name_plural = _("study entries")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=Kind.ADJUSTED) | Q(credited_s__gte=0, credited_s__lte=F("claimed_s")),
                name="credit_is_within_the_claim",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.ADJUSTED) | Q(corrects__isnull=True),
                name="only_an_adjustment_corrects_an_entry",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=(Kind.DECLARED, Kind.ADJUSTED)) | Q(actor__isnull=False),
                name="what_somebody_decided_names_them",
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=True) | ~Q(actor=F("person")),
                name="nobody_decides_about_their_own_ledger",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.DECLARED) | Q(started_at__lt=F("received_at")),
                name="declared_time_lies_in_the_past",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.ADJUSTED) | (Q(corrects__isnull=False) & ~Q(note="")),
                name="an_adjustment_names_its_entry_and_why",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.MEASURED) | Q(sealed_at__isnull=False),
                name="only_a_measured_entry_is_ever_open",
            ),
            models.CheckConstraint(condition=IsMonday("week"), name="entry_week_is_a_monday"),
        )
        indexes = (
            models.Index(fields=("person", "started_at"), name="entries_of_a_person"),
            # Partial, so that a report that lets an entry grow touches neither.
            models.Index(fields=("person",), condition=Q(sealed_at__isnull=True), name="open_entries"),
            models.Index(fields=("sealed_at",), condition=Q(sealed_at__isnull=False), name="sealed_entries"),
            models.Index(fields=("corrects",), condition=Q(corrects__isnull=False), name="corrections"),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} +{self.credited_s} s"


class LedgerDay(models.Model):
    """All entries sealed on one day (WIB), under one digest that also covers the day before.

    Only ever added to: the database refuses the rest, and an entry for a closed day.
    """

    day = models.DateField(_("day"), primary_key=True)
    entries = models.PositiveIntegerField(_("entries"))
    seconds = models.BigIntegerField(_("credited seconds"))
    digest = models.CharField(_("digest"), max_length=64)
    previous = models.CharField(_("digest of the day before"), max_length=64)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("ledger day")
        verbose_name_plural = _("ledger days")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.digest[:12]}"


class Retirement(models.Model):
    """A closed day whose entries are kept no longer: the database lets just these be deleted.

    Only ever added to. What the entries came to stays in `StudyDay`.
    """

    day = models.OneToOneField(
        LedgerDay, primary_key=True, on_delete=models.PROTECT, related_name="retirement", db_column="day"
    )
    at = models.DateTimeField(_("time"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("retired ledger day")
        verbose_name_plural = _("retired ledger days")


class StudyDay(models.Model):
    """What retired entries of one person, activity, day, kind and channel came to, added up.

    Only ever added to. Several rows of one day may stand for one person: entries that something
    else names are retired later. `digest` covers the row and the digest of the day they were sealed on.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    week = models.DateField(_("week"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    claimed_s = models.PositiveIntegerField(_("claimed seconds"))
    credited_s = models.IntegerField(_("credited seconds"))
    entries = models.PositiveIntegerField(_("entries"))
    ended_at = models.DateTimeField(_("end of the last"))
    sealed_on = models.ForeignKey(LedgerDay, on_delete=models.PROTECT, related_name="study_days")
    digest = models.CharField(_("digest"), max_length=64)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("study day")
        verbose_name_plural = _("study days")
        constraints = (
            models.CheckConstraint(condition=IsMonday("week"), name="study_day_week_is_a_monday"),
            models.CheckConstraint(condition=Q(entries__gte=1), name="a_study_day_stands_for_an_entry"),
        )
        indexes = (models.Index(fields=("person", "day"), name="study_days_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} +{self.credited_s} s"


class Total(models.Model):
    """Credited seconds of the four kinds, and how much of the measured came offline or coarse."""

    measured_s = models.PositiveIntegerField(default=0)
    attended_s = models.PositiveIntegerField(default=0)
    declared_s = models.PositiveIntegerField(default=0)
    adjusted_s = models.IntegerField(default=0)
    offline_s = models.PositiveIntegerField(default=0)
    coarse_s = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def seconds(self) -> int:
        """All that counts towards the weekly target."""
        return self.measured_s + self.attended_s + self.declared_s + self.adjusted_s


class WeekTotal(Total):
    """One row per person and week, changed in the transaction that credits an entry."""

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="week_totals", db_index=False
    )
    week = models.DateField(_("week"))
    covered_until = models.DateTimeField(null=True, help_text=_("Nothing credited in this week ends later."))
    # Measured seconds of Monday … Sunday: the daily ceiling reads them.
    day_1_s = models.PositiveIntegerField(default=0)
    day_2_s = models.PositiveIntegerField(default=0)
    day_3_s = models.PositiveIntegerField(default=0)
    day_4_s = models.PositiveIntegerField(default=0)
    day_5_s = models.PositiveIntegerField(default=0)
    day_6_s = models.PositiveIntegerField(default=0)
    day_7_s = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "week"), name="one_total_per_person_and_week"),
            models.CheckConstraint(condition=IsMonday("week"), name="week_is_a_monday"),
        )


class YearTotal(Total):
    """One row per person and calendar year, of what is sealed: `queries.year_totals` adds the open rest.

    Written with the seal, not with each report (docs/decisions/0011).
    """

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="year_totals", db_index=False
    )
    year = models.PositiveSmallIntegerField(_("year"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "year"), name="one_total_per_person_and_year"),
        )


class ActivityTotal(models.Model):
    """What one person was credited for one activity, and where they stopped."""

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="activity_totals", db_index=False
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    credited_s = models.PositiveIntegerField(default=0)
    last_step = models.PositiveSmallIntegerField(_("last step"), default=1)
    last_at = models.DateTimeField(_("last studied"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "activity"), name="one_total_per_person_and_activity"),
        )


class PageVisit(models.Model):
    """The page a person without JavaScript has open: closed, and credited, by the next one."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(null=True)
    step = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()

    wagtail_reference_index_ignore = True


class SignedOut(models.Model):
    """A session that ended: study tokens issued in it credit nothing after this moment."""

    session = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(_("time"), db_index=True)

    wagtail_reference_index_ignore = True


class PermitUse(models.Model):
    """An offline permit that was redeemed, once, and the intervals it was redeemed with."""

    nonce = models.CharField(max_length=32, primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    keys = models.JSONField()
    at = models.DateTimeField(_("time"))

    wagtail_reference_index_ignore = True


class WeeklyTarget(models.Model):
    """The minutes a week a unit asks of its people, from a date on. Units below inherit it."""

    unit = models.ForeignKey("people.Unit", on_delete=models.CASCADE, related_name="weekly_targets")
    minutes = models.PositiveSmallIntegerField(_("minutes a week"))
    valid_from = models.DateField(_("valid from"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("weekly target")
        verbose_name_plural = _("weekly targets")
        constraints = (
            models.UniqueConstraint(fields=("unit", "valid_from"), name="one_target_per_unit_and_date"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=600), name="target_is_5_to_600_minutes"
            ),
        )


class Holiday(models.Model):
    """A day on which the calendar kept by others is overruled: a holiday it lacks, a workday it frees."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_workday = models.BooleanField(
        _("working day"),
        default=False,
        help_text=_("Ticked: work goes on, even on a public holiday or a Saturday."),
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
