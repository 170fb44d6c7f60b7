"""What writes the ledger: measured intervals, page visits, the weekly target."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _

from learning.people.models import Person
from learning.study import rules
from learning.study.models import (
    Activity,
    ActivityTotal,
    Channel,
    Kind,
    PageVisit,
    Reason,
    SignedOut,
    StudyEntry,
    StudyPolicy,
    WeekTotal,
    YearTotal,
)
from learning.study.rules import Limits, Span
from learning.study.tokens import Token

_VISITS = uuid.UUID("6f0b2f1e-6c0c-5b7e-9d56-0c1a7f9f4a10")


class StudyRefused(Exception):
    """A whole report refused: nothing was written. `code` is for machines, the message for people."""

    def __init__(self, status: int, code: str, message: str, keys: Sequence[uuid.UUID] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.keys = tuple(keys)


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of study as a client reports it: `length_ms` so far, from `offset_ms` of its token."""

    key: uuid.UUID
    offset_ms: int
    length_ms: int
    step: int = 1
    evidence: str = "input"


@dataclass(slots=True)
class Outcome:
    """What became of one reported interval; seconds of the whole of it, not of this report."""

    key: uuid.UUID
    claimed_s: int = 0
    credited_s: int = 0
    reason: str = ""
    is_known: bool = True

    @property
    def outcome(self) -> str:
        if self.is_known:
            return "known"
        if self.credited_s == self.claimed_s:
            return "credited"
        return "clipped" if self.credited_s else "refused"

    @property
    def sentence(self) -> str:
        return str(Reason(self.reason).label) if self.reason else ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one report."""

    outcomes: list[Outcome]
    activity_s: int
    week_s: int
    minimum_reached: bool


def current_policy(now: dt.datetime) -> StudyPolicy:
    """The version of the policy in force at `now`."""
    policy = StudyPolicy.objects.filter(valid_from__lte=now).order_by("-valid_from", "-version").first()
    if policy is None:
        raise LookupError("no study policy is in force")
    return policy


@dataclass(slots=True)
class Book:
    """One person's ledger, opened for writing inside a transaction that holds their lock.

    Rows and totals are read once, claims are decided by the rules, and `save` writes them.
    """

    person_id: int
    now: dt.datetime
    limits: Limits
    rows: dict[uuid.UUID, StudyEntry] = field(default_factory=dict)
    weeks: dict[dt.date, WeekTotal] = field(default_factory=dict)
    years: dict[int, YearTotal] = field(default_factory=dict)
    activities: dict[int, ActivityTotal] = field(default_factory=dict)
    new: dict[uuid.UUID, StudyEntry] = field(default_factory=dict)
    grown: dict[uuid.UUID, StudyEntry] = field(default_factory=dict)

    @classmethod
    def open(
        cls, *, person_id: int, now: dt.datetime, spans: Sequence[Span], keys: Iterable[uuid.UUID] = ()
    ) -> "Book":
        """Lock the person and read what the claims in `spans` can touch."""
        person = (
            Person.objects.select_for_update(no_key=True)
            if connection.features.has_select_for_no_key_update
            else Person.objects.all()
        ).filter(pk=person_id, is_active=True)
        if not person.values_list("pk").first():
            raise StudyRefused(403, "person_inactive", _("This account is not active."))
        book = cls(person_id, now, current_policy(now).limits())
        start = min(span.start for span in spans) - dt.timedelta(seconds=book.limits.entry_s + rules.DRIFT_S)
        end = max(span.end for span in spans)
        wanted = list(keys)
        for row in StudyEntry.objects.filter(
            person_id=person_id, kind=Kind.MEASURED, started_at__gte=start, started_at__lt=end
        ):
            book.rows[row.pk] = row
        if missing := [key for key in wanted if key not in book.rows]:
            for row in StudyEntry.objects.filter(pk__in=missing):
                if row.person_id != person_id:
                    raise StudyRefused(400, "malformed", _("The report cannot be read."), [row.pk])
                book.rows[row.pk] = row
        return book

    def _week(self, day: dt.date) -> WeekTotal:
        week = rules.week_of(day)
        if week not in self.weeks:
            self.weeks[week] = WeekTotal.objects.filter(
                person_id=self.person_id, week=week
            ).first() or WeekTotal(person_id=self.person_id, week=week)
        return self.weeks[week]

    def _year(self, day: dt.date) -> YearTotal:
        if day.year not in self.years:
            self.years[day.year] = YearTotal.objects.filter(
                person_id=self.person_id, year=day.year
            ).first() or YearTotal(person_id=self.person_id, year=day.year)
        return self.years[day.year]

    def activity_total(self, activity_id: int) -> ActivityTotal:
        """What the person was credited for the activity so far."""
        if activity_id not in self.activities:
            self.activities[activity_id] = ActivityTotal.objects.filter(
                person_id=self.person_id, activity_id=activity_id
            ).first() or ActivityTotal(person_id=self.person_id, activity_id=activity_id, last_at=self.now)
        return self.activities[activity_id]

    def claim(
        self,
        *,
        key: uuid.UUID,
        span: Span,
        activity: Activity,
        revision: int | None,
        channel: str,
        evidence: str,
        until: dt.datetime | None = None,
        bounds: Sequence[tuple[int, str]] = (),
    ) -> Outcome:
        """Claim `span` for the row `key`, which may already hold a part of it.

        Nothing after `until` (the sign-out) is credited; `bounds` (seconds, reason) are
        further ceilings.
        """
        first = self.rows.get(key)
        if first is not None:  # the first report fixed where the interval lies and what it was about
            if first.activity_id != activity.pk or first.channel != channel:
                raise StudyRefused(400, "malformed", _("The report cannot be read."), [key])
            span = Span(first.started_at, first.started_at + (span.end - span.start))
        outcome = Outcome(key)
        part_key = key
        for part in rules.split_at_midnight(span):
            if part.start != span.start:
                part_key = rules.continuation_key(key, rules.local_day(part.start).isoformat())
            self._claim_part(part_key, part, activity, revision, channel, evidence, until, bounds, outcome)
        return outcome

    def _claim_part(
        self,
        key: uuid.UUID,
        part: Span,
        activity: Activity,
        revision: int | None,
        channel: str,
        evidence: str,
        until: dt.datetime | None,
        bounds: Sequence[tuple[int, str]],
        outcome: Outcome,
    ) -> None:
        row = self.rows.get(key)
        growth_s = part.seconds - (row.claimed_s if row else 0)
        if row is not None:
            outcome.claimed_s += row.claimed_s
            outcome.credited_s += row.credited_s
            outcome.reason = row.reason or outcome.reason
        if growth_s <= 0:
            return
        if row is not None and (row.sealed_at or rules.is_sealed(received_at=row.received_at, now=self.now)):
            rest = Span(row.started_at + dt.timedelta(seconds=row.claimed_s), part.end)
            next_key = rules.continuation_key(key, str(row.claimed_s))
            self._claim_part(next_key, rest, activity, revision, channel, evidence, until, bounds, outcome)
            return
        held_s = row.claimed_s if row else 0
        start = row.started_at if row else part.start
        growth = Span(start + dt.timedelta(seconds=held_s), start + dt.timedelta(seconds=held_s + growth_s))
        if until is not None and growth.end > until:
            bounds = [*bounds, (Span(growth.start, until).seconds, rules.SIGNED_OUT)]
        worth = self._worth(key, growth, activity, bounds)
        if row is None:
            row = StudyEntry(
                id=key,
                person_id=self.person_id,
                activity=activity,
                revision=revision,
                kind=Kind.MEASURED,
                channel=channel,
                started_at=part.start,
                week=rules.week_of(rules.local_day(part.start)),
                claimed_s=0,
                credited_s=0,
                policy_id=self.limits.version,
            )
            self.new[key] = self.rows[key] = row
        elif key not in self.new:
            self.grown[key] = row
        row.claimed_s += growth_s
        row.credited_s += worth.seconds
        row.reason = worth.reason or row.reason
        row.evidence = evidence
        row.received_at = self.now
        outcome.is_known = False
        outcome.claimed_s += growth_s
        outcome.credited_s += worth.seconds
        outcome.reason = worth.reason or outcome.reason
        self._add(row, growth, worth.seconds, activity)

    def _worth(
        self,
        key: uuid.UUID,
        growth: Span,
        activity: Activity,
        bounds: Sequence[tuple[int, str]],
    ) -> rules.Credit:
        if (self.now - growth.end).total_seconds() > self.limits.late_s:
            return rules.Credit(0, rules.TOO_LATE)
        taken = [
            Span(row.started_at, row.started_at + dt.timedelta(seconds=row.claimed_s))
            for row in self.rows.values()
            if row.credited_s > 0 and row.pk != key
        ]
        day = rules.local_day(growth.start)
        spent = getattr(self._week(day), f"day_{day.isoweekday()}_s")
        credited = self.activity_total(activity.pk).credited_s
        return rules.credit(
            growth.seconds,
            [
                *bounds,
                (rules.free_seconds(growth, taken), rules.OVERLAP),
                (self.limits.day_s - spent, rules.DAY_CEILING),
                (self.limits.activity_s(activity.planned_minutes) - credited, rules.ACTIVITY_CEILING),
            ],
        )

    def _add(self, row: StudyEntry, growth: Span, seconds: int, activity: Activity) -> None:
        day = rules.local_day(growth.start)
        week, year = self._week(day), self._year(day)
        for total in (week, year):
            total.measured_s += seconds
            if row.channel == Channel.OFFLINE:
                total.offline_s += seconds
            elif row.channel == Channel.COARSE:
                total.coarse_s += seconds
        weekday = f"day_{day.isoweekday()}_s"
        setattr(week, weekday, getattr(week, weekday) + seconds)
        if seconds and (week.covered_until is None or growth.end > week.covered_until):
            week.covered_until = growth.end
        spent = self.activity_total(activity.pk)
        spent.credited_s += seconds
        spent.last_at = max(spent.last_at, growth.end)

    def save(self) -> None:
        """Write the new and the grown rows and every total they touch."""
        StudyEntry.objects.bulk_create(self.new.values())
        for row in self.grown.values():
            StudyEntry.objects.filter(pk=row.pk).update(
                claimed_s=row.claimed_s,
                credited_s=row.credited_s,
                reason=row.reason,
                evidence=row.evidence,
                received_at=row.received_at,
            )
        for total in (*self.weeks.values(), *self.years.values(), *self.activities.values()):
            total.save()


def record_intervals(*, token: Token, intervals: Sequence[Interval], now: dt.datetime) -> Receipt:
    """Credit what a client reports for one token: all of the batch, or nothing of it.

    Raises `StudyRefused` when the batch is not to be believed (future, too long, closed
    activity, stale token); an interval that is merely worth less keeps its row and a reason.
    """
    spans = {interval.key: _span(token, interval, now) for interval in intervals}
    with transaction.atomic():
        book = Book.open(person_id=token.person_id, now=now, spans=list(spans.values()), keys=list(spans))
        activity = Activity.objects.filter(pk=token.activity_id).first()
        if activity is None or not activity.is_open:
            raise StudyRefused(403, "activity_closed", _("This activity is closed for study."))
        signed_out = SignedOut.objects.filter(session=token.session).values_list("at", flat=True).first()
        total = book.activity_total(activity.pk)
        before = total.credited_s
        outcomes = []
        for interval in sorted(intervals, key=lambda each: spans[each.key].start):
            outcomes.append(
                book.claim(
                    key=interval.key,
                    span=spans[interval.key],
                    activity=activity,
                    revision=token.revision,
                    channel=Channel.LIVE,
                    evidence=interval.evidence,
                    until=signed_out,
                )
            )
            total.last_step = interval.step
        book.save()
        week = book._week(rules.local_day(now))
    minimum = activity.minimum_minutes * 60
    return Receipt(
        outcomes=outcomes,
        activity_s=total.credited_s,
        week_s=week.seconds,
        minimum_reached=before < minimum <= total.credited_s,
    )


def _span(token: Token, interval: Interval, now: dt.datetime) -> Span:
    """Where an interval lies in server time; refuses what cannot be."""
    start = token.issued_at + dt.timedelta(milliseconds=interval.offset_ms)
    span = Span(start, start + dt.timedelta(milliseconds=interval.length_ms))
    if (span.end - now).total_seconds() > rules.DRIFT_S:
        raise StudyRefused(422, "in_the_future", _("The report lies in the future."), [interval.key])
    if (span.end - token.issued_at).total_seconds() > rules.TOKEN_LIFE_S:
        raise StudyRefused(
            401, "token_invalid", _("This page was opened too long ago. Load it again."), [interval.key]
        )
    return span


def record_visit(
    *,
    person: Person,
    activity_id: int | None,
    revision: int | None = None,
    step: int = 1,
    now: dt.datetime,
) -> Outcome | None:
    """Without JavaScript: a page was opened, so the one before it is closed and credited.

    `activity_id` None closes the last page without opening another (my week, the ledger).
    """
    with transaction.atomic():
        visit = PageVisit.objects.select_related("activity").filter(person=person).first()
        if visit is None and activity_id is None:
            return None
        outcome = None
        if visit is not None and visit.activity is not None:
            elapsed = int((now - visit.opened_at).total_seconds())
            limits = current_policy(now).limits()
            claimed = min(elapsed, limits.entry_s)
            if claimed > 0 and visit.activity.is_open:
                span = Span(visit.opened_at, visit.opened_at + dt.timedelta(seconds=claimed))
                book = Book.open(person_id=person.pk, now=now, spans=[span])
                outcome = book.claim(
                    key=uuid.uuid5(_VISITS, f"{person.pk}:{visit.opened_at.isoformat()}"),
                    span=span,
                    activity=visit.activity,
                    revision=visit.revision,
                    channel=Channel.COARSE,
                    evidence="page",
                    bounds=rules.coarse_bounds(elapsed, limits),
                )
                book.activity_total(visit.activity.pk).last_step = visit.step
                book.save()
        PageVisit.objects.update_or_create(
            person=person,
            defaults={"activity_id": activity_id, "revision": revision, "step": step, "opened_at": now},
        )
    return outcome


def end_session(*, session: str, now: dt.datetime) -> None:
    """Remember that a session ended: its study tokens credit nothing after this."""
    SignedOut.objects.get_or_create(session=session, defaults={"at": now})


def publish_activity(
    *,
    activity_id: int | None,
    kind: str,
    title: str,
    path: str,
    planned_minutes: int,
    minimum_minutes: int,
    starts_at: dt.datetime | None,
) -> Activity:
    """Make or bring up to date the activity that a published page presents."""
    known = Activity.objects.filter(pk=activity_id).first() if activity_id else None
    activity = known or Activity()
    activity.kind = kind
    activity.title = title
    activity.path = path
    activity.planned_minutes = planned_minutes
    activity.minimum_minutes = minimum_minutes
    activity.starts_at = starts_at
    activity.is_open = True
    activity.save()
    return activity


def close_activity(*, activity_id: int) -> None:
    """No more study on this activity; its records stay."""
    Activity.objects.filter(pk=activity_id).update(is_open=False)


def set_own_target(*, person: Person, minutes: int | None) -> None:
    """The learner's own weekly target; the unit's stays the least."""
    person.weekly_goal_minutes = minutes
    person.save(update_fields=["weekly_goal_minutes"])
