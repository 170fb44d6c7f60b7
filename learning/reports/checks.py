"""Does the roll-up of units agree with the week totals of their people?"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from learning.reports.models import UnitWeek
from learning.study.models import StudyEntry
from learning.study.statements import to_db

_COMPARE = """
SELECT unit_id, week, -SUM(seconds) FROM (
    SELECT p.unit_id, w.week, w.measured_s + w.attended_s + w.declared_s + w.adjusted_s AS seconds
    FROM study_weektotal w JOIN people_person p ON p.id = w.person_id AND p.is_active
    WHERE p.unit_id IS NOT NULL AND w.week BETWEEN %s AND %s
      AND w.week IN (SELECT DISTINCT week FROM reports_unitweek)
    UNION ALL
    SELECT unit_id, week, -seconds FROM reports_unitweek WHERE week BETWEEN %s AND %s
) both_sides
GROUP BY unit_id, week HAVING SUM(seconds) <> 0 ORDER BY week, unit_id
"""


@dataclass(frozen=True, slots=True)
class UnitDrift:
    """A roll-up that is not the sum of its people's weeks. Difference in seconds: kept minus sum."""

    unit_id: int
    week: dt.date
    seconds: int

    def __str__(self) -> str:
        return f"reports_unitweek unit {self.unit_id} week {self.week}: seconds {self.seconds:+d} s"


def check_unit_weeks(*, since: dt.date | None = None, until: dt.date | None = None) -> list[UnitDrift]:
    """The roll-ups that differ, but for those merely behind: made before the newest entry came."""
    bounds = [to_db(since or dt.date(1, 1, 1)), to_db(until or dt.date(9999, 12, 31))]
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, bounds * 2)
        found = cursor.fetchall()
    drifts = []
    for unit, week, seconds in found:
        day = dt.date.fromisoformat(week) if isinstance(week, str) else week
        if not _is_behind(unit, day):
            drifts.append(UnitDrift(unit, day, int(seconds)))
    return drifts


def _is_behind(unit_id: int, week: dt.date) -> bool:
    kept = UnitWeek.objects.filter(unit=unit_id, week=week).first()
    made = kept or UnitWeek.objects.filter(week=week).order_by("-as_of").first()
    entries = StudyEntry.objects.in_week(week).filter(person__unit=unit_id)
    newest = entries.aggregate(at=Max("received_at"))["at"]
    return made is not None and newest is not None and newest > made.as_of
