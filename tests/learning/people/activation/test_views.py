"""Printing letters: who may, what the list costs, and what is on the paper."""

import datetime as dt
import io
import re

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from learning.people.activation import rules
from learning.people.models import ActivationCode, AuditEntry, Person, RoleGrant, Unit
from tests import make

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b")


@pytest.fixture
def opd() -> Unit:
    return make.unit(name="Dinas Contoh")


@pytest.fixture
def hr(opd: Unit, client: Client) -> Person:
    """The personnel office of an OPD, signed in."""
    person = make.person(opd, name="Siti Rahmawati", last_login=timezone.now())
    RoleGrant.objects.create(person=person, role="unit_hr", unit=opd, first_day=dt.date(2026, 1, 1))
    client.force_login(person)
    return person


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_unit_gets_one_letter_for_each_who_waits(client: Client, opd: Unit, hr: Person) -> None:
    waiting = [make.person(opd, name=f"Ayu Lestari {letter}", password=None) for letter in "ABCDE"]
    make.person(opd, name="Sudah Masuk", last_login=timezone.now())
    answer = client.post(f"/surat-aktivasi/{opd.pk}/", {"who": "all"})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text = text_of(answer.content)
    codes = CODE.findall(text)
    assert len(codes) == 5
    for person, code in zip(waiting, codes, strict=True):
        digest = rules.digest(rules.read_code(code) or "")
        assert ActivationCode.objects.get(digest=digest).person == person
        assert person.name in text
        assert str(person.nip) not in text
    assert "Sudah Masuk" not in text
    assert "Dicetak" in text
    assert "Siti Rahmawati" in text
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 2  # three to a sheet
    assert AuditEntry.objects.filter(action="issue_letter", actor=hr).count() == 5

    again = client.post(f"/surat-aktivasi/{opd.pk}/", {"who": "all"}, follow=True)
    assert "Tidak ada surat yang dicetak" in again.content.decode()  # all have one that holds


def test_chosen_people_get_a_new_letter_also_when_they_have_one(client, opd: Unit, hr: Person) -> None:
    person, other = make.person(opd, last_login=timezone.now()), make.person(opd)
    for _time in range(2):
        answer = client.post(f"/surat-aktivasi/{opd.pk}/", {"who": "selected", "person": [person.pk]})
        assert len(CODE.findall(text_of(answer.content))) == 1
    assert not ActivationCode.objects.filter(person=other).exists()


@pytest.mark.parametrize("person", ["", "x", "-1", "9" * 30, "0"])
def test_a_wrong_choice_prints_nothing(client: Client, opd: Unit, hr: Person, person: str) -> None:
    answer = client.post(f"/surat-aktivasi/{opd.pk}/", {"who": "selected", "person": [person]}, follow=True)
    assert answer.status_code == 200
    assert "Tidak ada surat yang dicetak" in answer.content.decode()
    assert not ActivationCode.objects.exists()


def test_people_of_another_unit_are_not_printed(client: Client, opd: Unit, hr: Person) -> None:
    elsewhere, below = make.person(), make.person(make.unit(parent=opd))
    chosen = {"who": "selected", "person": [elsewhere.pk, below.pk, hr.pk]}
    client.post(f"/surat-aktivasi/{opd.pk}/", chosen)
    assert not ActivationCode.objects.exists()
    assert client.get(f"/surat-aktivasi/{elsewhere.unit_id}/").status_code == 404
    assert client.post(f"/surat-aktivasi/{elsewhere.unit_id}/", {"who": "all"}).status_code == 404


def test_whoever_has_no_such_role_prints_nothing(client: Client, opd: Unit) -> None:
    head = make.person(opd)
    Unit.objects.filter(pk=opd.pk).update(head=head)
    for person in (head, make.person(opd)):
        client.force_login(person)
        assert client.get("/surat-aktivasi/").status_code == 403
        assert client.get(f"/surat-aktivasi/{opd.pk}/").status_code == 404
    assert Client().get("/surat-aktivasi/")["Location"].startswith("/akun/login/")


def test_the_list_costs_the_same_for_few_units_and_many(
    client: Client, opd: Unit, hr: Person, django_assert_max_num_queries
) -> None:
    for units in (3, 40):
        for _unit in range(units):
            unit = make.unit(parent=opd)
            make.person(unit, password=None)
            make.person(unit)
        with django_assert_max_num_queries(12):
            page = client.get("/surat-aktivasi/")
        assert page.status_code == 200
    assert page.content.decode().count("/surat-aktivasi/") > 40
    found = client.get("/surat-aktivasi/?cari=dinas+contoh").content.decode()
    assert "Dinas Contoh" in found
    assert "Unit kerja tidak ditemukan" in client.get("/surat-aktivasi/?cari=tidak+ada").content.decode()


def test_the_people_of_a_unit_cost_the_same_few_or_many(
    client: Client, opd: Unit, hr: Person, django_assert_max_num_queries
) -> None:
    for people in (2, 60):
        for _person in range(people):
            make.person(opd, password=None)
        with django_assert_max_num_queries(12):
            page = client.get(f"/surat-aktivasi/{opd.pk}/")
    assert page.content.decode().count('name="person"') == 62
    assert "Cetak 62 surat" in page.content.decode()
