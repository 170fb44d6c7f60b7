"""People and study tokens to measure with, and what the ledger holds afterwards.

python -m bench.prepare learners 4000     prints a key and a token a line
python -m bench.prepare ledger            prints rows and credited seconds
"""

import datetime as dt
import random
import sys
import uuid

import django

django.setup()

from django.db.models import Sum  # noqa: E402 - models need Django set up first
from django.utils import timezone  # noqa: E402

from learning.people.models import Person, Unit  # noqa: E402
from learning.study import tokens  # noqa: E402
from learning.study.actions import Interval, record_intervals  # noqa: E402
from learning.study.models import Activity, StudyEntry, WeekTotal  # noqa: E402

UNITS, ACTIVITIES = 100, 50
OPENED_BEFORE = dt.timedelta(minutes=20)


def learners(count: int) -> None:
    """`count` people who opened a module 20 minutes ago and have reported its first 15 seconds."""
    opened = timezone.now() - OPENED_BEFORE
    units = [Unit.add_root(code=f"BENCH-{number}", name=f"Unit {number}") for number in range(UNITS)]
    modules = Activity.objects.bulk_create(
        Activity(title=f"Modul {number}", planned_minutes=60) for number in range(ACTIVITIES)
    )
    people = Person.objects.bulk_create(
        (
            Person(
                username=f"bench-{number}", name=f"Orang {number}", unit=units[number % UNITS], password="!"
            )
            for number in range(count)
        ),
        batch_size=500,
    )
    dice = random.Random(1)
    for person in people:
        milliseconds = int(opened.timestamp() * 1000)
        key = uuid.UUID(
            int=(milliseconds << 80)
            | (7 << 76)
            | (dice.getrandbits(12) << 64)
            | (2 << 62)
            | dice.getrandbits(62)
        )
        token = tokens.issue(
            person_id=person.pk, activity_id=dice.choice(modules).pk, revision=None, session="", now=opened
        )
        first = Interval(key, offset_ms=0, length_ms=15_000)
        record_intervals(token=tokens.read(token), intervals=[first], now=timezone.now())
        print(key, token)


def ledger() -> None:
    """Rows, their credited seconds, and the seconds of the week totals: the last two are equal."""
    rows = StudyEntry.objects.aggregate(seconds=Sum("credited_s"))["seconds"] or 0
    weeks = WeekTotal.objects.aggregate(seconds=Sum("measured_s"))["seconds"] or 0
    print(StudyEntry.objects.count(), rows, weeks)


if __name__ == "__main__":
    learners(int(sys.argv[2])) if sys.argv[1] == "learners" else ledger()
