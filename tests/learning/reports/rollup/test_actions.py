"""The roll-up follows every change by itself: nobody has to tell it what became stale."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.people.models import Person, Posting, Unit
from learning.reports.checks import check_unit_weeks
from learning.reports.models import UnitWeek, UnitWeekDue
from learning.reports.rollup.actions import roll_up
from learning.reports.rollup.queries import trend, unit_figures, units_below
from learning.study.chain import seal_entries
from learning.study.models import Holiday, WeekTotal
from tests import make, make_study

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
ONE_WEEK = dt.timedelta(weeks=1)


def post(person: Person, unit: Unit, first: dt.date | None, last: dt.date | None = None) -> Posting:
    return Posting.objects.create(person=person, unit=unit, first_day=first, last_day=last)


def seconds(unit: Unit, week: dt.date) -> int:
    return sum(UnitWeek.objects.filter(unit=unit, week=week).values_list("seconds", flat=True))


def changes(person: Person, unit: Unit, other: Unit, week: dt.date) -> list[Callable[[], object]]:
    """Everything that can change a figure of the roll-up but a report of study."""
    people = Person.objects.filter(pk=person.pk)
    return [
        lambda: people.update(weekly_goal_minutes=90, weekly_goal_since=week),
        lambda: people.update(weekly_goal_minutes=None, weekly_goal_since=None),
        lambda: make.absence(person, week, week + 4 * DAY),
        lambda: person.absences.update(ended_on=week),
        lambda: make_study.target(unit, 20),
        lambda: unit.weekly_targets.update(minutes=30),
        lambda: unit.weekly_targets.all().delete(),
        lambda: Holiday.objects.create(day=week + DAY, name="Libur"),
        lambda: Holiday.objects.all().delete(),
        lambda: people.update(unit=other),
        lambda: people.update(unit=unit),
        lambda: post(person, unit, None, week - DAY),
        lambda: post(person, other, week),
        lambda: Posting.objects.filter(person=person, unit=other).update(first_day=week - ONE_WEEK),
        lambda: Posting.objects.filter(person=person).delete(),
        lambda: people.update(joined_on=week + 7 * DAY),
        lambda: people.update(is_active=False),
        lambda: WeekTotal.objects.filter(person=person).delete() and people.update(is_active=True),
    ]


def test_after_every_change_one_run_makes_it_agree_and_verify_never_calls_it_broken(week, now) -> None:
    top = make.unit()
    unit, other = make.unit(parent=top), make.unit(parent=top)
    person, colleague = make.person(unit), make.person(unit)
    for each, length in ((person, 1800), (colleague, 3000)):
        make_study.studied(each, length, at=now - 2 * HOUR)
        make_study.studied(each, length, at=now - 2 * HOUR - ONE_WEEK)
    seal_entries(now=now + HOUR)
    roll_up(now=now)
    for change in changes(person, Unit.objects.get(pk=unit.pk), other, week):
        before = list(UnitWeek.objects.order_by("pk").values())
        change()
        assert UnitWeekDue.objects.exists()
        assert list(check_unit_weeks(now=now)) == []  # merely behind
        assert list(UnitWeek.objects.order_by("pk").values()) == before
        roll_up(now=now)
        assert not UnitWeekDue.objects.exists()
        assert list(check_unit_weeks(now=now)) == []
    assert roll_up(now=now + DAY) == 0


def test_a_report_is_in_the_next_run_before_and_after_it_is_sealed(week, now) -> None:
    person = make.person()
    roll_up(now=now - HOUR)
    UnitWeekDue.objects.all().delete()
    make_study.studied(person, 600, at=now - HOUR)
    assert not UnitWeekDue.objects.exists()  # a report writes nothing here
    roll_up(now=now)
    assert seconds(person.unit, week) == 600
    UnitWeek.objects.filter(unit=person.unit).update(seconds=0)  # as if the run had missed it
    seal_entries(now=now + HOUR)
    roll_up(now=now + HOUR)
    assert seconds(person.unit, week) == 600


def test_a_move_leaves_the_weeks_before_it_where_they_were(week, now) -> None:
    old, new = make.unit(), make.unit()
    person = make.person(old)
    make_study.studied(person, 600, at=now - ONE_WEEK)
    make_study.studied(person, 300, at=now - HOUR)
    post(person, old, None, week - DAY)
    post(person, new, week)
    Person.objects.filter(pk=person.pk).update(unit=new)
    roll_up(now=now)
    assert (seconds(old, week - ONE_WEEK), seconds(new, week - ONE_WEEK)) == (600, 0)
    assert (seconds(old, week), seconds(new, week)) == (0, 300)


def test_only_one_runs_at_a_time_and_one_that_fell_over_is_followed(week, now) -> None:
    from learning.reports.rollup import actions

    make.person()
    assert actions._hold(now)
    assert roll_up(now=now + dt.timedelta(minutes=1)) == 0
    assert UnitWeekDue.objects.exists()
    assert roll_up(now=now + dt.timedelta(minutes=6)) > 0


def test_no_report_reads_the_ledger_and_each_takes_two_statements_at_most(week, now) -> None:
    top = make.unit()
    left, right = make.unit(parent=top), make.unit(parent=top)
    for unit, length in ((left, 3000), (left, 60), (right, 0)):
        person = make.person(unit)
        if length:
            make_study.studied(person, length, at=now - 2 * HOUR)
    roll_up(now=now)
    top = Unit.objects.get(pk=top.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        below = units_below(top, week)
        figures, as_of = unit_figures(top, week)
        weeks = trend(None, [week - 51 * ONE_WEEK, week], with_spread=True)
    assert len(asked) == 4
    assert not [each["sql"] for each in asked if "study_studyentry" in each["sql"]]
    assert [(row.unit_id, row.people, row.met, row.seconds) for row in below] == [
        (left.pk, 2, 1, 3060),
        (right.pk, 1, 0, 0),
    ]
    assert (figures.people, figures.met, figures.percent_met, figures.median_minutes) == (3, 1, 33, 7)
    assert as_of == now
    assert [(of, each.people, sum(each.counts)) for of, each in weeks] == [(week, 3, 3)]
