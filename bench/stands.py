"""Servers to measure: a fresh database with its learners, and the site on it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.serving import ROOT, environment, manage, serve

CONNECTIONS = 16


@dataclass
class Stand:
    """One running server on one database."""

    name: str
    address: str
    env: dict[str, str]
    learners: Path
    reports: int = 1  # that every learner has made; each adds 15 seconds, 60 of them fill an interval
    results: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return len(self.learners.read_text().splitlines())


def prepare(*arguments: str, env: dict[str, str]) -> str:
    """One command of `bench.prepare`; what it printed."""
    command = [sys.executable, "-m", "bench.prepare", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def new_database(folder: Path, database_url: str | None) -> dict[str, str]:
    """An empty database with its tables; the environment of whatever shall use it."""
    folder.mkdir()
    env = environment(folder, database_url, DJANGO_SETTINGS_MODULE="bench.settings")
    (folder / "static").mkdir()
    manage("migrate", "--verbosity", "0", env=env)
    return env


@contextmanager
def stand(name: str, folder: Path, database_url: str | None, threads: int, learners: int) -> Iterator[Stand]:
    """A fresh database with its learners, and a server on it."""
    var = folder / name
    env = new_database(var, database_url)
    file = var / "learners.txt"
    file.write_text(prepare("learners", str(learners), env=env))
    with serve(env, log=var / "server.log", threads=threads) as address:
        yield Stand(name, address, env, file)


def wrk(stand: Stand, what: str, seconds: int) -> dict[str, float]:
    """One round of one kind of request (`bench/<what>.lua`); what wrk saw."""
    done = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"),
            *("--timeout", "10s", "--script", f"bench/{what}.lua", stand.address, "--"),
            *(str(stand.learners), str(stand.reports)),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def ledger_agrees(stand: Stand) -> str:
    """Rows and week totals, compared to the second."""
    entries, credited, weeks = prepare("ledger", env=stand.env).split()
    agree = "agree" if credited == weeks else "DIFFER"
    return f"{stand.name}: {int(entries):,} rows; rows and week totals {agree} ({int(credited):,} s)"


def table(rows: list[list[Any]]) -> None:
    """Print `rows`, the first of them as headings."""
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        first, *rest = (str(cell) for cell in row)
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(rest, widths[1:], strict=True))]
        print("  " + "  ".join(cells))
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
