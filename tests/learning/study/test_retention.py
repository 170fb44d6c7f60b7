"""Entries older than the retention period become day rows: totals, chain and pages still agree."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum

from learning.people.models import Person
from learning.study import queries
from learning.study.actions import record_intervals
from learning.study.chain import check_days, close_days, seal_entries
from learning.study.checks import check_totals, people_in_slices, rebuild_totals
from learning.study.corrections import adjust
from learning.study.ledger.queries import rows_of_week
from learning.study.models import (
    ActivityTotal,
    LedgerDay,
    Retirement,
    StudyDay,
    StudyEntry,
    WeekTotal,
    YearTotal,
)
from learning.study.retention import DayIsBroken, _unnamed, days_due, first_day_kept, leftover, retire
from learning.study.rules import WIB, week_of
from learning.study.statements import to_db
from tests import make
from tests.learning.study.tampering import no_guards

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FIRST = dt.datetime(2026, 2, 2, 9, 0, tzinfo=WIB)  # a Monday
LATER = dt.datetime(2028, 2, 5, 12, 0, tzinfo=WIB)  # 24 months after the first three days


@pytest.fixture
def people() -> list[Person]:
    """Two people, six days: cut rows, a midnight, an offline-late day, a young correction of an old row."""
    people = [make.person(), make.person()]
    module, short = make.activity(planned_minutes=300), make.activity(planned_minutes=5)
    for number in range(6):
        at = FIRST + number * DAY
        for person in people:
            make.study(person, module, at, 20)
            make.study(person, short, at + dt.timedelta(hours=1), 12)
            make.study(person, module, at + dt.timedelta(minutes=10), 5)  # overlaps
        seal_entries(now=at + dt.timedelta(hours=3))
    evening = FIRST + dt.timedelta(hours=14, minutes=55)
    record_intervals(
        token=make.token(people[0], module, evening),
        intervals=[make.interval(600)],
        now=evening + dt.timedelta(minutes=11),
    )
    seal_entries(now=FIRST + DAY)
    close_days(now=FIRST + 10 * DAY)
    return people


def kept() -> list[object]:
    return [
        list(WeekTotal.objects.order_by("pk").values()),
        list(YearTotal.objects.order_by("pk").values()),
        list(ActivityTotal.objects.order_by("pk").values()),
    ]


def drifts() -> list[str]:
    return [str(drift) for people in people_in_slices() for drift in check_totals(people)]


def broken() -> list[str]:
    return [f"{day.day} {day.why}" for day in check_days() if day]


def entries() -> int:
    return StudyEntry.objects.count()


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (dt.date(2026, 11, 25), 24, dt.date(2024, 11, 25)),
        (dt.date(2026, 12, 31), 24, dt.date(2024, 12, 31)),
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2028, 2, 29), 24, dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
    ],
)
def test_the_retention_is_counted_in_calendar_months(today: dt.date, months: int, first: dt.date) -> None:
    assert first_day_kept(today, months) == first


@pytest.mark.parametrize("batch", [1, 7, 5_000])
def test_what_is_due_is_rolled_up_and_everything_still_agrees_to_the_second(
    people: list[Person], batch: int
) -> None:
    before, count = kept(), entries()
    assert [day.day for day in days_due(today=LATER.date())] == [(FIRST + n * DAY).date() for n in range(3)]

    steps = list(retire(now=LATER, batch=batch))

    gone = sum(step.entries for step in steps)
    assert gone == count - entries() > 0
    assert all(step.entries <= batch for step in steps)
    assert StudyDay.objects.aggregate(sum=Sum("entries"))["sum"] == gone
    assert not StudyEntry.objects.filter(sealed_at__lt=dt.datetime(2026, 2, 5, tzinfo=WIB)).exists()
    assert kept() == before
    assert (drifts(), broken()) == ([], [])
    assert list(retire(now=LATER)) == []  # again changes nothing
    day = StudyDay.objects.filter(person=people[0], day=FIRST.date(), activity__planned_minutes=300)
    if batch == 5_000:
        assert list(day.order_by("pk").values_list("claimed_s", "credited_s", "entries", "channel")) == [
            (1500, 1200, 3, "live"),
            (300, 300, 1, "live"),  # sealed a day later
        ]


def test_a_run_that_was_stopped_is_whole_and_goes_on(people: list[Person]) -> None:
    count = entries()
    run = retire(now=LATER, batch=3)
    for _step in range(3):
        next(run)
    run.close()
    assert 0 < count - entries() < 12
    assert (drifts(), broken()) == ([], [])
    assert leftover().exists()
    list(retire(now=LATER, batch=3))
    assert not leftover().exists()
    assert (drifts(), broken()) == ([], [])


def test_totals_that_were_lost_come_back_from_the_day_rows(people: list[Person]) -> None:
    list(retire(now=LATER))

    def seconds() -> list[object]:
        return [
            list(
                WeekTotal.objects.order_by("person", "week").values_list("measured_s", "day_1_s", "day_3_s")
            ),
            list(YearTotal.objects.order_by("person", "year").values_list("measured_s", flat=True)),
            list(ActivityTotal.objects.order_by("person", "activity").values_list("credited_s", flat=True)),
        ]

    before = seconds()
    for table in (WeekTotal, YearTotal, ActivityTotal):
        table.objects.all().delete()
    assert len(drifts()) > 4
    for person in people:
        rebuild_totals(person.pk)
    assert seconds() == before
    assert drifts() == []


def test_the_ledger_of_an_old_week_shows_its_days(people: list[Person]) -> None:
    week = week_of(FIRST.date())
    before = {day.date: day.sums.credited_s for day in rows_of_week(people[0], week)}
    list(retire(now=LATER))
    days = rows_of_week(people[0], week)
    assert {day.date: day.sums.credited_s for day in days} == before
    assert [bool(day.rolled) for day in days] == [True] * 3 + [False] * 3
    assert [bool(day.entries) for day in days[3:]] == [True] * 3
    assert sum(day.seconds for day in days) == queries.totals_of_week(people[0], week).seconds
    for day in days[:3]:
        assert (
            sum(row.credited_s for row in day.rolled) + sum(r.credited_s for r in day.entries) == day.seconds
        )


def test_an_entry_that_a_younger_correction_names_stays_until_that_goes(people: list[Person]) -> None:
    entry = StudyEntry.objects.filter(credited_s__gt=60).earliest("started_at")
    young = LATER - 30 * DAY
    adjust(entry=entry, seconds=-60, reason="Banding", actor=make.person(), now=young)
    close_days(now=LATER)
    list(retire(now=LATER))
    assert StudyEntry.objects.filter(pk=entry.pk).exists()
    assert (drifts(), broken()) == ([], [])
    list(retire(now=LATER + 800 * DAY))
    assert not StudyEntry.objects.filter(pk=entry.pk).exists()
    assert entries() == 0
    assert (drifts(), broken()) == ([], [])
    assert StudyDay.objects.filter(kind="adjusted").get().credited_s == -60


def test_the_database_lets_only_entries_of_a_retired_day_go(people: list[Person]) -> None:
    old = StudyEntry.objects.earliest("sealed_at")
    make.study(people[0], make.activity(), LATER, 1)  # still open

    def refused(sql: str, *values: object) -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, values)
        except DatabaseError:
            return True
        return False

    assert refused("DELETE FROM study_studyentry")
    assert refused("DELETE FROM study_studyentry WHERE sealed_at IS NULL")
    Retirement.objects.create(day=LedgerDay.objects.earliest("day"), at=LATER)
    assert refused("DELETE FROM study_studyentry WHERE sealed_at IS NULL")
    assert refused("UPDATE study_studyentry SET credited_s = 0 WHERE credited_s > 0")
    newest = StudyEntry.objects.filter(sealed_at__isnull=False).latest("sealed_at")
    assert refused("DELETE FROM study_studyentry WHERE sealed_at = %s", to_db(newest.sealed_at))
    assert not refused("DELETE FROM study_studyentry WHERE id = %s", to_db(old.pk))
    assert broken() == [f"{FIRST.date()} day rows were added or removed"]  # and that shows

    list(retire(now=LATER))
    for table, column in (("study_studyday", "credited_s = 0"), ("study_retirement", "at = at")):
        assert refused(f"UPDATE {table} SET {column}")
        assert refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("what", ["changed", "removed", "added"])
def test_a_day_row_that_was_tampered_with_is_found(people: list[Person], what: str) -> None:
    list(retire(now=LATER))
    row = StudyDay.objects.filter(credited_s__gt=0).earliest("pk")
    with no_guards():
        if what == "changed":
            StudyDay.objects.filter(pk=row.pk).update(credited_s=F("credited_s") + 1)
        elif what == "removed":
            row.delete()
        else:
            row.pk = None
            row.save()
    why = "a day row was changed" if what == "changed" else "day rows were added or removed"
    assert broken() == [f"{row.sealed_on_id} {why}"]
    assert drifts()


def test_a_day_that_was_tampered_with_is_not_retired(people: list[Person]) -> None:
    entry = StudyEntry.objects.filter(credited_s__gt=0).earliest("sealed_at")
    with no_guards():
        StudyEntry.objects.filter(pk=entry.pk).update(credited_s=F("credited_s") - 1)
    count = entries()
    with pytest.raises(DayIsBroken):
        list(retire(now=LATER))
    assert (entries(), Retirement.objects.count()) == (count, 0)


def test_a_day_retired_before_its_turn_is_reported(people: list[Person]) -> None:
    Retirement.objects.create(day=LedgerDay.objects.order_by("day")[1], at=LATER)
    assert broken() == [f"{(FIRST + DAY).date()} it was retired before its turn"]


def test_retiring_asks_as_many_statements_a_batch_for_many_entries_as_for_few(
    people: list[Person], django_assert_max_num_queries
) -> None:
    run = retire(now=LATER, batch=5_000)
    next(run)
    with django_assert_max_num_queries(9):
        assert next(run).entries == 8
    assert Retirement.objects.count() == 1


def test_whatever_names_an_entry_keeps_it_also_where_the_way_back_has_no_name() -> None:
    asked = str(_unnamed(StudyEntry.objects.all()).query)
    for table, column in (
        ("study_studyentry", "corrects_id"),
        ("reviews_appeal", "entry_id"),
        ("reviews_appeal", "adjustment_id"),
    ):
        assert f'FROM "{table}" U0 WHERE U0."{column}"' in asked
