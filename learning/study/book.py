"""One person's ledger, opened for writing: read under their lock, decided by the rules, written back.

The hottest code of the product, so it speaks SQL itself (`learning.study.statements`): a handful of
statements a report, however many intervals it brings. PostgreSQL takes the common report, one
interval that goes on where it stopped, in a single statement (`learning.study.beat`).
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from learning.study import rules, statements
from learning.study.models import Channel, Reason
from learning.study.rules import Limits, Span
from learning.study.statements import key_of, moment, to_db


class StudyRefused(Exception):
    """A whole report refused: nothing was written. `code` is for machines, the message for people."""

    def __init__(self, status: int, code: str, message: str, keys: Sequence[uuid.UUID] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.keys = tuple(keys)


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


@dataclass(slots=True)
class Entry:
    """One row of the ledger, in memory."""

    key: uuid.UUID
    person_id: int
    activity_id: int
    channel: str
    started_at: dt.datetime
    claimed_s: int
    credited_s: int
    reason: str
    evidence: str
    received_at: dt.datetime
    is_sealed: bool
    revision: int | None = None
    is_changed: bool = False

    @property
    def span(self) -> Span:
        return Span(self.started_at, self.started_at + dt.timedelta(seconds=self.claimed_s))


@dataclass(slots=True)
class WeekState:
    """What the ceilings of a week need, and what this report adds."""

    day_s: list[int]
    seconds: int
    added: list[int] = field(default_factory=lambda: [0] * 7)
    offline_s: int = 0
    coarse_s: int = 0
    covered_until: dt.datetime | None = None
    is_touched: bool = False


@dataclass(slots=True)
class ActivityState:
    """An activity as the person meets it, and what they were credited for it."""

    activity_id: int
    planned_minutes: int
    minimum_minutes: int
    is_open: bool
    credited_s: int
    added_s: int = 0
    last_step: int | None = None
    last_at: dt.datetime | None = None


@dataclass(slots=True)
class Book:
    """One person's ledger inside a transaction that holds their lock."""

    person_id: int
    now: dt.datetime
    limits: Limits
    activity: ActivityState
    signed_out_at: dt.datetime | None
    entries: dict[uuid.UUID, Entry] = field(default_factory=dict)
    weeks: dict[dt.date, WeekState] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        *,
        person_id: int,
        activity_id: int,
        session: str,
        now: dt.datetime,
        spans: Sequence[Span],
        keys: Iterable[uuid.UUID] = (),
    ) -> "Book":
        """Lock the person and read all that claims in `spans` can touch.

        Raises `StudyRefused` when the person or the activity takes no more study, or a key is
        somebody else's. `LookupError` when no policy is in force.
        """
        lock = " FOR NO KEY UPDATE OF p" if connection.vendor == "postgresql" else ""
        found = statements.fetch(statements.OPEN + lock, [activity_id, session, now, person_id])
        if not found or not found[0][0]:
            raise StudyRefused(403, "person_inactive", _("This account is not active."))
        _active, planned, minimum, is_open, credited, signed_out_at, version, *limits = found[0]
        if not is_open:
            raise StudyRefused(403, "activity_closed", _("This activity is closed for study."))
        if version is None:
            raise LookupError("no study policy is in force")
        book = cls(
            person_id,
            now,
            Limits(version, *limits),
            ActivityState(activity_id, planned, minimum, bool(is_open), credited or 0),
            moment(signed_out_at),
        )
        days = {rules.local_day(at) for span in spans for at in (span.start, span.end)}
        book._read_weeks({rules.week_of(day) for day in (*days, rules.local_day(now))})
        book._read_entries(spans, list(keys))
        return book

    def _read_weeks(self, weeks: set[dt.date]) -> None:
        """Read `weeks`, locked: the one statement of PostgreSQL holds a week and not the person.

        Before the entries are read, so that what such a report credits is either seen or comes after.
        """
        lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
        found = statements.fetch(
            statements.WEEKS.format(", ".join(["%s"] * len(weeks))) + lock, [self.person_id, *sorted(weeks)]
        )
        for monday in weeks:
            self.weeks[monday] = WeekState([0] * 7, 0)
        for monday, *days, seconds in found:
            monday = dt.date.fromisoformat(monday) if isinstance(monday, str) else monday
            self.weeks[monday] = WeekState(list(days), seconds)

    def _read_entries(self, spans: Sequence[Span], keys: list[uuid.UUID]) -> None:
        if keys:
            self._take(statements.fetch(statements.BY_KEY.format(", ".join(["%s"] * len(keys))), keys))
        for entry in self.entries.values():
            if entry.person_id != self.person_id:
                raise StudyRefused(400, "malformed", _("The report cannot be read."), [entry.key])
        # An entry lies where its first report put it, whatever a later one says: its continuations too.
        starts = [span.start for span in spans] + [entry.started_at for entry in self.entries.values()]
        longest = max(span.end - span.start for span in spans)
        ends = [span.end for span in spans] + [start + longest for start in starts]
        margin = dt.timedelta(seconds=self.limits.entry_s + rules.DRIFT_S)
        self._take(statements.fetch(statements.ENTRIES, [self.person_id, min(starts) - margin, max(ends)]))

    def _take(self, rows: Iterable[Any]) -> None:
        for row in rows:
            key, person, activity, channel, started, claimed, credited, reason, evidence, received, sealed = (
                row
            )
            self.entries[key_of(key)] = Entry(
                key=key_of(key),
                person_id=person,
                activity_id=activity,
                channel=channel,
                started_at=moment(started),
                claimed_s=claimed,
                credited_s=credited,
                reason=reason,
                evidence=evidence,
                received_at=moment(received),
                is_sealed=sealed is not None,
            )

    def week(self, day: dt.date) -> WeekState:
        """The week of `day`, read once."""
        monday = rules.week_of(day)
        if monday not in self.weeks:  # a known entry lies elsewhere than this report says
            self._read_weeks({monday})
        return self.weeks[monday]

    def claim(
        self,
        *,
        key: uuid.UUID,
        span: Span,
        channel: str,
        revision: int | None = None,
        evidence: str = "input",
        bounds: Sequence[tuple[int, str]] = (),
    ) -> Outcome:
        """Claim `span` for the entry `key`, which may already hold a part of it.

        `bounds` (seconds, reason) are ceilings besides those of the policy.
        """
        first = self.entries.get(key)
        if first is not None:  # the first report fixed where the interval lies and what it was about
            if first.activity_id != self.activity.activity_id or first.channel != channel:
                raise StudyRefused(400, "malformed", _("The report cannot be read."), [key])
            span = Span(first.started_at, first.started_at + (span.end - span.start))
            if (span.end - self.now).total_seconds() > rules.DRIFT_S:  # the report said an earlier start
                raise StudyRefused(422, "in_the_future", _("The report lies in the future."), [key])
        outcome = Outcome(key)
        for part in rules.split_at_midnight(span):
            part_key = key
            if part.start != span.start:
                part_key = rules.continuation_key(key, rules.local_day(part.start).isoformat())
            fresh = Entry(
                key=part_key,
                person_id=self.person_id,
                activity_id=self.activity.activity_id,
                channel=channel,
                started_at=part.start,
                claimed_s=0,
                credited_s=0,
                reason="",
                evidence=evidence,
                received_at=self.now,
                is_sealed=False,
                revision=revision,
            )
            self._grow(fresh, part, bounds, outcome)
        return outcome

    def _grow(self, fresh: Entry, part: Span, bounds: Sequence[tuple[int, str]], outcome: Outcome) -> None:
        """Let the entry of `fresh.key` reach the end of `part`; a sealed one goes on in a new row."""
        entry = self.entries.get(fresh.key, fresh)
        if entry is not fresh:
            outcome.claimed_s += entry.claimed_s
            outcome.credited_s += entry.credited_s
            outcome.reason = entry.reason or outcome.reason
        growth_s = part.seconds - entry.claimed_s
        if growth_s <= 0:
            return
        if entry.is_sealed or rules.is_sealed(received_at=entry.received_at, now=self.now):
            fresh.key = rules.continuation_key(entry.key, str(entry.claimed_s))
            fresh.started_at = entry.span.end
            self._grow(fresh, Span(entry.span.end, part.end), bounds, outcome)
            return
        growth = Span(entry.span.end, entry.span.end + dt.timedelta(seconds=growth_s))
        left = [(bound - outcome.credited_s, why) for bound, why in bounds]  # of the whole claim
        worth = self._worth(entry, growth, left)
        entry.claimed_s += growth_s
        entry.credited_s += worth.seconds
        entry.reason = worth.reason or entry.reason
        entry.evidence = fresh.evidence
        entry.received_at = max(entry.received_at, self.now)  # two processes may read two clocks
        entry.is_changed = True
        self.entries[entry.key] = entry
        outcome.is_known = False
        outcome.claimed_s += growth_s
        outcome.credited_s += worth.seconds
        outcome.reason = worth.reason or outcome.reason
        self._add(entry.channel, growth, worth.seconds)

    def _worth(self, claimant: Entry, growth: Span, bounds: Sequence[tuple[int, str]]) -> rules.Credit:
        latest = rules.OFFLINE_LATE_S if claimant.channel == Channel.OFFLINE else self.limits.late_s
        if (self.now - growth.end).total_seconds() > latest:
            return rules.Credit(0, rules.TOO_LATE)
        counts = growth
        if self.signed_out_at is not None and growth.end > self.signed_out_at:
            counts = Span(growth.start, self.signed_out_at)
            bounds = [*bounds, (counts.seconds, rules.SIGNED_OUT)]
        taken = [
            entry.span
            for entry in self.entries.values()
            if entry.credited_s > 0 and entry.key != claimant.key
        ]
        day = rules.local_day(growth.start)
        week = self.week(day)
        spent = week.day_s[day.weekday()] + week.added[day.weekday()]
        activity = self.activity
        ceiling = self.limits.activity_s(activity.planned_minutes)
        return rules.credit(
            growth.seconds,
            [
                *bounds,
                (rules.free_seconds(counts, taken), rules.OVERLAP),
                (self.limits.day_s - spent, rules.DAY_CEILING),
                (ceiling - activity.credited_s - activity.added_s, rules.ACTIVITY_CEILING),
            ],
        )

    def _add(self, channel: str, growth: Span, seconds: int) -> None:
        day = rules.local_day(growth.start)
        week = self.week(day)
        offline = seconds if channel == Channel.OFFLINE else 0
        coarse = seconds if channel == Channel.COARSE else 0
        week.is_touched = True
        week.added[day.weekday()] += seconds
        week.offline_s += offline
        week.coarse_s += coarse
        if seconds and (week.covered_until is None or growth.end > week.covered_until):
            week.covered_until = growth.end
        self.activity.added_s += seconds
        if self.activity.last_at is None or growth.end > self.activity.last_at:
            self.activity.last_at = growth.end

    def save(self) -> None:
        """Write the changed entries and add to every total they touch."""
        changed = [entry for entry in self.entries.values() if entry.is_changed]
        if not changed:
            return
        with connection.cursor() as cursor:
            cursor.executemany(statements.SAVE_ENTRY, [self._entry_row(entry) for entry in changed])
            cursor.executemany(
                statements.SAVE_WEEK,
                [
                    [
                        self.person_id,
                        to_db(monday),
                        sum(week.added),
                        week.offline_s,
                        week.coarse_s,
                        to_db(week.covered_until),
                        *week.added,
                    ]
                    for monday, week in sorted(self.weeks.items())
                    if week.is_touched
                ],
            )
            activity = self.activity
            cursor.execute(
                statements.SAVE_ACTIVITY,
                [
                    self.person_id,
                    activity.activity_id,
                    activity.added_s,
                    activity.last_step or 1,
                    to_db(activity.last_at or self.now),
                ],
            )

    def _entry_row(self, entry: Entry) -> list[Any]:
        week = rules.week_of(rules.local_day(entry.started_at))
        return [
            to_db(value)
            for value in (
                entry.key,
                entry.person_id,
                entry.activity_id,
                entry.revision,
                entry.channel,
                entry.evidence,
                entry.started_at,
                week,
                entry.claimed_s,
                entry.credited_s,
                entry.reason,
                self.limits.version,
                entry.received_at,
            )
        ]
