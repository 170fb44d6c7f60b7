"""What writes appeals: made, withdrawn, decided. An accepted one is a new row of the ledger."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from learning.people.actions import log_deed
from learning.people.models import Person
from learning.reviews import rules
from learning.reviews.appeals.queries import why_no_appeal
from learning.reviews.decisions import (
    DecisionRefused,
    NotAllowed,
    check_may_decide,
    checked_reason,
    next_status,
    write_decision,
)
from learning.reviews.models import Appeal, Decision
from learning.study.corrections import AdjustmentRefused, give_back, room_of
from learning.study.models import Reason, StudyEntry


class AppealRefused(ValueError):
    """The row is not open to an appeal; `code` says why (appeals.queries.why_no_appeal)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def appeal(*, person: Person, entry_id: uuid.UUID, text: str, now: dt.datetime) -> Appeal:
    """Object to how a row of one's own ledger was credited. Raises `AppealRefused`."""
    with transaction.atomic():
        entry = StudyEntry.objects.of(person.pk).get(pk=entry_id)
        why = why_no_appeal(entry, now)
        if why:
            raise AppealRefused(why)
        try:
            with transaction.atomic():
                made = Appeal.objects.create(person=person, entry=entry, text=text.strip(), submitted_at=now)
        except IntegrityError:
            raise AppealRefused("again") from None
        _log(made, "appeal", now)
    return made


def withdraw_appeal(*, person: Person, appeal_id: int, now: dt.datetime) -> Appeal:
    """Take an appeal back before it is decided. Raises `NotAllowed`."""
    with transaction.atomic():
        made: Appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal_id, person=person)
        status = rules.after(made.status, rules.WITHDRAW)
        if status is None:
            raise NotAllowed
        made.status = status
        made.save(update_fields=["status"])
        _log(made, "withdraw_appeal", now)
    return made


def decide_appeal(
    *,
    supervisor: Person,
    appeal_id: int,
    move: str,
    seconds: int | None = None,
    reason: str = "",
    text: str = "",
    now: dt.datetime,
) -> Decision:
    """Accept (`seconds` of the row, None for all that is missing) or decline an appeal.

    The row that counts an overlapping time gives it up when the appeal against it is accepted: no second
    counts twice. Raises `NotYours`, `AlreadyDecided` or `DecisionRefused` with what to change.
    """
    with transaction.atomic():
        made = (
            Appeal.objects.select_for_update(of=("self",)).select_related("person", "entry").get(pk=appeal_id)
        )
        check_may_decide(supervisor, made)
        if move == rules.RETURN:
            raise DecisionRefused(_("An appeal is accepted or declined."))
        status = next_status(made, move, made.round)
        reason, text = checked_reason(status, reason, text)
        room = room_of(made.entry)
        snapshot = {
            "text": made.text,
            "entry": str(made.entry_id),
            "claimed_s": made.entry.claimed_s,
            "credited_s": made.entry.credited_s,
            "missing_s": room.missing_s,
            "others": [str(other.pk) for other, _most in room.others],
        }
        if status == rules.ACCEPTED:
            try:
                made.adjustment = give_back(
                    entry=made.entry,
                    seconds=room.missing_s if seconds is None else seconds,
                    reason=_("Appeal accepted: %(text)s") % {"text": (text or made.text)[:400]},
                    actor=supervisor,
                    now=now,
                    from_others=made.entry.reason == Reason.OVERLAP,
                )
            except AdjustmentRefused as refused:
                raise DecisionRefused(str(refused)) from None
            snapshot["given_s"] = made.adjustment.credited_s
        made.status = status
        made.save(update_fields=["status", "adjustment"])
        return write_decision(
            submission=made,
            outcome=status,
            reason=reason,
            text=text,
            by=supervisor,
            now=now,
            snapshot=snapshot,
        )


def _log(made: Appeal, action: str, now: dt.datetime) -> None:
    log_deed(
        actor=made.person,
        action=action,
        subject=made.person,
        now=now,
        appeal=made.pk,
        entry=str(made.entry_id),
    )
