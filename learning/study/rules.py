"""The arithmetic of study time: which week, where a span lies, what is credited. No Django here.

Time is whole seconds. A *span* is a half-open stretch of server time. A day, a week and a
year are those of Asia/Jakarta (WIB); a week is an ISO week, named by its Monday.
"""

import datetime as dt
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
    """Seconds of `claim` that none of `taken` covers.

    One person's time is never counted twice, however many tabs and devices report it
    (STUDY-TIME rule 2).
    """
    free = 0.0
    cursor = claim.start
    for span in sorted(taken, key=lambda each: each.start):
        if span.end <= cursor:
            continue
        if span.start >= claim.end:
            break
        free += max(0.0, (span.start - cursor).total_seconds())
        cursor = max(cursor, span.end)
    free += max(0.0, (claim.end - cursor).total_seconds())
    return int(free + 0.001)


def credit(claimed: int, bounds: Iterable[tuple[int, str]]) -> Credit:
    """What `claimed` seconds are worth: the least of them and of `bounds` (seconds, reason).

    The reason is that of the tightest bound; of equal ones, the first.
    """
    worth, reason = claimed, ""
    for bound, why in bounds:
        if bound < worth:
            worth, reason = max(0, bound), why
    return Credit(worth, reason)


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
