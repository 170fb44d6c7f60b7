"""The lean door answers like the site's own endpoint, without its middleware."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from asn_belajar.study_door import PATH, study_door
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from learning.study import endpoints, tokens
from learning.study.models import StudyEntry
from tests import make

pytestmark = pytest.mark.django_db


def knock(
    body: bytes, *, method: str = "POST", path: str = PATH, length: str | None = None
) -> tuple[str, Any, dict[str, str]]:
    """What the door answers: status line, JSON, headers. The site behind it answers 'site'."""
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        told.update(status=status, headers=dict(headers))

    def site(_environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b'"site"']

    environ = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "wsgi.input": io.BytesIO(body),
    }
    content = b"".join(study_door(site)(environ, start_response))
    return told["status"], json.loads(content), told["headers"]


@pytest.fixture
def body() -> bytes:
    opened = timezone.now() - dt.timedelta(minutes=5)
    token = tokens.issue(
        person_id=make.person().pk, activity_id=make.activity().pk, revision=1, session="s", now=opened
    )
    interval = {"key": str(make.key()), "offset_ms": 0, "length_ms": 60_000}
    return json.dumps({"token": token, "intervals": [interval]}).encode()


def test_the_door_credits_a_report_and_says_so(body: bytes) -> None:
    status, content, headers = knock(body)

    assert status == "200 OK"
    assert content["intervals"][0]["credited_s"] == 60
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert StudyEntry.objects.get().credited_s == 60


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff", b'{"token": "x", "intervals": []}'])
def test_the_door_and_the_endpoint_refuse_the_same_way(broken: bytes) -> None:
    by_site = Client().post(PATH, broken, content_type="application/json")

    status, content, _headers = knock(broken)

    assert (int(status[:3]), content) == (by_site.status_code, by_site.json())


def test_a_body_too_large_is_not_read() -> None:
    status, content, _headers = knock(b"", length="65537")

    assert (status[:3], content["code"]) == ("413", "too_large")
    assert knock(b"{}", length="many")[1]["code"] == "too_large"


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", "/api/v1/me"), ("POST", PATH + "/")])
def test_everything_else_goes_to_the_site(method: str, path: str, body: bytes) -> None:
    assert knock(body, method=method, path=path)[1] == "site"


def test_a_database_that_went_away_is_asked_again(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = endpoints.actions.record_intervals

    def once_away(**named: Any) -> Any:
        asked.append(1)
        if len(asked) == 1:
            raise OperationalError("server closed the connection")
        return real(**named)

    monkeypatch.setattr(endpoints.actions, "record_intervals", once_away)
    monkeypatch.setattr("asn_belajar.study_door.connection.close", lambda: None)

    assert knock(body)[0] == "200 OK"
    assert len(asked) == 2


def test_a_database_that_stays_away_is_said_so_and_loses_nothing(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_named: Any) -> Any:
        raise OperationalError("no")

    with monkeypatch.context() as patch:
        patch.setattr(endpoints.actions, "record_intervals", away)
        patch.setattr("asn_belajar.study_door.connection.close", lambda: None)
        status, content, headers = knock(body)

    assert (status[:3], content["code"], headers["Retry-After"]) == ("503", "busy", "5")
    assert knock(body)[0] == "200 OK"


def test_a_fault_of_ours_is_an_answer_too(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(**_named: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(endpoints.actions, "record_intervals", fault)

    status, content, _headers = knock(body)

    assert (status[:3], content["code"]) == ("500", "failed")


def test_a_site_closed_for_a_while_keeps_its_reports_waiting(
    body: bytes, settings: Any, tmp_path: Path
) -> None:
    settings.BELAJAR_MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.BELAJAR_MAINTENANCE_FILE.touch()

    closed = knock(body)
    page = Client().get("/belajar/")
    well = Client().get("/healthz")
    settings.BELAJAR_MAINTENANCE_FILE.unlink()

    assert (closed[0][:3], closed[1]["code"], closed[2]["Retry-After"]) == ("503", "maintenance", "5")
    assert (page.status_code, page["Retry-After"], well.status_code) == (503, "300", 200)
    assert "text/html" in page["Content-Type"]
    assert knock(body)[0] == "200 OK"
    assert Client().get("/belajar/").status_code == 302
