"""What keeps the roll-ups."""

import datetime as dt

from django.db import transaction

from learning.people.models import Person
from learning.reports.models import UnitWeek
from learning.study import goal_rules
from learning.study.goals import LEARNER_FIELDS, Learner, Targets
from learning.study.models import WeekTotal


def refresh_unit_weeks(*, week: dt.date, now: dt.datetime) -> int:
    """Make the roll-up of `week` equal to the kept week totals; how many units it has.

    As many statements at any size, read in one pass: the people, the totals of the week, the targets
    and the days off. Whoever is free this week is counted apart, neither met nor below.
    """
    targets = Targets(week)
    with transaction.atomic():
        studied = {
            person: measured + attended + declared + adjusted
            for person, measured, attended, declared, adjusted in WeekTotal.objects.filter(
                week=week
            ).values_list("person_id", "measured_s", "attended_s", "declared_s", "adjusted_s")
        }
        sums: dict[int, list[int]] = {}
        people = Person.objects.get_queryset().active().exclude(unit=None)
        for unit, *fields in people.values_list("unit_id", *LEARNER_FIELDS).iterator():
            learner = Learner(*fields)
            row = sums.setdefault(unit, [0, 0, 0, 0, 0])
            seconds = studied.get(learner.person_id, 0)
            minutes = targets.of(learner, week).minutes
            row[0] += 1
            row[1] += seconds > 0
            row[2] += goal_rules.is_met(seconds, minutes)
            row[3] += minutes == 0
            row[4] += seconds
        UnitWeek.objects.bulk_create(
            [
                UnitWeek(
                    unit_id=unit,
                    week=week,
                    people=row[0],
                    studied=row[1],
                    met=row[2],
                    free=row[3],
                    seconds=row[4],
                    as_of=now,
                )
                # One order, so that two refreshes never wait for each other crosswise.
                for unit, row in sorted(sums.items())
            ],
            update_conflicts=True,
            unique_fields=["unit", "week"],
            update_fields=["people", "studied", "met", "free", "seconds", "as_of"],
        )
        UnitWeek.objects.filter(week=week).exclude(unit__in=sums).delete()
    return len(sums)


def refresh_if_stale(*, week: dt.date, now: dt.datetime, seconds: int = 30) -> None:
    """Refresh the roll-up of `week` unless it is younger than `seconds`."""
    newest = UnitWeek.objects.filter(week=week).order_by("-as_of").values_list("as_of", flat=True).first()
    if newest is None or (now - newest).total_seconds() > seconds:
        refresh_unit_weeks(week=week, now=now)
