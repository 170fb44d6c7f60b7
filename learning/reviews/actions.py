"""What a supervisor confirms."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.actions import log_deed
from learning.people.models import Person, Unit
from learning.reviews.models import WeekAcknowledgement
from learning.study.models import WeekTotal
from learning.study.rules import local_day


class NotYours(Exception):
    """Somebody in the list is not one of the supervisor's people; nothing was recorded."""


def acknowledge_weeks(*, supervisor: Person, week: dt.date, people: Collection[int], now: dt.datetime) -> int:
    """Record that the supervisor, or who decides for them, has seen these people's week; how many were new.

    Raises `NotYours` when any of `people` is not theirs to decide about.
    """
    wanted, today = set(people), local_day(now)
    with transaction.atomic():
        theirs = dict(
            access.people_for(supervisor, Deed.DECIDE, today)
            .filter(pk__in=wanted)
            .values_list("pk", "unit__path")
        )
        if theirs.keys() != wanted:
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
        mandates = access.mandates_of(supervisor, today) if made else []
        by_mandate: dict[Mandate | None, list[int]] = {}
        for person in sorted(wanted - known) if made else []:
            mandate = access.first_mandate(mandates, theirs[person], Deed.DECIDE, person)
            by_mandate.setdefault(mandate, []).append(person)
        for mandate, seen in by_mandate.items():
            log_deed(
                actor=supervisor,
                action="acknowledge_week",
                role=mandate.role if mandate else "",
                on_behalf_of=mandate.on_behalf_of if mandate else None,
                now=now,
                week=week.isoformat(),
                people=seen,
            )
    return len(made)


def acknowledge_unit(*, supervisor: Person, week: dt.date, unit: Unit, now: dt.datetime) -> int:
    """Acknowledge the week of everybody directly in `unit`; how many were new."""
    theirs = access.people_for(supervisor, Deed.DECIDE, local_day(now))
    people = theirs.in_unit(unit).values_list("pk", flat=True)
    return acknowledge_weeks(supervisor=supervisor, week=week, people=list(people), now=now)


def take_back_acknowledgement(*, supervisor: Person, week: dt.date, person_id: int, now: dt.datetime) -> bool:
    """The week of one person counts as not seen again; who had seen it when stays in the log.

    False: it was not seen. Raises `NotYours`.
    """
    today = local_day(now)
    person = access.people_for(supervisor, Deed.DECIDE, today).filter(pk=person_id).first()
    if person is None:
        raise NotYours
    mandate = access.mandate_over(supervisor, person, Deed.DECIDE, today)
    with transaction.atomic():
        seen = WeekAcknowledgement.objects.select_for_update().filter(week=week, person=person).first()
        if seen is None:
            return False
        log_deed(
            actor=supervisor,
            action="take_back_acknowledgement",
            subject=person,
            role=mandate.role if mandate else "",
            on_behalf_of=mandate.on_behalf_of if mandate else None,
            now=now,
            week=week.isoformat(),
            seen_by=seen.by_id,
            seen_at=seen.at.isoformat(),
            seen_s=seen.seen_s,
        )
        seen.delete()
    return True
