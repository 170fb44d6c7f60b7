"""The OpenAPI document against the site: every answer it names is provoked, every one provoked is named."""

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asn_belajar.study_door import study_door
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from learning.people.models import Person
from learning.study import endpoints, openapi, tokens
from learning.study.models import Activity
from learning.study.pace import PATIENCE
from tests import make

pytestmark = pytest.mark.django_db

INTERVALS, PERMITS = "/api/v1/study/intervals", "/api/v1/study/permits"
OFFLINE, ME = "/api/v1/study/offline", "/api/v1/me"

Seen = set[tuple[int, str, str]]  # status, code, message; of a 200 the outcome, no message


@pytest.fixture
def document() -> dict[str, Any]:
    told: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return told


@pytest.fixture(autouse=True)
def fresh_patience() -> Iterator[None]:
    PATIENCE.forget()
    yield
    PATIENCE.forget()


def named(document: dict[str, Any], method: str, path: str) -> Seen:
    """What the document says an operation can answer, by its examples."""
    found = set()
    for status, response in document["paths"][path][method]["responses"].items():
        for name, example in response["content"]["application/json"]["examples"].items():
            value = example["value"]
            found.add((int(status), value.get("code", name), value.get("message", "")))
    return found


def seen(status: int, content: Any) -> tuple[int, str, str]:
    if status != 200:
        return status, content["code"], content["message"]
    if "intervals" in content:
        return status, content["intervals"][0]["outcome"], ""
    if "permit" in content:
        return status, "issued", ""
    if not content["signed_in"]:
        return status, "nobody", ""
    return status, "on_a_page" if content["study"] else "signed_in", ""


def post(client: Client, path: str, body: Any, site: str = "same-origin") -> tuple[int, str, str]:
    data = body if isinstance(body, str) else json.dumps(body)
    headers = {"Sec-Fetch-Site": site}
    answer = client.post(path, data, content_type="application/json", headers=headers)
    return seen(answer.status_code, answer.json())


def interval(**fields: Any) -> dict[str, Any]:
    return {"key": str(make.key()), "offset_ms": 0, "length_ms": 60_000, **fields}


def token(person: Person, activity: Activity) -> str:
    opened = timezone.now() - dt.timedelta(minutes=20)
    return tokens.issue(person_id=person.pk, activity_id=activity.pk, revision=1, session="s", now=opened)


def door(body: Any) -> tuple[int, str, str]:
    """What the lean door answers."""
    told: dict[str, Any] = {}
    data = json.dumps(body).encode()
    environ = {
        "PATH_INFO": INTERVALS,
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": io.BytesIO(data),
    }

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.update(status=int(status.split()[0]), headers=dict(headers))

    content = json.loads(b"".join(study_door(lambda *_: [])(environ, start)))
    assert ("Retry-After" in told["headers"]) == (told["status"] in (429, 503))
    return seen(told["status"], content)


def test_every_answer_to_a_report(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    person, module = make.person(), make.activity()
    by, closed = token(person, module), token(person, make.activity(is_open=False))
    gone = token(make.person(is_active=False), module)
    client, first = Client(), interval()

    def report(*intervals: dict[str, Any], by: str = by) -> tuple[int, str, str]:
        return post(client, INTERVALS, {"token": by, "intervals": intervals})

    told = {
        report(first),
        report(first),
        report(interval(length_ms=90_000)),
        report(interval(length_ms=30_000)),
        report(interval(length_ms=-1)),
        report(interval(), by="x"),
        report(interval(), by=closed),
        report(interval(), by=gone),
        report(interval(length_ms=900_001)),
        report(interval(offset_ms=1_200_000)),
        post(client, INTERVALS, {"token": by, "intervals": [interval()], "padding": "x" * 65_536}),
    }
    with monkeypatch.context() as patched:
        patched.setattr(PATIENCE, "is_too_often", lambda *_: True)
        told.add(door({"token": by, "intervals": [interval()]}))
    settings.BELAJAR_MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.BELAJAR_MAINTENANCE_FILE.touch()
    told.add(door({"token": by, "intervals": [interval()]}))
    settings.BELAJAR_MAINTENANCE_FILE.unlink()
    for error in (OperationalError("away"), RuntimeError("never seen")):

        def fail(*_: Any, error: Exception = error) -> Any:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr("asn_belajar.study_door.answer", fail)
            patched.setattr("asn_belajar.study_door.connection.close", lambda: None)
            told.add(door({"token": by, "intervals": [interval()]}))
    assert told == named(document, "post", INTERVALS)


def test_every_answer_to_the_wish_for_a_permit(document: dict[str, Any]) -> None:
    person, module = make.person(), make.activity()
    client = Client()
    client.force_login(person)
    told = {
        post(client, PERMITS, {"activity": module.pk, "revision": 3}),
        post(Client(), PERMITS, {"activity": module.pk}),
        post(client, PERMITS, {"activity": make.activity(is_open=False).pk}),
        post(client, PERMITS, {"activity": "x"}),
        post(client, PERMITS, {"activity": module.pk}, site="cross-site"),
    }
    for wrong in (
        {},
        [],
        "",
        "{",
        {"activity": module.pk, "revision": -1},
        {"activity": 1, "revision": 2**31},
    ):
        assert post(client, PERMITS, wrong)[1] == "invalid"
    assert told == named(document, "post", PERMITS)


def test_every_answer_to_an_offline_report(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    person, module = make.person(), make.activity(planned_minutes=60)
    client = Client()
    client.force_login(person)
    now = timezone.now()

    def permit(person: Person = person, activity: Activity = module, minutes: int = 60) -> str:
        return tokens.issue_permit(
            person_id=person.pk,
            activity_id=activity.pk,
            revision=1,
            now=now - dt.timedelta(minutes=minutes),
        )

    def redeem(permit: str, *intervals: Any, client: Client = client) -> tuple[int, str, str]:
        return post(client, OFFLINE, {"permit": permit, "intervals": intervals or [interval()]})

    first, keys = permit(), [interval()]
    told = {
        redeem(first, *keys),
        redeem(first, *keys),
        redeem(first, interval()),
        redeem(permit(), interval(length_ms=90_000)),
        redeem(permit()),
        redeem(permit(), keys[0], keys[0]),
        redeem(permit(), client=Client()),
        redeem(permit(activity=make.activity(is_open=False))),
        redeem("x"),
        redeem(permit(make.person())),
        redeem(permit(minutes=15 * 24 * 60)),
        redeem(permit(minutes=0), interval(offset_ms=60_000)),
        post(client, OFFLINE, {"permit": first}),
        post(client, OFFLINE, {"permit": first, "intervals": keys}, site="cross-site"),
    }
    assert post(client, OFFLINE, "{")[1] == "invalid"

    def left(*_: Any, **__: Any) -> Any:
        raise endpoints.actions.StudyRefused(403, "person_inactive", openapi.PROBLEMS["person_inactive"][1])

    with monkeypatch.context() as patched:  # signed in a moment ago, inactive now
        patched.setattr(endpoints.actions, "record_offline", left)
        told.add(redeem(permit()))
    assert told == named(document, "post", OFFLINE)


def test_every_answer_to_who_am_i(document: dict[str, Any]) -> None:
    client, module = Client(), make.activity()
    client.force_login(make.person())

    def ask(client: Client, query: str = "") -> tuple[int, str, str]:
        answer = client.get(f"{ME}{query}")
        return seen(answer.status_code, answer.json())

    told = {ask(Client()), ask(client), ask(client, f"?activity={module.pk}"), ask(client, "?activity=x")}
    assert told == named(document, "get", ME)


def test_each_operation_of_study_and_me_is_tried_above(document: dict[str, Any]) -> None:
    operations = {
        (method, path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith(("/api/v1/study/", "/api/v1/me"))
    }
    assert operations == {("post", INTERVALS), ("post", PERMITS), ("post", OFFLINE), ("get", ME)}


def test_each_example_is_an_answer_of_its_schema(document: dict[str, Any]) -> None:
    models: dict[str, Callable[[Any], Any]] = {
        "ReceiptOut": endpoints.ReceiptOut.model_validate,
        "PermitOut": endpoints.PermitOut.model_validate,
        "ProblemOut": endpoints.ProblemOut.model_validate,
    }
    checked = 0
    for path in (INTERVALS, PERMITS, OFFLINE):
        for response in document["paths"][path]["post"]["responses"].values():
            content = response["content"]["application/json"]
            validate = models[content["schema"]["$ref"].rpartition("/")[2]]
            for example in content["examples"].values():
                validate(example["value"])
                checked += 1
    assert checked > 25


def test_the_protocol_on_paper_tells_a_client_what_to_do_with_each_problem() -> None:
    paper = (Path(__file__).resolve().parents[2] / "docs" / "study-protocol.md").read_text()
    rows = [line for line in paper.splitlines() if line.startswith("| ")]
    for code, (status, _message, _names_keys) in openapi.PROBLEMS.items():
        assert any(f"`{code}`" in row and row.startswith(f"| {status} ") for row in rows), code
    for outcome in openapi.RECEIPTS:
        assert f"`{outcome}`" in paper
