"""The arithmetic of the weekly goal: what a week asks, and how long a run of weeks is. No Django here.

DESIGN 5: the goal knows leave, public holidays and study assignment; a run counts weeks met, pauses
on leave, allows one grace week a quarter, and never loses its longest.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

WORKING_DAYS = 5  # Monday to Friday (Perpres 21/2023: five working days a week)
ROUND_TO = 5  # minutes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days somebody is away, both ends included. One that `frees_week` frees every week it touches."""

    first: dt.date
    last: dt.date
    frees_week: bool = False

    def covers(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Presence:
    """The working days of one week, each counted once: here, holiday, away, or not yet joined."""

    here: int
    holidays: tuple[dt.date, ...] = ()
    away: tuple[dt.date, ...] = ()
    not_joined: int = 0

    @property
    def is_whole(self) -> bool:
        return self.here >= WORKING_DAYS

    @property
    def has_joined(self) -> bool:
        """False in a week that was over before the person came."""
        return self.here > 0 or not self.not_joined


@dataclass(frozen=True, slots=True)
class WeekDone:
    """One week of a run: what was asked (0: nothing), and what was credited."""

    week: dt.date
    target_minutes: int
    seconds: int

    @property
    def is_free(self) -> bool:
        return self.target_minutes == 0

    @property
    def is_met(self) -> bool:
        return is_met(self.seconds, self.target_minutes)


@dataclass(frozen=True, slots=True)
class Runs:
    """Weeks met in a row: up to now, and the most there ever were."""

    current: int
    longest: int


def presence(
    week: dt.date,
    *,
    holidays: Collection[dt.date] = (),
    workdays: Collection[dt.date] = (),
    away: Iterable[Stretch] = (),
    joined_on: dt.date | None = None,
) -> Presence:
    """Who is at work on which days of the week that begins on the Monday `week`.

    The days are Monday to Friday, and a Saturday or Sunday only when it is one of `workdays`: a day
    of work that makes up for another. A holiday during leave is a holiday. Somebody who joins in
    mid-week is expected from that day on. Study assignment frees the whole week (DESIGN 5).
    """
    stretches = list(away)
    sunday = week + dt.timedelta(days=6)
    is_freed = any(each.frees_week and each.first <= sunday and each.last >= week for each in stretches)
    here, not_joined = 0, 0
    off: list[dt.date] = []
    absent: list[dt.date] = []
    for number in range(7):
        day = week + dt.timedelta(days=number)
        if number >= WORKING_DAYS and day not in workdays:
            continue
        if joined_on is not None and day < joined_on:
            not_joined += 1
        elif day in holidays:
            off.append(day)
        elif is_freed or any(each.covers(day) for each in stretches):
            absent.append(day)
        else:
            here += 1
    return Presence(min(here, WORKING_DAYS), tuple(off), tuple(absent), not_joined)


def target_minutes(minutes: int, found: Presence) -> int:
    """`minutes` x working days here / working days of a week, rounded up to 5; 0 frees the week.

    Never more than `minutes` itself (DESIGN 5: the goal knows leave, holidays, study assignment).
    """
    if found.is_whole:
        return minutes
    share = -(-minutes * found.here // WORKING_DAYS)
    return min(minutes, -(-share // ROUND_TO) * ROUND_TO)


def is_met(seconds: int, target_minutes: int) -> bool:
    """Was what the week asked for done? A free week asks for nothing, so it is neither met nor missed."""
    return target_minutes > 0 and seconds >= target_minutes * 60


def quarter_of(week: dt.date) -> tuple[int, int]:
    """The calendar quarter of a week: that of its Monday."""
    return week.year, (week.month - 1) // 3


def runs(weeks: Iterable[WeekDone], this_week: dt.date) -> Runs:
    """The run up to now, and the longest one, over `weeks`: all of them from the first to now, in order.

    A run is a stretch of weeks with at most one missed in any calendar quarter; its length is the
    weeks met in it. That one sentence is DESIGN 5: a free week pauses (it is no part of the stretch),
    one grace week a quarter bridges a miss, a week that still runs is never a miss. Each stretch is
    looked at for itself, so no grace used long ago shortens a later run, and a week met late, a
    holiday or leave recorded late can only lengthen the longest.
    """
    weeks_met: list[bool] = []
    missed_at: dict[tuple[int, int], int] = {}
    start = current = longest = 0
    for each in weeks:
        if each.is_free or (each.week >= this_week and not each.is_met):
            continue
        place = len(weeks_met)
        weeks_met.append(each.is_met)
        if each.is_met:
            current += 1
        else:
            quarter = quarter_of(each.week)
            earlier = missed_at.get(quarter, -1)
            if earlier >= start:
                current -= sum(weeks_met[start:earlier])
                start = earlier + 1
            missed_at[quarter] = place
        longest = max(longest, current)
    return Runs(current, longest)
