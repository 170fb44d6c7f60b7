"""The real server, for journeys and measurements: Granian on a free port, with files of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def environment(var: Path, database_url: str | None, **more: str) -> dict[str, str]:
    """What a process of the site needs to keep all its files in `var`."""
    mine = {
        "BELAJAR_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "asn_belajar.settings.dev",
        "PYTHONPATH": str(ROOT / "site"),
        **({"DATABASE_URL": database_url} if database_url else {}),
        **more,
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "TEST_DATABASE_URL", "DEBUG")
    }
    return {**inherited, **mine}


def environment_of_the_test(var: Path, url: str | None = None) -> dict[str, str]:
    """For a server on the database of the running test (or on `url`), whose keys sign alike."""
    return environment(
        var,
        None,
        DJANGO_SETTINGS_MODULE="asn_belajar.settings.test",
        TEST_DATABASE_URL=url or database_of_the_test(),
    )


def database_of_the_test() -> str:
    """The address of the database the running test uses."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    place = quote(database["HOST"] or "", safe="")
    who = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{who}@{place}{port}/{database['NAME']}"


def manage(*arguments: str, env: Mapping[str, str]) -> str:
    """Run one command of `manage.py`; its output, or an error that shows it."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}\n{done.stdout[-2000:]}{done.stderr[-6000:]}")
    return done.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serve(env: Mapping[str, str], *, log: Path, workers: int = 2, threads: int = 1) -> Iterator[str]:
    """The site's address while it runs; its words are in `log`."""
    with start(env, log=log, workers=workers, threads=threads) as server:
        yield server.address


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and its main process."""

    address: str
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            int(child)
            for child in children
            if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
        ]


@contextmanager
def start(
    env: Mapping[str, str], *, log: Path, workers: int = 2, threads: int = 1, port: int | None = None
) -> Iterator[Server]:
    """The running server, on `port` or a free one."""
    port = port or free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--backlog", "4096", "--backpressure", "2048"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--no-access-log", "--log-level", "warning", "asn_belajar.wsgi:application"),
    ]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as words:
        server = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=words, stderr=words
        )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/healthz", server, log)
            yield Server(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-6000:]}")
