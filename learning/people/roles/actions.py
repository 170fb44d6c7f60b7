"""Giving a role and ending it: dated, logged, never for oneself."""

import datetime as dt

from django.db import transaction

from learning.people import access
from learning.people.access import Role
from learning.people.audit.actions import log_deed
from learning.people.models import Person, RoleGrant, Unit
from learning.people.rules import local_day

ONE_DAY = dt.timedelta(days=1)


class GrantRefused(Exception):
    """Nothing was written; `code` says why: `not_bpsdm`, `own`, `past`, … (forms.GrantForm has the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_grant(actor: Person, day: dt.date) -> bool:
    """Only BPSDM for the whole province gives roles."""
    return any(each.role is Role.BPSDM and each.path == "" for each in access.mandates_of(actor, day))


def grant_role(
    *,
    actor: Person | None,
    person: Person,
    role: str,
    unit: Unit | None,
    first_day: dt.date,
    last_day: dt.date | None,
    now: dt.datetime,
) -> RoleGrant:
    """Give `person` a role for some days; without an actor it is a command on the server.

    Raises `GrantRefused`.
    """
    today = local_day(now)
    if actor is not None and not may_grant(actor, today):
        raise GrantRefused("not_bpsdm")
    if actor is not None and actor.pk == person.pk:
        raise GrantRefused("own")
    if not person.is_active:
        raise GrantRefused("inactive")
    if role == RoleGrant.Role.UNIT_HR and unit is None:
        raise GrantRefused("no_unit")
    if last_day is not None and last_day < first_day:
        raise GrantRefused("order")
    if first_day < today:
        raise GrantRefused("past")  # a role given backwards would explain looks that had no right
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        running = RoleGrant.objects.filter(person=person, role=role, unit=unit).on(first_day)
        if running.exists():
            raise GrantRefused("known")
        grant = RoleGrant.objects.create(
            person=person, role=role, unit=unit, first_day=first_day, last_day=last_day, granted_by=actor
        )
        log_deed(
            actor=actor,
            action="grant_role",
            subject=person,
            unit=unit,
            role=Role.BPSDM if actor else "",
            now=now,
            grant=grant.pk,
            given=role,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat() if last_day else "",
        )
    return grant


def end_role(*, actor: Person, grant: RoleGrant, now: dt.datetime) -> RoleGrant:
    """The role holds no longer than today; one that has not begun is shortened to its first day.

    Raises `GrantRefused`. Today still counts: what was done this morning had a right to be done.
    """
    today = local_day(now)
    if not may_grant(actor, today):
        raise GrantRefused("not_bpsdm")
    with transaction.atomic():
        locked = RoleGrant.objects.select_for_update(of=("self",)).select_related("person").get(pk=grant.pk)
        if locked.person_id == actor.pk:
            raise GrantRefused("own")
        if locked.last_day is not None and locked.last_day <= today:
            raise GrantRefused("ended")
        locked.last_day = max(today, locked.first_day)
        locked.save(update_fields=["last_day"])
        log_deed(
            actor=actor,
            action="end_role",
            subject=locked.person,
            role=Role.BPSDM,
            now=now,
            grant=locked.pk,
            given=locked.role,
            last_day=locked.last_day.isoformat(),
        )
    return locked
