"""Searching among 5,000 modules: how long a reader waits, on both databases.

One reader at a time, as a person feels it; then sixteen at once. Questions: a frequent word, a rare one, two
words, one misspelt, one with filters, and the list of everything.
"""

import json
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench.pages import load
from bench.stands import new_database, prepare, table
from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import serve

MODULES, ROUNDS, SECONDS = 5_000, 15, 4


def search() -> None:
    """Milliseconds of each kind of question."""
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        stands: list[tuple[str, str | None, int]] = [("SQLite", None, 1)]
        try:
            stands.append(("PostgreSQL", stack.enter_context(private_cluster(durable=True)), 4))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        rows: list[list[Any]] = [["", "question", "p50 ms", "most ms", "p50 of 16 at once"]]
        for name, url, threads in stands:
            env = new_database(folder / name, url)
            told = json.loads(prepare("modules", str(MODULES), env=env))
            questions = {
                "a frequent word": "q=pelayanan",
                "a rare word": "q=mediasi",
                "two words": "q=surat+anggaran",
                "misspelt": "q=negosiassi",
                "a word and two filters": f"q=warga&mitra={told['partner']}&durasi=30",
                "a value, no word": f"nilai={told['value']}",
                "everything": "",
            }
            with serve(env, log=folder / name / "server.log", threads=threads) as address:
                for what, query in questions.items():
                    took = [once(f"{address}/cari/?{query}&hal=1") for _ in range(ROUNDS)][2:]
                    crowd = load(address, f"/cari/?{query}&hal=1", "", SECONDS)
                    rows.append([name, what, f"{median(took):.0f}", f"{max(took):.0f}", crowd["p50"]])
        print(f"\nSearch among {MODULES:,} modules: Granian, 2 workers; median of {ROUNDS - 2} questions")
        table(rows)


def once(address: str) -> float:
    """Milliseconds until the whole answer is there."""
    start = time.perf_counter()
    with urllib.request.urlopen(address) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000
