"""A supervisor records that somebody is away; the person sees it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from learning.people.models import Absence, AuditEntry, Person, Unit
from tests import make
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
LEAVE = {"kind": "leave", "first_day": "2026-11-25", "last_day": "2026-11-27", "note": "Cuti tahunan"}


def test_leave_recorded_on_the_team_page_is_seen_by_the_person_and_lowers_their_target(
    supervisor_of_two_units: Supervision, signed_in: SignIn
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    learner, supervisor = signed_in(person), signed_in(team.supervisor)
    assert learner.get("/belajar/").context["week"].target_minutes == 45
    answer = supervisor.post(f"/tim/{person.pk}/cuti/", LEAVE)
    assert (answer.status_code, answer["Location"]) == (302, f"/tim/{person.pk}/")
    for client, path in (
        (learner, "/belajar/"),
        (learner, "/buku-belajar/"),
        (supervisor, f"/tim/{person.pk}/"),
    ):
        page = client.get(path)
        html = page.content.decode()
        assert page.context["week"].target_minutes == 20
        assert "25 November 2026" in html
        assert "Cuti tahunan" in html
        assert team.supervisor.name in html
    assert "/akhiri/" not in learner.get("/buku-belajar/").content.decode()
    absence = Absence.objects.get()
    path = f"/tim/{person.pk}/cuti/{absence.pk}/akhiri/"
    assert path in supervisor.get(f"/tim/{person.pk}/").content.decode()
    assert supervisor.post(path).status_code == 302
    assert learner.get("/belajar/").context["week"].target_minutes == 45
    assert Absence.objects.filter(ended_on=dt.date(2026, 11, 25)).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": "2026-11-24"}, "last_day"),
        ({"first_day": "2020-11-24"}, "first_day"),
        ({"last_day": "2126-11-24"}, "last_day"),
        ({"first_day": "2030-11-24", "last_day": "2030-11-24"}, "first_day"),
        ({"first_day": "31-02-2026"}, "first_day"),
        ({"first_day": ""}, "first_day"),
        ({"kind": "holiday"}, "kind"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_a_wrong_form_comes_back_with_its_reason_and_what_was_typed(
    supervisor_of_two_units: Supervision, signed_in: SignIn, wrong: dict[str, str], field: str
) -> None:
    team = supervisor_of_two_units
    answer = signed_in(team.supervisor).post(f"/tim/{team.people_of_first[0].pk}/cuti/", LEAVE | wrong)
    assert answer.status_code == 422
    assert set(answer.context["absence_form"].errors) == {field}
    assert not Absence.objects.exists()
    if field != "note":
        assert "Cuti tahunan" in answer.content.decode()


def test_days_recorded_twice_are_refused(supervisor_of_two_units: Supervision, signed_in: SignIn) -> None:
    team = supervisor_of_two_units
    supervisor, path = signed_in(team.supervisor), f"/tim/{team.people_of_first[0].pk}/cuti/"
    assert [supervisor.post(path, LEAVE).status_code for _ in range(2)] == [302, 422]
    assert Absence.objects.count() == 1


def test_nobody_else_records_or_ends_an_absence(
    supervisor_of_two_units: Supervision, signed_in: SignIn, today
) -> None:
    team = supervisor_of_two_units
    person, other = team.people_of_first
    absence = make.absence(person, today)
    head = make.person(team.stranger.unit)
    Unit.objects.filter(pk=team.stranger.unit.pk).update(head=head)
    paths = (f"/tim/{person.pk}/cuti/", f"/tim/{person.pk}/cuti/{absence.pk}/akhiri/")
    for somebody in (person, other, team.stranger, head):
        client = signed_in(somebody)
        assert [client.post(path, LEAVE).status_code for path in paths] == [404, 404]
    supervisor = signed_in(team.supervisor)
    assert supervisor.post(f"/tim/{other.pk}/cuti/{absence.pk}/akhiri/").status_code == 404
    assert supervisor.get(paths[0]).status_code == 405
    assert Client().post(paths[0], LEAVE)["Location"].startswith("/akun/login/")
    absence.refresh_from_db()
    assert absence.ended_on is None
    assert not AuditEntry.objects.exclude(action="look").exists()
