"""A supervisor acknowledges weeks."""

import datetime as dt

import pytest

from learning.people.models import AuditEntry, Person
from learning.reviews.actions import NotYours, acknowledge_unit, acknowledge_weeks
from learning.reviews.models import WeekAcknowledgement
from tests import make, make_study
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def seen(week: dt.date) -> dict[Person, int]:
    return {each.person: each.seen_s for each in WeekAcknowledgement.objects.filter(week=week)}


def test_all_of_a_unit_are_acknowledged_and_nobody_of_the_next(
    supervisor_of_two_units: Supervision, week, now
) -> None:
    team = supervisor_of_two_units
    make_study.studied(team.people_of_first[0], 754, at=now - HOUR)
    count = acknowledge_unit(supervisor=team.supervisor, week=week, unit=team.first, now=now)
    assert count == 2
    assert seen(week) == {team.people_of_first[0]: 754, team.people_of_first[1]: 0}
    assert {(each.by, each.at) for each in WeekAcknowledgement.objects.all()} == {(team.supervisor, now)}


def test_only_those_named_are_acknowledged_and_only_that_week(
    supervisor_of_two_units: Supervision, week, now
) -> None:
    team = supervisor_of_two_units
    named = [team.people_of_first[0], team.people_of_second[1]]
    count = acknowledge_weeks(
        supervisor=team.supervisor, week=week, people=[person.pk for person in named], now=now
    )
    assert count == 2
    assert set(seen(week)) == set(named)
    assert seen(week - dt.timedelta(weeks=1)) == {}


@pytest.mark.parametrize("who", ["a stranger", "oneself", "somebody inactive", "nobody there is"])
def test_one_who_is_not_theirs_refuses_the_whole_list(
    supervisor_of_two_units: Supervision, week, now, who: str
) -> None:
    team = supervisor_of_two_units
    inactive = make.person(team.first, is_active=False)
    other = {
        "a stranger": team.stranger.pk,
        "oneself": team.supervisor.pk,
        "somebody inactive": inactive.pk,
        "nobody there is": 10**9,
    }[who]
    mine = [person.pk for person in team.people_of_first]
    with pytest.raises(NotYours):
        acknowledge_weeks(supervisor=team.supervisor, week=week, people=[*mine, other], now=now)
    assert not WeekAcknowledgement.objects.exists()
    assert not AuditEntry.objects.exists()
    assert acknowledge_weeks(supervisor=team.supervisor, week=week, people=mine, now=now) == 2


def test_a_week_acknowledged_twice_keeps_what_was_seen_first(
    supervisor_of_two_units: Supervision, week, now
) -> None:
    team = supervisor_of_two_units
    one, two = team.people_of_first
    make_study.studied(one, 300, at=now - HOUR)
    acknowledge_weeks(supervisor=team.supervisor, week=week, people=[one.pk], now=now)
    make_study.studied(one, 600, at=now)
    again = acknowledge_unit(supervisor=team.supervisor, week=week, unit=team.first, now=now + HOUR)
    assert again == 1
    assert seen(week) == {one: 300, two: 0}
    assert WeekAcknowledgement.objects.get(person=one).at == now
    assert acknowledge_unit(supervisor=team.supervisor, week=week, unit=team.first, now=now + HOUR) == 0


def test_an_acknowledgement_is_in_the_audit_log_once_with_those_it_newly_saw(
    supervisor_of_two_units: Supervision, week, now
) -> None:
    team = supervisor_of_two_units
    one, two = team.people_of_first
    for people in ([one.pk], [one.pk, two.pk], [one.pk, two.pk], []):
        acknowledge_weeks(supervisor=team.supervisor, week=week, people=people, now=now)
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.actor, entry.action, entry.detail) for entry in entries] == [
        (team.supervisor, "acknowledge_week", {"week": "2026-11-23", "people": [one.pk]}),
        (team.supervisor, "acknowledge_week", {"week": "2026-11-23", "people": [two.pk]}),
    ]


def test_a_learner_can_acknowledge_nobody(week, now) -> None:
    unit = make.unit()
    learner, colleague = make.person(unit), make.person(unit)
    with pytest.raises(NotYours):
        acknowledge_weeks(supervisor=learner, week=week, people=[colleague.pk], now=now)
    assert acknowledge_unit(supervisor=learner, week=week, unit=unit, now=now) == 0
    assert not WeekAcknowledgement.objects.exists()
