"""The door of the public pages: one copy for everybody, given out without waking the site behind it.

Public pages are the same for everybody (what is personal comes from `/api/v1/me`), so a whole answer is
kept, headers and all, compressed once. A page is only kept when Wagtail served it to everybody, and its
answer sets no cookie, depends on none and carries no nonce. A change is heard at the next request
(`content/editions.py`, docs/decisions/0014). Wagtail's previews are requests inside the site: they never
pass here.
"""

import contextlib
import gzip
import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import brotli
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from content import editions
from content.page_note import NOTE, Note

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]
Key = tuple[str, str, str, str]

MOST_BYTES = 96 * 1024 * 1024  # of one process; the pages longest not asked for go first
# Nothing of theirs is looked for.
NEVER = (
    "/static/",
    "/media/",
    "/api/",
    "/redaksi/",
    "/healthz",
    "/readyz",
)
WORTH_COMPRESSING = 200  # bytes
OF_THE_BODY = frozenset({"content-length", "content-type", "content-encoding"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as it was given, in every compression."""

    edition: int
    etag: str
    headers: Headers
    bodies: dict[str, bytes]  # by content coding; "" is the plain one

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    def give(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer to this reader: nothing new, or the page in a compression they understand."""
        if _knows(environ.get("HTTP_IF_NONE_MATCH", ""), self.etag):
            start_response(
                "304 Not Modified", [each for each in self.headers if each[0].lower() not in OF_THE_BODY]
            )
            return []
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        coding = next(
            (each for each in ("br", "gzip") if each in self.bodies and _accepts(accepted, each)), ""
        )
        body = self.bodies[coding]
        headers = [*self.headers, ("Content-Length", str(len(body)))]
        if coding:
            headers.append(("Content-Encoding", coding))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _knows(header: str, etag: str) -> bool:
    return header == etag or header.strip() == "*" or etag in (each.strip() for each in header.split(","))


def _accepts(header: str, coding: str) -> bool:
    for each in header.split(","):
        name, _, weight = each.partition(";")
        if name.strip().lower() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@dataclass(slots=True)
class _Told:
    """What the site told about its answer before it gave it."""

    status: str = ""
    headers: Headers = field(default_factory=list)
    exc_info: Any = None

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers, self.exc_info = status, headers, exc_info

    @property
    def is_for_everybody(self) -> bool:
        """Nothing in it depends on who asked, or may be used only once."""
        said = {name.lower(): value.lower() for name, value in self.headers}
        control = said.get("cache-control", "")
        return (
            self.status.startswith("200")
            and "set-cookie" not in said
            and "cookie" not in said.get("vary", "")
            and not any(word in control for word in ("no-store", "no-cache", "private", "max-age=0"))
            and "nonce-" not in said.get("content-security-policy", "")
            and "content-encoding" not in said
        )


class PageDoor:
    """The WSGI application `site`, with what it said to everybody kept before it."""

    def __init__(self, site: Application, *, most_bytes: int = MOST_BYTES) -> None:
        self.site = site
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._listening = threading.Lock()
        self._asking: dict[Key, threading.Lock] = {}
        self._maintenance = str(settings.BELAJAR_MAINTENANCE_FILE)
        self._edition = -1
        self._heard = -1
        self._ask_at = 0.0  # on the monotonic clock: then the database is asked whether a bell was missed
        self._until = float("inf")  # on the wall clock: then pages change by themselves

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._may_look(environ) or not self._is_current():
            return self.site(environ, start_response)
        key = (
            environ["wsgi.url_scheme"],
            environ.get("HTTP_X_FORWARDED_PROTO", ""),
            environ.get("HTTP_HOST", ""),
            environ["PATH_INFO"],
        )
        kept = self._kept.get(key)
        if kept is not None and kept.edition == self._edition:
            return self._give(key, kept, environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            return self.site(environ, start_response)
        if kept is None:
            return self._ask(key, environ, start_response)
        # It was kept and has become old: when a crowd waits for it, one asks and the others get theirs.
        with self._lock:
            turn = self._asking.setdefault(key, threading.Lock())
        with turn:
            kept = self._kept.get(key)
            if kept is not None and kept.edition == self._edition:
                return self._give(key, kept, environ, start_response)
            return self._ask(key, environ, start_response)

    def _may_look(self, environ: dict[str, Any]) -> bool:
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("QUERY_STRING")
            and not environ["PATH_INFO"].startswith(NEVER)
            and not os.path.exists(self._maintenance)  # noqa: PTH110 - the cheapest way to ask
        )

    def _is_current(self) -> bool:
        """Hear of changes. False when the database cannot be asked: then nothing is kept or given."""
        if self._has_heard(editions.heard()):
            return True
        with self._listening:  # else one who asked earlier might have the last word
            heard = editions.heard()  # before the number: what is rung later is heard the next time
            if self._has_heard(heard):
                return True
            try:
                self._renew(editions.current())
            except (DatabaseError, InterfaceError):
                connection.close()
                log.warning("the database does not say whether pages have changed")
                self._heard = -1
                return False
            self._heard, self._ask_at = heard, time.monotonic() + settings.BELAJAR_PAGES_ASK_S
        return True

    def _has_heard(self, bell: int) -> bool:
        return bell == self._heard and time.monotonic() < self._ask_at and time.time() < self._until

    def _renew(self, number: int) -> None:
        has_come = time.time() >= self._until  # the moment at which pages change by themselves
        if number == self._edition and not has_come:
            return
        change = editions.next_change(timezone.now())
        with self._lock:
            self._until = change.timestamp() if change else float("inf")
            self._edition = number
            if has_come:
                self._kept.clear()
                self._bytes = 0

    def _ask(self, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        edition, until = self._edition, self._until  # of before: a change while it is written makes it old
        note = environ[NOTE] = Note()
        told = _Told()
        answer = self.site(environ, told)
        if not (note.is_public and told.is_for_everybody):
            start_response(told.status, told.headers, *([told.exc_info] if told.exc_info else []))
            return answer
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        kept = _keep(edition, told.headers, body)
        if time.time() < until:
            self._store(key, kept)
        return kept.give(environ, start_response)

    def _give(
        self, key: Key, kept: Kept, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        with contextlib.suppress(KeyError):  # another thread has just put it away
            self._kept.move_to_end(key)
        return kept.give(environ, start_response)

    def _store(self, key: Key, kept: Kept) -> None:
        with self._lock:
            old = self._kept.pop(key, None)
            self._bytes += kept.size - (old.size if old else 0)
            self._kept[key] = kept
            while self._bytes > self._most_bytes and self._kept:
                gone, put_away = self._kept.popitem(last=False)
                self._bytes -= put_away.size
                self._asking.pop(gone, None)


def _keep(edition: int, headers: Headers, body: bytes) -> Kept:
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'  # weak: the same for every compression
    ours = {"content-length", "cache-control", "etag", "vary"}
    vary = [value for name, value in headers if name.lower() == "vary"]
    bodies = {"": body}
    if len(body) >= WORTH_COMPRESSING:
        bodies |= {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)}
    return Kept(
        edition,
        etag,
        [
            *(each for each in headers if each[0].lower() not in ours),
            ("Vary", ", ".join([*vary, "Accept-Encoding"])),
            ("Cache-Control", "no-cache"),  # a browser may keep it, and asks whether it is still true
            ("ETag", etag),
        ],
        bodies,
    )
