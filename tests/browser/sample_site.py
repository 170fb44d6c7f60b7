"""The site with its sample data: made once, copied for whoever wants to change it.

Loading takes a minute, copying a moment. What was made is kept in `var/browser/` under a name that
tells what it was made from (code, sample texts, today's date), so that it is never out of date.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from learning.study.rules import WIB
from tests.serving import ROOT, environment, manage

HOME = ROOT / "var" / "browser"
MADE_FROM = ("learning", "content", "site", "requirements.txt")
DATABASE = "asn-belajar.sqlite3"


def fingerprint(*folders: str, extra: str = "") -> str:
    """A short name for the state of these folders."""
    state = hashlib.sha256(extra.encode())
    for folder in folders:
        place = ROOT / folder
        for path in sorted([place] if place.is_file() else place.rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".mo") and "__pycache__" not in path.parts:
                state.update(str(path.relative_to(ROOT)).encode())
                state.update(path.read_bytes())
    return state.hexdigest()[:12]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The processes of a run wait for the first of them to make what all need."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name`; made now if there is none, and those it replaces removed."""
    folder = HOME / name
    if not folder.exists():
        for old in HOME.glob(f"{name.rsplit('-', 1)[0]}-*"):
            shutil.rmtree(old)
        unfinished = HOME / f"unfinished-{name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        make(unfinished)
        unfinished.rename(folder)
    return folder


def static_files() -> Path:
    """All static files, hashed and compressed."""
    name = f"static-{fingerprint('static', 'content', 'site', 'requirements.txt', 'package-lock.json')}"

    def collect(folder: Path) -> None:
        manage("collectstatic", "--noinput", "--verbosity", "0", env=environment(folder, None))

    return made_once(name, collect) / "static"


def _load(folder: Path, database_url: str | None) -> None:
    env = environment(folder, database_url)
    manage("migrate", "--verbosity", "0", env=env)
    manage("load_sample", env=env)


def _sample_name() -> str:
    return fingerprint(*MADE_FROM, extra=f"{datetime.now(WIB).date()}")


def copy_of_sample(var: Path, database_url: str | None = None) -> str | None:
    """Put a copy of the loaded sample site into `var`; the address of its database, if not SQLite."""
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    with one_at_a_time():
        (var / "static").symlink_to(static_files())
        if database_url is None:
            sample = made_once(f"sample-{_sample_name()}", lambda folder: _load(folder, None))
            with sqlite3.connect(sample / DATABASE) as source, sqlite3.connect(var / DATABASE) as target:
                source.backup(target)
        else:
            sample, database_url = _copy_of_postgresql(database_url, var.name)
    for files in ("media", "private", "h5p"):
        if (sample / files).exists():
            shutil.copytree(sample / files, var / files)
    return database_url


def _copy_of_postgresql(server: str, name: str) -> tuple[Path, str]:
    """A database of its own on that server, copied from one that holds the sample."""

    def address(database: str) -> str:
        return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))

    template, copy = f"belajar_sample_{_sample_name()}", f"belajar_{name}"
    folder = HOME / f"media-{template}"
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if not (known and folder.exists()):
            shutil.rmtree(folder, ignore_errors=True)
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(template))
            )
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
            made_once(folder.name, lambda unfinished: _load(unfinished, address(template)))
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(template))
        )
    return folder, address(copy)
