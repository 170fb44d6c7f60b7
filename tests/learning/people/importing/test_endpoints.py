"""HR sync: the engine of the import behind a key; each refusal says what it is, nothing is sent twice."""

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from learning.people.importing import endpoints
from learning.people.importing.tokens import make_token, revoke_token, token_of
from learning.people.models import AuditEntry, ImportRun, Person, SyncToken
from tests import make
from tests.learning.people.importing.conftest import Province, nip

SYNC = "/api/v1/people/sync"


class Caller:
    """A staff system with a key."""

    def __init__(self, secret: str) -> None:
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.client = Client()

    def send(self, body: object, *, key: str = "kunci-satu") -> Any:
        content = body if isinstance(body, str) else json.dumps(body)
        headers = {**self.headers, "Idempotency-Key": key}
        return self.client.post(SYNC, content, content_type="application/json", headers=headers)

    def get(self, address: str) -> Any:
        return self.client.get(f"{SYNC}/{address}", headers=self.headers)

    def post(self, address: str) -> Any:
        return self.client.post(f"{SYNC}/{address}", headers=self.headers)


@pytest.fixture
def caller(province: Province, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """The staff system of the Dinas."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(dt.UTC))
    return Caller(make_token(name="SIMASTER", unit=province.dinas, by=province.admin, now=now)[1])


def rows(*numbers: int, **fields: str) -> dict[str, object]:
    return {
        "rows": [
            {"nip": nip(number), "name": f"ORANG KE{number}", "unit_code": "BIDANG", **fields}
            for number in numbers
        ]
    }


def test_people_are_compared_applied_read_back_and_undone(caller: Caller, province: Province) -> None:
    body = {**rows(1, 2), "apply": True}
    body["rows"].append({"nip": "1,9E+17", "name": "Rusak", "unit_code": "BIDANG"})

    sent = caller.send(body)

    assert sent.status_code == 202
    told = sent.json()
    assert (told["state"], told["counts"], told["outcomes"]) == (
        "applied",
        {"new": 2, "problem": 1},
        {"applied": 2},
    )
    assert Person.objects.get(nip=nip(1)).name == "Orang Ke1"
    page = caller.get(f"{told['id']}/rows?limit=2").json()
    assert [(row["row"], row["kind"], row["outcome"]) for row in page["rows"]] == [
        (1, "new", "applied"),
        (2, "new", "applied"),
    ]
    last = caller.get(f"{told['id']}/rows?after={page['next']}").json()
    assert last["next"] is None
    assert last["rows"][0]["reasons"][0]["code"] == "nip_mangled"

    assert caller.post(f"{told['id']}/undo").json()["state"] == "undone"
    assert not Person.objects.filter(nip=nip(1)).exists()
    assert caller.post(f"{told['id']}/undo").status_code == 409
    assert AuditEntry.objects.get(action="import_people").actor == province.admin


def test_the_same_call_twice_is_one_call(caller: Caller) -> None:
    first, again = caller.send(rows(11)), caller.send(rows(11))
    other = caller.send(rows(12))

    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 409)
    assert first.json() == again.json()
    assert other.json()["code"] == "key_used"
    assert ImportRun.objects.count() == 1
    assert caller.post(f"{first.json()['id']}/apply").json()["state"] == "applied"
    assert caller.send(rows(11)).json()["state"] == "applied"


def test_a_key_reaches_its_subtree_and_its_own_calls_only(
    caller: Caller, province: Province, now: dt.datetime
) -> None:
    other = Caller(make_token(name="Badan", unit=province.badan, by=province.admin, now=now)[1])
    mine = caller.send(rows(21)).json()["id"]

    theirs = other.send(rows(22))

    assert theirs.json()["counts"] == {"problem": 1}
    for answer in (
        other.get(f"{mine}"),
        other.get(f"{mine}/rows"),
        other.post(f"{mine}/apply"),
        other.post(f"{mine}/undo"),
    ):
        assert answer.status_code == 404


def test_without_a_good_key_nothing_opens(caller: Caller, province: Province, now: dt.datetime) -> None:
    token, secret = make_token(name="Lama", unit=None, by=province.admin, now=now)
    assert token_of(secret) == token
    assert secret not in str(SyncToken.objects.filter(pk=token.pk).values())
    revoke_token(token=token, by=province.admin, now=now)

    for bad in (secret, "asnb_salah", "x", secret.upper()):
        assert Caller(bad).send(rows(31)).status_code == 401
    assert Client().post(SYNC, "{}", content_type="application/json").status_code == 401
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 422),
        ({"rows": []}, 422),
        ({"rows": [{"nip": 5}]}, 422),
        ({"rows": [{"nik": "1"}]}, 422),
        ({"rows": [{"name": "A" * 301}]}, 422),
        ({"rows": [{}] * 5_001}, 422),
        ("x" * (endpoints.MOST_BYTES + 1), 413),
    ],
)
def test_what_cannot_be_read_is_refused_whole(caller: Caller, body: object, status: int) -> None:
    answer = caller.send(body)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}
    assert not ImportRun.objects.exists()


def test_a_call_needs_a_key_of_its_own(caller: Caller) -> None:
    for key in ("", "pendek", "spasi di dalam", "x" * 65):
        assert caller.send(rows(41), key=key).status_code == 422


def test_too_many_calls_an_hour_have_to_wait(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "RUNS_AN_HOUR", 2)
    answers = [caller.send(rows(50 + number), key=f"kunci-ke-{number}") for number in range(3)]
    assert [each.status_code for each in answers] == [202, 202, 429]
    assert answers[2]["Retry-After"] == "600"


def test_many_leavers_wait_for_a_yes(caller: Caller, province: Province) -> None:
    for number in range(25):
        make.person(province.bidang, name=f"Orang {number}")
    told = caller.send({**rows(61), "is_whole": True, "apply": True}).json()

    assert (told["state"], told["needs_confirmation"]) == ("ready", True)
    assert caller.post(f"{told['id']}/apply").json()["code"] == "confirm"
    assert caller.post(f"{told['id']}/apply?confirmed=true").json()["outcomes"] == {"applied": 26}


def test_every_answer_is_declared(caller: Caller) -> None:
    paths = caller.client.get("/api/v1/openapi.json").json()["paths"]
    declared = {
        (path, method): set(operation["responses"])
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "/people/" in path
    }
    assert declared[(SYNC, "post")] == {"200", "202", "400", "401", "409", "413", "422", "429"}
    assert declared[(f"{SYNC}/{{run_id}}/apply", "post")] == {"202", "401", "404", "409", "422"}
    assert len(declared) == 5
    assert "$defs" not in json.dumps({path: each for path, each in paths.items() if "/people/" in path})


def test_the_command_makes_and_revokes_a_key(province: Province) -> None:
    out = StringIO()
    call_command("people", "token", name="SIMASTER", by=province.admin.username, unit="DINAS", stdout=out)
    secret = out.getvalue().split()[-1]
    token = token_of(secret)
    assert token is not None
    assert token.unit == province.dinas

    call_command("people", "token", revoke=token.pk, stdout=StringIO())
    assert token_of(secret) is None
