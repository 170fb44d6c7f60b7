"""`make bench-sign-in`: sign-ins a second over HTTP beside what the password hash alone allows.

Server: Granian, two workers. Load: wrk, 16 connections, another person each request, Argon2id as in
production. The hash alone: two processes that check one password again and again. Rounds are interleaved;
the median of three counts, and beside it the processor time of the server for one sign-in, which a busy
machine hardly changes. PostgreSQL's own processes are not in that time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench.stands import table
from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import ROOT, environment, manage, serve

PEOPLE, ROUNDS, SECONDS, CONNECTIONS = 3_000, 3, 8, 16
PASSWORD = "kata-sandi-untuk-ukur"
GOAL = 0.45  # of the hash-only rate
STORM, MINUTES = 25_000, 20  # who signs in between 08.50 and 09.10

PREPARE = f"""
from django.contrib.auth.hashers import make_password
from learning.people.models import Person, Unit
unit = Unit.add_root(code="BENCH", name="Unit")
hashed = make_password({PASSWORD!r})
Person.objects.bulk_create(
    [Person(username=f"bench-{{n}}", name="Orang", unit=unit, password=hashed) for n in range({PEOPLE})],
    batch_size=500,
)
"""


@dataclass
class Stand:
    """One running server on one database, and what was measured there."""

    name: str
    address: str
    names: Path
    rates: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    errors: int = 0


@contextmanager
def stand(name: str, folder: Path, database_url: str | None, threads: int) -> Iterator[Stand]:
    """A fresh database with its people, and a server on it."""
    var = folder / name
    (var / "static").mkdir(parents=True)
    env = environment(var, database_url, DJANGO_SETTINGS_MODULE="bench.settings")
    manage("migrate", "--verbosity", "0", env=env)
    manage("shell", "--verbosity", "0", "--command", PREPARE, env=env)
    names = var / "names.txt"
    names.write_text("".join(f"bench-{number}\n" for number in range(PEOPLE)))
    with serve(env, log=var / "server.log", threads=threads) as address:
        yield Stand(name, address, names)


def processor_s(port: int) -> float:
    """Processor seconds so far of the server on `port`, its workers included."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"granian" in words and str(port).encode() in words:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def sign_ins(stand: Stand, seconds: int = SECONDS) -> None:
    """One round; a sign-in that is not answered with 302 is an error."""
    port = urlsplit(stand.address).port or 0
    before = processor_s(port)
    done = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"),
            *("--timeout", "10s", "--script", "bench/sign_in.lua", stand.address, "--"),
            *(str(stand.names), PASSWORD),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    stand.cpu_ms.append(1000 * (processor_s(port) - before) / max(1, result["requests"]))
    stand.rates.append(result["rate"])
    stand.p95.append(result["p95"])
    stand.errors += int(result["errors"]) + done.stderr.count("answered")


def _check_for(seconds: float) -> tuple[int, float]:
    """How many checks of a password one process makes in that time, and what one costs it in milliseconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import check_password, make_password

    encoded = make_password(PASSWORD)
    begun, cpu, count = time.monotonic(), time.process_time(), 0
    while time.monotonic() - begun < seconds:
        check_password(PASSWORD, encoded)
        count += 1
    return count, 1000 * (time.process_time() - cpu) / max(1, count)


def hash_alone(seconds: float = SECONDS) -> tuple[float, float]:
    """Checks a second of two processes, and processor milliseconds for one."""
    with Pool(2) as pool:
        found = pool.map(_check_for, [seconds, seconds])
    return sum(count for count, _cpu in found) / seconds, median(cpu for _count, cpu in found)


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("make bench-sign-in needs wrk, the load generator (Debian: apt-get install wrk)")
    hashes: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        stands = [stack.enter_context(stand("SQLite", folder, None, threads=1))]
        try:
            url = stack.enter_context(private_cluster(durable=True))
            stands.append(stack.enter_context(stand("PostgreSQL", folder, url, threads=8)))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        for each in stands:
            sign_ins(each, seconds=2)
            each.rates.clear(), each.p95.clear(), each.cpu_ms.clear()
        for _round in range(ROUNDS):
            hashes.append(hash_alone())
            for each in stands:
                sign_ins(each)
    report(stands, median(rate for rate, _cpu in hashes), median(cpu for _rate, cpu in hashes))


def report(stands: list[Stand], hash_rate: float, hash_ms: float) -> None:
    rows: list[list[object]] = [
        ["", "a second", "of the hash", "p95 ms", "CPU ms", "hash's share", "errors", f"{STORM:,} take"]
    ]
    rows.append(["the hash alone", f"{hash_rate:.1f}", "1.00", "", f"{hash_ms:.1f}", "1.00", "", ""])
    for each in stands:
        rate, cpu = median(each.rates), median(each.cpu_ms)
        share = f"{rate / hash_rate:.2f}"
        minutes = f"{STORM / rate / 60:.1f} min" if rate else "-"
        measured = [f"{rate:.1f}", share, median(each.p95), f"{cpu:.1f}", f"{hash_ms / cpu:.2f}"]
        rows.append([each.name, *measured, each.errors, minutes])
    print(f"\nSign-ins over HTTP: Granian, 2 workers, {CONNECTIONS} connections, median of {ROUNDS} rounds")
    table(rows)
    wanted = STORM / MINUTES / 60
    print(
        f"  goal: {GOAL} of the hash alone; {STORM:,} people in {MINUTES} minutes are {wanted:.0f} a second"
    )


if __name__ == "__main__":
    main()
