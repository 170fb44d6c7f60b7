"""Corrections of the ledger: never a change, always one more row that names the first."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from learning.people.actions import log_deed
from learning.people.models import Person
from learning.study import rules, totals
from learning.study.models import Kind, StudyEntry
from learning.study.rules import Span


class AdjustmentRefused(ValueError):
    """The ledger does not take this correction; the message says why."""


def adjust(*, entry: StudyEntry, seconds: int, reason: str, actor: Person, now: dt.datetime) -> StudyEntry:
    """Correct what `entry` is worth by `seconds`, with who and why on the new row.

    With all its corrections an entry is worth between nothing and what was claimed for it, so no
    total falls below zero and nobody is given time that nobody reported; and no second of it is
    given that another entry counts already. Who may correct whom is asked before; that nobody
    corrects their own record is seen to here.
    """
    reason = reason.strip()
    if actor.pk == entry.person_id:
        raise AdjustmentRefused(_("Nobody corrects their own ledger."))
    if not reason or len(reason) > 500:
        raise AdjustmentRefused(_("A correction needs a reason of at most 500 characters."))
    if not seconds:
        raise AdjustmentRefused(_("A correction of nothing changes nothing."))
    with transaction.atomic():
        person = totals.lock(entry.person_id, [entry.week])
        entry = StudyEntry.objects.get(pk=entry.pk)
        if entry.kind == Kind.ADJUSTED:
            raise AdjustmentRefused(_("Correct the entry itself, not a correction of it."))
        if entry.sealed_at is None and not rules.is_sealed(received_at=entry.received_at, now=now):
            raise AdjustmentRefused(_("This entry is still running. Wait a quarter of an hour."))
        earlier = StudyEntry.objects.of(person.pk).filter(started_at=entry.started_at, corrects=entry)
        worth = entry.credited_s + (earlier.aggregate(sum=Sum("credited_s"))["sum"] or 0) + seconds
        if not 0 <= worth <= entry.claimed_s:
            raise AdjustmentRefused(
                _("An entry is worth between nothing and the time that was reported for it.")
            )
        if seconds > 0 and seconds > room_of(entry).free_s:
            raise AdjustmentRefused(
                _("Another row counts this time already: one person’s time is never counted twice.")
            )
        adjustment = StudyEntry.objects.create(
            id=uuid.uuid4(),
            person=person,
            activity_id=entry.activity_id,
            revision=entry.revision,
            kind=Kind.ADJUSTED,
            channel=entry.channel,
            started_at=entry.started_at,
            week=entry.week,
            claimed_s=0,
            credited_s=seconds,
            policy_id=entry.policy_id,
            received_at=now,
            sealed_at=now,
            corrects=entry,
            actor=actor,
            note=reason,
        )
        totals.add(adjustment, covers=entry.claimed_s)
        log_deed(
            actor=actor,
            action="adjust",
            subject=person,
            now=now,
            entry=str(entry.pk),
            adjustment=str(adjustment.pk),
            seconds=seconds,
            reason=reason,
        )
    return adjustment


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be given back of an entry, in seconds.

    `missing_s`: reported and not credited. `free_s` of it may be credited as things stand; the rest
    only with time taken from `others`, the credited entries that lie over it, each with the seconds
    of it that do at most.
    """

    missing_s: int
    free_s: int
    others: list[tuple[StudyEntry, int]]


def worth_between(
    person_id: int, first: dt.datetime, last: dt.datetime
) -> list[tuple[StudyEntry, Span, int]]:
    """The entries that begin from `first` to `last`, where they lie, and their worth with all corrections."""
    entries: list[StudyEntry] = []
    given: dict[uuid.UUID, int] = {}
    rows = StudyEntry.objects.of(person_id).filter(started_at__gte=first, started_at__lte=last)
    for row in rows.in_order().select_related("activity"):
        if row.kind == Kind.ADJUSTED and row.corrects_id is not None:
            given[row.corrects_id] = given.get(row.corrects_id, 0) + row.credited_s
        else:
            entries.append(row)
    return [(row, span_of(row), row.credited_s + given.get(row.pk, 0)) for row in entries]


def room_of(entry: StudyEntry) -> Room:
    """How much of `entry` can be given back: it, its neighbours and all their corrections as they stand."""
    midnight = rules.end_of_day(entry.started_at)  # no entry crosses one
    rows = worth_between(entry.person_id, midnight - dt.timedelta(days=1), midnight)
    span = span_of(entry)
    worth = sum(seconds for row, _span, seconds in rows if row.pk == entry.pk)
    others = [(row, where, seconds) for row, where, seconds in rows if row.pk != entry.pk]
    missing = entry.claimed_s - worth
    room = rules.room_beside(span, [(where, seconds) for _row, where, seconds in others]) - worth
    over = [(row, min(seconds, rules.shared_seconds(span, where))) for row, where, seconds in others]
    return Room(missing, max(0, min(missing, room)), [(row, most) for row, most in over if most > 0])


def give_back(
    *, entry: StudyEntry, seconds: int, reason: str, actor: Person, now: dt.datetime, from_others: bool
) -> StudyEntry:
    """Credit `seconds` more of `entry`. With `from_others`, what other entries count of that time
    is first taken from them: the time moves, and is still counted once. Raises `AdjustmentRefused`.
    """
    with transaction.atomic():
        totals.lock(entry.person_id, [entry.week])
        room = room_of(entry)
        short = seconds - room.free_s
        for other, most in room.others if from_others else ():
            taken = min(short, most)
            if taken > 0:
                adjust(entry=other, seconds=-taken, reason=reason, actor=actor, now=now)
                short -= taken
        return adjust(entry=entry, seconds=seconds, reason=reason, actor=actor, now=now)


def span_of(entry: StudyEntry) -> Span:
    """Where an entry lies."""
    return Span(entry.started_at, entry.started_at + dt.timedelta(seconds=entry.claimed_s))
