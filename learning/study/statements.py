"""What the book asks of the database and writes to it, the same on both; how a value is stored there."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection


def to_db(value: Any) -> Any:
    """A value as the connected database stores it."""
    if connection.vendor == "postgresql":
        return value
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return value.hex
    return value


def moment(value: Any) -> Any:
    """A stored time as an aware datetime; None stays None."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value


def key_of(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def fetch(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [to_db(value) for value in params])
        return list(cursor.fetchall())


OPEN = """
SELECT p.is_active, a.planned_minutes, a.minimum_minutes, a.is_open, t.credited_s, s.at,
       l.version, l.day_s, l.activity_factor, l.entry_s, l.coarse_page_s, l.late_s
FROM people_person p
LEFT JOIN study_activity a ON a.id = %s
LEFT JOIN study_activitytotal t ON t.person_id = p.id AND t.activity_id = a.id
LEFT JOIN study_signedout s ON s.session = %s
LEFT JOIN (SELECT * FROM study_studypolicy WHERE valid_from <= %s
           ORDER BY valid_from DESC, version DESC LIMIT 1) l ON 1 = 1
WHERE p.id = %s
"""

# With what each is worth by now, corrections included: that time is taken, however it was recorded.
ENTRIES = """
SELECT id, person_id, activity_id, channel, started_at, claimed_s,
       credited_s + COALESCE((SELECT SUM(c.credited_s) FROM study_studyentry c
           WHERE c.person_id = e.person_id AND c.started_at = e.started_at AND c.corrects_id = e.id), 0),
       reason, evidence, received_at, sealed_at
FROM study_studyentry e
WHERE kind <> 'adjusted' AND person_id = %s AND started_at >= %s AND started_at <= %s
"""

BY_KEY = """
SELECT id, person_id, activity_id, channel, started_at, claimed_s, credited_s, reason, evidence,
       received_at, sealed_at
FROM study_studyentry WHERE id IN ({})
"""

WEEKS = """
SELECT week, day_1_s, day_2_s, day_3_s, day_4_s, day_5_s, day_6_s, day_7_s,
       measured_s + attended_s + declared_s + adjusted_s
FROM study_weektotal WHERE person_id = %s AND week IN ({}) ORDER BY week
"""

SAVE_ENTRY = """
INSERT INTO study_studyentry (id, person_id, activity_id, revision, kind, channel, evidence,
    started_at, week, claimed_s, credited_s, reason, policy_id, received_at, note)
VALUES (%s, %s, %s, %s, 'measured', %s, %s, %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT (id) DO UPDATE SET claimed_s = excluded.claimed_s, credited_s = excluded.credited_s,
    reason = excluded.reason, evidence = excluded.evidence, received_at = excluded.received_at
"""

SAVE_WEEK = """
INSERT INTO study_weektotal AS t (person_id, week, measured_s, attended_s, declared_s, adjusted_s,
    offline_s, coarse_s, covered_until, day_1_s, day_2_s, day_3_s, day_4_s, day_5_s, day_6_s, day_7_s)
VALUES (%s, %s, %s, 0, 0, 0, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (person_id, week) DO UPDATE SET
    measured_s = t.measured_s + excluded.measured_s, offline_s = t.offline_s + excluded.offline_s,
    coarse_s = t.coarse_s + excluded.coarse_s,
    covered_until = CASE
        WHEN t.covered_until IS NULL OR excluded.covered_until > t.covered_until THEN excluded.covered_until
        ELSE t.covered_until END,
    day_1_s = t.day_1_s + excluded.day_1_s, day_2_s = t.day_2_s + excluded.day_2_s,
    day_3_s = t.day_3_s + excluded.day_3_s, day_4_s = t.day_4_s + excluded.day_4_s,
    day_5_s = t.day_5_s + excluded.day_5_s, day_6_s = t.day_6_s + excluded.day_6_s,
    day_7_s = t.day_7_s + excluded.day_7_s
"""

SAVE_ACTIVITY = """
INSERT INTO study_activitytotal AS t (person_id, activity_id, credited_s, last_step, last_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (person_id, activity_id) DO UPDATE SET credited_s = t.credited_s + excluded.credited_s,
    last_step = excluded.last_step,
    last_at = CASE WHEN excluded.last_at > t.last_at THEN excluded.last_at ELSE t.last_at END
"""
