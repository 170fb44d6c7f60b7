"""The arithmetic of study time: which week, where a span lies, what is credited. No Django here.

Time is whole seconds. A *span* is a half-open stretch of server time. A day, a week and a
year are those of Asia/Jakarta (WIB); a week is an ISO week, named by its Monday.
"""

import datetime as dt
import math
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from learning.people.rules import WIB as WIB
from learning.people.rules import local_day as local_day

ONE_WEEK = dt.timedelta(weeks=1)
MINUTES_PER_JP = 45  # PerLAN 5/2018: one jam pelajaran is 45 minutes

# Why a second was not credited. The learner reads these in words (study.models.Reason).
OVERLAP = "overlap"
ACTIVITY_CEILING = "activity_ceiling"
DAY_CEILING = "day_ceiling"
COARSE_CEILING = "coarse_ceiling"
COARSE_LEFT = "coarse_left"
SIGNED_OUT = "signed_out"
TOO_LATE = "too_late"

SEAL_AFTER_S = 900  # an entry grows until 15 minutes after its last report
DRIFT_S = 2  # two clocks may disagree by this much before a claim lies in the future
OFFLINE_LATE_S = 14 * 86_400  # an offline permit is redeemed at most this long after its issue
TOKEN_LIFE_S = 12 * 3600  # an interval ends at most this long after its token was issued


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of server time, `start` included, `end` not."""

    start: dt.datetime
    end: dt.datetime

    @property
    def seconds(self) -> int:
        return max(0, int((self.end - self.start).total_seconds()))


@dataclass(frozen=True, slots=True)
class Limits:
    """The ceilings one version of the policy sets, in seconds."""

    version: int
    day_s: int
    activity_factor: float
    entry_s: int
    coarse_page_s: int
    late_s: int

    def activity_s(self, planned_minutes: int) -> int:
        """The most one person is credited for one activity."""
        return int(planned_minutes * 60 * self.activity_factor)


@dataclass(frozen=True, slots=True)
class Report:
    """One interval of one person as it was reported, placed in server time, with the limits in force."""

    person_id: int
    activity_id: int
    session: str
    revision: int | None
    key: uuid.UUID
    span: Span
    step: int
    evidence: str
    now: dt.datetime
    limits: Limits


@dataclass(frozen=True, slots=True)
class Credit:
    """What a claim is worth, and why not more ("" when it is worth all)."""

    seconds: int
    reason: str = ""


def week_of(day: dt.date) -> dt.date:
    """The Monday of the ISO week `day` lies in."""
    return day - dt.timedelta(days=day.weekday())


def week_name(week: dt.date) -> str:
    """ISO 8601's name of the week of a Monday: "2026-W48"."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02d}"


def end_of_day(moment: dt.datetime) -> dt.datetime:
    """The midnight (WIB) that ends the day of `moment`."""
    tomorrow = local_day(moment) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time.min, WIB)


def split_at_midnight(span: Span) -> Iterator[Span]:
    """The parts of `span`, none of which crosses a midnight in WIB."""
    start = span.start
    while start < span.end:
        end = min(span.end, end_of_day(start))
        yield Span(start, end)
        start = end


def continuation_key(key: uuid.UUID, part: str) -> uuid.UUID:
    """The key of the row that goes on where `key` had to stop: the same each time it is asked."""
    return uuid.uuid5(key, part)


def free_seconds(claim: Span, taken: Iterable[Span]) -> int:
    """Whole seconds of `claim` that none of `taken` covers.

    One person's time is never counted twice, however many tabs and devices report it
    (STUDY-TIME rule 2).
    """
    free = dt.timedelta(0)
    cursor = claim.start
    for span in sorted(taken, key=lambda each: each.start):
        if span.end <= cursor:
            continue
        if span.start >= claim.end:
            break
        free += max(dt.timedelta(0), span.start - cursor)
        cursor = max(cursor, span.end)
    free += max(dt.timedelta(0), claim.end - cursor)
    return free // dt.timedelta(seconds=1)


def _whole(moment: dt.datetime, *, up: bool = False) -> dt.datetime:
    """`moment` at a whole second, the one before or (`up`) the one after."""
    floor = moment.replace(microsecond=0)
    return floor + dt.timedelta(seconds=1) if up and floor != moment else floor


def pieces(claim: Span, taken: Iterable[Span]) -> Iterator[tuple[Span, bool]]:
    """`claim` in order, cut at whole seconds where `taken` begins and ends, each piece free or not.

    A second that `taken` covers in part is taken whole. `claim` begins and ends on whole seconds.
    """
    cursor = claim.start
    for span in sorted(taken, key=lambda each: each.start):
        start, end = max(cursor, _whole(span.start)), min(claim.end, _whole(span.end, up=True))
        if start >= end:
            continue
        if cursor < start:
            yield Span(cursor, start), True
        yield Span(start, end), False
        cursor = end
    if cursor < claim.end:
        yield Span(cursor, claim.end), True


def in_lengths(span: Span, longest_s: int) -> Iterator[Span]:
    """`span` in stretches of at most `longest_s` seconds."""
    start = span.start
    while start < span.end:
        end = min(span.end, start + dt.timedelta(seconds=longest_s))
        yield Span(start, end)
        start = end


def shared_seconds(one: Span, other: Span) -> int:
    """Seconds that lie in both, a part of a second counted whole."""
    shared = (min(one.end, other.end) - max(one.start, other.start)).total_seconds()
    return max(0, math.ceil(shared))


def room_beside(span: Span, others: Iterable[tuple[Span, int]]) -> int:
    """The most seconds of `span` that may be credited when each of `others` is worth its seconds.

    No second is counted twice exactly when every row's worth can be laid into the row without two
    using the same second. That can be done if and only if no stretch of time, from any start to any
    end, holds rows worth more than it is long (one machine, release times and deadlines, jobs that
    may be interrupted). So the least room that any stretch around `span` leaves is the answer.
    """
    rows = sorted((each for each in others if each[1] > 0), key=lambda each: each[0].end)
    least = span.seconds
    for start in {span.start} | {each.start for each, _worth in rows if each.start < span.start}:
        held = 0
        least = min(least, Span(start, span.end).seconds - _held(rows, start, span.end))
        for each, worth in rows:
            if each.start < start:
                continue
            held += worth
            if each.end > span.end:
                least = min(least, Span(start, each.end).seconds - held)
    return max(0, least)


def _held(rows: Iterable[tuple[Span, int]], start: dt.datetime, end: dt.datetime) -> int:
    return sum(worth for each, worth in rows if start <= each.start and each.end <= end)


def credit(claimed: int, bounds: Iterable[tuple[int, str]]) -> Credit:
    """What `claimed` seconds are worth: the least of them and of `bounds` (seconds, reason).

    The reason is that of the tightest bound; of equal ones, the first.
    """
    worth, reason = claimed, ""
    for bound, why in bounds:
        if bound < worth:
            worth, reason = bound, why
    return Credit(max(0, worth), reason)


def is_sealed(*, received_at: dt.datetime, now: dt.datetime) -> bool:
    """An entry is immutable 15 minutes after its last report."""
    return (now - received_at).total_seconds() > SEAL_AFTER_S


def coarse_bounds(elapsed_s: int, limits: Limits) -> list[tuple[int, str]]:
    """What page-to-page time is worth without JavaScript: little, and nothing for a page left open."""
    if elapsed_s > limits.entry_s:
        return [(0, COARSE_LEFT)]
    return [(limits.coarse_page_s, COARSE_CEILING)]


def whole_minutes(seconds: int) -> int:
    """Minutes as shown: whole ones, never rounded up."""
    return seconds // 60


def recent_weeks(day: dt.date, count: int) -> list[dt.date]:
    """The last `count` weeks up to the one of `day`, oldest first."""
    this_week = week_of(day)
    return [this_week - dt.timedelta(weeks=back) for back in range(count - 1, -1, -1)]
