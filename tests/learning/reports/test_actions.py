"""The roll-up of a week equals the rows it was made of."""

import datetime as dt
import random

import pytest
from django.db.models import Sum

from learning.people.models import Person, Unit
from learning.reports.actions import refresh_unit_weeks
from learning.reports.models import UnitWeek
from learning.reports.queries import unit_week_seconds, units_below
from learning.study.models import WeekTotal
from learning.study.queries import week_of_person
from tests import make, make_study

pytestmark = pytest.mark.django_db

ONE_WEEK = dt.timedelta(weeks=1)


def rows_of(unit: Unit, week: dt.date) -> tuple[int, int, int, int]:
    """People, those who studied, those who met their target, seconds: counted person by person."""
    weeks = [week_of_person(person, week) for person in Person.objects.filter(unit=unit, is_active=True)]
    return (
        len(weeks),
        sum(each.seconds > 0 for each in weeks),
        sum(each.is_met for each in weeks),
        sum(each.seconds for each in weeks),
    )


def rolled_up(unit: Unit, week: dt.date) -> tuple[int, int, int, int]:
    row = UnitWeek.objects.filter(unit=unit, week=week).first()
    return (row.people, row.studied, row.met, row.seconds) if row else (0, 0, 0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_roll_up_equals_the_sum_of_the_rows_after_any_coming_and_going(seed: int, week, now) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test needs no secret dice
    top = make.unit()
    units = [top]
    for _ in range(7):
        units.append(make.unit(parent=dice.choice(units)))
    for unit in dice.sample(units, 3):
        make_study.target(unit, dice.choice((20, 45, 60)))
    people = [
        Person.objects.create(
            username=f"orang-{seed}-{number}",
            name="Sari",
            unit=dice.choice(units),
            weekly_goal_minutes=dice.choice((None, None, 90)),
        )
        for number in range(40)
    ]
    for each_week in (week - ONE_WEEK, week):
        WeekTotal.objects.bulk_create(
            WeekTotal(
                person=person,
                week=each_week,
                measured_s=dice.randrange(6000),
                declared_s=dice.choice((0, 0, 1800)),
                adjusted_s=dice.choice((0, 0, 120)),
            )
            for person in dice.sample(people, 30)
        )
    refresh_unit_weeks(week=week, now=now)
    refresh_unit_weeks(week=week - ONE_WEEK, now=now)
    for person in dice.sample(people, 12):  # some move, some leave
        if dice.random() < 0.5:
            Person.objects.filter(pk=person.pk).update(unit=dice.choice(units))
        else:
            Person.objects.filter(pk=person.pk).update(is_active=False)
    for each_week in (week - ONE_WEEK, week):
        refresh_unit_weeks(week=each_week, now=now + dt.timedelta(minutes=1))
        assert {unit: rolled_up(unit, each_week) for unit in units} == {
            unit: rows_of(unit, each_week) for unit in units
        }
        total = Person.objects.filter(is_active=True, week_totals__week=each_week).aggregate(
            measured=Sum("week_totals__measured_s"),
            declared=Sum("week_totals__declared_s"),
            adjusted=Sum("week_totals__adjusted_s"),
        )
        assert unit_week_seconds(top, each_week) == sum(total.values())


def test_a_unit_that_everybody_left_has_no_row_any_more(week, now) -> None:
    old, new = make.unit(), make.unit()
    person = make.person(old)
    assert refresh_unit_weeks(week=week, now=now) == 1
    Person.objects.filter(pk=person.pk).update(unit=new)
    refresh_unit_weeks(week=week, now=now)
    assert rolled_up(old, week) == (0, 0, 0, 0)
    assert rolled_up(new, week) == (1, 0, 0, 0)
    assert UnitWeek.objects.count() == 1


def test_whoever_is_free_is_counted_apart_and_does_not_lower_the_share(week, now) -> None:
    top = make.unit()
    unit = make.unit(parent=top)
    away, part, idle = (make.person(unit) for _ in range(3))
    make.absence(away, week, week + dt.timedelta(days=4))
    make.absence(part, week)
    make_study.studied(part, 40 * 60, at=now - dt.timedelta(hours=1))
    assert not week_of_person(idle, week).is_met
    refresh_unit_weeks(week=week, now=now)
    row = UnitWeek.objects.get(unit=unit)
    assert (row.people, row.met, row.free) == (3, 1, 1)
    assert rows_of(unit, week) == (3, 1, 1, 2400)
    (below,) = units_below(Unit.objects.get(pk=top.pk), week)
    assert below.percent_met == 50


def test_people_without_a_unit_are_in_no_row(week, now) -> None:
    Person.objects.create_user("mitra-1", None, name="Mitra")
    assert refresh_unit_weeks(week=week, now=now) == 0


def test_units_below_stand_with_all_that_is_under_them(week, now) -> None:
    top = make.unit()
    left, right, empty = (make.unit(parent=top, name=name) for name in ("Kiri", "Kanan", "Kosong"))
    below = make.unit(parent=left)
    for unit, seconds in ((top, 60), (left, 45 * 60), (below, 60), (right, 120)):
        make_study.studied(make.person(unit), seconds, at=now - dt.timedelta(hours=1))
    refresh_unit_weeks(week=week, now=now)
    rows = units_below(Unit.objects.get(pk=top.pk), week)
    assert [(row.name, row.people, row.met, row.seconds, row.percent_met) for row in rows] == [
        ("Kiri", 2, 1, 46 * 60, 50),
        ("Kanan", 1, 0, 120, 0),
    ]
    assert empty.name not in [row.name for row in rows]
    assert units_below(Unit.objects.get(pk=below.pk), week) == []
    assert unit_week_seconds(Unit.objects.get(pk=top.pk), week) == 60 + 46 * 60 + 120


def test_the_roll_up_takes_as_many_statements_for_2000_people_as_for_10(
    week, now, django_assert_max_num_queries
) -> None:
    unit = make.unit()
    make_study.many_people(unit, 10, week=week)
    with django_assert_max_num_queries(9):
        refresh_unit_weeks(week=week, now=now)
    make_study.many_people(unit, 1_990, week=week)
    with django_assert_max_num_queries(9):
        refresh_unit_weeks(week=week, now=now)
    assert rolled_up(unit, week)[0] == 2_000
