"""People and study tokens to measure with, and what the ledger holds afterwards.

python -m bench.prepare learners 4000     prints a key and a token a line
python -m bench.prepare floor 4000        the same people, known by their numbers: prints what the floors need
python -m bench.prepare pages             a track of modules; prints their addresses and what they cost
python -m bench.prepare modules 5000      so many modules to search in
python -m bench.prepare ledger            prints rows and credited seconds
"""

import datetime as dt
import json
import random
import sys
import uuid

import django

django.setup()

from django.db import transaction  # noqa: E402 - models need Django set up first
from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from learning.people.models import Person, Unit  # noqa: E402
from learning.study import tokens  # noqa: E402
from learning.study.actions import Interval, record_intervals  # noqa: E402
from learning.study.models import Activity, StudyEntry, WeekTotal  # noqa: E402

UNITS, ACTIVITIES = 100, 50
OPENED_BEFORE = dt.timedelta(minutes=20)


def key_of(opened: dt.datetime, number: int) -> uuid.UUID:
    """The UUIDv7 of the interval of learner `number`: 24 characters that all share, then the number."""
    return uuid.UUID(int=(int(opened.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | number)


def made(count: int) -> tuple[list[Person], list[Activity], dt.datetime]:
    """`count` people who opened a module 20 minutes ago and have reported its first 15 seconds."""
    opened = timezone.now() - OPENED_BEFORE
    opened = opened.replace(microsecond=opened.microsecond // 1000 * 1000)
    batch = str(StudyEntry.objects.count())
    units = [Unit.add_root(code=f"BENCH-{batch}-{number}", name=f"Unit {number}") for number in range(UNITS)]
    modules = Activity.objects.bulk_create(
        Activity(title=f"Modul {number}", planned_minutes=60) for number in range(ACTIVITIES)
    )
    people = Person.objects.bulk_create(
        (
            Person(
                username=f"bench-{batch}-{number}",
                name=f"Orang {number}",
                unit=units[number % UNITS],
                password="!",
            )
            for number in range(count)
        ),
        batch_size=500,
    )
    for start in range(0, count, 1000):
        with transaction.atomic():
            for number in range(start, min(count, start + 1000)):
                token = tokens.Token(people[number].pk, modules[number % ACTIVITIES].pk, None, opened, "")
                first = Interval(key_of(opened, number), offset_ms=0, length_ms=15_000)
                record_intervals(token=token, intervals=[first], now=timezone.now())
    return people, modules, opened


def learners(count: int) -> None:
    """What a client needs to report for each of them."""
    people, modules, opened = made(count)
    for number in random.Random(1).sample(range(count), count):
        token = tokens.issue(
            person_id=people[number].pk,
            activity_id=modules[number % ACTIVITIES].pk,
            revision=None,
            session="",
            now=opened,
        )
        print(key_of(opened, number), token)


def floor(count: int) -> None:
    """What a statement needs to report for each of them without asking for it."""
    people, modules, opened = made(count)
    told = {
        "people": count,
        "first_person": people[0].pk,
        "first_activity": modules[0].pk,
        "activities": ACTIVITIES,
        "opened": opened.isoformat(),
        "key": str(key_of(opened, 0))[:24],
    }
    print(json.dumps(told))


def ledger() -> None:
    """Rows, their credited seconds, and the seconds of the week totals: the last two are equal."""
    rows = StudyEntry.objects.aggregate(seconds=Sum("credited_s"))["seconds"] or 0
    weeks = WeekTotal.objects.aggregate(seconds=Sum("measured_s"))["seconds"] or 0
    print(StudyEntry.objects.count(), rows, weeks)


if __name__ == "__main__":
    if sys.argv[1] == "ledger":
        ledger()
    elif sys.argv[1] == "pages":
        from bench.prepare_pages import pages

        pages()
    elif sys.argv[1] == "modules":
        from bench.prepare_modules import modules

        modules(int(sys.argv[2]))
    else:
        {"learners": learners, "floor": floor}[sys.argv[1]](int(sys.argv[2]))
