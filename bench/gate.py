"""python -m bench.gate: what it costs to ask whom a head may see, on both databases.

78,351 people in 5,300 units; the head asked for leads an OPD of 9,000. Each question is one statement;
PostgreSQL says itself how long it took (EXPLAIN ANALYZE, median of 30) and whether an index served.
"""

import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import ROOT, environment, manage

PEOPLE, LARGE = 78_351, 9_000
OPDS, DIVISIONS, SECTIONS = 49, 12, 8  # 49 + 588 + 4,704 units below the province
TRIES = 30


def populate() -> Any:
    """Units and people; the head of the large OPD."""
    from learning.people.models import Delegation, Person, Unit

    steps = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def step(number: int) -> str:
        return f"00{steps[number // 36]}{steps[number % 36]}"

    units = [Unit(code="P", name="Provinsi", path="0001", depth=1, numchild=OPDS)]
    for opd in range(1, OPDS + 1):
        path = f"0001{step(opd)}"
        units.append(Unit(code=path, name=f"Dinas {opd}", path=path, depth=2, numchild=DIVISIONS))
        for division in range(1, DIVISIONS + 1):
            below = f"{path}{step(division)}"
            units.append(Unit(code=below, name=f"Bidang {division}", path=below, depth=3, numchild=SECTIONS))
            units += [
                Unit(code=f"{below}{step(s)}", name=f"Seksi {s}", path=f"{below}{step(s)}", depth=4)
                for s in range(1, SECTIONS + 1)
            ]
    Unit.objects.bulk_create(units, batch_size=500)
    large = [unit for unit in units if unit.path.startswith(f"0001{step(1)}")]
    others = [unit for unit in units if unit not in large]
    places = [large[number % len(large)] for number in range(LARGE)]
    places += [others[number % len(others)] for number in range(PEOPLE - LARGE)]
    Person.objects.bulk_create(
        (
            Person(username=f"bench-{number}", name=f"Orang {number}", unit=unit, password="!")
            for number, unit in enumerate(places)
        ),
        batch_size=900,
    )
    head, deputy = Person.objects.order_by("pk")[:2]
    Unit.objects.filter(path=large[0].path).update(head=head)
    for number, unit in enumerate(others):
        unit.head_id = head.pk + LARGE + number
    Unit.objects.bulk_update(others, ["head"], batch_size=500)
    today = dt.date(2026, 11, 25)
    Delegation.objects.create(
        giver=head,
        delegate=deputy,
        unit=large[0],
        first_day=today,
        last_day=today,
        recorded_at=dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
    )
    return head, deputy


def timed(question: Any) -> float:
    """Milliseconds of one answer, median of many."""
    taken = []
    for _ in range(TRIES):
        start = time.perf_counter()
        question()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def explained(people: Any) -> str:
    """What PostgreSQL says of one reading of all keys, and which index of people it took."""
    found = [json.loads(people.explain(analyze=True, timing=False, format="json"))[0] for _ in range(TRIES)]
    took = statistics.median(plan["Execution Time"] for plan in found)
    planned = statistics.median(plan["Planning Time"] for plan in found)
    ways = [way for way in _ways(found[0]["Plan"]) if not way.endswith("_pkey")]
    if os.environ.get("EXPLAIN"):
        print(people.explain(analyze=True, buffers=True))
    return f"executed in {took:.2f} ms, planned in {planned:.2f} ms; {', '.join(ways)}"


def _ways(plan: dict[str, Any]) -> list[str]:
    """How each part of the plan reads people."""
    below = [way for each in plan.get("Plans", []) for way in _ways(each)]
    if plan.get("Relation Name") != "people_person":
        return below
    return [f"{plan['Node Type']} {plan.get('Index Name', 'of everybody')}", *below]


def measure() -> None:
    import django

    django.setup()
    from django.db import connection

    head, deputy = populate()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # as after a quiet night: an older snapshot may hold it up
            for _ in range(20):
                cursor.execute("VACUUM ANALYZE")
                cursor.execute(
                    "SELECT relallvisible >= relpages FROM pg_class WHERE relname = 'people_person'"
                )
                if cursor.fetchone() == (True,):
                    break
                time.sleep(0.5)
        else:
            cursor.execute("ANALYZE")
    for name, viewer in (("the head of 9,000", head), ("their delegate", deputy)):
        ask(name, viewer)


def ask(name: str, viewer: Any) -> None:
    """What each way of asking for the people of `viewer` costs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from learning.people import access
    from learning.people.models import Person

    today = dt.date(2026, 11, 25)
    people = access.visible_people(viewer, today).order_by()
    one = Person.objects.get(pk=viewer.pk + 7)
    with CaptureQueriesContext(connection) as asked:
        count = people.count()
    print(f"  {name}: {count:,} people, {len(asked)} statement")
    if connection.vendor == "postgresql":
        print(f"    all keys: {explained(people.values('pk'))}")
    for what, question in (
        ("all keys, with the way to us and back", lambda: list(people.values_list("pk"))),
        ("counted", people.count),
        ("one person asked for", lambda: people.filter(pk=one.pk).exists()),
        ("by what mandate", lambda: access.mandate_over(viewer, one, access.Deed.READ, today)),
    ):
        print(f"    {what}: {timed(question):.2f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="belajar-bench-") as temporary, ExitStack() as stack:
        stands: list[tuple[str, str | None]] = [("SQLite", None)]
        try:
            stands.append(("PostgreSQL", stack.enter_context(private_cluster())))
        except NotInstalled as reason:
            say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")
        for name, url in stands:
            var = Path(temporary) / name
            var.mkdir()
            env = environment(var, url)
            manage("migrate", "--verbosity", "0", env=env)
            print(f"\n{name}: {PEOPLE:,} people", flush=True)
            subprocess.run([sys.executable, "-m", "bench.gate", "measure"], cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
