"""What may be a password, and ending sessions from the server."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from learning.study.models import SignedOut
from tests import make


@pytest.mark.parametrize(
    "password",
    ["AsnBelajar2026!", "bpsdm-jatim-2026", "Belajar#Surabaya45", "pns.korpri.1945", "rahasia-admin-1"],
)
def test_words_of_this_place_are_no_password(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "ditebak" in str(refused.value)


@pytest.mark.parametrize(
    "password", ["sawah-hijau-di-lereng", "asn belajar di kebun teh", "x" * 30 + "qwzrty", "đồng lúa xanh rì"]
)
def test_any_other_words_and_signs_are(password: str) -> None:
    validate_password(password)


@pytest.mark.django_db
def test_a_password_may_be_long_and_counts_to_its_last_sign() -> None:
    long = "sawah-hijau-" * 8 + "é "
    person = make.person(password=long)
    for typed, right in ((long, True), (long[:-1], False), (long.upper(), False)):
        answer = Client().post("/akun/login/", {"login": person.username, "password": typed})
        assert (answer.status_code == 302) == right


@pytest.mark.django_db
def test_the_operator_can_sign_somebody_out_everywhere() -> None:
    person, other = make.person(), make.person()
    clients = [Client(), Client(), Client()]
    for client, who in zip(clients, (person, person, other), strict=True):
        client.post("/akun/login/", {"login": who.username, "password": make.PASSWORD})
    with pytest.raises(CommandError):
        call_command("end_sessions")
    call_command("end_sessions", f" {person.nip} ", verbosity=0)
    assert [client.get("/api/v1/me").json()["signed_in"] for client in clients] == [False, False, True]
    assert SignedOut.objects.count() == 2
    call_command("end_sessions", everybody=True, verbosity=0)
    assert not clients[2].get("/api/v1/me").json()["signed_in"]
    assert not UserSession.objects.exists()
