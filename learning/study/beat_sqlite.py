"""The common report in one short transaction of SQLite (`learning.study.beat`).

Nobody else writes while it runs, so what it reads first still holds when it writes. Statements go
to the driver itself: Django's cursor would cost as much as the work.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from learning.study import rules
from learning.study.rules import Report
from learning.study.turn import my_turn

_FIT = """
SELECT w.id, t.id, e.id, COALESCE(e.claimed_s, 0), w.covered_until || '', e.credited_s, e.reason,
       t.credited_s, a.minimum_minutes, w.measured_s + w.attended_s + w.declared_s + w.adjusted_s
FROM people_person p
JOIN study_activity a ON a.id = :activity AND a.is_open
JOIN study_weektotal w ON w.person_id = p.id AND w.week = :week
JOIN study_activitytotal t ON t.person_id = p.id AND t.activity_id = a.id
LEFT JOIN study_studyentry e ON e.id = :key
WHERE p.id = :person AND p.is_active
  AND NOT EXISTS (SELECT 1 FROM study_signedout s WHERE s.session = :session)
  AND :length > COALESCE(e.claimed_s, 0)
  AND w.{day} + :length - COALESCE(e.claimed_s, 0) <= :day_limit
  AND t.credited_s + :length - COALESCE(e.claimed_s, 0) <= a.planned_minutes * 60 * :factor
  AND (e.id IS NULL OR (e.person_id = :person AND e.activity_id = :activity AND e.channel = 'live'
       AND e.started_at = :start AND e.sealed_at IS NULL AND e.received_at BETWEEN :open_since AND :now))
"""

GROW = """
UPDATE study_studyentry SET claimed_s = :length, credited_s = credited_s + :growth, evidence = :evidence,
    received_at = :now
WHERE id = :key
"""

_OPEN = """
INSERT INTO study_studyentry (id, person_id, activity_id, revision, kind, channel, evidence,
    started_at, week, claimed_s, credited_s, reason, policy_id, received_at, note)
VALUES (:key, :person, :activity, :revision, 'measured', 'live', :evidence,
    :start, :week, :length, :length, '', :policy, :now, '')
"""

_WEEK = """
UPDATE study_weektotal SET measured_s = measured_s + :growth, covered_until = :end,
    {day} = {day} + :growth
WHERE id = :week_id
"""

ACTIVITY = """
UPDATE study_activitytotal SET credited_s = credited_s + :growth, last_step = :step,
    last_at = max(last_at, :end)
WHERE id = :total_id
"""

_DAYS = tuple(f"day_{number}_s" for number in range(1, 8))
FITS = tuple(_FIT.format(day=day) for day in _DAYS)
WEEKS = tuple(_WEEK.format(day=day) for day in _DAYS)


def stored(moment: dt.datetime) -> str:
    """A time as Django keeps it in SQLite: UTC without saying so."""
    return str(moment.astimezone(dt.UTC).replace(tzinfo=None))


def credit(connection: BaseDatabaseWrapper, report: Report) -> tuple[Any, ...] | None:
    """The columns of `learning.study.beat.Credited`; None, and nothing written, when it does not fit."""
    span, now, limits = report.span, report.now, report.limits
    day = rules.local_day(span.start)
    length, key = span.seconds, report.key.hex
    values: dict[str, Any] = {
        "person": report.person_id,
        "activity": report.activity_id,
        "session": report.session,
        "revision": report.revision,
        "key": key,
        "week": rules.week_of(day).isoformat(),
        "start": stored(span.start),
        "end": stored(span.start + dt.timedelta(seconds=length)),
        "length": length,
        "step": report.step,
        "evidence": report.evidence,
        "now": stored(now),
        "open_since": stored(now - dt.timedelta(seconds=rules.SEAL_AFTER_S)),
        "day_limit": limits.day_s,
        "factor": limits.activity_factor,
        "policy": limits.version,
    }
    with my_turn(connection), transaction.atomic(), connection.wrap_database_errors:
        execute = connection.connection.execute
        found = execute(FITS[day.weekday()], values).fetchone()
        if found is None:
            return None
        week_id, total_id, entry_id, held, covered_until, credited, reason, *sums = found
        if covered_until and covered_until > stored(span.start + dt.timedelta(seconds=held)):
            return None
        activity_s, minimum_minutes, week_s = sums
        growth = length - held
        values |= {"growth": growth, "week_id": week_id, "total_id": total_id}
        execute(GROW if entry_id else _OPEN, values)
        execute(WEEKS[day.weekday()], values)
        execute(ACTIVITY, values)
    return (
        length,
        (credited or 0) + growth,
        reason or "",
        growth,
        activity_s + growth,
        minimum_minutes,
        week_s + growth,
    )
