"""My week: the target and where it comes from, the strip, the streaks."""

import datetime as dt

import pytest

from learning.people.models import Person
from learning.study.goals import weekly_target
from learning.study.models import WeekTotal
from learning.study.queries import streaks, strip, week_of_person
from tests import make, make_study

pytestmark = pytest.mark.django_db

ONE_WEEK = dt.timedelta(weeks=1)


def with_weeks(person: Person, week: dt.date, minutes: str) -> Person:
    """`minutes` of the weeks up to `week`, oldest first: "45 0 60"."""
    amounts = [int(each) for each in minutes.split()]
    WeekTotal.objects.bulk_create(
        WeekTotal(person=person, week=week - back * ONE_WEEK, measured_s=amount * 60)
        for back, amount in enumerate(reversed(amounts))
    )
    return person


def test_a_target_is_inherited_from_the_nearest_unit_above_that_set_one(week) -> None:
    dinas = make.unit(name="Dinas")
    bidang = make.unit(parent=dinas, name="Bidang")
    seksi = make.unit(parent=bidang, name="Seksi")
    person = make.person(seksi)
    assert weekly_target(person, week).minutes == 45  # the programme's own
    for unit, minutes in ((dinas, 60), (bidang, 30), (seksi, 75)):
        make_study.target(unit, minutes)
        target = weekly_target(person, week)
        assert (target.minutes, target.source) == (minutes, unit.name)
    assert weekly_target(make.person(bidang), week).minutes == 30
    assert weekly_target(make.person(), week).minutes == 45


def test_a_target_holds_from_its_date_on_and_the_newest_wins(week) -> None:
    person = make.person()
    make_study.target(person.unit, 60, since=week - 4 * ONE_WEEK)
    make_study.target(person.unit, 90, since=week)
    make_study.target(person.unit, 120, since=week + dt.timedelta(days=1))
    assert [weekly_target(person, week - back * ONE_WEEK).minutes for back in (5, 4, 1, 0)] == [
        45,
        60,
        60,
        90,
    ]
    assert weekly_target(person, week + ONE_WEEK).minutes == 120


def test_an_own_target_counts_only_when_it_is_higher(week) -> None:
    unit = make.unit()
    make_study.target(unit, 60)
    asked = {own: make.person(unit, weekly_goal_minutes=own) for own in (None, 45, 60, 90)}
    assert {own: weekly_target(person, week).minutes for own, person in asked.items()} == {
        None: 60,
        45: 60,
        60: 60,
        90: 90,
    }
    assert weekly_target(asked[45], week).source == unit.name
    assert weekly_target(asked[90], week).source != unit.name


def test_somebody_without_a_unit_has_the_target_of_the_programme(week) -> None:
    partner = Person.objects.create_user("mitra-1", None, name="Mitra")
    assert weekly_target(partner, week).minutes == 45


@pytest.mark.parametrize(
    ("seconds", "minutes", "remaining", "percent", "is_met"),
    [
        (0, 0, 45, 0, False),
        (1, 0, 45, 0, False),
        (59, 0, 45, 2, False),
        (60, 1, 44, 2, False),
        (61, 1, 44, 2, False),
        (2639, 43, 2, 97, False),
        (2640, 44, 1, 97, False),
        (2699, 44, 1, 99, False),
        (2700, 45, 0, 100, True),
        (9999, 166, 0, 100, True),
    ],
)
def test_minutes_done_are_rounded_down_and_those_to_go_up(
    week, seconds: int, minutes: int, remaining: int, percent: int, is_met: bool
) -> None:
    person = make.person()
    WeekTotal.objects.create(person=person, week=week, measured_s=seconds)
    found = week_of_person(person, week)
    assert (found.minutes, found.remaining_minutes, found.percent, found.is_met) == (
        minutes,
        remaining,
        percent,
        is_met,
    )


def test_all_four_kinds_of_time_count_towards_the_week(week) -> None:
    person = make.person()
    WeekTotal.objects.create(
        person=person, week=week, measured_s=600, attended_s=300, declared_s=120, adjusted_s=-20, offline_s=99
    )
    assert week_of_person(person, week).seconds == 1000


def test_the_strip_is_the_last_eight_weeks_with_empty_ones(week, today) -> None:
    person = with_weeks(make.person(), week, "50 0 44 45")
    bars = strip(person, today, "/buku/")
    assert [bar.week for bar in bars] == [week - back * ONE_WEEK for back in range(7, -1, -1)]
    assert [(bar.minutes, bar.state) for bar in bars[4:]] == [
        (50, "done"),
        (0, "none"),
        (44, "part"),
        (45, "done"),
    ]
    assert [bar.state for bar in bars[:4]] == ["none"] * 4
    assert [bar.is_current for bar in bars] == [False] * 7 + [True]


def test_the_strip_crosses_a_new_year(week) -> None:
    bars = strip(make.person(), dt.date(2027, 1, 6), "/buku/", count=3)
    assert [(bar.week, bar.number, bar.url) for bar in bars] == [
        (dt.date(2026, 12, 21), 52, "/buku/?pekan=2026-W52"),
        (dt.date(2026, 12, 28), 53, "/buku/?pekan=2026-W53"),
        (dt.date(2027, 1, 4), 1, "/buku/?pekan=2027-W01"),
    ]


@pytest.mark.parametrize(
    ("minutes", "current", "longest"),
    [
        ("0", 0, 0),
        ("45", 1, 1),
        ("45 45 0", 2, 2),  # this week still runs: it does not break what was
        ("45 45 44", 2, 2),
        ("45 45 45", 3, 3),
        ("45 0 0", 1, 1),  # the grace week of the quarter
        ("45 45 45 44 45 45", 5, 5),
        ("45 45 45 44 0 0", 0, 3),  # a second miss breaks it; the longest run is kept
        ("60 0 60 0 60", 2, 2),
    ],
)
def test_a_running_week_does_not_break_a_streak_and_the_longest_is_kept(
    week, today, minutes: str, current: int, longest: int
) -> None:
    person = with_weeks(make.person(), week, minutes)
    assert streaks(person, today) == (current, longest)


def test_a_streak_runs_through_a_new_year_and_one_missing_week() -> None:
    person = with_weeks(make.person(), dt.date(2027, 1, 11), "45 45 45 45")
    assert streaks(person, dt.date(2027, 1, 14)) == (4, 4)
    WeekTotal.objects.filter(week=dt.date(2026, 12, 28)).delete()
    assert streaks(person, dt.date(2027, 1, 14)) == (3, 3)
