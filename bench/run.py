"""`make bench`: the interval endpoint next to a view that does nothing, and what a first visit weighs.

Server: Granian, two workers. Load: wrk, 16 kept-alive connections, another learner each request,
whose open interval grows by 15 seconds (that is what 14 of 15 reports do).
The rounds of the four servers are interleaved, and the median of three counts: on a shared machine
only ratios of one run mean anything. It prints, it never judges.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import ROOT, environment, manage, serve

LEARNERS = 2_000
ROUNDS, SECONDS, CONNECTIONS = 3, 5, 16


@dataclass
class Stand:
    """One running server on one database."""

    name: str
    address: str
    env: dict[str, str]
    learners: Path
    reports: int = 1  # that every learner has made; each adds 15 seconds, 60 of them fill an interval
    results: dict[str, list[dict[str, float]]] = field(default_factory=lambda: {"bare": [], "intervals": []})


def prepare(*arguments: str, env: dict[str, str]) -> str:
    command = [sys.executable, "-m", "bench.prepare", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


@contextmanager
def stand(name: str, folder: Path, database_url: str | None, threads: int) -> Iterator[Stand]:
    """A fresh database with its learners, and a server on it."""
    var = folder / name
    var.mkdir()
    env = environment(var, database_url, DJANGO_SETTINGS_MODULE="bench.settings")
    (var / "static").mkdir()
    manage("migrate", "--verbosity", "0", env=env)
    learners = var / "learners.txt"
    learners.write_text(prepare("learners", str(LEARNERS), env=env))
    with serve(env, log=var / "server.log", threads=threads) as address:
        yield Stand(name, address, env, learners)


def load_wrk(
    script: str, address: str, arguments: list[str], *, connections: int = CONNECTIONS, seconds: int
) -> tuple[dict[str, float], str]:
    """One round of `bench/<script>.lua`: what wrk saw, and what the script said."""
    done = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"),
            *("--timeout", "10s", "--script", f"bench/{script}.lua", address, "--", *arguments),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def load(stand: Stand, what: str, seconds: int = SECONDS) -> dict[str, float]:
    """One round of one kind of request; what wrk saw."""
    arguments = [str(stand.learners), str(stand.reports)]
    result, _words = load_wrk(what, stand.address, arguments, seconds=seconds)
    if what == "intervals":
        stand.reports += math.ceil(result["requests"] / LEARNERS)
    return result


def table(rows: list[list[Any]]) -> None:
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        first, *rest = (str(cell) for cell in row)
        print(
            "  "
            + "  ".join(
                [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(rest, widths[1:], strict=True))]
            )
        )
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


def requests_per_second() -> None:
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        stands = [stack.enter_context(stand("SQLite", folder, None, threads=1))]
        try:
            url = stack.enter_context(private_cluster(durable=True))
            stands.append(stack.enter_context(stand("PostgreSQL", folder, url, threads=4)))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        for each in stands:
            for what in each.results:
                load(each, what, seconds=1)
        for _ in range(ROUNDS):
            for each in stands:
                for what in each.results:
                    each.results[what].append(load(each, what))
        report(stands)


def report(stands: list[Stand]) -> None:
    rows: list[list[Any]] = [["", "request", "req/s", "p50 ms", "p95 ms", "p95/p50", "errors", "of bare"]]
    for each in stands:
        middle = {
            what: {name: median(one[name] for one in results) for name in ("rate", "p50", "p95")}
            for what, results in each.results.items()
        }
        for what, seen in middle.items():
            errors = int(sum(one["errors"] for one in each.results[what]))
            ratio = f"{seen['rate'] / middle['bare']['rate']:.2f}"
            spread = f"{seen['p95'] / seen['p50']:.1f}"
            rows.append(
                [each.name, what, f"{seen['rate']:,.0f}", seen["p50"], seen["p95"], spread, errors, ratio]
            )
    print(
        f"\nRequests: Granian, 2 workers, {CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS} s"
    )
    table(rows)
    for each in stands:
        entries, credited, weeks = prepare("ledger", env=each.env).split()
        agree = "agree" if credited == weeks else "DIFFER"
        print(f"  {each.name}: {int(entries):,} rows; rows and week totals {agree} ({int(credited):,} s)")


def first_visits() -> None:
    """What each kind of page weighs on a phone with an empty cache."""
    from playwright.sync_api import sync_playwright

    from tests.browser.kinds import KINDS
    from tests.browser.sample_site import HOME, copy_of_sample
    from tests.browser.visit import launch, sign_in, weigh

    types = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JS", "Image": "images"}
    rows: list[list[Any]] = [["page", *types.values(), "other", "all"]]
    var = HOME / "bench"
    copy_of_sample(var)
    with serve(environment(var, None), log=var / "server.log") as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for kind in KINDS:
            context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
            page = context.new_page()
            if kind.who:
                sign_in(page, kind.who)
            path = kind.path
            if kind.follow:
                page.goto(path)
                path = str(page.locator(kind.follow).first.get_attribute("href"))
            cookies = context.storage_state()
            fresh = browser.new_context(
                base_url=address, storage_state=cookies, viewport={"width": 360, "height": 740}
            )
            weight = weigh(fresh.new_page(), path)
            known = [weight.pop(name, 0) for name in types]
            other = sum(weight.values())
            rows.append([kind.name, *known, other, sum(known) + other])
            context.close()
            fresh.close()
    print("\nFirst visit on a phone: bytes over the wire, headers and all (media not counted)")
    table(rows)


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk, the load generator (Debian: apt-get install wrk)")
    requests_per_second()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_belajar.settings.test")
    import django

    django.setup()
    first_visits()


if __name__ == "__main__":
    main()
