"""The stretch of days a ledger page is about: an ISO week, a month or a year of WIB."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from learning.study import rules
from learning.study.goals import EARLIEST

WEEK, MONTH, YEAR = "pekan", "bulan", "tahun"  # as the address names them


@dataclass(frozen=True, slots=True)
class Period:
    """`first` to `last`, both days included."""

    unit: str
    first: dt.date
    last: dt.date

    @classmethod
    def week(cls, monday: dt.date) -> Self:
        return cls(WEEK, monday, monday + dt.timedelta(days=6))

    @classmethod
    def month(cls, day: dt.date) -> Self:
        last = calendar.monthrange(day.year, day.month)[1]
        return cls(MONTH, day.replace(day=1), day.replace(day=last))

    @classmethod
    def year(cls, number: int) -> Self:
        return cls(YEAR, dt.date(number, 1, 1), dt.date(number, 12, 31))

    @property
    def name(self) -> str:
        """As the address has it: "2026-W48", "2026-11", "2026"."""
        if self.unit == WEEK:
            return rules.week_name(self.first)
        return f"{self.first:%Y-%m}" if self.unit == MONTH else f"{self.first:%Y}"

    @property
    def query(self) -> str:
        return f"{self.unit}={self.name}"

    @property
    def start(self) -> dt.datetime:
        """The midnight (WIB) it begins with."""
        return dt.datetime.combine(self.first, dt.time.min, rules.WIB)

    @property
    def end(self) -> dt.datetime:
        """The midnight (WIB) it ends with, not included."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min, rules.WIB)

    def holding(self, day: dt.date) -> Self:
        """The period of the same unit that `day` lies in."""
        if self.unit == WEEK:
            return self.week(rules.week_of(day))
        return self.month(day) if self.unit == MONTH else self.year(day.year)

    def before(self) -> Self | None:
        """The one before; None when that lies before any record."""
        return self.holding(self.first - dt.timedelta(days=1)) if self.first > EARLIEST else None

    def after(self, today: dt.date) -> Self | None:
        """The one after; None when that lies ahead."""
        return self.holding(self.last + dt.timedelta(days=1)) if self.last < today else None


def asked_week(text: str, today: dt.date) -> dt.date:
    """The Monday of `text` ("2026-W48"); this week when it is no week, lies ahead or before any record."""
    this_week = rules.week_of(today)
    try:
        year, _, number = text.partition("-W")
        week = dt.date.fromisocalendar(int(year), int(number), 1)
    except (ValueError, OverflowError):
        return this_week
    return week if EARLIEST <= week <= this_week else this_week


def asked_period(asked: Mapping[str, str], today: dt.date) -> Period:
    """The period an address asks for; the running one of that unit when it is none, or lies ahead."""
    if MONTH in asked or YEAR in asked:
        unit = YEAR if YEAR in asked else MONTH
        running = Period.year(today.year) if unit == YEAR else Period.month(today)
        text = asked.get(unit, "")
        try:
            day = dt.date.fromisoformat(f"{text}-01" if unit == MONTH else f"{text}-01-01")
        except ValueError:
            return running
        return running.holding(day) if EARLIEST <= day <= today else running
    return Period.week(asked_week(asked.get(WEEK, ""), today))
