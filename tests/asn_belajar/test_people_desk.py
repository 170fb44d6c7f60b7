"""Unit HR finds their people, corrects them, records a Plt; nobody else's people can be reached."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learning.people import access
from learning.people.importing.tokens import token_of
from learning.people.models import AuditEntry, Person, Posting, SyncToken, Unit
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


def test_the_head_of_a_unit_is_named_and_sees_its_people_from_then_on(
    hr: Client, dinas: Unit, bidang: Unit, badan: Unit
) -> None:
    old, person, learner = make.person(dinas), make.person(dinas, name="Kepala Baru"), make.person(bidang)
    Unit.objects.filter(pk=bidang.pk).update(head=old)
    path = f"{DESK}{person.pk}/kepala/"

    for code in ("BADAN", "TIDAK-ADA", ""):
        assert hr.post(path, {"head-unit": code}).status_code == 422
    gone = make.person(dinas, is_active=False)
    assert hr.post(f"{DESK}{gone.pk}/kepala/", {"head-unit": "BIDANG"}).status_code == 422
    assert access.supervisor_of(learner) == old
    for _twice in range(2):
        assert hr.post(path, {"head-unit": "bidang"}).status_code == 302
    assert access.supervisor_of(learner) == person
    assert not access.can_see_ledger(old, learner)
    assert "Bidang Data" in hr.get(f"{DESK}{person.pk}/").content.decode()

    assert hr.post(path, {"akhiri": "BIDANG"}).status_code == 302
    assert not access.is_supervisor(person)
    entries = AuditEntry.objects.filter(action="set_head").order_by("pk")
    assert [(each.subject, each.unit, each.role, each.detail["leads"]) for each in entries] == [
        (person, bidang, "unit_hr", True),
        (person, bidang, "unit_hr", False),
    ]
    assert entries[0].detail["head_before"] == old.pk


def test_nobody_makes_themselves_head(dinas: Unit) -> None:
    person = make.person(dinas)
    make.role(person, "unit_hr", dinas)
    client = Client()
    client.force_login(person)
    assert client.post(f"{DESK}{person.pk}/kepala/", {"head-unit": "DINAS"}).status_code == 404


def test_a_key_of_a_staff_system_is_shown_once_and_taken_back(
    hr: Client, dinas: Unit, bidang: Unit, badan: Unit
) -> None:
    keys = f"{DESK}kunci/"
    for unit in ("", "BADAN"):  # everybody, and people elsewhere, are not theirs to send
        assert hr.post(keys, {"name": "SIMASTER", "unit": unit}).status_code == 422
    assert not SyncToken.objects.exists()
    made = hr.post(keys, {"name": "SIMASTER", "unit": "BIDANG"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    again = hr.get(keys).content.decode()
    assert "SIMASTER" in again and secret not in again
    token = token_of(secret)
    assert token is not None and (token.unit, token.name) == (bidang, "SIMASTER")
    assert secret not in str(AuditEntry.objects.get(action="make_sync_token").detail)

    stranger = make.person(badan)
    make.role(stranger, "unit_hr", badan)
    elsewhere = Client()
    elsewhere.force_login(stranger)
    assert "SIMASTER" not in elsewhere.get(keys).content.decode()
    assert elsewhere.post(f"{keys}{token.pk}/cabut/").status_code == 404
    assert token_of(secret) == token
    for _twice in range(2):
        assert hr.post(f"{keys}{token.pk}/cabut/").status_code == 302
    assert token_of(secret) is None
    assert AuditEntry.objects.filter(action="revoke_sync_token").count() == 1

    hr.post(keys, {"name": "Absensi", "unit": "BIDANG"})
    assert [each.name for each in hr.get(keys).context["keys"]] == ["Absensi", "SIMASTER"]  # in use first
