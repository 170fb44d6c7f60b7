"""The periods of a report: calendar months, quarters, semesters and years of WIB."""

import calendar
import datetime as dt
import re
from typing import Self

from learning.reports.period.rules import MONTH, MONTHS, QUARTER, SEMESTER, YEAR
from learning.study.ledger.periods import Period

_NAMES = re.compile(r"(20\d\d)(?:-(?:(\d\d)|T([1-4])|S([12])))?")


class Span(Period):
    """A calendar month, quarter, semester or year (WIB); `unit` is one of `MONTHS`."""

    @classmethod
    def of(cls, kind: str, day: dt.date) -> Self:
        """The one of `kind` that `day` lies in."""
        length = MONTHS[kind]
        first = (day.month - 1) // length * length + 1
        last = first + length - 1
        end = calendar.monthrange(day.year, last)[1]
        return cls(kind, dt.date(day.year, first, 1), dt.date(day.year, last, end))

    @classmethod
    def named(cls, name: str) -> Self | None:
        """The one an address names: "2026-11", "2026-T4", "2026-S2", "2026"; None for anything else."""
        found = _NAMES.fullmatch(name)
        if found is None or not name.isascii():
            return None
        year, month, quarter, semester = (int(part) if part else 0 for part in found.groups())
        if month > 12 or found[2] == "00":
            return None
        kind, number = YEAR, 1
        for each, value in ((MONTH, month), (QUARTER, quarter), (SEMESTER, semester)):
            if value:
                kind, number = each, value
        return cls.of(kind, dt.date(year, (number - 1) * MONTHS[kind] + 1, 1))

    @property
    def number(self) -> int:
        """Which month, quarter or semester of its year, from 1."""
        return (self.first.month - 1) // MONTHS[self.unit] + 1

    @property
    def name(self) -> str:
        year = f"{self.first:%Y}"
        letter = {MONTH: "", QUARTER: "T", SEMESTER: "S"}
        if self.unit == YEAR:
            return year
        number = f"{self.number:02d}" if self.unit == MONTH else f"{letter[self.unit]}{self.number}"
        return f"{year}-{number}"

    def months(self) -> list["Span"]:
        """The months in it, in order."""
        return [
            Span.of(MONTH, self.first.replace(month=self.first.month + step))
            for step in range(MONTHS[self.unit])
        ]

    def weeks(self) -> list[dt.date]:
        """The ISO weeks (Mondays) of it: a week belongs to the period its Thursday lies in."""
        monday = self.first - dt.timedelta(days=self.first.weekday())
        found = [monday + dt.timedelta(weeks=number) for number in range(54)]
        return [each for each in found if self.first <= each + dt.timedelta(days=3) <= self.last]

    def just_before(self) -> "Span":
        return Span.of(self.unit, self.first - dt.timedelta(days=1))

    def just_after(self) -> "Span":
        return Span.of(self.unit, self.last + dt.timedelta(days=1))
