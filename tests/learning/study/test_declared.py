"""Declared time: placed among what is credited already, split at midnight, no day over its ceiling."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.people.models import Person
from learning.study import chain, rules
from learning.study.actions import record_intervals
from learning.study.checks import check_totals, people_in_slices, rebuild_totals
from learning.study.corrections import adjust
from learning.study.declared import NotPast, credit_declared, credited_by_day
from learning.study.models import Activity, StudyEntry, WeekTotal, YearTotal
from learning.study.rules import WIB, Span
from tests import make
from tests.learning.study.tampering import no_guards

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def at(day: str, time: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time), WIB)


def outside(title: str = "Seminar pelayanan publik", minutes: int = 120) -> Activity:
    return make.activity(
        kind="outside", title=title, planned_minutes=minutes, minimum_minutes=0, is_open=False
    )


def declare(
    person: Person, *spans: tuple[dt.datetime, int], now: dt.datetime, **fields: object
) -> list[StudyEntry]:
    """`spans`: starts and minutes."""
    return credit_declared(
        person=person,
        activity=outside(),
        spans=[Span(start, start + minutes * MINUTE) for start, minutes in spans],
        actor=make.person(name="Kepala Bidang"),
        now=now,
        **fields,  # type: ignore[arg-type]
    )


def drifts() -> list[str]:
    return [str(drift) for people in people_in_slices() for drift in check_totals(people)]


def test_accepted_time_is_sealed_in_rows_of_its_kind_and_in_every_total(
    now: dt.datetime, week: dt.date
) -> None:
    person = make.person()

    rows = declare(person, (at("2026-11-23", "09:00"), 40), now=now)

    assert [(row.kind, row.claimed_s, row.credited_s, row.reason) for row in rows] == [
        ("declared", 900, 900, ""),
        ("declared", 900, 900, ""),
        ("declared", 600, 600, ""),
    ]
    assert {row.sealed_at for row in rows} == {now}
    total = WeekTotal.objects.get(person=person, week=week)
    assert (total.declared_s, total.measured_s, total.seconds, total.day_1_s) == (2400, 0, 2400, 0)
    assert YearTotal.objects.get(person=person).declared_s == 2400
    assert credited_by_day(rows[0].activity_id, person.pk) == {dt.date(2026, 11, 23): 2400}
    assert not drifts()


def test_what_is_credited_already_is_not_credited_again(now: dt.datetime) -> None:
    person = make.person()
    make.study(person, make.activity(), at("2026-11-24", "09:10"), 10)

    rows = declare(person, (at("2026-11-24", "09:00"), 30), now=now)

    assert [(f"{row.started_at.astimezone(WIB):%H.%M}", row.credited_s, row.reason) for row in rows] == [
        ("09.00", 600, ""),
        ("09.10", 0, "overlap"),
        ("09.20", 600, ""),
    ]
    assert not drifts()


@pytest.mark.parametrize(
    ("start", "minutes", "weeks", "years"),
    [
        # a Sunday night into Monday: another ISO week
        (at("2026-11-22", "23:30"), 60, {"2026-11-16": 1800, "2026-11-23": 1800}, {2026: 3600}),
        # New Year's night: another year, the same ISO week (2025-W01)
        (at("2024-12-31", "23:00"), 90, {"2024-12-30": 5400}, {2024: 3600, 2025: 1800}),
        # the year with 53 weeks ends on a Thursday: 2026-W53 goes on into 2027
        (at("2026-12-31", "23:45"), 30, {"2026-12-28": 1800}, {2026: 900, 2027: 900}),
        # and the Sunday that ends it
        (at("2027-01-03", "23:45"), 30, {"2026-12-28": 900, "2027-01-04": 900}, {2027: 1800}),
    ],
)
def test_time_belongs_to_its_own_day_week_and_year(
    start: dt.datetime, minutes: int, weeks: dict[str, int], years: dict[int, int]
) -> None:
    person = make.person()

    rows = declare(person, (start, minutes), now=dt.datetime(2027, 2, 1, 10, tzinfo=WIB))

    kept = WeekTotal.objects.filter(person=person)
    assert {total.week.isoformat(): total.declared_s for total in kept} == weeks
    assert {total.year: total.declared_s for total in YearTotal.objects.filter(person=person)} == years
    for row in rows:
        assert rules.local_day(row.started_at) == rules.local_day(
            row.started_at + dt.timedelta(seconds=row.claimed_s - 1)
        )
    assert not drifts()


def test_a_day_holds_no_more_than_the_policy_says_all_kinds_together(now: dt.datetime) -> None:
    person = make.person()
    make.study(person, make.activity(planned_minutes=300), at("2026-11-24", "06:00"), 60)

    rows = declare(person, (at("2026-11-24", "08:00"), 8 * 60), (at("2026-11-23", "08:00"), 30), now=now)

    tuesday = [row for row in rows if rules.local_day(row.started_at).day == 24]
    assert sum(row.credited_s for row in tuesday) == 5 * 3600
    assert sum(row.claimed_s for row in tuesday) == 8 * 3600
    assert {row.reason for row in tuesday if not row.credited_s} == {"day_ceiling"}
    assert sum(row.credited_s for row in rows) == 5 * 3600 + 1800
    assert not drifts()


def test_time_that_is_not_over_is_refused_whole(now: dt.datetime) -> None:
    with pytest.raises(NotPast):
        declare(make.person(), (at("2026-11-24", "08:00"), 60), (now - 30 * MINUTE, 31), now=now)
    assert not StudyEntry.objects.exists()


def test_measured_time_that_arrives_later_does_not_count_a_declared_minute_again(now: dt.datetime) -> None:
    person, module = make.person(), make.activity(planned_minutes=200)
    make.study(person, module, now - 240 * MINUTE, 10)  # so that every total stands, as for the fast path
    opened = now - 60 * MINUTE
    declare(person, (opened, 30), now=now - 20 * MINUTE)

    receipt = record_intervals(
        token=make.token(person, module, opened),
        intervals=[make.interval(900, after=25 * 60)],
        now=now - 15 * MINUTE,
    )

    assert [(each.credited_s, each.reason) for each in receipt.outcomes] == [(600, "overlap")]
    assert not drifts()


def test_measured_time_that_arrives_later_does_not_count_again_what_an_appeal_gave(now: dt.datetime) -> None:
    """A row that was worth nothing, given back, is taken; a row that was taken away is free."""
    person, module, other = (
        make.person(),
        make.activity(planned_minutes=200),
        make.activity(planned_minutes=200),
    )
    start = now - 120 * MINUTE
    make.study(person, module, start, 10)
    make.study(person, other, start, 10, session="b")
    credited, refused = StudyEntry.objects.order_by("activity_id")
    head = make.person()
    adjust(entry=credited, seconds=-600, reason="Bukan saya", actor=head, now=now)
    adjust(entry=refused, seconds=600, reason="Ini yang benar", actor=head, now=now)

    receipt = record_intervals(
        token=make.token(person, module, start, "c"),
        intervals=[make.interval(600)],
        now=now,
    )

    assert [(each.credited_s, each.reason) for each in receipt.outcomes] == [(0, "overlap")]
    adjust(entry=refused, seconds=-600, reason="Ternyata tidak", actor=head, now=now)
    again = record_intervals(
        token=make.token(person, module, start, "d"), intervals=[make.interval(600)], now=now + MINUTE
    )
    assert [each.credited_s for each in again.outcomes] == [600]
    assert not drifts()


def test_the_day_chain_and_the_rebuild_take_declared_rows(now: dt.datetime) -> None:
    person = make.person()
    declare(person, (at("2026-11-24", "09:00"), 30), now=now)
    chain.close_days(now=now + dt.timedelta(days=2))
    assert all(day is None for day in chain.check_days())
    WeekTotal.objects.update(declared_s=7, covered_until=None)

    assert len(drifts()) == 1
    assert rebuild_totals(person.pk) == 1
    assert not drifts()
    assert WeekTotal.objects.get(person=person).covered_until == at("2026-11-24", "09:30")


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": None},
        {"actor_id": "person_id"},
        {"credited_s": 901},
        {"credited_s": -1},
        {"sealed_at": None},
        {"started_at": dt.datetime(2026, 11, 26, 9, tzinfo=WIB)},
    ],
)
def test_the_database_takes_no_other_declared_row(now: dt.datetime, wrong: dict[str, object]) -> None:
    row = declare(make.person(), (at("2026-11-24", "09:00"), 15), now=now)[0]
    row.pk, row._state.adding = uuid.uuid4(), True
    for name, value in wrong.items():
        setattr(row, name, getattr(row, value) if isinstance(value, str) else value)

    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
        connection.check_constraints()


def test_a_declared_row_is_never_changed_nor_deleted(now: dt.datetime) -> None:
    declare(make.person(), (at("2026-11-24", "09:00"), 15), now=now)
    for change in (
        {"credited_s": 899},
        {"credited_s": 900, "claimed_s": 901},
        {"kind": "measured"},
        {"note": "x"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            StudyEntry.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        StudyEntry.objects.all().delete()
    with no_guards():  # the refusal is the guards', not an accident
        assert StudyEntry.objects.update(note="x") == 1


@given(
    declared=st.lists(st.tuples(st.integers(0, 170), st.integers(1, 60)), min_size=1, max_size=4),
    measured=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 15)), max_size=4),
    late=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 15)), max_size=3),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_order_no_second_counts_twice(
    now: dt.datetime,
    declared: list[tuple[int, int]],
    measured: list[tuple[int, int]],
    late: list[tuple[int, int]],
) -> None:
    """Minutes around a midnight: measured first, then declared, then what a phone still had."""
    with transaction.atomic():
        person, module = make.person(), make.activity(planned_minutes=500)
        origin = at("2026-11-24", "22:00")
        for number, (after, minutes) in enumerate(measured):
            make.study(person, module, origin + after * MINUTE, minutes, session=f"m{number}")
        for after, minutes in declared:
            declare(person, (origin + after * MINUTE, minutes), now=now)
        for number, (after, minutes) in enumerate(late):
            record_intervals(
                token=make.token(person, module, origin + after * MINUTE, f"l{number}"),
                intervals=[make.interval(minutes * 60)],
                now=now,
            )
        rows = StudyEntry.objects.filter(person=person, credited_s__gt=0)
        spans = [
            (Span(row.started_at, row.started_at + dt.timedelta(seconds=row.claimed_s)), row) for row in rows
        ]
        for span, row in spans:
            others = [(each, other.credited_s) for each, other in spans if other is not row]
            assert row.credited_s <= rules.room_beside(span, others)
        claimed = sum(row.claimed_s for row in StudyEntry.objects.filter(person=person, kind="declared"))
        assert claimed == sum(minutes for _after, minutes in declared) * 60
        assert not drifts()
        transaction.set_rollback(True)
