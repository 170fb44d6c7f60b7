"""Corrections of the ledger: never a change, always one more row that names the first."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from learning.people.actions import log_deed
from learning.people.models import Person
from learning.study import rules
from learning.study.models import ActivityTotal, Kind, StudyEntry, WeekTotal, YearTotal


class AdjustmentRefused(ValueError):
    """The ledger does not take this correction; the message says why."""


def adjust(*, entry: StudyEntry, seconds: int, reason: str, actor: Person, now: dt.datetime) -> StudyEntry:
    """Correct what `entry` is worth by `seconds`, with who and why on the new row.

    With all its corrections an entry is worth between nothing and what was claimed for it, so no
    total falls below zero and nobody is given time that nobody reported. Who may correct whom is
    asked before; that nobody corrects their own record is seen to here.
    """
    reason = reason.strip()
    if actor.pk == entry.person_id:
        raise AdjustmentRefused(_("Nobody corrects their own ledger."))
    if not reason or len(reason) > 500:
        raise AdjustmentRefused(_("A correction needs a reason of at most 500 characters."))
    if not seconds:
        raise AdjustmentRefused(_("A correction of nothing changes nothing."))
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=entry.person_id)
        list(WeekTotal.objects.select_for_update().filter(person=person, week=entry.week))
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
        _add(adjustment, seconds)
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


def _add(adjustment: StudyEntry, seconds: int) -> None:
    """The week, the year and the activity of the corrected entry, in the correction's transaction."""
    person_id, year = adjustment.person_id, rules.local_day(adjustment.started_at).year
    WeekTotal.objects.get_or_create(person_id=person_id, week=adjustment.week)
    WeekTotal.objects.filter(person_id=person_id, week=adjustment.week).update(
        adjusted_s=F("adjusted_s") + seconds
    )
    YearTotal.objects.get_or_create(person_id=person_id, year=year)
    YearTotal.objects.filter(person_id=person_id, year=year).update(adjusted_s=F("adjusted_s") + seconds)
    activity = {"person_id": person_id, "activity_id": adjustment.activity_id}
    ActivityTotal.objects.get_or_create(**activity, defaults={"last_at": adjustment.started_at})
    ActivityTotal.objects.filter(**activity).update(credited_s=F("credited_s") + seconds)
