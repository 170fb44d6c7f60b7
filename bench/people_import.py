"""How long an import of a whole province takes, and how much memory, on a database of its own.

    python -m bench.people_import [--people 78351] [--units 5303] [--xlsx]
    python -m tests.postgresql .venv/bin/python -m bench.people_import       the same on PostgreSQL

Each step prints seconds of the clock, seconds of this process's CPU, and the most memory so far.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="people-import-"))
os.environ["BELAJAR_VAR"] = str(FOLDER)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_belajar.settings.test")

import django  # noqa: E402 - the folder must be named first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import people_file  # noqa: E402
from learning.people.importing import runs  # noqa: E402
from learning.people.models import ImportRun, Person  # noqa: E402


@contextmanager
def timed(what: str) -> Iterator[None]:
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"  {what:<24} {clock:7.1f} s clock {cpu:7.1f} s CPU {most:5d} MB", flush=True)


def imported(path: Path, kind: str, by: Person) -> ImportRun:
    with path.open("rb") as file, timed(f"{kind}: compare"):
        pieces = iter(lambda: file.read(1 << 16), b"")
        run = runs.take_file(
            kind=kind, pieces=pieces, name=path.name, by=by, unit=None, is_whole=False, now=timezone.now()
        )
        run = runs.compare(run.pk)
    print("  ", run.state, run.counts, run.notes)
    with timed(f"{kind}: apply"):
        run = runs.write(runs.begin(run, state="applying", now=timezone.now()).pk)
    print("  ", run.state, run.counts.get("outcomes"))
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=78_351)
    parser.add_argument("--units", type=int, default=5_303)
    parser.add_argument("--xlsx", action="store_true")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    with timed("make the files"):
        tree = people_file.units(asked.units)
        unor = people_file.write_csv(FOLDER / "unor.csv", people_file.UNIT_COLUMNS, tree, delimiter=";")
        write = people_file.write_xlsx if asked.xlsx else people_file.write_csv
        rows = people_file.people(asked.people, tree)
        pegawai = write(
            FOLDER / f"pegawai.{'xlsx' if asked.xlsx else 'csv'}", people_file.PEOPLE_COLUMNS, rows
        )
    by = Person.objects.create_user("bpsdm", name="Admin", is_superuser=True)
    imported(unor, "units", by)
    imported(pegawai, "people", by)
    run = imported(pegawai, "people", by)
    first = ImportRun.objects.filter(kind="people").order_by("pk")[0]
    with timed("people: undo the first"):
        first = runs.write(runs.begin(first, state="undoing", now=timezone.now()).pk)
    print("  ", first.counts.get("outcomes"), Person.objects.count(), "people left;", run.state)


if __name__ == "__main__":
    main()
