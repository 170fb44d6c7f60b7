"""Who sees or decides about others has two steps, and cannot get around the second."""

import datetime as dt
import json
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from asn_belajar.accounts.secrets import open_secret, seal_secret
from django.contrib.auth.models import Group, Permission
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from learning.people.models import AuditEntry, Delegation, Person, Posting, RoleGrant, Unit
from tests import make

pytestmark = pytest.mark.django_db

EXPLAINED = "/akun/langkah-kedua/"


def sign_in(person: Person, client: Client | None = None, **more: str) -> tuple[Client, HttpResponse]:
    client = client or Client()
    return client, client.post("/akun/login/", {"login": person.username, "password": make.PASSWORD, **more})


def give_app(person: Person) -> str:
    """An authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code(secret: str, *, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def send_code(client: Client, text: str) -> HttpResponse:
    return client.post("/akun/2fa/authenticate/", {"code": text})


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/api/v1/me").json()["signed_in"])


# --- Who ---------------------------------------------------------------------------------------


def head() -> Person:
    person = make.person()
    Unit.objects.filter(pk=person.unit_id).update(head=person)
    return person


def acting() -> Person:
    person = make.person()
    Posting.objects.create(
        person=person, unit=make.unit(), kind="plt", leads_unit=True, first_day=timezone.localdate()
    )
    return person


def delegate() -> Person:
    person, giver, today = make.person(), head(), timezone.localdate()
    Delegation.objects.create(
        giver=giver,
        delegate=person,
        unit=giver.unit,
        first_day=today,
        last_day=today,
        recorded_at=timezone.now(),
    )
    return person


def role(name: str) -> Any:
    def give() -> Person:
        person = make.person()
        RoleGrant.objects.create(person=person, role=name, unit=person.unit, first_day=timezone.localdate())
        return person

    return give


def editor() -> Person:
    person = make.person()
    group = Group.objects.create(name="Penyunting uji")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    person.groups.add(group)
    return person


STAFF = {
    "head of a unit": head,
    "acting head": acting,
    "delegate": delegate,
    "unit HR": role("unit_hr"),
    "BPSDM": role("bpsdm"),
    "auditor": role("auditor"),
    "editor": editor,
    "superuser": lambda: make.person(is_superuser=True),
}


@pytest.mark.parametrize("kind", STAFF)
def test_staff_open_no_personal_page_before_they_have_a_second_step(kind: str, enforced: None) -> None:
    client, answer = sign_in(STAFF[kind]())
    assert answer["Location"].startswith(EXPLAINED)
    for path in ("/belajar/", "/tim/", "/redaksi/", "/buku-belajar/", "/jp/", "/surat-aktivasi/"):
        assert client.get(path)["Location"].startswith(EXPLAINED), path
    assert client.post("/tim/tandai/", {"who": "all"})["Location"].startswith(EXPLAINED)
    page = client.get(answer["Location"])
    assert "Langkah kedua saat masuk" in page.content.decode()
    assert "Nanti saja" not in page.content.decode()
    assert AuditEntry.objects.filter(action="sign_in").count() == 1


def test_a_learner_is_asked_for_nothing_and_not_logged(enforced: None) -> None:
    client, answer = sign_in(make.person())
    assert answer["Location"] == "/belajar/"
    assert client.get("/belajar/").status_code == 200
    assert not AuditEntry.objects.exists()


def test_the_api_says_why_it_refuses(enforced: None) -> None:
    client, _answer = sign_in(head())
    answer = client.post("/api/v1/study/permits", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor")
    assert client.get("/api/v1/me").status_code == 200


def test_public_pages_stay_open_and_cost_no_look_at_the_session(enforced: None, client: Client) -> None:
    client.force_login(head())
    answer = client.get("/tidak-ada-halaman/")
    assert answer.status_code == 404
    assert client.get("/healthz").status_code == 200


def test_until_the_day_staff_are_asked_and_may_go_on(settings) -> None:
    settings.BELAJAR_SECOND_FACTOR_FROM = timezone.localdate() + dt.timedelta(days=30)
    client, answer = sign_in(head(), next="/tim/")
    assert answer["Location"] == f"{EXPLAINED}?next=%2Ftim%2F"
    page = client.get(answer["Location"]).content.decode()
    assert "Nanti saja" in page
    assert 'href="/tim/"' in page
    assert client.get("/tim/").status_code == 200


def test_without_a_day_nobody_is_asked(settings) -> None:
    settings.BELAJAR_SECOND_FACTOR_FROM = None
    _client, answer = sign_in(head())
    assert answer["Location"] == "/belajar/"


def test_who_becomes_head_meanwhile_is_stopped_at_the_first_page_of_staff(enforced: None) -> None:
    person = make.person()
    client, _answer = sign_in(person)
    assert client.get("/belajar/").status_code == 200
    Unit.objects.filter(pk=person.unit_id).update(head=person)
    assert client.get("/tim/")["Location"].startswith(EXPLAINED)
    assert client.get("/belajar/")["Location"].startswith(EXPLAINED)


def test_a_page_costs_no_statement_for_the_rule_and_no_write(
    enforced: None, django_assert_num_queries, settings
) -> None:
    """What was found is in the session: the same page costs as much as without the rule."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for person in (make.person(), STAFF["unit HR"]()):
        give_app(person)
        client = Client()
        client.force_login(person)
        client.get("/jp/")  # notes what it finds
        with CaptureQueriesContext(connection) as with_rule:
            client.get("/jp/")
        settings.BELAJAR_SECOND_FACTOR_FROM = None
        with CaptureQueriesContext(connection) as without:
            client.get("/jp/")
        settings.BELAJAR_SECOND_FACTOR_FROM = dt.date(2020, 1, 1)
        assert len(with_rule) == len(without)
        writes = ("INSERT", "UPDATE", "DELETE")
        assert not [each["sql"] for each in with_rule if each["sql"].startswith(writes)]


# --- The second step ----------------------------------------------------------------------------


def test_an_app_is_asked_for_after_the_password_and_opens_the_door(enforced: None) -> None:
    person = head()
    secret = give_app(person)
    client, answer = sign_in(person)
    assert answer["Location"] == "/akun/2fa/authenticate/"
    assert not is_signed_in(client)
    assert send_code(client, code(secret))["Location"] == "/akun/2fa/trust/"
    answer = client.post("/akun/2fa/trust/", {"action": "skip"})
    assert answer["Location"] == "/belajar/"
    assert client.get("/tim/").status_code == 200
    assert AuditEntry.objects.get(action="sign_in").detail == {"methods": ["password", "totp"]}


def test_a_code_counts_once(enforced: None) -> None:
    person = head()
    secret = give_app(person)
    seen = code(secret, step=1)  # a clock that is ahead: accepted for three steps to come
    first, _answer = sign_in(person)
    assert send_code(first, seen).status_code == 302
    thief, _answer = sign_in(person)
    for typed in (seen, f"{seen[:3]} {seen[3:]}"):
        answer = send_code(thief, typed)
        assert "sudah dipakai" in answer.content.decode()
    assert not is_signed_in(thief)


def test_a_recovery_code_counts_once(enforced: None) -> None:
    person = head()
    give_app(person)
    spare = RecoveryCodes.activate(person).get_unused_codes()[0]
    first, _answer = sign_in(person)
    assert send_code(first, spare).status_code == 302
    second, _answer = sign_in(person)
    assert send_code(second, spare).status_code == 200
    assert not is_signed_in(second)


def test_codes_cannot_be_tried_out(enforced: None) -> None:
    person = head()
    secret = give_app(person)
    client, _answer = sign_in(person)
    for _try in range(5):
        assert "tidak cocok" in send_code(client, "000000").content.decode()
    answer = send_code(client, code(secret))
    assert "Terlalu banyak percobaan" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_remembered_device_is_not_asked_again_until_something_changes(enforced: None) -> None:
    person = head()
    secret = give_app(person)
    client, _answer = sign_in(person)
    send_code(client, code(secret))
    client.post("/akun/2fa/trust/", {"action": "trust"})
    client.post("/akun/logout/")
    _client, answer = sign_in(person, client)
    assert answer["Location"] == "/belajar/"
    _stranger, answer = sign_in(person)
    assert answer["Location"] == "/akun/2fa/authenticate/"
    client.post("/akun/logout/")
    person.set_password(make.PASSWORD)
    person.save()
    _client, answer = sign_in(person, client)
    assert answer["Location"] == "/akun/2fa/authenticate/"


def test_staff_keep_their_last_second_step_and_a_learner_need_not(enforced: None) -> None:
    for person, kept in ((head(), True), (make.person(), False)):
        secret = give_app(person)
        client, _answer = sign_in(person)
        send_code(client, code(secret))
        client.post("/akun/2fa/trust/", {"action": "skip"})
        client.post("/akun/2fa/totp/deactivate/")
        assert Authenticator.objects.filter(user=person, type="totp").exists() == kept


def test_a_passkey_of_another_account_cannot_be_removed_or_renamed(enforced: None) -> None:
    theirs = Authenticator.objects.create(
        user=make.person(), type="webauthn", data={"name": "x", "credential": {}}
    )
    client, _answer = sign_in(make.person())
    for deed in ("remove", "edit"):
        assert client.post(f"/akun/2fa/webauthn/keys/{theirs.pk}/{deed}/", {"name": "y"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "x"


def test_changing_how_one_signs_in_asks_who_one_is_unless_one_has_just_said_so(monkeypatch) -> None:
    client, _answer = sign_in(make.person())
    assert client.get("/akun/2fa/totp/activate/").status_code == 200
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    for path in ("/akun/2fa/totp/activate/", "/akun/2fa/webauthn/add/"):
        assert client.get(path)["Location"].startswith("/akun/reauthenticate/"), path
    page = client.get("/akun/reauthenticate/?next=/akun/2fa/totp/activate/")
    assert "Pastikan ini Anda" in page.content.decode()
    wrong = client.post("/akun/reauthenticate/", {"password": "salah"})
    assert "Ini bukan kata sandi Anda." in wrong.content.decode()


def test_an_identity_provider_that_asks_for_two_steps_itself_is_enough(
    enforced: None, settings, monkeypatch
) -> None:
    from tests.asn_belajar.accounts.provider import Provider, key_pair

    provider = Provider(key_pair())
    person = head()
    provider.claims = {"nip": person.nip}
    for vouches, reached in ((False, EXPLAINED), (True, "/tim/")):
        provider.install(settings, monkeypatch, second_factor=vouches)
        client = Client()
        assert provider.sign_in(client, next="/tim/")["Location"].startswith(reached)
        assert client.get("/tim/").status_code == (200 if vouches else 302)


# --- Passkeys -------------------------------------------------------------------------------------


def test_a_forged_passkey_signs_nobody_in() -> None:
    from allauth.account.utils import user_pk_to_url_str
    from fido2.utils import websafe_encode

    person, client = make.person(), Client()
    client.get("/akun/2fa/webauthn/login/", headers={"accept": "application/json"})
    handle = websafe_encode(user_pk_to_url_str(person).encode())
    empty = {"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {}}
    parts = ("clientDataJSON", "authenticatorData", "signature")
    forged = [
        "{}",
        "[]",
        "null",
        "bukan json",
        json.dumps({**empty, "response": {"userHandle": handle}}),
        json.dumps({**empty, "response": {"userHandle": handle, **dict.fromkeys(parts, "AA")}}),
    ]
    for credential in forged:
        answer = client.post("/akun/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code == 302, credential
        assert answer["Location"] == "/akun/login/"
    assert not is_signed_in(client)


# --- Secrets ---------------------------------------------------------------------------------------


def test_the_secret_of_an_app_is_sealed_in_the_database(settings) -> None:
    person = make.person()
    secret = give_app(person)
    kept = Authenticator.objects.get(user=person).data["secret"]
    assert secret not in kept
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "kunci-baru"
    assert open_secret(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert open_secret(kept) != secret
    assert open_secret(kept) != open_secret(kept)  # nobody knows it, nobody can compute a code
    assert open_secret(seal_secret("x")) == "x"
