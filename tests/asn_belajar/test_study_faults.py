"""Killed processes, a killed database, a full disk in the middle of the load: nothing acknowledged is lost.

Clients log every acknowledgement. Afterwards the ledger must be whole, each acknowledged second must be
there, and what was not acknowledged must have been taken later without an error a person would see.
"""

import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from tests import make
from tests.postgresql import Cluster, cluster, owner, programs
from tests.reporters import (
    Reporter,
    at_work,
    nothing_acknowledged_is_missing,
    studies_on,
    token,
    until_answered,
)
from tests.serving import Server, environment_of_the_test, free_port, manage, start

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PEOPLE = 12
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's file")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's processes")


def reporters_of_new_people(address: Callable[[], str]) -> list[Reporter]:
    """Each alone on their own time, so that all they report is credited in full."""
    activity = make.activity(planned_minutes=900)
    issued = timezone.now().replace(microsecond=0) - dt.timedelta(hours=6)
    return [Reporter(address, token(make.person(), activity, issued), studies_on) for _ in range(PEOPLE)]


def credited(url: str) -> dict[uuid.UUID, int]:
    """What the database at `url` holds, asked without the site."""
    question = "SELECT id, credited_s FROM study_studyentry"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            return {uuid.UUID(key): seconds for key, seconds in database.execute(question)}
    with psycopg.connect(url) as database:
        return dict(database.execute(question).fetchall())


def the_ledger_is_whole(env: dict[str, str], reporters: list[Reporter]) -> None:
    assert "The ledger is whole." in manage("ledger", "verify", env=env)
    nothing_acknowledged_is_missing(reporters, credited(env["TEST_DATABASE_URL"]))
    assert sum(each.answers for each in reporters) > PEOPLE


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


# --- The web server ----------------------------------------------------------------------


def test_a_killed_process_and_a_killed_server_lose_nothing(tmp_path: Path) -> None:
    env, port = environment_of_the_test(tmp_path), free_port()
    reporters = reporters_of_new_people(lambda: f"http://127.0.0.1:{port}")
    with ExitStack() as servers:

        def serve() -> Server:
            return servers.enter_context(start(env, log=tmp_path / "server.log", threads=2, port=port))

        server = serve()
        with at_work(reporters):
            until_answered(reporters, 3)
            kill(server.workers()[:1])
            until_answered(reporters, 3)  # the other goes on, and another comes
            kill([server.process.pid, *server.workers()])
            server.process.wait(timeout=30)
            serve()
            until_answered(reporters, 3)
        assert sum(each.breaks for each in reporters) > 0, "nobody noticed"
        the_ledger_is_whole(env, reporters)


# --- The database --------------------------------------------------------------------------


@contextmanager
def copy_on(place: Cluster) -> Iterator[dict[str, str]]:
    """The environment of a server on a copy of the test's database in that cluster."""
    here = environment_of_the_test(Path(tempfile.gettempdir()))["TEST_DATABASE_URL"]
    dump = subprocess.run(
        [programs() / "pg_dump", "--no-owner", "--no-privileges", here], capture_output=True, check=True
    ).stdout
    done = subprocess.run(
        [programs() / "psql", "--quiet", "--set=ON_ERROR_STOP=1", place.url], input=dump, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    with tempfile.TemporaryDirectory(prefix="belajar-") as var:
        yield environment_of_the_test(Path(var), place.url)


@on_postgresql
def test_a_killed_postgresql_loses_nothing(tmp_path: Path) -> None:
    """One that waits for the disk, as in production: first a backend, then the postmaster."""
    with ExitStack() as stack:
        place = stack.enter_context(cluster(durable=True))
        port = free_port()
        reporters = reporters_of_new_people(lambda: f"http://127.0.0.1:{port}")
        env = stack.enter_context(copy_on(place))
        stack.enter_context(start(env, log=tmp_path / "server.log", threads=2, port=port))
        with at_work(reporters):
            until_answered(reporters, 3)
            kill(place.backends()[:1])  # the postmaster ends all others, and recovers
            until_answered(reporters, 3)
            kill([place.postmaster()])
            time.sleep(1)
            place.start_again()
            until_answered(reporters, 3)
        the_ledger_is_whole(env, reporters)


# --- The disk --------------------------------------------------------------------------------


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own in memory. Needs root, as in the build; elsewhere it is skipped, and said."""
    folder = Path(tempfile.mkdtemp(prefix="belajar-disk-"))
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], capture_output=True, text=True
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip(f"a full disk cannot be tried here: mount says {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def fill(disk: Path) -> Path:
    """A file that takes all that is left of `disk`."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return filler


def until_told_to_wait(reporters: list[Reporter]) -> None:
    """Until the full disk has been felt: somebody was asked to come back later."""
    before = sum(each.pauses for each in reporters)
    deadline = time.monotonic() + 120
    while sum(each.pauses for each in reporters) < before + 3:
        assert time.monotonic() < deadline, "the full disk was never felt"
        assert not any(each.errors for each in reporters), [each.errors for each in reporters]
        time.sleep(0.05)


@on_sqlite
def test_a_full_disk_under_sqlite_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    reporters = reporters_of_new_people(lambda: f"http://127.0.0.1:{port}")
    with small_disk(24) as disk:
        connection.ensure_connection()
        with sqlite3.connect(disk / "site.sqlite3") as copy:
            connection.connection.backup(copy)
        env = environment_of_the_test(tmp_path, f"sqlite:///{disk}/site.sqlite3")
        with start(env, log=tmp_path / "server.log", port=port), at_work(reporters):
            until_answered(reporters, 3)
            filler = fill(disk)
            until_told_to_wait(reporters)
            filler.unlink()
            until_answered(reporters, 3)
        the_ledger_is_whole(env, reporters)


@on_postgresql
def test_a_full_disk_under_postgresql_loses_nothing(tmp_path: Path) -> None:
    """PostgreSQL may end itself when it cannot write; somebody makes room and starts it again."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(200))
        if who := owner():
            shutil.chown(disk, who)
        place = stack.enter_context(cluster(durable=True, home=disk))
        port = free_port()
        reporters = reporters_of_new_people(lambda: f"http://127.0.0.1:{port}")
        env = stack.enter_context(copy_on(place))
        stack.enter_context(start(env, log=tmp_path / "server.log", threads=2, port=port))
        with at_work(reporters):
            until_answered(reporters, 3)
            filler = fill(disk)
            place.wants_room()
            until_told_to_wait(reporters)
            filler.unlink()
            place.start_again()
            until_answered(reporters, 3)
        the_ledger_is_whole(env, reporters)
