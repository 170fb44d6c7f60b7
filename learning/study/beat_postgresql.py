"""The common report in one statement of PostgreSQL (`learning.study.beat`).

How it stays honest under concurrency: all is read as of the start of the statement, and the person's
week is written first, if it still is as it was read. Two reports of one person so follow each other,
and the second finds the week changed and does nothing. A row that changed although its week did not
(it was sealed, or grew without credit, in that instant) divides by zero: the statement is undone as a
whole and the book decides.

No explicit lock and no BEFORE trigger on what a report updates: each writes a record of its own to the
write-ahead log (docs/decisions/0005).
"""

import datetime as dt
from contextlib import nullcontext
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from learning.study import rules
from learning.study.rules import Report

_BEAT = """
WITH seen AS (
    SELECT w.id, w.measured_s, w.covered_until, t.id AS total_id, a.minimum_minutes, e.id AS entry_id,
           COALESCE(e.claimed_s, 0) AS held_s, %(length)s - COALESCE(e.claimed_s, 0) AS growth_s
    FROM people_person p
    JOIN study_activity a ON a.id = %(activity)s AND a.is_open
    JOIN study_weektotal w ON w.person_id = p.id AND w.week = %(week)s
    JOIN study_activitytotal t ON t.person_id = p.id AND t.activity_id = a.id
    LEFT JOIN study_studyentry e ON e.id = %(key)s
    WHERE p.id = %(person)s AND p.is_active
      AND NOT EXISTS (SELECT 1 FROM study_signedout s WHERE s.session = %(session)s)
      AND %(length)s > COALESCE(e.claimed_s, 0)
      AND w.{day} + %(length)s - COALESCE(e.claimed_s, 0) <= %(day_limit)s
      AND t.credited_s + %(length)s - COALESCE(e.claimed_s, 0) <= a.planned_minutes * 60 * %(factor)s
      AND (w.covered_until IS NULL
           OR w.covered_until <= %(start)s + make_interval(secs => COALESCE(e.claimed_s, 0)))
      AND (e.id IS NULL
           OR (e.person_id = %(person)s AND e.activity_id = %(activity)s AND e.channel = 'live'
               AND e.started_at = %(start)s AND e.sealed_at IS NULL
               AND e.received_at >= %(open_since)s AND e.received_at <= %(now)s))
), week AS (
    UPDATE study_weektotal w
    SET measured_s = w.measured_s + seen.growth_s, covered_until = %(end)s, {day} = w.{day} + seen.growth_s
    FROM seen
    WHERE w.id = seen.id AND w.measured_s = seen.measured_s
      AND w.covered_until IS NOT DISTINCT FROM seen.covered_until
    RETURNING seen.total_id, seen.minimum_minutes, seen.entry_id, seen.held_s, seen.growth_s,
        w.measured_s + w.attended_s + w.declared_s + w.adjusted_s AS seconds
), grown AS (
    UPDATE study_studyentry e
    SET claimed_s = %(length)s, credited_s = e.credited_s + week.growth_s, evidence = %(evidence)s,
        received_at = %(now)s
    FROM week
    WHERE e.id = week.entry_id AND e.claimed_s = week.held_s AND e.sealed_at IS NULL
    RETURNING e.credited_s, e.reason
), opened AS (
    INSERT INTO study_studyentry (id, person_id, activity_id, revision, kind, channel, evidence,
        started_at, week, claimed_s, credited_s, reason, policy_id, received_at, note)
    SELECT %(key)s, %(person)s, %(activity)s, %(revision)s, 'measured', 'live', %(evidence)s,
        %(start)s, %(week)s, %(length)s, %(length)s, '', %(policy)s, %(now)s, ''
    FROM week WHERE week.entry_id IS NULL
    RETURNING credited_s, reason
), credited AS (
    SELECT credited_s, reason FROM grown UNION ALL SELECT credited_s, reason FROM opened
), activity AS (
    UPDATE study_activitytotal t
    SET credited_s = t.credited_s + week.growth_s, last_step = %(step)s,
        last_at = GREATEST(t.last_at, %(end)s)
    FROM week WHERE t.id = week.total_id
    RETURNING t.credited_s
)
SELECT %(length)s, credited.credited_s, credited.reason, week.growth_s, activity.credited_s,
       week.minimum_minutes, week.seconds, 1 / (SELECT count(*) FROM credited)
FROM week, activity LEFT JOIN credited ON TRUE
"""


def credit(connection: BaseDatabaseWrapper, report: Report) -> tuple[Any, ...] | None:
    """The columns of `learning.study.beat.Credited`; None, and nothing written, when it does not fit."""
    span, now, limits = report.span, report.now, report.limits
    day = rules.local_day(span.start)
    undone = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with undone, connection.cursor() as cursor:
            cursor.execute(
                STATEMENTS[day.weekday()],
                {
                    "person": report.person_id,
                    "activity": report.activity_id,
                    "session": report.session,
                    "revision": report.revision,
                    "key": report.key,
                    "week": rules.week_of(day),
                    "start": span.start,
                    "end": span.start + dt.timedelta(seconds=span.seconds),
                    "length": span.seconds,
                    "step": report.step,
                    "evidence": report.evidence,
                    "now": now,
                    "open_since": now - dt.timedelta(seconds=rules.SEAL_AFTER_S),
                    "day_limit": limits.day_s,
                    "factor": limits.activity_factor,
                    "policy": limits.version,
                },
            )
            row = cursor.fetchone()
    except (DataError, IntegrityError):  # undone as a whole: somebody else wrote in that very instant
        return None
    return tuple(row[:-1]) if row else None


_TYPES = {
    "person": "bigint",
    "activity": "bigint",
    "session": "text",
    "revision": "integer",
    "key": "uuid",
    "week": "date",
    "start": "timestamptz",
    "end": "timestamptz",
    "length": "integer",
    "step": "smallint",
    "evidence": "text",
    "now": "timestamptz",
    "open_since": "timestamptz",
    "day_limit": "integer",
    "factor": "double precision",
    "policy": "smallint",
}


def _typed(statement: str) -> str:
    """The statement with the type of each parameter said: prepared once, planned once."""
    for name, kind in _TYPES.items():
        statement = statement.replace(f"%({name})s", f"%({name})s::{kind}")
    return statement


STATEMENTS = tuple(_typed(_BEAT.replace("{day}", f"day_{number}_s")) for number in range(1, 8))
