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

from learning.study import rules, tokens  # noqa: E402
from learning.study.actions import Interval, record_intervals  # noqa: E402
from learning.study.book import to_db  # noqa: E402
from learning.study.models import Activity, StudyEntry  # noqa: E402

AT_ONCE = 20_000
INSERT = """
INSERT INTO study_studyentry (id, person_id, activity_id, kind, channel, evidence, started_at, week,
    claimed_s, credited_s, reason, policy_id, received_at, sealed_at, note)
VALUES (%s, %s, %s, 'measured', 'live', 'input', %s, %s, 300, 300, '', 1, %s, %s, '')
"""
COPY = """
COPY study_studyentry (id, person_id, activity_id, started_at, week, received_at, sealed_at, kind, channel,
    evidence, claimed_s, credited_s, reason, policy_id, note) FROM STDIN
"""


def old_rows(first: int, count: int, people: list[int], activities: list[int]) -> list[tuple[object, ...]]:
    """Rows `first` to `first + count`: five minutes each, up to five years back, sealed."""
    rows = []
    newest = timezone.now() - dt.timedelta(days=30)
    for number in range(first, first + count):
        start = newest - dt.timedelta(seconds=(number * 7919) % (5 * 365 * 86_400 // 600) * 600)
        key = uuid.UUID(
            int=(int(start.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | (1 << 50) | number
        )
        after = start + dt.timedelta(minutes=30)
        rows.append(
            (
                key,
                people[number % len(people)],
                activities[number % len(activities)],
                start,
                rules.week_of(rules.local_day(start)),
                start + dt.timedelta(minutes=5),
                after,
            )
        )
    return rows


def fill(target: int) -> None:
    people = sorted(set(StudyEntry.objects.values_list("person_id", flat=True)))
    activities = list(Activity.objects.values_list("pk", flat=True))
    have = StudyEntry.objects.count()
    for first in range(have, target, AT_ONCE):
        rows = old_rows(first, min(AT_ONCE, target - first), people, activities)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(COPY) as copy:
                    for row in rows:
                        copy.write_row((*row, "measured", "live", "input", 300, 300, "", 1, ""))
            else:
                cursor.execute("BEGIN")
                cursor.executemany(INSERT, [[to_db(value) for value in (*row,)] for row in rows])
                cursor.execute("COMMIT")
    with connection.cursor() as cursor:
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
