"""Unit HR corrects who somebody is and where they serve; history is kept as an import keeps it."""

import datetime as dt
from typing import Any

from django.db import transaction

from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.audit.actions import log_deed
from learning.people.importing.applying import apply_rows, current_values
from learning.people.importing.comparing import kind_of
from learning.people.importing.models import ImportRow
from learning.people.models import Person, Posting, Unit
from learning.people.staff import staff_reach

CORRECTED = ("name", "unit_id", "position", "position_kind", "grade", "employment")


class CorrectionRefused(Exception):
    """Nothing was changed; `code` says why: `not_yours`, `overtaken`, `order`, `overlap`, `not_active`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _mandate(actor: Person, person: Person, today: dt.date) -> Mandate | None:
    """Why `actor` may correct `person`; a superuser needs no mandate. Nobody corrects themselves."""
    mandate = access.mandate_over(actor, person, Deed.CORRECT, today)
    if actor.pk == person.pk or (mandate is None and not actor.is_superuser):
        raise CorrectionRefused("not_yours")
    return mandate


def correct_person(
    *, actor: Person, person: Person, values: dict[str, Any], now: dt.datetime, today: dt.date
) -> list[str]:
    """Sets `values` (some of `CORRECTED`); the names of those that changed. Raises `CorrectionRefused`.

    A new unit must be one the actor looks after as well: who leaves their subtree is moved by BPSDM.
    """
    mandate = _mandate(actor, person, today)
    unit = Unit.objects.filter(pk=values.get("unit_id")).first()
    if "unit_id" in values and not (unit and staff_reach(actor, today).holds(unit)):
        raise CorrectionRefused("not_yours")
    have = current_values(person)
    after = {name: value for name, value in values.items() if name in CORRECTED and have[name] != value}
    if not after:
        return []
    row = ImportRow(
        kind=kind_of(after),
        target=person.pk,
        before={name: have[name] for name in after},
        after={**after, "since": None},
    )
    with transaction.atomic():
        apply_rows(None, [row], today)
        if row.outcome != ImportRow.Outcome.APPLIED:
            raise CorrectionRefused("overtaken")
        log_deed(
            actor=actor,
            action="correct_person",
            subject=person,
            role=mandate.role if mandate else "",
            now=now,
            before=row.before,
            after=after,
        )
    return sorted(after)


def record_acting(
    *,
    actor: Person,
    person: Person,
    kind: str,
    unit: Unit,
    position: str,
    leads_unit: bool,
    first_day: dt.date,
    last_day: dt.date,
    now: dt.datetime,
    today: dt.date,
) -> Posting:
    """Somebody holds a second position as Plt or Plh for some days. Raises `CorrectionRefused`."""
    mandate = _mandate(actor, person, today)
    if not staff_reach(actor, today).holds(unit):
        raise CorrectionRefused("not_yours")
    if last_day < first_day:
        raise CorrectionRefused("order")
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        held = Posting.objects.acting().filter(person=person, unit=unit, first_day__lte=last_day)
        if held.exclude(last_day__lt=first_day).exists():
            raise CorrectionRefused("overlap")
        posting = Posting.objects.create(
            person=person,
            unit=unit,
            kind=kind,
            position=position,
            leads_unit=leads_unit,
            first_day=first_day,
            last_day=last_day,
            recorded_by=actor,
        )
        log_deed(
            actor=actor,
            action="record_acting",
            subject=person,
            unit=unit,
            role=mandate.role if mandate else "",
            now=now,
            posting=posting.pk,
            kind=kind,
            leads_unit=leads_unit,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    return posting


def end_acting(*, actor: Person, posting: Posting, now: dt.datetime, today: dt.date) -> Posting:
    """A Plt or Plh ends: yesterday was its last day, or its first if it had not begun.

    Raises `CorrectionRefused`.
    """
    mandate = _mandate(actor, posting.person, today)
    with transaction.atomic():
        locked = Posting.objects.select_for_update(of=("self",)).select_related("person").get(pk=posting.pk)
        if locked.kind != Posting.Kind.DEFINITIVE and (locked.last_day is None or locked.last_day >= today):
            first = locked.first_day or today
            locked.last_day = max(first, today - dt.timedelta(days=1))
            locked.save(update_fields=["last_day"])
            log_deed(
                actor=actor,
                action="end_acting",
                subject=locked.person,
                role=mandate.role if mandate else "",
                now=now,
                posting=locked.pk,
                last_day=locked.last_day.isoformat(),
            )
    return locked


def set_head(
    *, actor: Person, person: Person, unit: Unit, leads: bool, now: dt.datetime, today: dt.date
) -> Unit:
    """From today on `person` leads `unit`, or, with `leads` False, no longer does. Again changes nothing.

    Both the person and the unit are the actor's to look after. Raises `CorrectionRefused` (`not_yours`,
    `not_active`). For days to come there is the Plt, who has a first and a last day.
    """
    mandate = _mandate(actor, person, today)
    if not staff_reach(actor, today).holds(unit):
        raise CorrectionRefused("not_yours")
    with transaction.atomic():
        locked: Unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        before = locked.head_id
        if leads and not (locked.is_active and Person.objects.filter(pk=person.pk, is_active=True).exists()):
            raise CorrectionRefused("not_active")
        if (before == person.pk) is leads:
            return locked
        locked.head_id = person.pk if leads else None
        locked.save(update_fields=["head"])
        log_deed(
            actor=actor,
            action="set_head",
            subject=person,
            unit=locked,
            role=mandate.role if mandate else "",
            now=now,
            leads=leads,
            head_before=before,
        )
    return locked
