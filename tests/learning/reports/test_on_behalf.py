"""The team's pages for those who act for a head, and for roles that only read."""

import datetime as dt

import pytest

from learning.people.models import Absence, AuditEntry, Delegation, Person, RoleGrant
from learning.reviews.models import WeekAcknowledgement
from tests import make
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(supervisor_of_two_units: Supervision) -> Supervision:
    return supervisor_of_two_units


def delegate(team: Supervision, today: dt.date, *, may_decide: bool) -> Person:
    person = make.person(team.stranger.unit, name="Wakil Sementara")
    Delegation.objects.create(
        giver=team.supervisor,
        delegate=person,
        unit=team.first,
        may_decide=may_decide,
        first_day=today,
        last_day=today,
        recorded_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )
    return person


def test_a_delegate_acts_for_the_head_and_everything_carries_both_names(team, signed_in, today) -> None:
    deputy = delegate(team, today, may_decide=True)
    client, person = signed_in(deputy), team.people_of_first[0]

    page = client.get("/tim/")
    assert "Bagus Prasetyo" in page.content.decode() and page.context["on_behalf_of"] == team.supervisor
    assert client.get(f"/tim/{person.pk}/").status_code == 200
    client.post("/tim/tandai/", {"unit": team.first.pk, "person": person.pk, "who": "selected"})
    away = {"kind": "leave", "first_day": str(today), "last_day": str(today)}
    assert client.post(f"/tim/{person.pk}/cuti/", away).status_code == 302
    assert client.get("/tim/", {"unit": team.second.pk}).status_code == 404

    assert WeekAcknowledgement.objects.get().by == deputy
    deeds = AuditEntry.objects.order_by("pk")
    assert [each.action for each in deeds] == ["look_at_list", "look", "acknowledge_week", "record_absence"]
    assert {(each.actor, each.on_behalf_of, each.role) for each in deeds} == {
        (deputy, team.supervisor, "delegate")
    }


def test_the_delegation_of_yesterday_opens_nothing(team, signed_in, today) -> None:
    deputy = delegate(team, today, may_decide=True)
    Delegation.objects.update(first_day=today - dt.timedelta(days=2), last_day=today - dt.timedelta(days=1))
    assert signed_in(deputy).get("/tim/").status_code == 403


@pytest.mark.parametrize("role", ["reader", "unit_hr", "bpsdm", "auditor"])
def test_whoever_only_reads_sees_no_button_and_is_refused_behind_it(team, signed_in, today, role) -> None:
    if role == "reader":
        viewer = delegate(team, today, may_decide=False)
    else:
        viewer = make.person()
        RoleGrant.objects.create(
            person=viewer, role=role, unit=team.first if role == "unit_hr" else None, first_day=today
        )
    client, person = signed_in(viewer), team.people_of_first[0]

    page = client.get("/tim/", {"unit": team.first.pk}).content.decode()
    assert person.name in page and "/tim/tandai/" not in page
    member = client.get(f"/tim/{person.pk}/").content.decode()
    assert "/tim/tandai/" not in member
    sent = {"unit": team.first.pk, "person": person.pk, "who": "selected"}
    assert client.post("/tim/tandai/", sent).status_code == 403
    away = {"kind": "leave", "first_day": str(today), "last_day": str(today)}
    status = client.post(f"/tim/{person.pk}/cuti/", away).status_code
    assert (status, Absence.objects.count()) == ((302, 1) if role == "unit_hr" else (403, 0))
    assert (f"/tim/{person.pk}/cuti/" in member) == (role == "unit_hr")
    assert not WeekAcknowledgement.objects.exists()
    looks = AuditEntry.objects.filter(actor=viewer, action__in=("look", "look_at_list"))
    assert {each.role for each in looks} == {"delegate" if role == "reader" else role}
    assert looks.count() == 2


def test_a_list_seen_by_an_auditor_asks_one_statement_more_for_its_log(
    team, signed_in, today, django_assert_max_num_queries
) -> None:
    viewer = make.person()
    RoleGrant.objects.create(person=viewer, role="auditor", first_day=today)
    client = signed_in(viewer)
    client.get("/tim/", {"unit": team.first.pk})
    with django_assert_max_num_queries(24):
        client.get("/tim/", {"unit": team.first.pk})
