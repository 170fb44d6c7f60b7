"""What one report costs while the ledger grows from ten thousand rows to ten million.

The older rows belong to the same people, sealed, over five years. One process reports without a server,
so that nothing but the database can make a difference; its own processor time and the time that passed.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.stands import new_database, prepare, table
from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import ROOT

SIZES = tuple(10**power for power in range(4, int(os.environ.get("GROWTH_TO", "7")) + 1))
LEARNERS = 2_000


def growth() -> None:
    """The curve on both databases."""
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        kinds: list[tuple[str, str | None]] = [("SQLite", None)]
        try:
            kinds.append(("PostgreSQL", stack.enter_context(private_cluster(durable=True))))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        rows: list[list[Any]] = [
            ["", "rows", "one report, ms", "of the smallest", "95 of 100 below", "processor, ms"]
        ]
        for name, url in kinds:
            env = new_database(Path(temporary) / name, url)
            learners = Path(temporary) / name / "learners.txt"
            learners.write_text(prepare("learners", str(LEARNERS), env=env))
            first = 0.0
            for number, size in enumerate(SIZES):
                command = [sys.executable, "-m", "bench.grow", str(size), str(learners), str(number)]
                done = subprocess.run(
                    command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
                )
                seen = json.loads(done.stdout)
                first = first or seen["median"]
                ratio = f"{seen['median'] / first:.2f}"
                rows.append(
                    [
                        name,
                        f"{size:,}",
                        f"{seen['median']:.3f}",
                        ratio,
                        f"{seen['p95']:.3f}",
                        f"{seen['cpu']:.3f}",
                    ]
                )
    print(f"\nGrowth: {LEARNERS:,} reports in turn of as many learners, one process, no server")
    table(rows)
