"""Fill the ledger up to so many rows, then report once for each learner: prints what a report took.

python -m bench.grow <rows> <file of keys and tokens> <how often they have reported this way before>
"""

import datetime as dt
import json
import sys
import time
import uuid
from pathlib import Path
from statistics import median, quantiles

import django

django.setup()

from django.db import connection  # noqa: E402 - models need Django set up first
from django.utils import timezone  # noqa: E402

from learning.study import tokens  # noqa: E402
from learning.study.actions import Interval, record_intervals  # noqa: E402
from learning.study.models import Activity, StudyEntry  # noqa: E402

AT_ONCE = 500_000
COLUMNS = """
INSERT INTO study_studyentry (id, person_id, activity_id, started_at, week, received_at, sealed_at, kind,
    channel, evidence, claimed_s, credited_s, reason, policy_id, note)
"""
# Row `n` begins at `at` seconds since 1970; its key is a UUID of version 7 made of both.
FILL = {
    "sqlite": f"""{COLUMNS}
WITH RECURSIVE numbers(n) AS (SELECT %(first)s UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < %(end)s),
rows AS (SELECT n, %(oldest)s + (n - %(from)s) * %(span)s / %(rows)s AS at FROM numbers)
SELECT printf('%%012x70008004%%012x', at * 1000, n), people.pk, activities.pk,
    datetime(at, 'unixepoch'), date(at + 25200, 'unixepoch', '-6 days', 'weekday 1'),
    datetime(at + 300, 'unixepoch'), datetime(at + 1800, 'unixepoch'),
    'measured', 'live', 'input', 300, 300, '', 1, ''
FROM rows
JOIN people ON people.place = rows.n %% %(people)s
JOIN activities ON activities.place = rows.n %% %(activities)s
""",
    "postgresql": f"""{COLUMNS}
WITH rows AS (
    SELECT n, %(oldest)s + (n - %(from)s) * %(span)s / %(rows)s AS at
    FROM generate_series(%(first)s::bigint, %(end)s - 1) AS n
)
SELECT (lpad(to_hex(at * 1000), 12, '0') || '70008004' || lpad(to_hex(n), 12, '0'))::uuid,
    people.pk, activities.pk,
    to_timestamp(at), date_trunc('week', to_timestamp(at) AT TIME ZONE 'Asia/Jakarta')::date,
    to_timestamp(at + 300), to_timestamp(at + 1800),
    'measured', 'live', 'input', 300, 300, '', 1, ''
FROM rows
JOIN people ON people.place = rows.n %% %(people)s
JOIN activities ON activities.place = rows.n %% %(activities)s
""",
}


def fill(target: int) -> None:
    """Rows up to `target`, in the order of their time over five years, five minutes each, all sealed."""
    lists = {
        "people": sorted(set(StudyEntry.objects.values_list("person_id", flat=True))),
        "activities": list(Activity.objects.values_list("pk", flat=True)),
    }
    have = StudyEntry.objects.count()
    years = dt.timedelta(days=5 * 365)
    facts = {
        "from": have,
        "rows": max(1, target - have),
        "span": int(years.total_seconds()),
        "oldest": int((timezone.now() - dt.timedelta(days=30) - years).timestamp()),
        **{name: len(keys) for name, keys in lists.items()},
    }
    with connection.cursor() as cursor:
        for name, keys in lists.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {name} (place bigint PRIMARY KEY, pk bigint NOT NULL)")
            cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s)", list(enumerate(keys)))
        for first in range(have, target, AT_ONCE):
            end = min(first + AT_ONCE, target)
            cursor.execute(FILL[connection.vendor], {**facts, "first": first, "end": end})
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")


def main(target: int, learners: Path, before: int) -> None:
    fill(target)
    took, used = [], time.process_time()
    for line in learners.read_text().splitlines():
        key, token = line.split()
        interval = Interval(uuid.UUID(key), 0, (15 * (before + 2)) * 1000, 2)
        began = time.perf_counter()
        receipt = record_intervals(token=tokens.read(token), intervals=[interval], now=timezone.now())
        took.append((time.perf_counter() - began) * 1000)
        assert receipt.outcomes[0].outcome == "credited", receipt
    used = (time.process_time() - used) * 1000 / len(took)
    print(json.dumps({"median": median(took), "p95": quantiles(took, n=20)[18], "cpu": used}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
