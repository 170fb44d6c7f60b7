"""What a Thursday at nine costs: statements of a sign-in, and none that write for a page."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learning.people import attempts
from learning.people.attempts import AttemptCount, Limit
from tests import make

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 14  # goal P8


def statements_of_a_sign_in(client: Client, username: str) -> list[str]:
    with CaptureQueriesContext(connection) as made:
        answer = client.post("/akun/login/", {"login": username, "password": make.PASSWORD, "remember": "on"})
    assert answer["Location"] == "/belajar/"
    return [each["sql"] for each in made]


@pytest.mark.parametrize("devices", [0, 20])
def test_a_sign_in_costs_at_most_14_statements_however_many_devices_one_has(devices: int, enforced) -> None:
    person = make.person()
    for _device in range(devices):
        statements_of_a_sign_in(Client(), person.username)
    made = statements_of_a_sign_in(Client(), person.username)
    assert len(made) <= MOST_STATEMENTS, "\n".join(made)


def test_no_page_writes_to_the_session(enforced) -> None:
    person, client = make.person(), Client()
    client.post("/akun/login/", {"login": person.username, "password": make.PASSWORD, "remember": "on"})
    client.get("/belajar/")  # shows the message of the sign-in, and takes it out of the session
    for path in ("/belajar/", "/buku-belajar/", "/kompetensi/", "/jp/", "/api/v1/me", "/akun/sessions/"):
        with CaptureQueriesContext(connection) as made:
            assert client.get(path).status_code == 200
        writes = [
            each["sql"] for each in made if "session" in each["sql"] and not each["sql"].startswith("SELECT")
        ]
        assert not writes, path


def test_signing_in_gives_the_session_another_name() -> None:
    """A session that an attacker planted before is not the one that is signed in."""
    person, client = make.person(), Client()
    client.get("/akun/oidc/tidak-ada/login/")
    session = client.session
    session["ditanam"] = True
    session.save()
    planted = client.session.session_key
    client.post("/akun/login/", {"login": person.username, "password": make.PASSWORD})
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not thief.get("/api/v1/me").json()["signed_in"]


def test_no_form_of_signing_in_is_taken_from_another_site() -> None:
    person = make.person()
    strict = Client(enforce_csrf_checks=True)
    forms = {
        "/akun/login/": {"login": person.username, "password": make.PASSWORD},
        "/akun/aktivasi/": {"nip": person.nip, "code": "0" * 24},
        "/akun/2fa/webauthn/login/": {"credential": "{}"},
        "/akun/perangkat/keluar/": {},
        "/akun/logout/": {},
    }
    for path, form in forms.items():
        answer = strict.post(path, form)
        assert answer.status_code == 403, path
        assert "Formulir ini" in answer.content.decode(), path


def test_a_device_is_on_the_list_and_old_ones_are_cleared_away() -> None:
    person, client, gone = make.person(), Client(), Client()
    for each in (client, gone):
        statements_of_a_sign_in(each, person.username)
    gone.session.flush()
    old = Limit("x", "y", 1, 1)
    attempts.take([old], now=timezone.now() - dt.timedelta(hours=2))
    assert UserSession.objects.count() == 2
    call_command("tidy_sign_ins", verbosity=0)
    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]
    assert not AttemptCount.objects.filter(pk=old.key).exists()
    assert AttemptCount.objects.exists()  # the tries of this minute


def test_one_may_end_ones_own_sessions_and_no_other() -> None:
    person, other = make.person(), make.person()
    mine, theirs = Client(), Client()
    statements_of_a_sign_in(mine, person.username)
    statements_of_a_sign_in(theirs, other.username)
    target = UserSession.objects.get(user=other)
    assert mine.post(f"/akun/perangkat/{target.pk}/keluar/").status_code == 404
    assert theirs.get("/api/v1/me").json()["signed_in"]
    assert mine.get("/akun/perangkat/keluar/").status_code == 405


def test_pages_of_allauth_that_are_of_no_use_here_are_not_served() -> None:
    client = Client()
    client.force_login(make.person())
    for path in (
        "confirm-email/",
        "confirm-email/abc/",
        "login/code/confirm/",
        "social/signup/",
        "3rdparty/signup/",
    ):
        assert client.get(f"/akun/{path}").status_code == 404, path
    assert client.get("/akun/email/").status_code == 200
    assert client.post("/akun/email/", {"action_add": "", "email": "a@b.example"}).status_code == 405
