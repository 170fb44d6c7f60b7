"""A head lets somebody act for some days; nobody gives on what they were given, no circle closes."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from learning.people import access
from learning.people.access import Deed, Role
from learning.people.delegations import DelegationRefused, end_delegation, give_delegation
from learning.people.models import AuditEntry, Delegation, Person, Unit
from tests import make
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def give(
    giver: Person, delegate: Person | None, unit: Unit, now: dt.datetime, **fields: object
) -> Delegation:
    """For a week from today, to read only, unless told otherwise."""
    today = now.date()
    fields = {"may_decide": False, "first_day": today, "last_day": today + 6 * DAY, **fields}
    return give_delegation(giver=giver, delegate=delegate, unit=unit, now=now, today=today, **fields)


def test_a_delegate_sees_the_unit_for_these_days_and_no_longer(
    supervisor_of_two_units: Supervision, now: dt.datetime, today: dt.date
) -> None:
    team = supervisor_of_two_units
    assistant = team.stranger

    give(team.supervisor, assistant, team.first, now)

    assert set(access.visible_people(assistant, today)) == set(team.people_of_first)
    assert set(access.visible_people(assistant, today + 6 * DAY)) == set(team.people_of_first)
    assert not access.visible_people(assistant, today - DAY).exists()
    assert not access.visible_people(assistant, today + 7 * DAY).exists()
    assert not access.people_for(assistant, Deed.DECIDE, today).exists()
    deed = AuditEntry.objects.get(action="give_delegation")
    assert (deed.actor, deed.subject) == (team.supervisor, assistant)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"first_day": dt.date(2026, 11, 24)}, "past"),
        ({"last_day": dt.date(2026, 11, 24)}, "order"),
        ({"last_day": dt.date(2028, 1, 1)}, "too_long"),
        ({"first_day": dt.date(2028, 1, 1), "last_day": dt.date(2028, 1, 2)}, "too_far"),
    ],
)
def test_days_that_cannot_be_are_refused(
    supervisor_of_two_units: Supervision, now: dt.datetime, fields: dict[str, dt.date], code: str
) -> None:
    team = supervisor_of_two_units
    with pytest.raises(DelegationRefused, match=code):
        give(team.supervisor, team.stranger, team.first, now, **fields)
    assert not Delegation.objects.exists()


def test_only_who_leads_the_unit_gives_and_only_to_somebody_else(
    supervisor_of_two_units: Supervision, now: dt.datetime
) -> None:
    team = supervisor_of_two_units
    gone = make.person(team.first, is_active=False)
    for giver, delegate, unit, code in (
        (team.supervisor, team.supervisor, team.first, "yourself"),
        (team.supervisor, None, team.first, "nobody"),
        (team.supervisor, gone, team.first, "nobody"),
        (team.supervisor, team.stranger, team.stranger.unit, "not_leading"),
        (team.people_of_first[0], team.stranger, team.first, "not_leading"),
    ):
        with pytest.raises(DelegationRefused, match=code):
            give(giver, delegate, unit, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            giver=gone, delegate=gone, unit=team.first, first_day=now, last_day=now, recorded_at=now
        )


def test_what_was_given_cannot_be_given_on(supervisor_of_two_units: Supervision, now: dt.datetime) -> None:
    team = supervisor_of_two_units
    give(team.supervisor, team.stranger, team.first, now, may_decide=True)

    with pytest.raises(DelegationRefused, match="not_leading"):
        give(team.stranger, team.people_of_first[0], team.first, now)


def test_no_circle_closes_straight_or_through_others(
    supervisor_of_two_units: Supervision, now: dt.datetime, today: dt.date
) -> None:
    team = supervisor_of_two_units
    heads = [team.supervisor]
    units = [team.first]
    for _ in range(2):
        unit = make.unit(parent=team.first.get_parent())
        head = make.person(unit)
        Unit.objects.filter(pk=unit.pk).update(head=head)
        heads.append(head)
        units.append(unit)
    give(heads[0], heads[1], units[0], now)
    give(heads[1], heads[2], units[1], now)

    with pytest.raises(DelegationRefused, match="loop"):
        give(heads[1], heads[0], units[1], now)
    with pytest.raises(DelegationRefused, match="loop"):
        give(heads[2], heads[0], units[2], now)
    later = {"first_day": today + 7 * DAY, "last_day": today + 8 * DAY}
    assert give(heads[2], heads[0], units[2], now, **later).pk


def test_a_second_one_for_the_same_days_is_refused_until_the_first_ends(
    supervisor_of_two_units: Supervision, now: dt.datetime, today: dt.date
) -> None:
    team = supervisor_of_two_units
    first = give(team.supervisor, team.stranger, team.first, now)
    with pytest.raises(DelegationRefused, match="overlap"):
        give(team.supervisor, team.stranger, team.first, now, may_decide=True)

    end_delegation(actor=team.supervisor, delegation=first, now=now, today=today)

    assert not access.visible_people(team.stranger, today).exists()
    give(team.supervisor, team.stranger, team.first, now, may_decide=True)
    assert access.holds(team.stranger, Role.DELEGATE, today)


def test_the_giver_the_delegate_and_unit_hr_end_it_nobody_else(
    supervisor_of_two_units: Supervision, now: dt.datetime, today: dt.date
) -> None:
    team = supervisor_of_two_units
    hr = make.person()
    make.role(hr, "unit_hr", team.first.get_parent())
    for actor in (team.supervisor, team.stranger, hr):
        delegation = give(team.supervisor, team.stranger, team.first, now)
        with pytest.raises(DelegationRefused, match="not_leading"):
            end_delegation(actor=team.people_of_first[0], delegation=delegation, now=now, today=today)
        assert end_delegation(actor=actor, delegation=delegation, now=now, today=today).ended_on == today
    assert AuditEntry.objects.filter(action="end_delegation").count() == 3
