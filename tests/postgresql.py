"""A PostgreSQL of our own for one run: started in a temporary folder, gone afterwards.

    python -m tests.postgresql pytest          runs the command with TEST_DATABASE_URL set

An address already in TEST_DATABASE_URL is used instead. It listens on a socket in its own folder,
never on the network, and does not wait for the disk: it is for tests and measurements only.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "256MB",
    "max_connections": "60",
    "timezone": "UTC",
}


class NotInstalled(Exception):
    """No PostgreSQL server on this machine, or none that may be started."""


def programs() -> Path:
    """The folder of `initdb` and `pg_ctl`: Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NotInstalled("PostgreSQL is not installed (Debian: apt-get install postgresql)")


def owner() -> str | None:
    """PostgreSQL refuses to run as root: whom to run it as then."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise NotInstalled(
            "running as root, and there is no user `postgres` to start PostgreSQL as"
        ) from None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server of our own: its address, and what a test may do to it."""

    url: str
    data: Path
    call: Callable[..., None]

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def backends(self) -> list[int]:
        """The processes that serve a connection of a client."""
        postmaster = self.postmaster()
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        serving = b"postgres: belajar "
        return [int(each) for each in children if serving in Path(f"/proc/{each}/cmdline").read_bytes()]

    def start_again(self) -> None:
        """After it was killed, or ended itself: as soon as the last of its processes is gone."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.call("pg_ctl", "-D", str(self.data), "-w", "status")
                with psycopg.connect(self.url, connect_timeout=5):
                    return
            except (RuntimeError, psycopg.OperationalError):
                pass
            try:
                self.call("pg_ctl", "-D", str(self.data), "-l", str(self.data.parent / "log"), "-w", "start")
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def wants_room(self) -> None:
        """Make it begin new files of its log, which a full disk does not give."""
        for _ in range(4):
            with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS wants_room (word text)")
                connection.execute("INSERT INTO wants_room VALUES ('x')")
                connection.execute("SELECT pg_switch_wal()")


@contextmanager
def private_cluster(*, durable: bool = False) -> Iterator[str]:
    """The address of a database on a fresh server; `durable` waits for the disk, as production does."""
    with cluster(durable=durable) as place:
        yield place.url


@contextmanager
def cluster(*, durable: bool = False, home: Path | None = None) -> Iterator[Cluster]:
    """A fresh server that keeps its files under `home`, or in the usual temporary folder."""
    bin_folder, user = programs(), owner()
    folder = Path(tempfile.mkdtemp(prefix="belajar-pg-", dir=home))
    data = folder / "data"
    if user:
        shutil.chown(folder, user)

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [bin_folder / program, *arguments],
            user=user,
            group=user and pwd.getpwnam(user).pw_gid,
            extra_groups=[] if user else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")

    options = {**OPTIONS, "unix_socket_directories": f"'{folder}'"}
    if durable:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            del options[name]
    call("initdb", "-D", str(data), "-U", "belajar", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    with (data / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = {value}\n" for name, value in options.items())
    call("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "start")
    try:
        yield Cluster(f"postgresql://belajar@{quote(str(folder), safe='')}/postgres", data, call)
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def say_loudly(sentence: str) -> None:
    line = "!" * 78
    print(f"\n{line}\n!!  {sentence}\n{line}\n", file=sys.stderr, flush=True)  # noqa: T201 - it is meant to be seen


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then too
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.call(command)
    try:
        with private_cluster() as url:
            return subprocess.call(command, env={**os.environ, "TEST_DATABASE_URL": url})
    except NotInstalled as reason:
        say_loudly(f"SKIPPED on PostgreSQL: {reason}.")
        # Where the build runs, a skipped database is a failed build.
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
