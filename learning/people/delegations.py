"""A head lets somebody read, or also decide, for some days. Nobody can give on what they were given."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from learning.people import access, rules
from learning.people.access import Deed, Role
from learning.people.audit.actions import log_deed
from learning.people.models import Delegation, Person, Unit


class DelegationRefused(Exception):
    """It cannot be given; `code` says why: those of `rules.why_no_delegation`, or `not_leading`, `yourself`,
    `nobody`, `overlap`, `loop`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def led_units(giver: Person, day: dt.date) -> list[Unit]:
    """The units `giver` leads on `day` as head, Plt or Plh: what they may delegate."""
    paths = {each.path for each in access.mandates_of(giver, day) if each.role is Role.SUPERVISOR}
    return list(Unit.objects.filter(path__in=paths, is_active=True).order_by("path"))


def give_delegation(
    *,
    giver: Person,
    delegate: Person | None,
    unit: Unit,
    may_decide: bool,
    first_day: dt.date,
    last_day: dt.date,
    note: str = "",
    now: dt.datetime,
    today: dt.date,
) -> Delegation:
    """`delegate` may read, or also decide, for `unit` and all below on these days.

    Raises `DelegationRefused`; then nothing was given.
    """
    if delegate is None or not delegate.is_active:
        raise DelegationRefused("nobody")
    if delegate.pk == giver.pk:
        raise DelegationRefused("yourself")
    why = rules.why_no_delegation(first_day, last_day, today)
    if why:
        raise DelegationRefused(why)
    if unit.pk not in {each.pk for each in led_units(giver, today)}:
        raise DelegationRefused("not_leading")
    with transaction.atomic():
        # Both in one order: of two that would close a circle, the second sees the first.
        list(
            Person.objects.select_for_update(no_key=True)
            .filter(pk__in=(giver.pk, delegate.pk))
            .order_by("pk")
        )
        given = Delegation.objects.touching(first_day, last_day)
        if given.filter(giver=giver, delegate=delegate, unit=unit).exists():
            raise DelegationRefused("overlap")
        if _comes_back(giver, delegate, first_day, last_day):
            raise DelegationRefused("loop")
        delegation = Delegation.objects.create(
            giver=giver,
            delegate=delegate,
            unit=unit,
            may_decide=may_decide,
            first_day=first_day,
            last_day=last_day,
            note=note,
            recorded_at=now,
        )
        log_deed(
            actor=giver,
            action="give_delegation",
            subject=delegate,
            unit=unit,
            role=Role.SUPERVISOR,
            now=now,
            delegation=delegation.pk,
            may_decide=may_decide,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
    return delegation


def _comes_back(giver: Person, delegate: Person, first: dt.date, last: dt.date) -> bool:
    """Does somebody the delegate gave to, and so on, act for the giver on one of these days?"""
    seen: set[int] = set()
    waiting: set[int] = {delegate.pk}
    while waiting:
        seen |= waiting
        given = Delegation.objects.touching(first, last).filter(giver__in=waiting)
        waiting = set(given.values_list("delegate_id", flat=True)) - seen
        if giver.pk in waiting:
            return True
    return False


def end_delegation(*, actor: Person, delegation: Delegation, now: dt.datetime, today: dt.date) -> Delegation:
    """The giver, the delegate, or whoever may correct the giver ends it: today, or before it began.

    Raises `DelegationRefused` (`not_leading`) for anybody else.
    """
    is_theirs = actor.pk in (delegation.giver_id, delegation.delegate_id)
    if not is_theirs and access.mandate_over(actor, delegation.giver, Deed.CORRECT, today) is None:
        raise DelegationRefused("not_leading")
    with transaction.atomic():
        locked = (
            Delegation.objects.select_for_update(of=("self",))
            .select_related("delegate", "unit")
            .get(pk=delegation.pk)
        )
        if locked.ended_on is None and locked.last_day >= today:
            locked.ended_on = max(today, locked.first_day)
            locked.save(update_fields=["ended_on"])
            log_deed(
                actor=actor,
                action="end_delegation",
                subject=locked.delegate,
                unit=locked.unit,
                now=now,
                delegation=locked.pk,
                ended_on=locked.ended_on.isoformat(),
            )
    return locked


def delegations_of(person: Person) -> Sequence[Delegation]:
    """Those given and held by `person`, the latest first; two hundred at most."""
    found = Delegation.objects.filter(Q(giver=person) | Q(delegate=person))
    return list(found.select_related("giver", "delegate", "unit").order_by("-first_day", "-pk")[:200])


def acting_for(person: Person, day: dt.date) -> list[Delegation]:
    """Who acts today for the one who leads `person`'s unit or one above it, the nearest unit first."""
    if person.unit is None:
        return []
    path, step = person.unit.path, Unit.steplen
    paths = [path[: step * depth] for depth in range(len(path) // step, 0, -1)]
    found = Delegation.objects.on(day).filter(unit__path__in=paths).exclude(delegate=person)
    return list(found.select_related("giver", "delegate", "unit").order_by("-unit__path", "pk"))
