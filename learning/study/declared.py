"""Learning outside the site, once accepted: rows of the ledger, never mixed with measured time."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Sum

from learning.people.models import Person
from learning.study import corrections, rules, totals
from learning.study.actions import current_limits
from learning.study.models import Activity, Kind, Reason, StudyEntry
from learning.study.rules import Span


class NotPast(ValueError):
    """Declared time must be over; nothing was written."""


def credit_declared(
    *, person: Person, activity: Activity, spans: Sequence[Span], actor: Person, now: dt.datetime
) -> list[StudyEntry]:
    """Write `spans`, which `actor` accepted, as sealed entries of kind declared; all of them, in order.

    Split at midnight (WIB) and at the longest entry. Time that is credited already is not credited
    again, and a day holds no more than the policy says, all kinds together: such a stretch keeps its
    row and its reason. Raises `NotPast` when a span ends after `now`.
    """
    if any(span.end > now for span in spans):
        raise NotPast
    limits = current_limits(now)
    parts = [
        part for span in sorted(spans, key=lambda each: each.start) for part in rules.split_at_midnight(span)
    ]
    entries: list[StudyEntry] = []
    with transaction.atomic():
        totals.lock(person.pk, (rules.week_of(rules.local_day(part.start)) for part in parts))
        for part in parts:
            left = limits.day_s - _day_seconds(person, rules.local_day(part.start))
            for piece, is_free in rules.pieces(part, _taken(person, part, limits.entry_s)):
                for stretch in rules.in_lengths(piece, limits.entry_s):
                    bounds = [(0, Reason.OVERLAP)] if not is_free else [(left, Reason.DAY_CEILING)]
                    worth = rules.credit(stretch.seconds, [(each, str(why)) for each, why in bounds])
                    left -= worth.seconds
                    entry = StudyEntry.objects.create(
                        id=uuid.uuid4(),
                        person=person,
                        activity=activity,
                        kind=Kind.DECLARED,
                        evidence="declared",
                        started_at=stretch.start,
                        week=rules.week_of(rules.local_day(stretch.start)),
                        claimed_s=stretch.seconds,
                        credited_s=worth.seconds,
                        reason=worth.reason,
                        policy_id=limits.version,
                        received_at=now,
                        sealed_at=now,
                        actor=actor,
                    )
                    totals.add(entry, covers=stretch.seconds)
                    entries.append(entry)
    return entries


def _taken(person: Person, part: Span, longest_s: int) -> list[Span]:
    """The stretches around `part` that are credited, corrections included."""
    worth = corrections.worth_between(person.pk, part.start - dt.timedelta(seconds=longest_s), part.end)
    return [span for _entry, span, seconds in worth if seconds > 0]


def _day_seconds(person: Person, day: dt.date) -> int:
    """What the whole of `day` (WIB) is credited by now, all kinds."""
    start = dt.datetime.combine(day, dt.time.min, rules.WIB)
    rows = StudyEntry.objects.of(person.pk).filter(
        started_at__gte=start, started_at__lt=start + dt.timedelta(days=1)
    )
    return int(rows.aggregate(sum=Sum("credited_s"))["sum"] or 0)


def credited_by_day(activity_id: int, person_id: int) -> dict[dt.date, int]:
    """Declared seconds credited for an activity, by day (WIB); 0 on a day of which nothing counts."""
    days: dict[dt.date, int] = {}
    rows = StudyEntry.objects.of(person_id).filter(activity=activity_id, kind=Kind.DECLARED)
    for started_at, seconds in rows.in_order().values_list("started_at", "credited_s"):
        day = rules.local_day(started_at)
        days[day] = days.get(day, 0) + seconds
    return days
