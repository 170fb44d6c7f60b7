"""What writes about requests and choices: each leaves a row in the audit log."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from learning.people import access
from learning.people.access import Deed
from learning.people.audit.actions import log_deed
from learning.people.models import DataRequest, Person, PurposeChoice
from learning.people.rules import local_day

OPEN_REQUESTS = 3  # of one person at once: more is a mistake or a flood
CLOSED = (DataRequest.State.DONE, DataRequest.State.REFUSED)


class RequestRefused(Exception):
    """Nothing was written; `code` says why: `too_many`, `not_yours`, `already_answered`, `no_reason`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def ask(*, person: Person, kind: str, text: str, now: dt.datetime) -> DataRequest:
    """The person asks for a correction or a deletion of their data. Raises `RequestRefused`."""
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        waiting = DataRequest.objects.filter(person=person, answered_at__isnull=True).count()
        if waiting >= OPEN_REQUESTS:
            raise RequestRefused("too_many")
        request = DataRequest.objects.create(person=person, kind=kind, text=text, asked_at=now)
        log_deed(
            actor=person, action="ask_about_data", subject=person, now=now, request=request.pk, kind=kind
        )
    return request


def answer(*, actor: Person, request_id: int, state: str, text: str, now: dt.datetime) -> DataRequest:
    """Unit HR or BPSDM takes a request in hand, or closes it with an answer. Raises `RequestRefused`."""
    with transaction.atomic():
        request = (
            DataRequest.objects.select_for_update(of=("self",))
            .select_related("person__unit")
            .filter(pk=request_id)
            .first()
        )
        mandate = (
            access.mandate_over(actor, request.person, Deed.CORRECT, local_day(now)) if request else None
        )
        if request is None or mandate is None:
            raise RequestRefused("not_yours")
        if request.answered_at is not None:
            raise RequestRefused("already_answered")
        if state in CLOSED and not text:
            raise RequestRefused("no_reason")
        request.state, request.handled_by = state, actor
        if state in CLOSED:
            request.answer, request.answered_at = text, now
        request.save(update_fields=["state", "handled_by", "answer", "answered_at"])
        log_deed(
            actor=actor,
            action="answer_about_data",
            subject=request.person,
            role=mandate.role,
            now=now,
            request=request.pk,
            state=state,
        )
    return request


def choose_purposes(*, person: Person, wanted: Collection[str], now: dt.datetime) -> int:
    """Agree to exactly the purposes in `wanted`, withdraw from the others; how many changed."""
    changed = 0
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = dict(PurposeChoice.objects.filter(person=person).values_list("purpose", "is_on"))
        for purpose in PurposeChoice.Purpose.values:
            is_on = purpose in wanted
            if is_on == known.get(purpose, False):
                continue
            PurposeChoice.objects.update_or_create(
                person=person, purpose=purpose, defaults={"is_on": is_on, "changed_at": now}
            )
            log_deed(
                actor=person,
                action="agree" if is_on else "withdraw",
                subject=person,
                now=now,
                purpose=purpose,
            )
            changed += 1
    return changed


def agreed_to(person: Person) -> set[str]:
    """The purposes somebody agrees to now."""
    return set(PurposeChoice.objects.filter(person=person, is_on=True).values_list("purpose", flat=True))
