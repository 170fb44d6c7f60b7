"""The common report in one statement of PostgreSQL (`learning.study.beat`).

How it stays honest under concurrency: the person's week is locked first, so two reports of one
person follow each other. The other rows are read as of the start of the statement; if the locked
week differs from the week as of that start, somebody else wrote in between, and nothing is done.
"""

import datetime as dt
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from learning.study import rules
from learning.study.rules import Report

_BEAT = """
WITH seen AS (
    SELECT w.id, w.measured_s, w.covered_until, t.id AS total_id, t.credited_s AS activity_s,
           a.minimum_minutes, y.id AS year_id, e.id AS entry_id, e.claimed_s AS held_s
    FROM people_person p
    JOIN study_activity a ON a.id = %(activity)s AND a.is_open
    JOIN study_weektotal w ON w.person_id = p.id AND w.week = %(week)s
    JOIN study_yeartotal y ON y.person_id = p.id AND y.year = %(year)s
    JOIN study_activitytotal t ON t.person_id = p.id AND t.activity_id = a.id
    LEFT JOIN study_studyentry e ON e.id = %(key)s
    WHERE p.id = %(person)s AND p.is_active
      AND NOT EXISTS (SELECT 1 FROM study_signedout s WHERE s.session = %(session)s)
      AND t.credited_s + %(length)s - COALESCE(e.claimed_s, 0) <= a.planned_minutes * 60 * %(factor)s
), locked AS MATERIALIZED (
    SELECT w.id, w.measured_s, w.covered_until, w.{day} AS day_s
    FROM study_weektotal w WHERE w.id = (SELECT id FROM seen) FOR NO KEY UPDATE
), fit AS (
    SELECT seen.*, %(length)s - COALESCE(seen.held_s, 0) AS growth_s
    FROM seen JOIN locked ON locked.id = seen.id AND locked.measured_s = seen.measured_s
        AND locked.covered_until IS NOT DISTINCT FROM seen.covered_until
    WHERE (locked.covered_until IS NULL
           OR locked.covered_until <= %(start)s + make_interval(secs => COALESCE(seen.held_s, 0)))
      AND locked.day_s + %(length)s - COALESCE(seen.held_s, 0) <= %(day_limit)s
      AND %(length)s > COALESCE(seen.held_s, 0)
), grown AS (
    UPDATE study_studyentry e
    SET claimed_s = %(length)s, credited_s = e.credited_s + fit.growth_s, evidence = %(evidence)s,
        received_at = %(now)s
    FROM fit
    WHERE e.id = fit.entry_id AND e.id = %(key)s AND e.claimed_s = fit.held_s AND e.person_id = %(person)s
      AND e.activity_id = %(activity)s AND e.channel = 'live' AND e.started_at = %(start)s
      AND e.sealed_at IS NULL AND e.received_at >= %(open_since)s AND e.received_at <= %(now)s
    RETURNING e.claimed_s, e.credited_s, e.reason
), opened AS (
    INSERT INTO study_studyentry (id, person_id, activity_id, revision, kind, channel, evidence,
        started_at, week, claimed_s, credited_s, reason, policy_id, received_at, note)
    SELECT %(key)s, %(person)s, %(activity)s, %(revision)s, 'measured', 'live', %(evidence)s,
        %(start)s, %(week)s, %(length)s, %(length)s, '', %(policy)s, %(now)s, ''
    FROM fit WHERE fit.entry_id IS NULL
    ON CONFLICT (id) DO NOTHING
    RETURNING claimed_s, credited_s, reason
), credited AS (
    SELECT * FROM grown UNION ALL SELECT * FROM opened
), week AS (
    UPDATE study_weektotal w
    SET measured_s = w.measured_s + fit.growth_s, covered_until = %(end)s, {day} = w.{day} + fit.growth_s
    FROM fit, credited WHERE w.id = fit.id
    RETURNING w.measured_s + w.attended_s + w.declared_s + w.adjusted_s AS seconds
), year AS (
    UPDATE study_yeartotal y SET measured_s = y.measured_s + fit.growth_s
    FROM fit, credited WHERE y.id = fit.year_id
), activity AS (
    UPDATE study_activitytotal t
    SET credited_s = t.credited_s + fit.growth_s, last_step = %(step)s, last_at = GREATEST(t.last_at, %(end)s)
    FROM fit, credited WHERE t.id = fit.total_id
    RETURNING t.credited_s
)
SELECT credited.claimed_s, credited.credited_s, credited.reason, fit.growth_s, activity.credited_s,
       fit.minimum_minutes, week.seconds
FROM credited, fit, week, activity
"""


def credit(connection: BaseDatabaseWrapper, report: Report) -> tuple[Any, ...] | None:
    """The columns of `learning.study.beat.Credited`; None, and nothing written, when it does not fit."""
    span, now, limits = report.span, report.now, report.limits
    day = rules.local_day(span.start)
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENTS[day.weekday()],
            {
                "person": report.person_id,
                "activity": report.activity_id,
                "session": report.session,
                "revision": report.revision,
                "key": report.key,
                "week": rules.week_of(day),
                "year": day.year,
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
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


_TYPES = {
    "person": "bigint",
    "activity": "bigint",
    "session": "text",
    "revision": "integer",
    "key": "uuid",
    "week": "date",
    "year": "smallint",
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


_STATEMENTS = tuple(_typed(_BEAT.replace("{day}", f"day_{number}_s")) for number in range(1, 8))
