"""Public pages: kept whole beside a view that does nothing, written anew beside Wagtail's own way.

One server, three kinds of request to the same module: kept (through the door), written anew (a query string
passes the door by), and the personal part (`/api/v1/me`, signed in). Rounds are interleaved, the median of
three counts.
"""

import json
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench.stands import CONNECTIONS, new_database, prepare, table
from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import ROOT, serve

ROUNDS, SECONDS = 3, 5


def load(address: str, path: str, cookie: str, seconds: int) -> dict[str, float]:
    done = subprocess.run(
        [
            *("wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"),
            *("--timeout", "20s", "--script", "bench/pages.lua", address, "--", path, cookie, "br"),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def weight(address: str, path: str, coding: str) -> int:
    """Bytes of the body as it goes over the wire."""
    request = urllib.request.Request(address + path, headers={"Accept-Encoding": coding})
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())


def pages() -> None:
    """Rates and costs on both databases."""
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        stands: list[tuple[str, str | None, int]] = [("SQLite", None, 1)]
        try:
            stands.append(("PostgreSQL", stack.enter_context(private_cluster(durable=True)), 4))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        running = []
        for name, url, threads in stands:
            env = new_database(folder / name, url)
            told = json.loads(prepare("pages", env=env))
            address = stack.enter_context(serve(env, log=folder / name / "server.log", threads=threads))
            running.append((name, address, told))
        results: dict[tuple[str, str], list[dict[str, float]]] = {}
        for number in range(ROUNDS + 1):
            for name, address, told in running:
                module = told["module"]
                me = f"/api/v1/me?activity={told['activity']}&revision=1"
                for what, path, cookie in [
                    ("a view that does nothing", "/bench/bare", ""),
                    ("kept page", module, told["cookie"]),
                    ("page written anew", f"{module}?anew=1", told["cookie"]),
                    ("the same by Wagtail's own way", f"/bench/stock{module}", told["cookie"]),
                    ("personal part", me, told["cookie"]),
                ]:
                    one = load(address, path, cookie, SECONDS if number else 1)
                    if number:  # the first round only warms up
                        results.setdefault((name, what), []).append(one)
        report(running, results)


def report(running: list[Any], results: dict[tuple[str, str], list[dict[str, float]]]) -> None:
    rows: list[list[Any]] = [
        ["", "", "a second", "p50 ms", "p95 ms", "errors", "of the bare view", "of a page anew"]
    ]
    for (name, what), seen in results.items():
        middle = {key: median(one[key] for one in seen) for key in ("rate", "p50", "p95")}
        bare, anew = (
            median(one["rate"] for one in results[name, other])
            for other in ("a view that does nothing", "page written anew")
        )
        errors = int(sum(one["errors"] for one in seen))
        ratios = [f"{middle['rate'] / bare:.2f}", f"{middle['rate'] / anew:.1f}"]
        rows.append([name, what, f"{middle['rate']:,.0f}", middle["p50"], middle["p95"], errors, *ratios])
    print(f"\nPages: Granian, 2 workers, {CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS} s")
    table(rows)
    rows = [
        ["database", "page", "statements", "blocks doubled", "Wagtail's own way", "bytes br", "gzip", "plain"]
    ]
    for name, address, told in running:
        for path, costs in told["statements"].items():
            sizes = [weight(address, path, coding) for coding in ("br", "gzip", "identity")]
            rows.append([name, path, *costs, *sizes])
        rows.append([name, "personal part", told["me"], "", "", "", "", ""])
    print()
    table(rows)


if __name__ == "__main__":
    sys.exit("make bench PARTS=pages")
