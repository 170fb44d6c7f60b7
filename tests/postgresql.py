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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

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


@contextmanager
def private_cluster(*, durable: bool = False) -> Iterator[str]:
    """The address of a database on a fresh server; `durable` waits for the disk, as production does."""
    bin_folder, user = programs(), owner()
    folder = Path(tempfile.mkdtemp(prefix="belajar-pg-"))
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
        yield f"postgresql://belajar@{quote(str(folder), safe='')}/postgres"
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
