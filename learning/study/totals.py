"""The totals beside the ledger, for the rare writers: corrections, declared learning.

The common report keeps them itself (`learning.study.book`, `learning.study.beat`); all take the same locks.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from learning.people.models import Person
from learning.study import rules
from learning.study.models import ActivityTotal, StudyEntry, WeekTotal, YearTotal


def lock(person_id: int, weeks: Iterable[dt.date]) -> Person:
    """Hold the person and their `weeks` until the transaction ends, as the book and the beat do."""
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    wanted = sorted(set(weeks))
    for week in wanted:
        WeekTotal.objects.get_or_create(person=person, week=week)
    list(WeekTotal.objects.select_for_update().filter(person=person, week__in=wanted).order_by("week"))
    return person


def add(entry: StudyEntry, *, covers: int) -> None:
    """Add a new entry to its week, year and activity. What it credits covers `covers` seconds from its start.

    The week must be locked (`lock`).
    """
    end = entry.started_at + dt.timedelta(seconds=covers)
    column = f"{entry.kind}_s"
    more = {column: F(column) + entry.credited_s}
    weeks = WeekTotal.objects.filter(person=entry.person_id, week=entry.week)
    weeks.update(**more)
    if entry.credited_s > 0:  # later reports of this time go to the book, which knows what is taken
        weeks.filter(Q(covered_until__isnull=True) | Q(covered_until__lt=end)).update(covered_until=end)
    activity: dict[str, Any] = {"person_id": entry.person_id, "activity_id": entry.activity_id}
    ActivityTotal.objects.get_or_create(**activity, defaults={"last_at": end})
    ActivityTotal.objects.filter(**activity).update(credited_s=F("credited_s") + entry.credited_s)
    # The year last, as in the common report: who waits for whom is then never a circle.
    year: dict[str, Any] = {"person_id": entry.person_id, "year": rules.local_day(entry.started_at).year}
    YearTotal.objects.get_or_create(**year)
    YearTotal.objects.filter(**year).update(**more)
