"""What a supervisor confirms."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from learning.people import access
from learning.people.actions import log_deed
from learning.people.models import Person, Unit
from learning.reviews.models import WeekAcknowledgement
from learning.study.models import WeekTotal


class NotYours(Exception):
    """Somebody in the list is not one of the supervisor's people; nothing was recorded."""


def acknowledge_weeks(*, supervisor: Person, week: dt.date, people: Collection[int], now: dt.datetime) -> int:
    """Record that the supervisor has seen these people's week; how many were new.

    Raises `NotYours` when any of `people` is not theirs.
    """
    wanted = set(people)
    with transaction.atomic():
        theirs = set(access.visible_people(supervisor).filter(pk__in=wanted).values_list("pk", flat=True))
        if theirs != wanted:
            raise NotYours
        known = set(
            WeekAcknowledgement.objects.filter(week=week, person__in=wanted).values_list(
                "person_id", flat=True
            )
        )
        seconds = {
            total.person_id: total.seconds
            for total in WeekTotal.objects.filter(week=week, person__in=wanted - known)
        }
        made = WeekAcknowledgement.objects.bulk_create(
            [
                WeekAcknowledgement(
                    person_id=person, week=week, seen_s=max(0, seconds.get(person, 0)), by=supervisor, at=now
                )
                for person in sorted(wanted - known)
            ],
            ignore_conflicts=True,
        )
        if made:
            log_deed(
                actor=supervisor,
                action="acknowledge_week",
                now=now,
                week=week.isoformat(),
                people=sorted(wanted - known),
            )
    return len(made)


def acknowledge_unit(*, supervisor: Person, week: dt.date, unit: Unit, now: dt.datetime) -> int:
    """Acknowledge the week of everybody directly in `unit`; how many were new."""
    people = access.visible_people(supervisor).in_unit(unit).values_list("pk", flat=True)
    return acknowledge_weeks(supervisor=supervisor, week=week, people=list(people), now=now)
