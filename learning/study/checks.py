"""Do the kept totals agree with the rows, to the second? And making them agree again.

One statement per table and some hundred people compares the sum of the rows with what is kept, so
memory stays flat at any size and each comparison sees one moment, also while the site runs.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model

from learning.people.models import Person
from learning.study import rules
from learning.study.chain import hold_sealing
from learning.study.models import ActivityTotal, WeekTotal, YearTotal
from learning.study.statements import to_db

PEOPLE_AT_ONCE = 500
KINDS = ("measured_s", "attended_s", "declared_s", "adjusted_s", "offline_s", "coarse_s")
DAYS = tuple(f"day_{number}_s" for number in range(1, 8))
TABLES: dict[str, type[Model]] = {
    "study_weektotal": WeekTotal,
    "study_yeartotal": YearTotal,
    "study_activitytotal": ActivityTotal,
}
_PERIOD = {"study_weektotal": "week", "study_yeartotal": "year", "study_activitytotal": "activity_id"}
_SUMS = {
    "study_weektotal": (*KINDS, *DAYS),
    "study_yeartotal": KINDS,
    "study_activitytotal": ("credited_s",),
}

# The rows in the words of the totals. Jakarta has no summer time: seven hours, always.
_LOCAL = {
    "sqlite": "datetime(substr(started_at, 1, 19), '+7 hours')",
    "postgresql": "started_at AT TIME ZONE 'Asia/Jakarta'",
}
_WEEKDAY = {
    "sqlite": "((CAST(strftime('%%w', {local}) AS INTEGER) + 6) %% 7 + 1)",
    "postgresql": "EXTRACT(ISODOW FROM {local})",
}
_YEAR = {
    "sqlite": "CAST(strftime('%%Y', {local}) AS INTEGER)",
    "postgresql": "CAST(EXTRACT(YEAR FROM {local}) AS INTEGER)",
}
_EPOCH = {
    "sqlite": "(CAST(strftime('%%s', substr({0}, 1, 19)) AS INTEGER) + CAST('0' || substr({0}, 20) AS REAL))",
    "postgresql": "EXTRACT(EPOCH FROM {0})",
}
_DAY = {"sqlite": "day", "postgresql": "day::timestamp"}
_WORTH = {
    **{name: f"kind = '{name[:-2]}'" for name in KINDS[:4]},
    **{name: f"kind = 'measured' AND channel = '{name[:-2]}'" for name in KINDS[4:]},
    **{name: f"kind = 'measured' AND weekday = {number}" for number, name in enumerate(DAYS, 1)},
    "credited_s": "1 = 1",
}

# Entries, and the day rows that stand for the retired ones, whose exact ends are not kept.
_COMPARE = """
SELECT person_id, period, {sums}, MAX(kept_until), MAX(latest), MAX(sure), MAX(ended)
FROM (
    SELECT person_id, {period} AS period, {worth}, NULL AS kept_until,
           MAX(CASE WHEN credited_s > 0 THEN began + span_s END) AS latest,
           MAX(CASE WHEN kind <> 'adjusted' AND credited_s > 0 THEN began + sure_s END) AS sure,
           MAX(began + span_s) AS ended
    FROM (SELECT person_id, activity_id, week, kind, channel, credited_s, {year} AS year,
                 CASE WHEN corrects_id IS NULL THEN claimed_s ELSE
                     (SELECT c.claimed_s FROM study_studyentry c WHERE c.id = study_studyentry.corrects_id)
                 END AS span_s,
                 {weekday} AS weekday, {began} AS began, credited_s AS sure_s
          FROM study_studyentry WHERE person_id >= %s AND person_id <= %s {sealed} {entries_within}
          UNION ALL
          SELECT person_id, activity_id, week, kind, channel, credited_s, {day_year}, 0,
                 {day_weekday}, {day_ended}, -604800
          FROM study_studyday WHERE person_id >= %s AND person_id <= %s {days_within}) e
    GROUP BY person_id, {period}
    UNION ALL
    SELECT person_id, {period}, {kept}, {kept_until}, NULL, NULL, NULL
    FROM {table} WHERE person_id >= %s AND person_id <= %s {totals_within}
) both_sides
GROUP BY person_id, period
HAVING {differs}
ORDER BY person_id, period
"""
# A correction that gives time back covers as much as the entry it corrects.
# An entry cut in the middle leaves open where exactly its credit ended: between `sure` and `latest`.
_UNTIL_DIFFERS = """
    OR (MAX(kept_until) IS NULL) <> (MAX(latest) IS NULL)
    OR MAX(kept_until) > MAX(latest) + 0.001 OR MAX(kept_until) < MAX(sure) - 0.001"""


@dataclass(frozen=True, slots=True)
class Drift:
    """A kept total that is not the sum of its rows. Differences in seconds: kept minus rows."""

    table: str
    person_id: int
    period: Any
    seconds: dict[str, int]
    covered_until: dt.datetime | None = None
    ended_at: dt.datetime | None = None

    def __str__(self) -> str:
        differences = ", ".join(f"{name} {value:+d} s" for name, value in self.seconds.items())
        return f"{self.table} person {self.person_id} {_PERIOD[self.table]} {self.period}: {differences}"


def people_in_slices(size: int = PEOPLE_AT_ONCE) -> list[tuple[int, int]]:
    """First and last key of each `size` people, so that a check can tell how far it is."""
    keys = list(Person.objects.order_by("pk").values_list("pk", flat=True).iterator())
    return [(keys[at], keys[min(at + size, len(keys)) - 1]) for at in range(0, len(keys), size)]


def check_totals(
    people: tuple[int, int], *, since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[Drift]:
    """Every total of `people` that differs from its rows.

    With `since` or `until` only the weeks and the whole years these dates touch; the totals of
    activities know no dates and are left out.
    """
    first, last = since or dt.date(1, 1, 1), until or dt.date(9999, 12, 31)
    if since is None and until is None:
        for table in TABLES:
            yield from _compare(table, people)
        return
    weeks = [to_db(rules.week_of(first) if since else first), to_db(last)]
    yield from _compare("study_weektotal", people, "week BETWEEN %s AND %s", weeks)
    yield from _compare("study_yeartotal", people, "year BETWEEN %s AND %s", [first.year, last.year])


def _compare(
    table: str, people: tuple[int, int], within: str = "", bounds: Sequence[Any] = ()
) -> Iterator[Drift]:
    vendor = connection.vendor
    local, names, is_week = _LOCAL[vendor], _SUMS[table], table == "study_weektotal"
    year, day_year = _YEAR[vendor].format(local=local), _YEAR[vendor].format(local=_DAY[vendor])
    within = f"AND {within}" if within else ""
    epoch = _EPOCH[vendor]
    statement = _COMPARE.format(
        table=table,
        period=_PERIOD[table],
        sums=", ".join(f"SUM({name})" for name in names),
        worth=", ".join(
            f"SUM(CASE WHEN {_WORTH[name]} THEN credited_s ELSE 0 END) AS {name}" for name in names
        ),
        kept=", ".join(f"-{name}" for name in names),
        kept_until=epoch.format("covered_until") if is_week else "NULL",
        year=year,
        weekday=_WEEKDAY[vendor].format(local=local),
        began=epoch.format("started_at"),
        day_year=day_year,
        day_weekday=_WEEKDAY[vendor].format(local=_DAY[vendor]),
        day_ended=epoch.format("ended_at"),
        # What is still open joins the year when it is sealed (docs/decisions/0011).
        sealed="AND sealed_at IS NOT NULL" if table == "study_yeartotal" else "",
        entries_within=within.replace("year", year),
        days_within=within.replace("year", day_year),
        totals_within=within,
        differs=" OR ".join(f"SUM({name}) <> 0" for name in names) + (_UNTIL_DIFFERS if is_week else ""),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*people, *bounds] * 3)
        found = cursor.fetchall()
    for person, period, *values in found:
        sums, (kept, latest, sure, ended) = values[: len(names)], values[len(names) :]
        seconds = {name: -int(value) for name, value in zip(names, sums, strict=True) if value}
        if is_week and not _fits(kept, latest, sure):
            seconds["covered_until"] = round(float(kept or 0) - float(latest or 0))
        day = dt.date.fromisoformat(period) if is_week and isinstance(period, str) else period
        yield Drift(table, person, day, seconds, _moment(latest), _moment(ended))


def _fits(kept: Any, latest: Any, sure: Any) -> bool:
    if kept is None or latest is None:
        return kept is None and latest is None
    return (sure is None or float(sure) - 0.001 <= float(kept)) and float(kept) <= float(latest) + 0.001


def _moment(epoch: Any) -> dt.datetime | None:
    return None if epoch is None else dt.datetime.fromtimestamp(float(epoch), dt.UTC)


def rebuild_totals(person_id: int) -> int:
    """Make the totals of one person the sum of their rows; how many were not.

    Under the locks that every writer takes, so that the person may go on studying meanwhile.
    """
    with transaction.atomic():
        hold_sealing()  # it moves entries into the year
        Person.objects.select_for_update(no_key=True).get(pk=person_id)  # the book's lock
        list(WeekTotal.objects.select_for_update().filter(person=person_id).order_by("week"))  # the beat's
        drifts = list(check_totals((person_id, person_id)))
        for drift in drifts:
            _repair(drift)
    return len(drifts)


def _repair(drift: Drift) -> None:
    key = {"person_id": drift.person_id, _PERIOD[drift.table]: drift.period}
    defaults = {"last_at": drift.ended_at} if drift.table == "study_activitytotal" else {}
    changes: dict[str, Any] = {
        name: F(name) - seconds for name, seconds in drift.seconds.items() if name != "covered_until"
    }
    if "covered_until" in drift.seconds:
        changes["covered_until"] = drift.covered_until
    totals: Any = TABLES[drift.table]._default_manager
    totals.get_or_create(**key, defaults=defaults)
    totals.filter(**key).update(**changes)
