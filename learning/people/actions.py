"""What writes about people: the days they are away."""

import datetime as dt

from django.db import transaction

from learning.people import access, rules
from learning.people.access import Deed, Mandate
from learning.people.audit.actions import log_deed as log_deed
from learning.people.audit.actions import log_look as log_look
from learning.people.models import Absence, Person


class NotLedByYou(Exception):
    """No mandate over the person allows it; nothing was recorded."""


class AbsenceRefused(Exception):
    """The days cannot be recorded; `code` says why (people.rules.why_no_absence, or `overlap`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _mandate(actor: Person, person: Person, today: dt.date) -> Mandate:
    mandate = access.mandate_over(actor, person, Deed.RECORD_LEAVE, today)
    if mandate is None:
        raise NotLedByYou
    return mandate


def record_absence(
    *,
    supervisor: Person,
    person: Person,
    kind: str,
    first_day: dt.date,
    last_day: dt.date,
    note: str = "",
    now: dt.datetime,
    today: dt.date,
) -> Absence:
    """The supervisor, their delegate or unit HR records the days `person` is away.

    Raises `NotLedByYou` or `AbsenceRefused`.
    """
    mandate = _mandate(supervisor, person, today)
    why = rules.why_no_absence(first_day, last_day, today)
    if why:
        raise AbsenceRefused(why)
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two at once: one sees the other
        if Absence.objects.filter(person=person).touching(first_day, last_day).exists():
            raise AbsenceRefused("overlap")
        absence = Absence.objects.create(
            person=person,
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            note=note,
            recorded_by=supervisor,
            recorded_at=now,
        )
        log_deed(
            actor=supervisor,
            action="record_absence",
            subject=person,
            role=mandate.role,
            on_behalf_of=mandate.on_behalf_of,
            now=now,
            absence=absence.pk,
            kind=kind,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    return absence


def remove_absence(*, supervisor: Person, absence: Absence, now: dt.datetime, today: dt.date) -> Absence:
    """End an absence, or take back one recorded by mistake. The row stays. Raises `NotLedByYou`."""
    mandate = _mandate(supervisor, absence.person, today)
    with transaction.atomic():
        locked = Absence.objects.select_for_update(of=("self",)).select_related("person").get(pk=absence.pk)
        if locked.ended_on is None:
            locked.ended_on = rules.absence_ends_on(locked.first_day, locked.last_day, today)
            locked.save(update_fields=["ended_on"])
            log_deed(
                actor=supervisor,
                action="end_absence",
                subject=locked.person,
                role=mandate.role,
                on_behalf_of=mandate.on_behalf_of,
                now=now,
                absence=locked.pk,
                ended_on=locked.ended_on.isoformat(),
            )
    return locked
