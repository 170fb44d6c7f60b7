"""The supervisor's week."""

import datetime as dt
import statistics

import pytest

from learning.people.models import Person
from learning.reports.queries import Team, TeamRow, episode_of_week, fill_rows, team_week
from learning.reviews.actions import acknowledge_weeks
from learning.study.goals import Learner, Targets
from learning.study.queries import week_of_person
from tests import make, make_study
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
ONE_WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def team(supervisor_of_two_units: Supervision, week, now) -> Supervision:
    """The first unit has five people: two have met the 45 minutes, one of those is acknowledged."""
    found = supervisor_of_two_units
    names = ("Citra Dewi", "Dimas Prakoso", "Eka Putri", "Fajar", "Ani Rahmawati")
    people = found.people_of_first + [make.person(found.first) for _ in range(3)]
    for person, name, seconds in zip(people, names, (2700, 2699, 0, 5400, 61), strict=True):
        person.name = name
        person.save()
        if seconds:
            make_study.studied(person, seconds, at=now - 3 * HOUR)
    make_study.studied(found.people_of_second[0], 9000, at=now - 5 * HOUR)
    acknowledge_weeks(supervisor=found.supervisor, week=week, people=[people[0].pk], now=now)
    return found


def names(team: Team) -> list[str]:
    return [row.name for row in team.rows]


def test_everybody_of_the_unit_has_one_row_by_name(team: Supervision, week) -> None:
    found = team_week(team.supervisor, team.first, week)
    assert [(row.name, row.seconds, row.minutes, row.percent, row.is_met) for row in found.rows] == [
        ("Ani Rahmawati", 61, 1, 2, False),
        ("Citra Dewi", 2700, 45, 100, True),
        ("Dimas Prakoso", 2699, 44, 99, False),
        ("Eka Putri", 0, 0, 0, False),
        ("Fajar", 5400, 90, 100, True),
    ]
    for row in found.rows:
        own = week_of_person(Person.objects.get(pk=row.person_id), week)
        assert (row.seconds, row.target_minutes, row.is_met) == (own.seconds, own.target_minutes, own.is_met)


def test_the_summary_equals_the_rows_whatever_is_filtered(team: Supervision, week) -> None:
    everybody = team_week(team.supervisor, team.first, week)
    rows, summary = everybody.rows, everybody.summary
    assert summary.people == len(rows) == 5
    assert summary.met == sum(row.is_met for row in rows) == 2
    assert summary.below == sum(not row.is_met for row in rows) == 3
    assert summary.unacknowledged == sum(row.acknowledged_at is None for row in rows) == 4
    assert summary.seconds == sum(row.seconds for row in rows) == everybody.week.seconds
    assert summary.median_minutes == statistics.median(row.minutes for row in rows) == 44
    for wish in ({"show": "below"}, {"show": "unacknowledged"}, {"search": "ani"}, {"search": "zzz"}):
        assert team_week(team.supervisor, team.first, week, **wish).summary == summary


def test_filters_show_those_below_the_target_or_not_yet_acknowledged(team: Supervision, week) -> None:
    below = team_week(team.supervisor, team.first, week, show="below")
    assert names(below) == ["Ani Rahmawati", "Dimas Prakoso", "Eka Putri"]
    unseen = team_week(team.supervisor, team.first, week, show="unacknowledged")
    assert names(unseen) == ["Ani Rahmawati", "Dimas Prakoso", "Eka Putri", "Fajar"]


def test_whoever_is_on_leave_is_neither_met_nor_below_and_has_a_filter_of_their_own(
    team: Supervision, week
) -> None:
    away, late = team.people_of_first
    make.absence(away, week - ONE_WEEK, week + 4 * dt.timedelta(days=1))
    make.absence(late, week)
    everybody = team_week(team.supervisor, team.first, week)
    summary = everybody.summary
    assert (summary.people, summary.met, summary.below, summary.leave) == (5, 2, 2, 1)
    assert {row.name: row.target_minutes for row in everybody.rows if row.target_minutes != 45} == {
        "Citra Dewi": 0,
        "Dimas Prakoso": 40,  # met with 2699 seconds: 4 of 5 days
    }
    leave = team_week(team.supervisor, team.first, week, show="leave")
    assert [(row.name, row.on_leave) for row in leave.rows] == [("Citra Dewi", True)]
    assert names(team_week(team.supervisor, team.first, week, show="below")) == ["Ani Rahmawati", "Eka Putri"]
    fill_rows(leave.rows, week, leave.targets)
    assert [bar.state for bar in leave.rows[0].strip] == ["none", "none", "leave", "leave"]


def test_a_part_of_the_name_finds_its_people_in_either_case(team: Supervision, week) -> None:
    assert names(team_week(team.supervisor, team.first, week, search="PR")) == ["Dimas Prakoso"]
    assert names(team_week(team.supervisor, team.first, week, search="a pu")) == ["Eka Putri"]
    assert names(team_week(team.supervisor, team.first, week, search="%")) == []


def test_an_own_higher_target_decides_whether_it_is_met_and_a_lower_one_does_not(
    team: Supervision, week
) -> None:
    ambitious, modest = team.people_of_first
    Person.objects.filter(pk=ambitious.pk).update(weekly_goal_minutes=90)
    Person.objects.filter(pk=modest.pk).update(weekly_goal_minutes=10)
    rows = {row.person_id: row for row in team_week(team.supervisor, team.first, week).rows}
    assert (rows[ambitious.pk].target_minutes, rows[ambitious.pk].is_met) == (90, False)
    assert (rows[modest.pk].target_minutes, rows[modest.pk].is_met) == (45, False)


def test_the_team_is_neither_its_supervisor_nor_anybody_inactive(team: Supervision, week) -> None:
    Person.objects.filter(pk=team.supervisor.pk).update(unit=team.first)
    Person.objects.filter(name="Fajar").update(is_active=False)
    found = team_week(Person.objects.get(pk=team.supervisor.pk), team.first, week)
    assert names(found) == ["Ani Rahmawati", "Citra Dewi", "Dimas Prakoso", "Eka Putri"]
    assert found.summary.people == 4


def test_to_somebody_who_does_not_lead_the_unit_it_is_empty(team: Supervision, week) -> None:
    found = team_week(team.stranger, team.first, week)
    assert (found.rows, found.summary.people, found.summary.seconds) == ([], 0, 0)


def test_rows_on_screen_show_four_weeks_jp_and_completions(team: Supervision, week, now) -> None:
    person = team.people_of_first[0]
    make_study.completed(person, make.activity(planned_minutes=60, minimum_minutes=45), now=now - ONE_WEEK)
    make_study.completed(person, make.activity(minimum_minutes=1), now=now)
    found = team_week(team.supervisor, team.first, week)
    rows = found.rows
    fill_rows(rows, week, found.targets)
    row = next(row for row in rows if row.person_id == person.pk)
    assert [(bar.week, bar.seconds, bar.is_current, bar.state) for bar in row.strip] == [
        (week - 3 * ONE_WEEK, 0, False, "none"),
        (week - 2 * ONE_WEEK, 0, False, "none"),
        (week - ONE_WEEK, 2700, False, "done"),
        (week, 2760, True, "done"),
    ]
    assert (row.jp, row.completions) == (1, 1)
    assert row.url == f"/tim/{person.pk}/"
    assert row.strip[-1].seconds == row.seconds


def test_details_take_as_many_statements_for_2000_rows_as_for_10(
    week, now, django_assert_max_num_queries
) -> None:
    people = make_study.many_people(make.unit(), 2_000, week=week)
    for some in (people[:10], people):
        rows = [TeamRow(person.pk, person.name, "", 0, 45, Learner.of(person)) for person in some]
        targets = Targets(week - 3 * ONE_WEEK, week)
        with django_assert_max_num_queries(3):
            fill_rows(rows, week, targets)


# --- The episode -----------------------------------------------------------------------


def episode(starts_at: dt.datetime, **fields: object):
    return make.activity(kind="episode", planned_minutes=60, starts_at=starts_at, **fields)


def test_the_episode_of_this_week_is_shown_before_during_and_after_it(now) -> None:
    thursday = now.replace(day=26, hour=9)
    episode(thursday + ONE_WEEK, title="Berikut")
    episode(thursday - ONE_WEEK, title="Lalu")
    this = episode(thursday, title="Kamis ini")
    for at, is_live, is_past in (
        (now, False, False),
        (thursday, True, False),
        (thursday + dt.timedelta(minutes=59), True, False),
        (thursday + dt.timedelta(minutes=60), False, True),
        (now.replace(day=29, hour=23), False, True),
    ):
        found = episode_of_week(at)
        assert found is not None
        assert (found.title, found.url, found.is_live, found.is_past) == (
            "Kamis ini",
            this.path,
            is_live,
            is_past,
        )
    assert episode_of_week(now.replace(day=30, hour=0)).title == "Berikut"


def test_a_week_without_an_episode_shows_the_next_and_a_closed_one_never(now) -> None:
    assert episode_of_week(now) is None
    episode(now.replace(day=26, hour=9), is_open=False)
    assert episode_of_week(now) is None
    episode(now + 3 * ONE_WEEK, title="Nanti")
    assert episode_of_week(now).title == "Nanti"
