"""BPSDM gives roles with dates; nobody gives one to themselves; each change is logged."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from learning.people import access
from learning.people.access import Role
from learning.people.models import AuditEntry, Person, RoleGrant
from tests import make

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def bpsdm(today) -> Person:
    person = make.person(name="Admin Program")
    RoleGrant.objects.create(person=person, role="bpsdm", first_day=today)
    return person


def test_a_role_is_given_for_some_days_and_ended(signed_in, bpsdm, today, clock, now) -> None:
    person = make.person(name="Sri Pemeriksa")
    client = signed_in(bpsdm)
    sent = {
        "person": person.nip,
        "role": "auditor",
        "first_day": str(today),
        "last_day": str(today + 9 * DAY),
    }
    assert client.post("/peran/beri/", sent).status_code == 302
    grant = RoleGrant.objects.get(person=person)
    assert (grant.granted_by, grant.unit) == (bpsdm, None)
    assert access.holds(person, Role.AUDITOR, today + 9 * DAY)
    assert not access.holds(person, Role.AUDITOR, today + 10 * DAY)
    assert "Sri Pemeriksa" in client.get("/peran/").content.decode()

    client.post(f"/peran/{grant.pk}/akhiri/")
    assert access.holds(person, Role.AUDITOR, today)
    assert not access.holds(person, Role.AUDITOR, today + DAY)
    deeds = AuditEntry.objects.filter(subject=person).order_by("pk")
    assert [each.action for each in deeds] == ["grant_role", "end_role"]
    clock(now + DAY)
    assert [each.pk for each in client.get("/peran/?saring=past").context["grants"]] == [grant.pk]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": "Admin Program"}, "person"),
        ({"person": "Tidak Ada"}, "person"),
        ({"person": ""}, "person"),
        ({"role": "raja"}, "role"),
        ({"role": "unit_hr"}, "unit"),
        ({"unit": "tidak ada"}, "unit"),
        ({"first_day": "2026-11-24"}, "first_day"),
        ({"first_day": "besok"}, "first_day"),
        ({"last_day": "2026-11-01"}, "last_day"),
    ],
)
def test_what_cannot_be_given_is_told_at_its_field(signed_in, bpsdm, today, changes, field) -> None:
    person = make.person(name="Sri Pemeriksa")
    sent = {"person": person.name, "role": "auditor", "first_day": str(today), **changes}
    answer = signed_in(bpsdm).post("/peran/beri/", sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert RoleGrant.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_role_is_not_given_twice_and_ones_own_is_not_ended(signed_in, bpsdm, today) -> None:
    person = make.person()
    client = signed_in(bpsdm)
    sent = {"person": person.nip, "role": "unit_hr", "unit": person.unit.code, "first_day": str(today)}
    assert client.post("/peran/beri/", sent).status_code == 302
    assert client.post("/peran/beri/", sent).status_code == 422
    own = RoleGrant.objects.get(person=bpsdm)
    client.post(f"/peran/{own.pk}/akhiri/")
    own.refresh_from_db()
    assert own.last_day is None


def test_an_admin_of_a_subtree_gives_no_roles(signed_in, today) -> None:
    person = make.person()
    RoleGrant.objects.create(person=person, role="bpsdm", unit=person.unit, first_day=today)
    client = signed_in(person)
    assert client.get("/peran/").status_code == 403
    assert client.post("/peran/beri/", {}).status_code == 403


def test_the_list_asks_as_much_for_60_roles_as_for_one(
    signed_in, bpsdm, today, django_assert_max_num_queries
) -> None:
    client, person = signed_in(bpsdm), make.person()
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, role="auditor", unit=make.unit(), first_day=today) for _ in range(60)
    )
    with django_assert_max_num_queries(8):
        assert len(client.get("/peran/").context["grants"]) == 50


def test_the_first_admin_is_made_on_the_server(clock, now, today) -> None:
    person = make.person()
    call_command("roles", "grant", person.username, "bpsdm")
    assert access.holds(person, Role.BPSDM, today)
    assert AuditEntry.objects.get(action="grant_role").actor is None
    with pytest.raises(CommandError):
        call_command("roles", "grant", "tidak-ada", "bpsdm")
