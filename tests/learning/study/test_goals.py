"""Targets of many people over many weeks, with holidays and absences."""

import datetime as dt

import pytest

from learning.people.models import Person
from learning.study.actions import set_own_target
from learning.study.goals import LEARNER_FIELDS, Learner, Targets, targets_of, weekly_target
from learning.study.models import Holiday, WeekTotal
from learning.study.queries import streaks, strip, week_of_person
from tests import make, make_study

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
ONE_WEEK = dt.timedelta(weeks=1)
CHRISTMAS_WEEK = dt.date(2026, 12, 21)  # 24 December is joint leave, the 25th a public holiday


def minutes(person: Person, week: dt.date) -> int:
    return weekly_target(person, week).minutes


def test_public_holidays_and_joint_leave_are_known() -> None:
    target = weekly_target(make.person(), CHRISTMAS_WEEK)
    assert (target.minutes, target.asked_minutes, target.presence.here) == (30, 45, 3)
    assert target.presence.holidays == (dt.date(2026, 12, 24), dt.date(2026, 12, 25))
    assert target.holiday_names == ("Cuti Bersama Hari Raya Natal", "Hari Raya Natal")


def test_a_row_of_the_back_office_overrules_the_calendar_both_ways(week) -> None:
    person = make.person()
    Holiday.objects.create(day=week + 3 * DAY, name="Pemilihan kepala daerah")
    Holiday.objects.create(day=dt.date(2026, 12, 24), name="Masuk kerja", is_workday=True)
    assert (minutes(person, week), minutes(person, CHRISTMAS_WEEK)) == (40, 40)
    assert weekly_target(person, week).holiday_names == ("Pemilihan kepala daerah",)
    Holiday.objects.create(day=week + 5 * DAY, name="Sabtu masuk kerja", is_workday=True)
    assert minutes(person, week) == 45


def test_leave_lowers_the_target_of_the_person_alone_and_study_assignment_frees_the_week(week) -> None:
    unit = make.unit()
    away, student, there = make.person(unit), make.person(unit), make.person(unit)
    make.absence(away, week + 2 * DAY, week + 8 * DAY)
    make.absence(student, week + 4 * DAY, week + 400 * DAY, kind="study_assignment")
    targets = Targets(week, week + ONE_WEEK)
    weeks = {
        person: [targets.of(Learner.of(person), each).minutes for each in (week, week + ONE_WEEK)]
        for person in (away, student, there)
    }
    assert weeks == {away: [20, 30], student: [0, 0], there: [45, 45]}
    assert [minutes(person, week) for person in (away, student, there)] == [20, 0, 45]


def test_an_ended_absence_holds_until_the_day_it_ended(week) -> None:
    person = make.person()
    make.absence(person, week, week + 6 * DAY, ended_on=week + 2 * DAY)
    make.absence(person, week + 3 * DAY, ended_on=week + 3 * DAY)  # taken back whole
    assert minutes(person, week) == 30
    (away,) = targets_of(person, week).away(person.pk)
    assert (away.first_day, away.last_day) == (week, week + DAY)


def test_the_share_is_of_the_units_or_the_own_target(week) -> None:
    unit = make.unit()
    make_study.target(unit, 100)
    asked, ambitious = make.person(unit), make.person(unit, weekly_goal_minutes=135)
    for person in (asked, ambitious):
        make.absence(person, week)
    assert (minutes(asked, week), minutes(ambitious, week)) == (80, 110)


def test_the_reasons_are_said_in_words_and_only_when_there_are_some(week) -> None:
    person = make.person(joined_on=week + DAY)
    Holiday.objects.create(day=week + 2 * DAY, name="Pemilihan kepala daerah")
    make.absence(person, week + 3 * DAY)
    found = week_of_person(person, week)
    assert len(found.why) == 4
    assert "20" in found.why[0]
    assert "Pemilihan kepala daerah" in found.why[1]
    assert "26 November" in found.why[2]
    assert week_of_person(make.person(), week - ONE_WEEK).why == []


def test_a_free_week_is_neither_met_nor_missed(week) -> None:
    person = make.person()
    make.absence(person, week, week + 4 * DAY)
    WeekTotal.objects.create(person=person, week=week, measured_s=600)
    found = week_of_person(person, week)
    assert (found.is_free, found.is_met, found.remaining_minutes, found.percent) == (True, False, 0, 100)


# --- The strip and the runs --------------------------------------------------------------


def test_the_strip_shows_leave_and_nothing_before_joining(week, today) -> None:
    person = make.person(joined_on=week - 2 * ONE_WEEK)
    make.absence(person, week - ONE_WEEK, week - DAY)
    assert [bar.state for bar in strip(person, today, "/buku/", count=4)] == ["none", "none", "leave", "none"]


def test_a_run_pauses_on_leave_and_is_judged_by_the_target_of_each_week(week, today) -> None:
    person = make.person()
    make_study.target(person.unit, 60, since=week - ONE_WEEK)
    make.absence(person, week - 3 * ONE_WEEK, week - 2 * ONE_WEEK - DAY)
    for back, amount in ((5, 45), (4, 45), (2, 45), (1, 59), (0, 60)):
        WeekTotal.objects.create(person=person, week=week - back * ONE_WEEK, measured_s=amount * 60)
    assert streaks(person, today) == (4, 4)  # 59 of 60 was the grace week
    make_study.target(person.unit, 50, since=week - 5 * ONE_WEEK)
    assert streaks(person, today) == (1, 1)


def test_raising_the_own_target_never_takes_back_a_week(week, today) -> None:
    person = make.person()
    for back in range(4):
        WeekTotal.objects.create(person=person, week=week - back * ONE_WEEK, measured_s=2700)
    assert streaks(person, today) == (4, 4)
    for own in (135, None, 90):
        set_own_target(person=person, minutes=own, today=today)
        assert streaks(person, today) == (4, 4)
        assert minutes(person, week) == (own or 45)
        assert minutes(person, week - ONE_WEEK) == 45
    assert streaks(person, today + 14 * DAY) == (4, 4)  # the week after asked 90: the grace week


# --- Statements -----------------------------------------------------------------------------


def test_targets_take_two_statements_for_any_number_of_people_and_weeks(
    week, django_assert_num_queries
) -> None:
    unit = make.unit()
    people = make_study.many_people(unit, 500, week=week)
    by = make.person(unit)
    make_study.target(unit, 60)
    for person in people[:50]:
        make.absence(person, week, week + DAY, recorded_by=by)
    learners = [Learner(*row) for row in Person.objects.filter(unit=unit).values_list(*LEARNER_FIELDS)]
    for some in (learners[:5], learners):
        with django_assert_num_queries(2):
            targets = Targets(week - 3 * ONE_WEEK, week, people=[each.person_id for each in some])
            found = [targets.of(each, week - back * ONE_WEEK).minutes for each in some for back in range(4)]
    assert found.count(40) == 50  # 36, rounded up to 5
    assert found.count(60) == len(found) - 50
