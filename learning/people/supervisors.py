"""Who my supervisor is, and saying that this is wrong."""

import datetime as dt

from django.db import IntegrityError, transaction

from learning.people import access
from learning.people.access import Deed
from learning.people.actions import NotLedByYou
from learning.people.audit.actions import log_deed
from learning.people.models import Person, SupervisorQuery
from learning.people.staff import Reach


class AlreadyAsked(Exception):
    """A question is open: one at a time."""


def ask_about_supervisor(*, person: Person, text: str, now: dt.datetime, today: dt.date) -> SupervisorQuery:
    """`person` says what is wrong with the supervisor shown to them. Raises `AlreadyAsked`."""
    try:
        with transaction.atomic():
            return SupervisorQuery.objects.create(
                person=person, shown=access.supervisor_of(person, today), text=text, asked_at=now
            )
    except IntegrityError:
        raise AlreadyAsked from None


def answer_query(
    *, actor: Person, query: SupervisorQuery, answer: str, now: dt.datetime, today: dt.date
) -> SupervisorQuery:
    """Unit HR answers, once: a second answer changes nothing. Raises `NotLedByYou`."""
    mandate = access.mandate_over(actor, query.person, Deed.CORRECT, today)
    if actor.pk == query.person_id or (mandate is None and not actor.is_superuser):
        raise NotLedByYou
    with transaction.atomic():
        locked = SupervisorQuery.objects.select_for_update(of=("self",)).get(pk=query.pk)
        if locked.answered_at is None:
            locked.answer, locked.answered_by, locked.answered_at = answer, actor, now
            locked.save(update_fields=["answer", "answered_by", "answered_at"])
            log_deed(
                actor=actor,
                action="answer_supervisor_query",
                subject=query.person,
                role=mandate.role if mandate else "",
                now=now,
                query=locked.pk,
            )
    return locked


def queries_of(person: Person) -> list[SupervisorQuery]:
    """What `person` asked, the latest first; twenty at most."""
    found = SupervisorQuery.objects.filter(person=person).select_related("shown", "answered_by")
    return list(found.order_by("-asked_at")[:20])


def open_queries(reach: Reach) -> list[SupervisorQuery]:
    """What waits for an answer, the oldest first; two hundred at most."""
    found = SupervisorQuery.objects.filter(answered_at=None, person__in=reach.people())
    return list(found.select_related("person__unit", "shown").order_by("asked_at")[:200])
