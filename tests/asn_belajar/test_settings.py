"""What a real installation refuses, and the policies each part of the site is served under."""

import os
import subprocess
import sys

import pytest
from asn_belajar import ROOT
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from learning import sample
from learning.people.models import Person
from tests import make

COMPLETE = {
    "SECRET_KEY": "x9" * 32,
    "ALLOWED_HOSTS": "belajar.example, www.belajar.example",
    "DATABASE_URL": "sqlite://:memory:",
}


def in_production(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `code` under the settings of production, with only `environment` set."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env={
            **bare,
            **environment,
            "DJANGO_SETTINGS_MODULE": "asn_belajar.settings.production",
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("missing", COMPLETE)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_does_not_start_without_its_key_its_hosts_or_its_database(
    missing: str, value: str | None
) -> None:
    environment = {name: text for name, text in COMPLETE.items() if name != missing}
    if value is not None:
        environment[missing] = value
    run = in_production("", **environment)
    assert run.returncode != 0
    assert f"Set the environment variable {missing}." in run.stderr


def test_production_does_not_start_with_a_short_key() -> None:
    run = in_production("", **{**COMPLETE, "SECRET_KEY": "x" * 49})
    assert run.returncode != 0
    assert "at least 50 characters" in run.stderr


def test_production_starts_strict_and_takes_no_sample_people() -> None:
    code = """
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from learning import sample
assert settings.DEBUG is False
assert settings.ALLOWED_HOSTS == ["belajar.example", "www.belajar.example"]
assert settings.SECURE_SSL_REDIRECT and settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
assert settings.SESSION_COOKIE_HTTPONLY and settings.SECURE_HSTS_SECONDS >= 31536000
assert settings.PASSWORD_HASHERS[0] == "learning.people.hashers.Argon2idHasher"
assert "locmem" not in settings.CACHES["default"]["BACKEND"].lower()
for load in (sample.load_people, lambda: sample.load_history(now=None, quizzes=[])):
    try:
        load()
    except ImproperlyConfigured:
        print("refused")
"""
    run = in_production(code, **COMPLETE)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["refused", "refused"]


def test_the_command_that_loads_the_sample_stops_in_production() -> None:
    code = """
from django.core.management import CommandError, call_command
try:
    call_command("load_sample")
except CommandError:
    print("refused")
"""
    run = in_production(code, **COMPLETE)
    assert (run.returncode, run.stdout.split()) == (0, ["refused"]), run.stderr


def test_development_starts_with_no_environment_at_all() -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    run = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check"],
        env=bare,
        cwd=ROOT,
        capture_output=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.django_db
def test_sample_people_are_refused_where_they_are_not_allowed(settings) -> None:
    settings.BELAJAR_SAMPLE_PEOPLE_ALLOWED = False
    with pytest.raises(ImproperlyConfigured):
        sample.load_people(3)
    assert not Person.objects.exists()


# --- Content policies ---------------------------------------------------------------------------------


def policy(path: str, client: Client) -> dict[str, set[str]]:
    header = client.get(path)["Content-Security-Policy"]
    return {name: set(sources) for name, *sources in (each.split() for each in header.split(";"))}


STRICT = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "connect-src": {"'self'"},
    "frame-src": {"'self'"},
    "font-src": {"'none'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'self'"},
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/akun/login/", "/belajar/", "/tim/", "/api/v1/me", "/healthz", "/tidak-ada/", "/redaksi-palsu/"]
)
def test_pages_of_people_are_served_under_the_strict_policy(path: str, client: Client) -> None:
    client.force_login(make.person())
    found = policy(path, client)
    assert {name: found.get(name) for name in STRICT} == STRICT
    assert not [
        source for sources in found.values() for source in sources if "unsafe" in source or ":" in source
    ]


@pytest.mark.django_db
def test_the_back_office_has_a_policy_of_its_own_that_still_names_no_other_host(client: Client) -> None:
    editor = make.person(is_superuser=True)
    client.force_login(editor)
    found = policy("/redaksi/", client)
    assert found["default-src"] == {"'none'"}
    assert "'unsafe-inline'" in found["script-src"]
    assert found["frame-ancestors"] == {"'self'"}
    sources = {source for each in found.values() for source in each}
    assert {source for source in sources if ":" in source} <= {"data:", "blob:"}
    assert client.get("/redaksi/").status_code == 200


@pytest.mark.django_db
def test_the_usual_headers_are_there(client: Client) -> None:
    answer = client.get("/akun/login/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
