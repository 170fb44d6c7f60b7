"""What somebody may send to the door of the ledger: refused in words, nothing written, the server goes on."""

import datetime as dt
import http.client
import json
import socket
import zlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from learning.people.models import Person
from learning.study import tokens
from learning.study.models import Activity, StudyEntry
from tests import make
from tests.reporters import INTERVALS, Interval, connect, post, token

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def begun() -> dt.datetime:
    return timezone.now().replace(microsecond=0) - dt.timedelta(hours=6)


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def module() -> Activity:
    return make.activity(planned_minutes=900)


@pytest.fixture
def report(learner: Person, module: Activity) -> dict[str, Any]:
    """A report that is good as it stands."""
    return {"token": token(learner, module, begun()), "intervals": [Interval(0, 60).content()]}


def test_what_cannot_be_read_is_refused_and_the_next_is_taken(
    real_server: str, report: dict[str, Any]
) -> None:
    good = json.dumps(report)
    with_length = good.replace("60000", "{}")
    broken = {
        "deep": ('{"token":' + "[" * 30_000).encode(),
        "deep and whole": good.replace('"step": 1', '"step": ' + "[" * 9_000 + "]" * 9_000).encode(),
        "not a number": with_length.replace("{}", "NaN").encode(),
        "without end": with_length.replace("{}", "Infinity").encode(),
        "more than any clock": with_length.replace("{}", "9" * 5_000).encode(),
        "beyond 64 bits": with_length.replace("{}", str(2**64)).encode(),
        "a fraction": with_length.replace("{}", "60000.5").encode(),
        "less than nothing": with_length.replace("{}", "-60000").encode(),
        "a billion seconds": with_length.replace("{}", "1000000000000").encode(),
        "half a character": good.replace('"input"', r'"\ud800"').encode(),
        "half a character as a token": json.dumps({**report, "token": "\ud800"}).encode(),
        "nothing as a token": json.dumps({**report, "token": "\0"}).encode(),
        "not text": b"\xff\xfe\x00",
        "a mark of byte order": b"\xef\xbb\xbf" + b"{}",
        "compressed": zlib.compress(good.encode()),
        "two at once": (good + good).encode(),
        "a long token": json.dumps({**report, "token": "x" * 1_001}).encode(),
        "none at all": json.dumps({**report, "intervals": []}).encode(),
        "the same key twice": json.dumps({**report, "intervals": report["intervals"] * 2}).encode(),
        "an activity of choice": json.dumps({**report, "activity": 1}).encode(),
    }
    connection = connect(real_server)
    for name, body in broken.items():
        status, said, _headers = post(connection, INTERVALS, body)
        assert 400 <= status < 500 and said["message"] and said["code"], (name, status, said)
    status, said, _headers = post(connection, INTERVALS, b" " * 65_537)
    assert (status, said["code"]) == (413, "too_large")
    assert not StudyEntry.objects.exists()

    # What was too large was not read, so that line is closed; a browser opens another.
    assert post(connect(real_server), INTERVALS, report)[0] == 200
    assert StudyEntry.objects.get().credited_s == 60


def test_a_name_given_twice_counts_once_and_by_the_rules(real_server: str, report: dict[str, Any]) -> None:
    """JSON lets a name stand twice; the last counts, and only it is credited."""
    body = json.dumps(report).replace('"length_ms": 60000', '"length_ms": 900000000, "length_ms": 60000')

    status, said, _headers = post(connect(real_server), INTERVALS, body.encode())

    assert (status, said["intervals"][0]["credited_s"]) == (200, 60)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_kind_of_content_opens_nothing(real_server: str, report: dict[str, Any], kind: str) -> None:
    """A form of another site can send text; without a token of ours it writes nothing, cookie or not."""
    headers = {"Content-Type": kind, "Origin": "https://lain.example", "Cookie": "sessionid=x"}
    forged = {**report, "token": "x"}

    assert post(connect(real_server), INTERVALS, forged, **headers)[0] == 401
    assert not StudyEntry.objects.exists()


@pytest.mark.parametrize("length", ["-5", "many", "1e3", "65537", "99999999999999999999"])
def test_a_length_that_is_none_or_too_much_is_refused(real_server: str, length: str) -> None:
    status = raw(real_server, f"Content-Length: {length}\r\n", b"{}")

    assert status in (400, 413)


def test_a_body_in_chunks_without_a_length_is_refused(real_server: str, report: dict[str, Any]) -> None:
    body = json.dumps(report).encode()
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    assert raw(real_server, "Transfer-Encoding: chunked\r\n", chunked) in (400, 411)
    assert not StudyEntry.objects.exists()
    assert post(connect(real_server), INTERVALS, report)[0] == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_the_door_knows_one_deed(real_server: str, method: str) -> None:
    connection = connect(real_server)
    connection.request(method, INTERVALS, b"{}", {"Content-Type": "application/json"})

    assert connection.getresponse().status in (403, 405)


def test_the_token_of_another_credits_its_owner_alone(
    real_server: str, learner: Person, module: Activity, report: dict[str, Any]
) -> None:
    """Whoever copies a token works for the person it names: it cannot be made to name another."""
    thief = make.person()
    mine = token(thief, module, begun())
    parts = [mine.rpartition(":"), report["token"].rpartition(":")]
    connection = connect(real_server)

    for forged in (f"{parts[0][0]}:{parts[1][2]}", f"{parts[1][0]}:{parts[0][2]}"):
        assert post(connection, INTERVALS, {**report, "token": forged})[0] == 401
    assert post(connection, INTERVALS, report)[0] == 200
    stolen = {"token": mine, "intervals": report["intervals"]}  # their key, under my own token
    assert post(connection, INTERVALS, stolen)[0] == 400
    assert set(StudyEntry.objects.values_list("person", flat=True)) == {learner.pk}


def test_a_permit_is_no_token(real_server: str, learner: Person, module: Activity) -> None:
    permit = tokens.issue_permit(person_id=learner.pk, activity_id=module.pk, revision=1, now=begun())
    body = {"token": permit, "intervals": [Interval(0, 60).content()]}

    assert post(connect(real_server), INTERVALS, body)[0] == 401


def head(more: str) -> bytes:
    lines = f"POST {INTERVALS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{lines}{more}\r\n".encode()


def raw(address: str, headers: str, body: bytes) -> int:
    """The status of a request that a well-behaved client would not send."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(head(headers) + body)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status
