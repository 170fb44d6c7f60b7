"""The Thursday crowd: 25,000 learners who report once a minute for five minutes, and all of them at once.

Open model: reports are due at random moments, 417 a second, whether or not earlier ones are answered;
a time is counted from when the report was due. Afterwards every second that was acknowledged must be in
the ledger. Then the server is away, the learners go on, and all return in the same moment with what
they have kept. Processor time is that of the server and of PostgreSQL, from the system's own books.
"""

import asyncio
import json
import os
import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from bench.stands import Stand, ledger_agrees, new_database, prepare, table
from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import serve

LEARNERS = int(os.environ.get("CROWD_LEARNERS", "25000"))
MINUTES = float(os.environ.get("CROWD_MINUTES", "5"))
LINES = 500  # open connections of the paced crowd
RETURNING = 2_000  # of those that come back at once
PATIENCE_S = 30  # a browser gives a report up then, and sends it again later


@dataclass
class Learner:
    """One client: its interval so far, and what the server has acknowledged of it."""

    key: str
    token: str
    length_s: int = 15
    acknowledged_s: int = 15

    def body(self, grown_s: int, extra: int = 0) -> bytes:
        """A report of the interval grown by `grown_s`, with `extra` more intervals after it."""
        self.length_s += grown_s
        intervals = [{"key": self.key, "offset_ms": 0, "length_ms": self.length_s * 1000, "step": 2}]
        at = self.length_s
        for number in range(1, extra + 1):
            key = f"{self.key[:19]}9{number:x}{self.key[21:]}"
            intervals.append({"key": key, "offset_ms": at * 1000, "length_ms": 60_000, "step": 3})
            at += 60
        return json.dumps({"token": self.token, "intervals": intervals}).encode()


@dataclass
class Seen:
    """What the clients saw."""

    took_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    acknowledged_s: int = 0
    faults: list[str] = field(default_factory=list)

    def percentile(self, part: int) -> float:
        return quantiles(self.took_ms, n=100)[part - 1]


class Line:
    """One kept-alive connection."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> tuple[int, Any]:
        """Send one report. A connection the server has closed in the meantime is opened anew, once."""
        for attempt in (1, 2):
            try:
                if self._streams is None:
                    self._streams = await asyncio.open_connection(self._host, self._port)
                return await self._exchange(*self._streams, body)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes
    ) -> tuple[int, Any]:
        head = (
            f"POST /api/v1/study/intervals HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in answer.split("\r\n")
            if line.lower().startswith("content-length")
        )
        return int(answer.split(" ", 2)[1]), json.loads(await reader.readexactly(length))

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def report(lines: asyncio.Queue[Line], learner: Learner, body: bytes, due: float, seen: Seen) -> None:
    """Send one report that was due at `due`, and note what came of it."""
    line = await lines.get()
    try:
        status, said = await asyncio.wait_for(line.post(body), PATIENCE_S)
    except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
        line.close()
        seen.faults.append(type(error).__name__)
        return
    finally:
        lines.put_nowait(line)
    seen.took_ms.append((time.monotonic() - due) * 1000)
    seen.statuses[status] = seen.statuses.get(status, 0) + 1
    if status == 200:
        seen.acknowledged_s += sum(each["credited_s"] for each in said["intervals"]) - learner.acknowledged_s
        learner.acknowledged_s = said["intervals"][0]["credited_s"]


def lines_to(address: str, count: int) -> asyncio.Queue[Line]:
    lines: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(count):
        lines.put_nowait(Line(address))
    return lines


async def paced(address: str, learners: list[Learner], minutes: float) -> Seen:
    """Each learner once a minute, at a moment of their own."""
    seen, lines, dice = Seen(), lines_to(address, LINES), random.Random(1)
    began = time.monotonic()
    due = sorted(
        (dice.uniform(0, 60) + 60 * minute, learner)
        for minute in range(int(minutes))
        for learner in range(len(learners))
    )
    tasks = set()
    for moment, number in due:
        wait = began + moment - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        learner = learners[number]
        task = asyncio.create_task(report(lines, learner, learner.body(60), began + moment, seen))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return seen


async def returning(address: str, learners: list[Learner], away_s: int) -> Seen:
    """Everybody at once, each with an interval that grew while the server was away and one more."""
    seen, lines, now = Seen(), lines_to(address, RETURNING), time.monotonic()
    await asyncio.gather(
        *(report(lines, each, each.body(away_s - 60, extra=1), now, seen) for each in learners)
    )
    return seen


def cpu_s(*roots: int) -> float:
    """Processor seconds of these processes, their living children and theirs, so far."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if entry.name.isdecimal():
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            used[int(entry.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    found, wanted = 0.0, list(roots)
    while wanted:
        process = wanted.pop()
        found += used.get(process, 0.0)
        wanted += parents.get(process, [])
    return found


def processes_of(var: Path, database_url: str | None) -> list[int]:
    """The site's server on this database, and the database's own, told by what they were started with."""
    found = []
    cluster = database_url.split("@")[1].split("/")[0].replace("%2F", "/") if database_url else None
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            about = (entry / "environ").read_bytes() if b"granian" in command else b""
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if f"BELAJAR_VAR={var}\0".encode() in about and parent == os.getpid():
            found.append(int(entry.name))
        if cluster and f"{cluster}/data".encode() in command and b"postgres" in command:
            found.append(int(entry.name))
    return found


def crowd() -> None:
    """Both databases, one after the other; two cores for all of it, the clients too."""
    rows: list[list[Any]] = [
        ["", "", "reports", "p50 ms", "p95 ms", "p95/p50", "cores used", "faults", "answers"]
    ]
    notes = []
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        kinds: list[tuple[str, str | None, int]] = [("SQLite", None, 1)]
        try:
            kinds.append(("PostgreSQL", stack.enter_context(private_cluster(durable=True)), 8))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        for name, url, threads in kinds:
            var = Path(temporary) / name
            env = new_database(var, url)
            made = prepare("learners", str(LEARNERS), env=env)
            learners = [Learner(*line.split()) for line in made.splitlines()]
            random.Random(2).shuffle(learners)
            stand = Stand(name, "", env, var / "learners.txt")
            acknowledged = 15 * len(learners)
            with serve(env, log=var / "server.log", threads=threads) as address:
                servers = processes_of(var, url)
                before, began = cpu_s(*servers), time.monotonic()
                seen = asyncio.run(paced(address, learners, MINUTES))
                share = (cpu_s(*servers) - before) / (time.monotonic() - began)
            acknowledged += seen.acknowledged_s
            rows.append(row(name, "once a minute", seen, f"{share:.2f}"))
            with serve(env, log=var / "server.log", threads=threads) as address:
                began = time.monotonic()
                seen = asyncio.run(returning(address, learners, away_s=300))
                took = time.monotonic() - began
            acknowledged += seen.acknowledged_s
            rows.append(row(name, "all at once", seen, ""))
            kept = int(prepare("ledger", env=env).split()[1])
            lost = acknowledged - kept
            notes.append(
                f"{ledger_agrees(stand)}; acknowledged {acknowledged:,} s, lost {lost:,} s;"
                f" the returning crowd was through after {took:.0f} s"
            )
    print(f"\nThe crowd: {LEARNERS:,} learners, {MINUTES:g} minutes, {LINES} connections; then all return")
    table(rows)
    for note in notes:
        print("  " + note)


def row(name: str, what: str, seen: Seen, share: str) -> list[Any]:
    p50, p95 = seen.percentile(50), seen.percentile(95)
    answers = " ".join(f"{status}: {count:,}" for status, count in sorted(seen.statuses.items()))
    faults = len(seen.faults)
    return [
        name,
        what,
        f"{len(seen.took_ms):,}",
        f"{p50:.1f}",
        f"{p95:.1f}",
        f"{p95 / p50:.1f}",
        share,
        faults,
        answers,
    ]
