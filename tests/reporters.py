"""Clients that report study over HTTP as a browser does, and keep a log of what was acknowledged.

What is not acknowledged stays and is sent again, after the pause the server asks for. An answer that
is neither an acknowledgement nor "later" is an error a person would see: it is kept in `errors`.
"""

import datetime as dt
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from learning.people.models import Person
from learning.study import tokens
from learning.study.models import Activity
from tests import make

INTERVALS = "/api/v1/study/intervals"
LATER = (429, 503)  # both must say when
LONGEST_PAUSE_S = 0.5  # the server asks for seconds; a test has less patience


def token(person: Person, activity: Activity, issued: dt.datetime, session: str = "uji") -> str:
    return tokens.issue(person_id=person.pk, activity_id=activity.pk, revision=1, session=session, now=issued)


@dataclass
class Interval:
    """A stretch from `offset_s` of its token on; it grows, and so does what is acknowledged of it."""

    offset_s: int
    length_s: int
    acknowledged_s: int = 0
    key: uuid.UUID = field(default_factory=make.key)

    def content(self) -> dict[str, Any]:
        return {
            "key": str(self.key),
            "offset_ms": self.offset_s * 1000,
            "length_ms": self.length_s * 1000,
            "step": 1,
            "evidence": "input",
        }


def post(
    connection: http.client.HTTPConnection, path: str, body: Any, **headers: str
) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON and headers (by their names in small letters) of one request."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", path, data, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    text = response.read()
    try:
        said = json.loads(text)
    except ValueError:
        said = text.decode(errors="replace")[:300]
    return response.status, said, {name.lower(): value for name, value in response.getheaders()}


def connect(address: str, timeout: float = 30) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout)


class Reporter(threading.Thread):
    """One page of one person. `more(reporter)` lets it study on; without it, it only drains.

    `address` is asked anew for each connection: the server may come back elsewhere.
    """

    def __init__(self, address: Callable[[], str], token: str, more: Callable[["Reporter"], None]) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.token = token
        self.more = more
        self.intervals: list[Interval] = []
        self.is_studying = True
        self.answers = 0
        self.pauses = 0
        self.breaks = 0
        self.errors: list[str] = []
        self._connection: http.client.HTTPConnection | None = None

    @property
    def waiting(self) -> list[Interval]:
        return [each for each in self.intervals if each.length_s > each.acknowledged_s]

    def run(self) -> None:
        while self.is_studying or self.waiting:
            if self.is_studying and len(self.waiting) < 50:
                self.more(self)
            if not self.send():
                time.sleep(0.05)
            if self.errors:
                return

    def send(self) -> bool:
        """Did the server answer that it has it?"""
        batch = self.waiting[:100]
        if not batch:
            return False
        lengths = [each.length_s for each in batch]
        body = {"token": self.token, "intervals": [each.content() for each in batch]}
        try:
            self._connection = self._connection or connect(self.address())
            status, said, headers = post(self._connection, INTERVALS, body)
        except (OSError, http.client.HTTPException):
            self.breaks += 1
            self._connection = None
            return False
        if status == 200:
            self.answers += 1
            for interval, length in zip(batch, lengths, strict=True):
                interval.acknowledged_s = max(interval.acknowledged_s, length)
            return True
        if status in LATER and "retry-after" in headers:
            self.pauses += status == 503
            time.sleep(min(float(headers["retry-after"]), LONGEST_PAUSE_S))
            return False
        self.errors.append(f"{status} {said}")
        return False


def studies_on(reporter: Reporter) -> None:
    """A second more on the running interval; a new one each half a minute. Three a second: more is 429."""
    time.sleep(0.3)
    if reporter.intervals and reporter.intervals[-1].length_s < 30:
        reporter.intervals[-1].length_s += 1
    else:
        end = reporter.intervals[-1].offset_s + 31 if reporter.intervals else 0
        reporter.intervals.append(Interval(end, 1))


@contextmanager
def at_work(reporters: list[Reporter], *, drain_s: float = 120) -> Iterator[None]:
    """Let them report while the block runs; then study stops, and all that is left must be taken."""
    for each in reporters:
        each.start()
    try:
        yield
    except BaseException:
        for each in reporters:
            each.errors.append("given up")
        raise
    for each in reporters:
        each.is_studying = False
    deadline = time.monotonic() + drain_s
    for each in reporters:
        each.join(timeout=max(0.1, deadline - time.monotonic()))
    errors = [error for each in reporters for error in each.errors]
    assert not errors, errors[:3]
    assert not any(each.waiting for each in reporters), "not all was taken in time"


def until_answered(
    reporters: list[Reporter], more: int, *, within_s: float = 180, in_all: bool = False
) -> None:
    """Wait until each of them has been acknowledged `more` reports, from now on or since it began."""
    goals = [more if in_all else each.answers + more for each in reporters]
    deadline = time.monotonic() + within_s
    while any(each.answers < goal and not each.errors for each, goal in zip(reporters, goals, strict=True)):
        assert time.monotonic() < deadline, [(each.answers, each.pauses, each.breaks) for each in reporters]
        time.sleep(0.02)


def nothing_acknowledged_is_missing(reporters: list[Reporter], credited: dict[uuid.UUID, int]) -> None:
    """Each key has at least the seconds that were acknowledged (each reporter alone on its time)."""
    missing = {
        each.key: (each.acknowledged_s, credited.get(each.key))
        for reporter in reporters
        for each in reporter.intervals
        if credited.get(each.key, -1) < each.acknowledged_s
    }
    assert not missing, missing
