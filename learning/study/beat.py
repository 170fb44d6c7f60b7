"""The common report: one interval that goes on, or begins, where nothing else lies.

It is credited in full or not at all: when any rule might cut the claim nothing is written, and
`learning.study.book` decides. Both write the same rows and totals on both databases
(tests/learning/study/test_beat.py). PostgreSQL does it in one statement, SQLite in one short
transaction.
"""

from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections

from learning.study import beat_postgresql, beat_sqlite, rules
from learning.study.rules import Report


@dataclass(frozen=True, slots=True)
class Credited:
    """What was written. Seconds of the whole entry, the growth, the activity and the week."""

    claimed_s: int
    credited_s: int
    reason: str
    growth_s: int
    activity_s: int
    minimum_minutes: int
    week_s: int


def is_possible(report: Report) -> bool:
    """Is this a report of the common kind? Of one day of this week, and in time."""
    span = report.span
    return (
        span.seconds > 0
        and rules.local_day(span.start) == rules.local_day(span.end)
        and rules.week_of(rules.local_day(span.end)) == rules.week_of(rules.local_day(report.now))
        and (report.now - span.end).total_seconds() <= report.limits.late_s
    )


def credit(report: Report) -> Credited | None:
    """Credit the interval in full; None, and nothing written, when the book must decide."""
    connection = connections[DEFAULT_DB_ALIAS]
    here = beat_postgresql if connection.vendor == "postgresql" else beat_sqlite
    row = here.credit(connection, report)
    return Credited(*row) if row else None
