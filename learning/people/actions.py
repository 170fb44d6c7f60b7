"""What writes about people: new ones, and who looked at whom."""

import datetime as dt
from typing import Any

from django.db import transaction

from learning.people import access, rules
from learning.people.models import Absence, AuditEntry, Person


class NotLedByYou(Exception):
    """The person is none of those the supervisor leads; nothing was recorded."""


class AbsenceRefused(Exception):
    """The days cannot be recorded; `code` says why (people.rules.why_no_absence, or `overlap`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def log_look(*, viewer: Person, subject: Person, what: str, role: str, now: dt.datetime) -> AuditEntry | None:
    """Record that `viewer` looked at `subject`'s record. One's own looks are nobody's business."""
    if viewer.pk == subject.pk:
        return None
    return AuditEntry.objects.create(
        at=now, actor=viewer, subject=subject, action="look", role=role, detail={"what": what}
    )


def log_deed(
    *, actor: Person, action: str, subject: Person | None = None, now: dt.datetime, **detail: Any
) -> AuditEntry:
    """Record what `actor` did, to whom, in `detail`."""
    return AuditEntry.objects.create(at=now, actor=actor, subject=subject, action=action, detail=detail)


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
    """The supervisor records the days `person` is away. Raises `NotLedByYou` or `AbsenceRefused`."""
    if not access.visible_people(supervisor).filter(pk=person.pk).exists():
        raise NotLedByYou
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
            now=now,
            absence=absence.pk,
            kind=kind,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    return absence


def remove_absence(*, supervisor: Person, absence: Absence, now: dt.datetime, today: dt.date) -> Absence:
    """End an absence, or take back one recorded by mistake. The row stays. Raises `NotLedByYou`."""
    if not access.visible_people(supervisor).filter(pk=absence.person_id).exists():
        raise NotLedByYou
    with transaction.atomic():
        locked = Absence.objects.select_for_update(of=("self",)).select_related("person").get(pk=absence.pk)
        if locked.ended_on is None:
            locked.ended_on = rules.absence_ends_on(locked.first_day, locked.last_day, today)
            locked.save(update_fields=["ended_on"])
            log_deed(
                actor=supervisor,
                action="end_absence",
                subject=locked.person,
                now=now,
                absence=locked.pk,
                ended_on=locked.ended_on.isoformat(),
            )
    return locked
