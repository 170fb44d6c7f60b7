"""A small stand-in for the site: the study protocol with limits short enough for a test.

It keeps every report, answers as docs/study-protocol.md says, and can be told to fail.
"""

import io
import json
import threading
import time
import wave
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

SCRIPTS = Path(__file__).resolve().parents[3] / "static" / "js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'"
)


@dataclass
class Failure:
    """What the next reports are answered with, instead of being accepted."""

    status: int
    body: dict[str, Any] | None = None
    retry_after: int | None = None
    times: int = 10**6


@dataclass
class Site:
    """What the stand-in knows. Tests read and change it while the browser runs."""

    meter: str = ""
    person: str | None = "p1"
    supervisor: bool = False
    idle_s: float = 60
    tick_ms: int = 1000
    next_ms: int = 1000
    study: dict[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    me_fails: bool = False
    asked: list[float] = field(default_factory=list)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    in_the_future: list[str] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def claimed(self) -> float:
        """Seconds claimed in all, however they overlap."""
        return sum(end - start for start, end in self.spans.values())

    @property
    def counted(self) -> float:
        """Seconds of the union of all that was claimed."""
        total, cursor = 0.0, 0.0
        for start, end in sorted(self.spans.values()):
            total += max(0.0, end - max(start, cursor))
            cursor = max(cursor, end)
        return total

    @property
    def keys(self) -> list[str]:
        return list(self.spans)

    def me(self, activity: str | None) -> dict[str, Any]:
        self.asked.append(time.monotonic())
        if self.person is None:
            return {"signed_in": False}
        study = None
        if activity:
            token = f"{self.person}.{activity}.{len(self.tokens)}"
            self.tokens[token] = (activity, time.monotonic())
            study = {
                "token": token,
                "activity_s": int(self.counted),
                "minimum_s": 600,
                "ceiling_s": 3600,
                "last_step": 1,
                "has_passed": False,
                "is_complete": False,
                "idle_s": self.idle_s,
                "quiz_idle_s": self.idle_s * 2,
                "tick_ms": self.tick_ms,
                "next_ms": self.next_ms,
            } | self.study
        return {
            "signed_in": True,
            "name": "Ayu Lestari",
            "person": self.person,
            "roles": {"supervisor": self.supervisor, "editor": False},
            "week": {"seconds": 1980, "target_s": 2700},
            "csrf": "c" * 64,
            "study": study,
        }

    def take(self, report: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        """One report, answered."""
        self.reports.append(report)
        if self.failure and self.failure.times > 0:
            self.failure.times -= 1
            wait = self.failure.retry_after
            return self.failure.status, self.failure.body or {}, {"Retry-After": str(wait)} if wait else {}
        if report["token"] not in self.tokens:
            return 401, {"code": "token_invalid", "message": "Token tidak berlaku.", "keys": []}, {}
        _activity, issued = self.tokens[report["token"]]
        answers = []
        for interval in report["intervals"]:
            start = issued + interval["offset_ms"] / 1000
            end = start + interval["length_ms"] / 1000
            if end > time.monotonic() + 0.05:
                self.in_the_future.append(interval["key"])
            known = self.spans.get(interval["key"], (start, start))
            outcome = "known" if known[1] >= end else "credited"
            self.spans[interval["key"]] = (start, max(end, known[1]))
            seconds = int(interval["length_ms"] / 1000)
            answers.append(
                {"key": interval["key"], "outcome": outcome, "claimed_s": seconds, "credited_s": seconds}
                | {"reason": "", "sentence": ""}
            )
        answer = {
            "intervals": answers,
            "activity_s": int(self.counted) + self.study.get("activity_s", 0),
            "week_s": 1980,
            "minimum_reached": False,
            "next_ms": self.next_ms,
        }
        return 200, answer, {}

    def page(self, kind: str) -> str:
        meter = self.meter.replace('data-kind="reading"', f'data-kind="{kind}"')
        return (
            '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Modul</title>'
            '<script type="module" src="/static/js/site.js"></script></head><body>'
            '<account-corner data-text-week="{n} / {target} menit"><a href="/belajar/">Masuk</a>'
            "</account-corner>"
            '<p data-for="supervisor" hidden>Tim saya</p>'
            f"<main id='main'>{meter if kind != 'plain' else ''}<input aria-label='x'>"
            '<audio src="/suara.wav" controls></audio>' + "<p>Isi modul.</p>" * 200 + "</main></body></html>"
        )


def silence(seconds: int = 30) -> bytes:
    """A sound file with nothing to hear."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * seconds)
    return file.getvalue()


SOUND = silence()


class Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, status: int, body: dict[str, Any], **headers: str) -> None:
        self.answer(status, json.dumps(body).encode(), "application/json", **headers)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/api/v1/me":
            with self.site.lock:
                activity = parse_qs(address.query).get("activity", [None])[0]
                if self.site.me_fails:
                    self.answer_json(500, {})
                else:
                    self.answer_json(200, self.site.me(activity), Cache_Control="private, no-store")
        elif address.path.startswith("/static/js/"):
            self.answer(200, (SCRIPTS / Path(address.path).name).read_bytes(), "text/javascript")
        elif address.path == "/suara.wav":
            self.answer(200, SOUND, "audio/wav")
        elif address.path == "/favicon.ico":
            self.answer(204, b"", "image/x-icon")
        else:
            self.answer(200, self.site.page(address.path.strip("/") or "plain").encode(), "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/v1/study/intervals":
            with self.site.lock:
                status, answer, headers = self.site.take(json.loads(body))
            self.answer_json(status, answer, **{k.replace("-", "_"): v for k, v in headers.items()})
        else:
            self.site.completed.append(f"{self.path} {body.decode()}")
            self.answer(200, self.site.page("plain").encode(), "text/html")


def serve(site: Site) -> ThreadingHTTPServer:
    """A server of `site` on a free port, running in a thread of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("SiteHandler", (Handler,), {"site": site}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
