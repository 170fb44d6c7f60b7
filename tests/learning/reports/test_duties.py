"""Pages: my supervisor and the question about them; the delegations of a head."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learning.people.models import Delegation, Person, SupervisorQuery
from tests import make
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

MINE, TEAM = "/belajar/atasan/", "/tim/pelimpahan/"
SignedIn = Callable[[Person], Client]


def text(response: object) -> str:
    return response.content.decode()


def fields(team: Supervision, **changed: str) -> dict[str, str]:
    return {
        "unit": str(team.first.pk),
        "nip": team.stranger.nip,
        "may_decide": "decide",
        "first_day": "2026-11-25",
        "last_day": "2026-12-01",
        "note": "",
        **changed,
    }


def test_a_week_of_delegation_is_seen_by_the_three_of_them(
    supervisor_of_two_units: Supervision,
    signed_in: SignedIn,
    clock: Callable[[dt.datetime], None],
    now: dt.datetime,
) -> None:
    team = supervisor_of_two_units
    learner = team.people_of_first[0]
    head, delegate = signed_in(team.supervisor), signed_in(team.stranger)
    assert delegate.get(TEAM).status_code == 403

    given = head.post(TEAM, fields(team), follow=True)

    assert "berlaku hari ini" in text(given)
    assert team.stranger.name in text(given)
    assert team.supervisor.name in text(delegate.get(TEAM))
    assert f"atas nama {team.supervisor.name}" in text(delegate.get(f"/tim/?unit={team.first.pk}"))
    mine = text(signed_in(learner).get(MINE))
    assert f"{team.stranger.name} mewakili {team.supervisor.name} sampai 1 Desember 2026." in mine

    clock(now + dt.timedelta(days=7))
    assert delegate.get("/tim/").status_code == 403
    assert "mewakili" not in text(signed_in(learner).get(MINE))
    assert "sudah berakhir" in text(head.get(TEAM))


def test_a_wrong_form_comes_back_with_its_reason(
    supervisor_of_two_units: Supervision, signed_in: SignedIn
) -> None:
    team = supervisor_of_two_units
    head = signed_in(team.supervisor)
    for changed, said in (
        ({"nip": "123"}, "18 digit"),
        ({"nip": make.nip(400_001)}, "Tidak ada pegawai aktif"),
        ({"nip": team.supervisor.nip}, "NIP Anda sendiri"),
        ({"last_day": "2026-11-20"}, "Hari terakhir"),
        ({"unit": str(team.stranger.unit_id)}, "bukan"),
    ):
        answer = head.post(TEAM, fields(team, **changed))
        assert (answer.status_code, said in text(answer)) == (422, True), (changed, text(answer))
    assert not Delegation.objects.exists()


def test_a_delegation_is_ended_by_those_it_is_about(
    supervisor_of_two_units: Supervision, signed_in: SignedIn
) -> None:
    team = supervisor_of_two_units
    signed_in(team.supervisor).post(TEAM, fields(team))
    address = f"{TEAM}{Delegation.objects.get().pk}/akhiri/"

    assert signed_in(team.people_of_first[0]).post(address).status_code == 404
    assert signed_in(team.stranger).post(address).status_code == 302
    assert Delegation.objects.get().ended_on == dt.date(2026, 11, 25)


def test_the_supervisor_shown_can_be_contested_and_is_answered(
    supervisor_of_two_units: Supervision, signed_in: SignedIn
) -> None:
    team = supervisor_of_two_units
    learner = signed_in(team.people_of_first[0])
    assert team.supervisor.name in text(learner.get(MINE))

    assert learner.post(MINE, {"text": " "}).status_code == 422
    asked = text(learner.post(MINE, {"text": "Sejak Oktober bidang kami dipimpin Bu Sari."}, follow=True))
    assert "Menunggu kepegawaian unit" in asked
    assert "Sudah" not in text(learner.post(MINE, {"text": "Lagi"}, follow=True))
    assert SupervisorQuery.objects.count() == 1

    hr = make.person(name="Petugas Kepegawaian")
    make.role(hr, "unit_hr", team.first.get_parent())
    desk = signed_in(hr)
    waiting = "/redaksi/orang/atasan/"
    assert "dipimpin Bu Sari" in text(desk.get(waiting))
    query = SupervisorQuery.objects.get()
    desk.post(f"{waiting}{query.pk}/", {"answer": "Benar, sudah diperbaiki."})

    assert "Benar, sudah diperbaiki." in text(learner.get(MINE))
    assert "Tidak ada yang menunggu" in text(desk.get(waiting))
    other = make.person()
    make.role(other, "unit_hr", team.stranger.unit)
    assert signed_in(other).post(f"{waiting}{query.pk}/", {"answer": "x"}).status_code == 404


def test_these_pages_cost_few_statements(
    supervisor_of_two_units: Supervision,
    signed_in: SignedIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    team = supervisor_of_two_units
    head = signed_in(team.supervisor)
    for _ in range(2):
        with django_assert_max_num_queries(14):
            head.get(TEAM)
        with django_assert_max_num_queries(14):
            head.get(MINE)
        for number in range(20):
            make.person(team.first)
            Delegation.objects.create(
                giver=team.supervisor,
                delegate=make.person(team.second),
                unit=team.first,
                first_day=dt.date(2026, 11, 25),
                last_day=dt.date(2026, 11, 25 + number % 3),
                recorded_at=dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
            )
