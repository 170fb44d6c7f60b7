"""The personal part of a page in one statement: it is asked for with every page anybody opens.

The figures are those of `week_of_person`, `sees_others`, `can_edit_content` and the ledger's totals, which
other pages ask one by one; `tests/learning/test_endpoints.py` holds them to the same answers.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from learning.people import access
from learning.people.models import Person
from learning.study import rules
from learning.study.goals import Learner, Targets
from learning.study.models import StudyPolicy

_NO_DATES = "CAST(NULL AS date), CAST(NULL AS date), CAST(NULL AS date)"
_PERSON = f"""
SELECT 'unit' AS what, 0 AS n, 0 AS m, {_NO_DATES}, mine.path AS words, '' AS more
FROM people_unit mine WHERE mine.id = %s
UNION ALL
SELECT 'target', t.minutes, 0, t.valid_from, CAST(NULL AS date), CAST(NULL AS date), above.path, above.name
FROM people_unit mine JOIN people_unit above ON above.path = substr(mine.path, 1, length(above.path))
JOIN study_weeklytarget t ON t.unit_id = above.id AND t.valid_from <= %s
WHERE mine.id = %s
UNION ALL
SELECT 'away', a.id, 0, a.first_day, a.last_day, a.ended_on, a.kind, ''
FROM people_absence a WHERE a.person_id = %s AND a.first_day <= %s AND a.last_day >= %s
    AND (a.ended_on IS NULL OR (a.ended_on > a.first_day AND a.ended_on > %s))
UNION ALL
SELECT CASE WHEN h.is_workday THEN 'workday' ELSE 'holiday' END, 0, 0, h.day, CAST(NULL AS date),
    CAST(NULL AS date), h.name, ''
FROM study_holiday h WHERE h.day BETWEEN %s AND %s
UNION ALL
SELECT 'week', w.measured_s + w.attended_s + w.declared_s + w.adjusted_s, 0, {_NO_DATES}, '', ''
FROM study_weektotal w WHERE w.person_id = %s AND w.week = %s
UNION ALL
SELECT 'editor', 0, 0, {_NO_DATES}, '', ''
FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
WHERE c.app_label = 'wagtailadmin' AND p.codename = 'access_admin' AND (
    EXISTS (SELECT 1 FROM people_person_user_permissions mine
        WHERE mine.person_id = %s AND mine.permission_id = p.id)
    OR EXISTS (SELECT 1 FROM people_person_groups mine
        JOIN auth_group_permissions theirs ON theirs.group_id = mine.group_id
        WHERE mine.person_id = %s AND theirs.permission_id = p.id))
UNION ALL
SELECT DISTINCT 'mandate', 0, 0, {_NO_DATES}, held.role, '' FROM ({{mandates}}) held
"""  # noqa: S608 - built of constants; what a user says is a value
_ACTIVITY = f"""
UNION ALL
SELECT 'activity', a.planned_minutes, a.minimum_minutes, {_NO_DATES}, '', ''
FROM study_activity a WHERE a.id = %s AND a.is_open
UNION ALL
SELECT 'total', t.credited_s, t.last_step, {_NO_DATES}, '', ''
FROM study_activitytotal t WHERE t.person_id = %s AND t.activity_id = %s
UNION ALL
SELECT 'passed', 0, 0, {_NO_DATES}, '', '' WHERE EXISTS (SELECT 1 FROM competencies_quizattempt q
    WHERE q.person_id = %s AND q.activity_id = %s AND q.passed)
UNION ALL
SELECT 'complete', 0, 0, {_NO_DATES}, '', '' WHERE EXISTS (SELECT 1 FROM competencies_completion c
    WHERE c.person_id = %s AND c.activity_id = %s)
UNION ALL
SELECT * FROM (
    SELECT 'policy' AS what, s.reading_idle_s, s.quiz_idle_s, {_NO_DATES},
        CAST(s.activity_factor AS text) AS words, '' AS more
    FROM study_studypolicy s WHERE s.valid_from <= %s ORDER BY s.valid_from DESC, s.version DESC LIMIT 1
) current_policy
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands with the activity of a page. Seconds."""

    credited_s: int
    minimum_s: int
    ceiling_s: int
    last_step: int
    has_passed: bool
    is_complete: bool
    reading_idle_s: int
    quiz_idle_s: int


@dataclass(frozen=True, slots=True)
class Personal:
    """What a public page shows of the person who reads it. Seconds."""

    week_s: int
    target_s: int
    sees_others: bool
    is_office: bool  # looks after people, or the programme
    edits_content: bool
    standing: Standing | None  # None: no such activity, or closed


def personal_part(person: Person, *, activity_id: int | None, now: dt.datetime) -> Personal:
    """One statement, whatever is asked."""
    day = rules.local_day(now)
    week = rules.week_of(day)
    me, first, sunday = person.pk, week.isoformat(), (week + dt.timedelta(days=6)).isoformat()
    mandates, values = access.mandates_sql(person, day)
    statement = _PERSON.format(mandates=mandates)
    values = [
        *(person.unit_id or 0, first, person.unit_id or 0),
        *(me, sunday, first, first),
        *(first, sunday),
        *(me, first),
        *(me, me),
        *values,
    ]
    if activity_id is not None:
        statement += _ACTIVITY
        moment: Any = connection.ops.adapt_datetimefield_value(now)
        values += [activity_id, *[me, activity_id] * 3, moment]
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for what, *row in cursor.fetchall():
            found.setdefault(what, []).append((*row[:2], *map(_date, row[2:5]), *row[5:]))
    return Personal(
        week_s=found["week"][0][0] if "week" in found else 0,
        target_s=_target_minutes(person, week, found) * 60,
        sees_others="mandate" in found,
        is_office=any(row[5] in access.OFFICE for row in found.get("mandate", ())),
        edits_content=person.is_superuser or "editor" in found,
        standing=_standing(found) if "activity" in found else None,
    )


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _target_minutes(person: Person, week: dt.date, found: dict[str, list[tuple[Any, ...]]]) -> int:
    unit_path = found["unit"][0][5] if "unit" in found else None
    learner = Learner(
        person.pk, unit_path, person.weekly_goal_minutes, person.weekly_goal_since, person.joined_on
    )
    targets = Targets.from_rows(
        week,
        asked=[(row[5], row[6], row[2], row[0]) for row in found.get("target", ())],
        holidays={row[2]: row[5] for row in found.get("holiday", ())},
        workdays={row[2] for row in found.get("workday", ())},
        away=[(person.pk, row[5], row[2], row[3], row[4]) for row in found.get("away", ())],
    )
    return targets.of(learner, week).minutes


def _standing(found: dict[str, list[tuple[Any, ...]]]) -> Standing:
    if "policy" not in found:
        raise LookupError("no study policy is in force")
    planned, minimum = found["activity"][0][:2]
    credited, step = found["total"][0][:2] if "total" in found else (0, 1)
    reading, quiz, *_dates, factor, _more = found["policy"][0]
    return Standing(
        credited_s=credited,
        minimum_s=minimum * 60,
        ceiling_s=StudyPolicy(activity_factor=float(factor)).limits().activity_s(planned),
        last_step=step,
        has_passed="passed" in found,
        is_complete="complete" in found,
        reading_idle_s=reading,
        quiz_idle_s=quiz,
    )
