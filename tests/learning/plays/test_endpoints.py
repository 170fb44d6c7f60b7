"""`/api/v1/plays/`, as any client meets it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from learning.plays import endpoints, tokens
from learning.plays.models import Play, Statement
from tests import make, make_plays
from tests.make_plays import statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def play() -> Play:
    return make_plays.play(now=timezone.now())


@pytest.fixture
def token(play: Play) -> str:
    return tokens.issue(play, play.person, timezone.now())


def send(name: str, body: Any) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    ask = client.put if name == "state" else client.post
    return ask(f"/api/v1/plays/{name}", data, content_type="application/json")


def one(said: Any = None, **fields: Any) -> dict[str, Any]:
    return {"id": str(make.key()), "ago_ms": 0, "statement": said or statement("completed", (1, 2)), **fields}


def test_statements_need_the_token_of_the_play_and_no_session(token: str) -> None:
    said = one()

    answer = send("statements", {"token": token, "statements": [said, one(statement("interacted"))]})

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [each["outcome"] for each in told["statements"]] == ["kept", "discarded"]
    assert told["statements"][0]["id"] == said["id"]
    assert told["play"]["finished_at"]
    assert (told["play"]["raw"], told["play"]["max"], told["play"]["score"]) == (1, 2, 50)


def test_a_token_that_is_not_ours_is_refused(token: str, play: Play) -> None:
    for forged in ("", "x", token[:-1] + ("A" if token[-1] != "A" else "B"), json.dumps([play.pk.hex, 1, 1])):
        answer = send("statements", {"token": forged, "statements": [one()]})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
        assert send("state", {"token": forged, "data": "1"}).status_code == 401
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        {"token": "x"},
        {"statements": []},
        {"statements": [{}]},
        {"statements": [one(id="00000000-0000-4000-8000-000000000000")]},
        {"statements": [one(ago_ms=-1)]},
        {"statements": [one(ago_ms="1")]},
        {"statements": [one(more=1)]},
        {"statements": [one({"verb": 1})]},
        {"statements": [one()] * 51},
        '{"statements": [' * 900,
        b"\xff\xfe",
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(body: Any, token: str) -> None:
    if isinstance(body, dict):
        body = {"token": token, **body}

    answer = send("statements", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert not Statement.objects.exists()


def test_too_much_is_refused(token: str) -> None:
    big = one({**statement(), "context": {"x": "y" * endpoints.MOST_STATEMENT_BYTES}})
    for body in (
        {"token": token, "statements": [big]},
        {"token": token, "statements": [one({**statement(), "x": "y" * 30_000}) for _each in range(5)]},
    ):
        answer = send("statements", body)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert send("state", {"token": token, "data": "x" * 70_000}).json()["code"] == "state_too_large"
    assert send("state", {"token": token, "data": "x" * 200_000}).json()["code"] == "too_large"
    assert Play.objects.get().state == {}


def test_state_is_kept_and_forgotten(token: str, play: Play) -> None:
    assert send("state", {"token": token, "data": '{"a":1}'}).status_code == 204
    play.refresh_from_db()
    assert play.state == {"0": {"state": '{"a":1}'}}

    assert send("state", {"token": token}).status_code == 204
    play.refresh_from_db()
    assert play.state == {"0": {}}


@pytest.mark.parametrize(
    "fields",
    [
        *({"part": ""}, {"part": "x" * 65}, {"part": "a b"}, {"name": ""}, {"name": "é"}),
        *({"data": 1}, {"more": 1}, {"data": "\0"}, {"data": "\ud800"}),
    ],
)
def test_a_state_that_cannot_be_kept_is_refused(fields: dict[str, Any], token: str) -> None:
    answer = send("state", {"token": token, "data": "1", **fields})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
