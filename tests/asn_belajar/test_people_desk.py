"""Unit HR finds their people, corrects them, records a Plt; nobody else's people can be reached."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learning.people import access
from learning.people.models import AuditEntry, Person, Posting, Unit
from tests import make

pytestmark = pytest.mark.django_db

DESK = "/redaksi/orang/"


@pytest.fixture
def dinas() -> Unit:
    return make.unit(code="DINAS", name="Dinas Contoh")


@pytest.fixture
def bidang(dinas: Unit) -> Unit:
    return make.unit(parent=dinas, code="BIDANG", name="Bidang Data")


@pytest.fixture
def badan() -> Unit:
    return make.unit(code="BADAN", name="Badan Contoh")


@pytest.fixture
def hr(dinas: Unit) -> Client:
    person = make.person(dinas, name="Petugas Kepegawaian")
    make.role(person, "unit_hr", dinas)
    client = Client()
    client.force_login(person)
    return client


def form(person: Person, **changed: str) -> dict[str, str]:
    return {
        "name": person.name,
        "unit": person.unit.code,
        "position": person.position,
        "position_kind": "",
        "grade": person.grade,
        "employment": person.employment,
        **changed,
    }


def test_a_person_is_corrected_and_the_history_kept(hr: Client, dinas: Unit, bidang: Unit) -> None:
    person = make.person(dinas, name="Ayu Lestari", position="Arsiparis")

    answer = hr.post(f"{DESK}{person.pk}/", form(person, unit="bidang", position="Kepala Seksi"), follow=True)

    person.refresh_from_db()
    assert (person.unit, person.position) == (bidang, "Kepala Seksi")
    assert "Tersimpan" in answer.content.decode()
    assert set(Posting.objects.filter(person=person).values_list("unit__code", "position")) == {
        ("DINAS", "Arsiparis"),
        ("BIDANG", "Kepala Seksi"),
    }
    deed = AuditEntry.objects.get(action="correct_person")
    assert (deed.subject, deed.role) == (person, "unit_hr")
    assert AuditEntry.objects.filter(action="look", subject=person).exists()


def test_people_and_units_elsewhere_are_out_of_reach(hr: Client, dinas: Unit, badan: Unit) -> None:
    mine, theirs = make.person(dinas, name="Punya Kami"), make.person(badan, name="Punya Mereka")
    me = Person.objects.get(name="Petugas Kepegawaian")

    listed = hr.get(DESK).content.decode()
    assert "Punya Kami" in listed and "Punya Mereka" not in listed
    look = AuditEntry.objects.get(action="look_at_list")
    assert (look.role, mine.pk in look.detail["people"]) == ("unit_hr", True)
    for stranger in (theirs, me):
        assert hr.get(f"{DESK}{stranger.pk}/").status_code == 404
        assert hr.post(f"{DESK}{stranger.pk}/", form(stranger, position="Bos")).status_code == 404
    moved = hr.post(f"{DESK}{mine.pk}/", form(mine, unit="BADAN"))
    assert moved.status_code == 422
    mine.refresh_from_db()
    assert mine.unit == dinas


def test_a_plt_leads_on_its_days_and_ends(hr: Client, dinas: Unit, bidang: Unit, badan: Unit) -> None:
    acting, learner = make.person(dinas, name="Plt Kepala"), make.person(bidang, name="Anggota")
    today = dt.date.today()  # noqa: DTZ011 - the server's own clock
    days = {"acting-first_day": f"{today}", "acting-last_day": f"{today + dt.timedelta(days=30)}"}
    data = {
        "acting-kind": "plt",
        "acting-unit": "BIDANG",
        "acting-position": "Plt Kepala Bidang",
        "acting-leads_unit": "on",
        **days,
    }
    address = f"{DESK}{acting.pk}/jabatan/"

    assert hr.post(address, {**data, "acting-unit": "BADAN"}).status_code == 422
    assert hr.post(address, {**data, "acting-last_day": "2020-01-01"}).status_code == 422
    assert hr.post(address, data).status_code == 302
    assert hr.post(address, data).status_code == 422  # the same days again

    assert access.supervisor_of(learner) == acting
    posting = Posting.objects.get()
    assert hr.post(f"{address}{posting.pk}/akhiri/").status_code == 302
    posting.refresh_from_db()
    assert posting.last_day == today
    assert AuditEntry.objects.filter(action__in=["record_acting", "end_acting"]).count() == 2


def test_the_list_is_searched_and_paged(
    hr: Client, dinas: Unit, bidang: Unit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    person = make.person(bidang, name="Zulaikha")
    for _ in range(2):
        with django_assert_max_num_queries(22):
            hr.get(DESK)
        for _ in range(60):
            make.person(dinas)

    for search in ("zulai", str(person.nip), "BIDANG", "bidang data"):
        assert "Zulaikha" in hr.get(DESK, {"cari": search}).content.decode()
    assert "Tidak ada yang cocok" in hr.get(DESK, {"cari": "xxxx"}).content.decode()


def test_a_learner_finds_no_door(dinas: Unit) -> None:
    client = Client()
    client.force_login(make.person(dinas))
    for address in (DESK, f"{DESK}atasan/", f"{DESK}impor/"):
        assert client.get(address).status_code in (302, 403)
