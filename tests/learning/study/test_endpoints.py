"""`POST /api/v1/study/intervals`, as any client meets it."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from learning.people.models import Person
from learning.study import tokens
from learning.study.models import Activity, StudyEntry
from learning.study.pace import PACE
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/study/intervals"

Send = Callable[..., Any]


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def module() -> Activity:
    return make.activity()


@pytest.fixture
def token(learner: Person, module: Activity) -> str:
    """A token of a page opened ten minutes ago."""
    opened = timezone.now() - dt.timedelta(minutes=10)
    return tokens.issue(person_id=learner.pk, activity_id=module.pk, revision=7, session="s", now=opened)


def interval(**fields: Any) -> dict[str, Any]:
    return {"key": str(make.key()), "offset_ms": 0, "length_ms": 60_000, **fields}


def send(body: Any) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post(URL, data, content_type="application/json")


def test_a_report_needs_its_token_and_no_session(
    token: str, learner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PACE, "next_ms", lambda: 60_000)
    one = interval()

    answer = send({"token": token, "intervals": [one]})

    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "intervals": [
            {
                "key": one["key"],
                "outcome": "credited",
                "claimed_s": 60,
                "credited_s": 60,
                "reason": "",
                "sentence": "",
            }
        ],
        "activity_s": 60,
        "week_s": 60,
        "minimum_reached": False,
        "next_ms": 60_000,
    }
    assert StudyEntry.objects.get().person == learner
    assert "sessionid" not in answer.cookies


def test_the_same_body_twice_gets_the_same_figures(token: str) -> None:
    body = {"token": token, "intervals": [interval(), interval(offset_ms=90_000)]}

    first, second = send(body).json(), send(body).json()

    assert [each["outcome"] for each in second["intervals"]] == ["known", "known"]
    assert [each["credited_s"] for each in first["intervals"]] == [
        each["credited_s"] for each in second["intervals"]
    ]
    assert first["activity_s"] == second["activity_s"] == 120


def test_what_is_cut_says_why_in_a_sentence(token: str) -> None:
    send({"token": token, "intervals": [interval()]})

    cut = send({"token": token, "intervals": [interval(length_ms=90_000)]}).json()["intervals"][0]

    assert (cut["outcome"], cut["credited_s"], cut["reason"]) == ("clipped", 30, "overlap")
    assert cut["sentence"]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "null",
        "[]",
        '{"token": 5, "intervals": []}',
        b"\xff\xfe",
        '{"token": "x"}',
        '{"intervals": [{}]}',
        '{"token":' + "[" * 30_000,  # deeper than a reader may go
    ],
)
def test_what_cannot_be_read_is_malformed(broken: str | bytes) -> None:
    answer = send(broken)

    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "not-a-uuid"},
        {"key": "6f0b2f1e-6c0c-4b7e-9d56-0c1a7f9f4a10"},  # version 4: keys must sort by time
        {"length_ms": -1},
        {"length_ms": 1e9},
        {"length_ms": "60000"},
        {"length_ms": True},
        {"offset_ms": -5},
        {"offset_ms": 10**12},
        {"step": 0},
        {"evidence": "trust me"},
        {"activity": 2},
        {"credited_s": 1_000_000_000},
        {"progress": 1.0},
    ],
)
def test_one_wrong_interval_is_named_and_nothing_is_written(token: str, wrong: dict[str, Any]) -> None:
    good, bad = (
        interval(),
        interval(offset_ms=70_000, **wrong) if "offset_ms" not in wrong else interval(**wrong),
    )

    answer = send({"token": token, "intervals": [good, bad]})

    assert answer.status_code == 400
    assert answer.json()["keys"] == [bad["key"]]
    assert not StudyEntry.objects.exists()
    assert send({"token": token, "intervals": [good]}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"offset_ms": 600_000, "length_ms": 60_000}, 422, "in_the_future"),
        ({"length_ms": 900_001}, 422, "too_long"),
        ({"length_ms": 10**12}, 422, "too_long"),  # a billion seconds
    ],
)
def test_what_cannot_have_been_is_refused(
    token: str, changes: dict[str, Any], status: int, code: str
) -> None:
    bad = interval(**changes)

    answer = send({"token": token, "intervals": [interval(), bad]})

    assert (answer.status_code, answer.json()["code"], answer.json()["keys"]) == (status, code, [bad["key"]])
    assert answer.json()["message"]
    assert not StudyEntry.objects.exists()


def test_a_token_of_another_make_opens_nothing(token: str) -> None:
    payload, _, signature = token.rpartition(":")

    for forged in ("", "x", payload, f"{payload}:{signature[:-1]}x", "W10:" + signature, token + "x"):
        answer = send({"token": forged, "intervals": [interval()]})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), forged
    assert not StudyEntry.objects.exists()


def test_a_key_twice_in_one_batch_is_malformed(token: str) -> None:
    one = interval()

    assert send({"token": token, "intervals": [one, one]}).status_code == 400


def test_more_than_64_kilobytes_or_100_intervals_is_too_much(token: str) -> None:
    many = [interval(offset_ms=n * 10, length_ms=5) for n in range(101)]

    assert send({"token": token, "intervals": many}).status_code == 400
    assert send({"token": token, "intervals": many[:100]}).status_code == 200
    large = send({"token": token, "intervals": [interval()], "padding": "x" * 65_536})
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


def test_a_closed_activity_is_said_so(token: str, module: Activity) -> None:
    Activity.objects.update(is_open=False)

    answer = send({"token": token, "intervals": [interval()]})

    assert (answer.status_code, answer.json()["code"]) == (403, "activity_closed")


def test_only_post_is_answered(token: str) -> None:
    assert Client().get(URL).status_code == 405


def test_every_answer_is_in_the_openapi_document() -> None:
    document = Client().get("/api/v1/openapi.json").json()

    report = document["paths"]["/api/v1/study/intervals"]["post"]
    assert set(report["responses"]) == {"200", "400", "401", "403", "413", "422", "429", "500", "503"}
    assert report["requestBody"]["required"]
