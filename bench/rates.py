"""The interval endpoint next to a view that does nothing, and to its statement without any server.

Server: Granian, two workers. Load: wrk, 16 kept-alive connections, another learner each request,
whose open interval grows by 15 seconds (that is what 14 of 15 reports do). The floor is pgbench with
the same statement, prepared, from 16 clients; on SQLite a loop of the same statements in one process.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.stands import CONNECTIONS, Stand, ledger_agrees, prepare, stand, table, wrk
from learning.study import beat_postgresql
from tests.postgresql import NotInstalled, private_cluster, programs, say_loudly
from tests.serving import ROOT

LEARNERS, FLOOR_LEARNERS = 4_000, 8_000
ROUNDS, SECONDS = 3, 5
TABLES = ("study_studyentry", "study_weektotal", "study_activitytotal")


@dataclass
class Wal:
    """What the reports of a stand cost the database's disk."""

    beats: int = 0
    wal: int = 0
    growth: int = 0

    @staticmethod
    def seen(url: str) -> tuple[int, int]:
        with psycopg.connect(url, autocommit=True) as connection:
            size = " + ".join(f"pg_indexes_size('{name}') + pg_relation_size('{name}')" for name in TABLES)
            row = connection.execute(f"SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, {size}").fetchone()
            assert row is not None
            return int(row[0]), int(row[1])


def pgbench(url: str, told: dict[str, Any], folder: Path, rounds_done: int, seconds: int) -> float:
    """Statements a second of the beat itself, from 16 clients of pgbench."""
    each = told["people"] // CONNECTIONS
    values = {
        "person": f"({told['first_person']} + :n::int)",
        "activity": f"({told['first_activity']} + :n::int % {told['activities']})",
        "session": "''",
        "revision": "NULL",
        "key": f"('{told['key']}' || lpad(to_hex(:n::int), 12, '0'))",
        "week": "date_trunc('week', timestamptz :start AT TIME ZONE 'Asia/Jakarta')",
        "start": ":start",
        "end": "(timestamptz :start + make_interval(secs => :length::int))",
        "length": ":length",
        "step": "2",
        "evidence": "'input'",
        "now": "now()",
        "open_since": "(now() - interval '15 minutes')",
        "day_limit": "21600",
        "factor": "2.0",
        "policy": "1",
    }
    opened = told["opened"]
    day = time.strptime(opened[:10], "%Y-%m-%d").tm_wday
    statement = re.sub(r"%\((\w+)\)s", lambda found: values[found[1]], beat_postgresql.STATEMENTS[day])
    statement = " ".join(statement.replace(":start", f"'{opened}'").split())
    script = folder / "beat.sql"
    script.write_text(
        f"\\set i :i + 1\n\\set n :client_id + {CONNECTIONS} * (:i % {each})\n"
        f"\\set length 15 * ({rounds_done} + 2 + :i / {each})\n{statement};\n"
    )
    done = subprocess.run(
        [
            *(str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1"),
            *("-T", str(seconds), "-D", "i=-1", "-f", str(script), url),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]


def sqlite_loop(stand: Stand, told: dict[str, Any], rounds_done: int, seconds: int) -> float:
    """Reports a second of the beat's statements in a loop of one process, without the site."""
    command = [sys.executable, "-m", "bench.sqlite_loop", json.dumps(told), str(rounds_done), str(seconds)]
    done = subprocess.run(command, cwd=ROOT, env=stand.env, check=True, capture_output=True, text=True)
    return float(done.stdout)


@dataclass
class Round:
    """One round on one stand: the view that does nothing, the interval, its statement alone."""

    stand: Stand
    told: dict[str, Any]  # of the floor's own learners
    folder: Path
    url: str = ""
    growths: int = 0  # of each of the floor's learners so far
    wal: Wal = field(default_factory=Wal)

    def run(self, seconds: int) -> dict[str, dict[str, float]]:
        bare = wrk(self.stand, "bare", seconds)
        before = Wal.seen(self.url) if self.url else (0, 0)
        beats = wrk(self.stand, "intervals", seconds)
        self.stand.reports += math.ceil(beats["requests"] / self.stand.people)
        if self.url:
            after = Wal.seen(self.url)
            self.wal.beats += int(beats["requests"])
            self.wal.wal += after[0] - before[0]
            self.wal.growth += after[1] - before[1]
            rate = pgbench(self.url, self.told, self.folder, self.growths, seconds)
        else:
            rate = sqlite_loop(self.stand, self.told, self.growths, seconds)
        self.growths += math.ceil(rate * seconds / self.told["people"]) + 1
        alone = {"rate": rate, "p50": 0.0, "p95": 0.0, "errors": 0.0}
        return {"a view that does nothing": bare, "interval": beats, "its statement alone": alone}


def rates() -> None:
    """Rounds on both databases by turns, and what they came to."""
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        stands = [("", stack.enter_context(stand("SQLite", folder, None, 1, LEARNERS)))]
        try:
            url = stack.enter_context(private_cluster(durable=True))
            stands.append((url, stack.enter_context(stand("PostgreSQL", folder, url, 8, LEARNERS))))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        rounds = []
        for url, each in stands:
            told = json.loads(prepare("floor", str(FLOOR_LEARNERS), env=each.env))
            rounds.append(Round(each, told, folder, url))
        for one in rounds:
            one.run(seconds=1)
            one.wal = Wal()
        for _ in range(ROUNDS):
            for one in rounds:
                for name, result in one.run(SECONDS).items():
                    one.stand.results.setdefault(name, []).append(result)
        report([one.stand for one in rounds])
        for one in rounds:
            if one.wal.beats:
                print(
                    f"  {one.stand.name}: {one.wal.wal / one.wal.beats:.0f} B of WAL and"
                    f" {one.wal.growth / one.wal.beats:.1f} B of tables and indexes a report"
                )


def report(stands: list[Stand]) -> None:
    rows: list[list[Any]] = [["", "", "a second", "p50 ms", "p95 ms", "p95/p50", "errors", "interval is"]]
    for each in stands:
        middle = {
            what: {name: median(one[name] for one in results) for name in ("rate", "p50", "p95")}
            for what, results in each.results.items()
        }
        for what, seen in middle.items():
            errors = int(sum(one["errors"] for one in each.results[what]))
            ratio = "" if what == "interval" else f"{middle['interval']['rate'] / seen['rate']:.2f} of it"
            spread = f"{seen['p95'] / seen['p50']:.1f}" if seen["p50"] else ""
            times = [seen["p50"] or "", seen["p95"] or ""]
            rows.append([each.name, what, f"{seen['rate']:,.0f}", *times, spread, errors, ratio])
    print(
        f"\nRates: Granian, 2 workers, {CONNECTIONS} connections, {LEARNERS:,} learners,"
        f" median of {ROUNDS} rounds of {SECONDS} s"
    )
    table(rows)
    for each in stands:
        print("  " + ledger_agrees(each))
