"""The page for those who come with a letter: opens one account once, and tells a stranger nothing."""

import datetime as dt
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from learning.people.activation import actions, rules
from learning.people.models import ActivationCode, Person, RoleGrant
from tests import make

pytestmark = pytest.mark.django_db

START, CHOOSE = "/akun/aktivasi/", "/akun/aktivasi/kata-sandi/"
PASSWORD = "sawah-hijau-di-lereng"


@pytest.fixture
def person() -> Person:
    return make.person(name="Ayu Lestari", password=None)


@pytest.fixture
def code(person: Person) -> str:
    """What stands in the letter of `person`."""
    return letter_for(person)


def letter_for(person: Person) -> str:
    hr = make.person(person.unit)
    RoleGrant.objects.create(person=hr, role="unit_hr", unit=person.unit, first_day=dt.date(2026, 1, 1))
    (letter,) = actions.issue_letters(by=hr, people=[person.pk], now=timezone.now())
    return rules.on_paper(letter.code)


def type_in(nip: str | None, code: str, client: Client | None = None) -> HttpResponse:
    return (client or Client()).post(START, {"nip": nip or "", "code": code})


def choose(client: Client, password: str = PASSWORD, again: str | None = None) -> HttpResponse:
    return client.post(CHOOSE, {"password1": password, "password2": password if again is None else again})


def name_of(client: Client) -> str:
    return str(client.get("/api/v1/me").json()["name"])


def test_a_letter_leads_to_a_password_and_in(person: Person, code: str, client: Client) -> None:
    nip = str(person.nip)
    assert type_in(f"{nip[:8]} {nip[8:14]} {nip[14:]}", code.lower(), client)["Location"] == CHOOSE
    page = client.get(CHOOSE).content.decode()
    assert "Selamat datang, Ayu Lestari" in page
    assert choose(client)["Location"] == "/belajar/"
    assert name_of(client) == person.name
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.last_login
    again = Client()
    assert again.post("/akun/login/", {"login": nip, "password": PASSWORD})["Location"] == "/belajar/"
    assert "sudah dipakai" in type_in(nip, code).content.decode()


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("", ""),
        ("pendek", "pendek"),
        ("1234567890", "1234567890"),
        ("AsnBelajar2026!", "AsnBelajar2026!"),
        (PASSWORD, PASSWORD + "x"),
    ],
)
def test_a_bad_password_spends_nothing(
    person: Person, code: str, client: Client, password: str, again: str
) -> None:
    type_in(person.nip, code, client)
    answer = choose(client, password, again)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    assert ActivationCode.objects.get().used_at is None
    assert choose(client)["Location"] == "/belajar/"


def test_a_forged_passkey_spends_nothing(person: Person, code: str, client: Client) -> None:
    type_in(person.nip, code, client)
    client.get(CHOOSE)
    for forged in ("{}", "null", "bukan json", '{"id": "AA", "rawId": "AA", "type": "public-key"}'):
        assert client.post(CHOOSE, {"credential": forged}).status_code == 200, forged
    assert ActivationCode.objects.get().used_at is None
    assert name_of(client) == ""


def test_every_wrong_try_gets_one_same_page(person: Person, code: str) -> None:
    other, inactive = make.person(), make.person(is_active=True)
    theirs = letter_for(inactive)
    Person.objects.filter(pk=inactive.pk).update(is_active=False)
    tries = [
        (person.nip, "0" * 24),
        (make.nip(77_777), "0" * 24),
        (other.nip, code),
        (make.nip(77_777), code),
        (inactive.nip, theirs),
        ("bukan nip", code),
        (person.nip, "salah"),
    ]
    pages = set()
    for nip, text in tries:
        answer = type_in(nip, text)
        assert answer.status_code == 200
        page = answer.content.decode().replace(str(nip), "NIP").replace(text, "CODE")
        pages.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert len(pages) == 1
    assert "NIP dan kode tidak sesuai" in pages.pop()


def test_whoever_holds_the_paper_learns_why_it_no_longer_works(person: Person, code: str) -> None:
    newer = letter_for(person)
    assert "digantikan surat yang lebih baru" in type_in(person.nip, code).content.decode()
    ActivationCode.objects.filter(voided_at=None).update(
        issued_at=timezone.now() - dt.timedelta(days=40), expires_at=timezone.now() - dt.timedelta(days=10)
    )
    assert "kedaluwarsa" in type_in(person.nip, newer).content.decode()


def test_codes_cannot_be_tried_out(person: Person, code: str) -> None:
    for _try in range(10):
        assert type_in(person.nip, "0" * 24).status_code == 200
    answer = type_in(person.nip, code)
    assert answer.status_code == 429
    assert "Terlalu banyak percobaan" in answer.content.decode()
    other = make.person(password=None)
    assert type_in(other.nip, letter_for(other)).status_code == 302  # the neighbour is not locked out


def test_the_address_of_the_second_page_opens_nothing_by_itself(
    person: Person, code: str, client: Client, monkeypatch
) -> None:
    assert client.get(CHOOSE)["Location"] == START
    assert choose(client)["Location"] == START
    type_in(person.nip, code, client)
    later = time.time() + 15 * 60 + 1
    monkeypatch.setattr("asn_belajar.accounts.activation.time.time", lambda: later)
    assert choose(client)["Location"] == START
    assert ActivationCode.objects.get().used_at is None


def test_a_session_planted_before_is_not_the_one_that_is_signed_in(person, code: str, client: Client) -> None:
    session = client.session
    session["ditanam"] = True
    session.save()
    planted = client.session.session_key
    type_in(person.nip, code, client)
    choose(client)
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert name_of(thief) == ""
    assert name_of(client) == person.name


def test_two_browsers_with_one_letter_open_the_account_once(person: Person, code: str) -> None:
    first, second = Client(), Client()
    for client in (first, second):
        assert type_in(person.nip, code, client)["Location"] == CHOOSE
    assert choose(first)["Location"] == "/belajar/"
    assert choose(second, "kata-sandi-lain-lagi")["Location"] == START
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_letter_does_not_get_around_the_second_step(person: Person, code: str, client: Client) -> None:
    TOTP.activate(person, generate_totp_secret())
    type_in(person.nip, code, client)
    assert choose(client)["Location"] == "/akun/2fa/authenticate/"
    assert name_of(client) == ""


def test_a_new_letter_signs_out_who_had_the_old_password(person: Person, client: Client) -> None:
    person.set_password("kata-sandi-yang-bocor")
    person.save()
    thief = Client()
    thief.post("/akun/login/", {"login": person.username, "password": "kata-sandi-yang-bocor"})
    assert name_of(thief) == person.name
    type_in(person.nip, letter_for(person), client)
    choose(client)
    assert name_of(thief) == ""


@pytest.mark.parametrize("text", ["\x00", "😀", "' OR 1=1 --", "9" * 5000])
def test_nothing_typed_breaks_the_page(text: str) -> None:
    answer = type_in(text, text)
    assert answer.status_code == 200
    assert answer.context["form"].errors
