"""How completed learning becomes learning hours (JP). No Django here.

| Unit      | JP of one completion                                             | Left over   |
|-----------|------------------------------------------------------------------|-------------|
| minutes   | measured minutes and what was carried in, by 45, whole ones only | carried on  |
| programme | planned minutes by 45, whole ones only                           | nothing     |
| day       | as the form says for a day                                       | nothing     |
| activity  | as the form says for one activity                                | nothing     |

One JP is 45 minutes (PerLAN 5/2018). Forms, units and ceilings: PerLAN 10/2018. The ceiling of a
form cuts whole JP on one day or in one month (WIB); minutes short of a JP are never cut, so the
order in which a day's activities are completed changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

MINUTES, DAY, ACTIVITY, PROGRAMME = "minutes", "day", "activity", "programme"
PER_DAY, PER_MONTH, NO_CAP = "day", "month", "none"

# SIASN's `jenisDiklat`: the form of learning of each kind of activity. What is studied on this
# site is e-learning; what is learned outside of it, and accepted, is self development.
E_LEARNING, SELF_DEVELOPMENT = 16, 22
FORM_OF_KIND = {"module": E_LEARNING, "episode": E_LEARNING, "outside": SELF_DEVELOPMENT}

LEAST_OF_A_YEAR = 20  # PP 11/2017 jo. PP 17/2020, Pasal 203: a civil servant, at least
CEILINGS = {"pppk": 24}  # PP 49/2018: an employee by contract, at most


@dataclass(frozen=True, slots=True)
class Rule:
    """What one dated rule says of one form."""

    unit: str
    jp: int
    minutes_per_jp: int = 45
    cap_jp: int | None = None
    cap_period: str = NO_CAP


@dataclass(frozen=True, slots=True)
class Earlier:
    """A standing award of the same form and year."""

    day: dt.date
    jp: int
    remainder_minutes: int


@dataclass(frozen=True, slots=True)
class Award:
    """What one completion is worth: `jp` hours, `cut_jp` more that the ceiling took, and the rest."""

    minutes: int
    carried_minutes: int
    jp: int
    cut_jp: int
    remainder_minutes: int


def is_same_period(period: str, one: dt.date, other: dt.date) -> bool:
    """Do two days fall under one ceiling of `period`?"""
    if period == PER_DAY:
        return one == other
    return period == PER_MONTH and (one.year, one.month) == (other.year, other.month)


def room(rule: Rule, day: dt.date, earlier: Iterable[Earlier]) -> int | None:
    """How many JP the ceiling still leaves on `day`; None without a ceiling."""
    if rule.cap_jp is None or rule.cap_period == NO_CAP:
        return None
    used = sum(each.jp for each in earlier if is_same_period(rule.cap_period, day, each.day))
    return max(0, rule.cap_jp - used)


def award(rule: Rule, *, minutes: int, day: dt.date, earlier: list[Earlier]) -> Award:
    """What a completion of `minutes` on `day` is worth after the `earlier` ones, given in order.

    `earlier` are the standing awards of the same form in the same year; the rest of the last one
    is carried in.
    """
    carried = remainder = 0
    if rule.unit == MINUTES:
        carried = earlier[-1].remainder_minutes if earlier else 0
        whole, remainder = divmod(carried + minutes, rule.minutes_per_jp)
    elif rule.unit == PROGRAMME:
        whole = minutes // rule.minutes_per_jp
    else:
        whole = rule.jp
    left = room(rule, day, earlier)
    jp = whole if left is None else min(whole, left)
    return Award(minutes, carried, jp, whole - jp, remainder)


def target_of(employment: str) -> tuple[int, bool]:
    """JP of a year, and whether that is a ceiling (warned about, never blocking) or the least."""
    ceiling = CEILINGS.get(employment)
    return (LEAST_OF_A_YEAR, False) if ceiling is None else (ceiling, True)
