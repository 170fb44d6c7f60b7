"""Old entries become day rows: what a person studied stays, the single intervals go.

A closed day whose retention is over is retired: its entries are added up by person, activity, day,
kind and channel, and deleted, some thousands in one transaction (docs/decisions/0008-retention.md).
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef

from learning.people.day_chain import BrokenDay, bounds
from learning.study import chain, rules
from learning.study.models import LedgerDay, Retirement, StudyDay, StudyEntry, StudyEntryQuerySet
from learning.study.statements import to_db

BATCH = 5_000


class DayIsBroken(Exception):
    """The day is not what it was when it was closed: nothing of it is retired before that is looked into."""

    def __init__(self, broken: BrokenDay) -> None:
        super().__init__(f"{broken.day}: {broken.why}")
        self.broken = broken


@dataclass(frozen=True, slots=True)
class Step:
    """One batch done: entries gone, day rows made."""

    day: dt.date
    entries: int
    rows: int


def first_day_kept(today: dt.date, months: int | None = None) -> dt.date:
    """The first day whose entries are still kept: `months` (setting, 24) calendar months back."""
    months = settings.BELAJAR_RETENTION_MONTHS if months is None else months
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def days_due(*, today: dt.date, months: int | None = None) -> list[LedgerDay]:
    """The closed days whose retention is over and that are not retired yet, oldest first."""
    due = LedgerDay.objects.filter(day__lt=first_day_kept(today, months), retirement__isnull=True)
    return list(due.order_by("day"))


def leftover() -> StudyEntryQuerySet:
    """Entries of retired days that may go: an interrupted run left them, or what named them went."""
    newest = Retirement.objects.order_by("-day").values_list("day", flat=True).first()
    if newest is None:
        return StudyEntry.objects.none()
    return _unnamed(StudyEntry.objects.filter(sealed_at__lt=bounds(newest)[1]))


def _unnamed(entries: StudyEntryQuerySet) -> StudyEntryQuerySet:
    """Those that nothing else names: a correction, an appeal keep what they are about."""
    for relation in StudyEntry._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            names = relation.field.model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            entries = entries.exclude(Exists(names))
    return entries


def retire(*, now: dt.datetime, months: int | None = None, batch: int = BATCH) -> Iterator[Step]:
    """Retire what is due, day by day, one transaction a batch. Stopped anywhere, it goes on from there.

    Raises `DayIsBroken` before a day that no longer has the digest it was closed with.
    """
    yield from _empty(leftover, batch)
    for closed in days_due(today=rules.local_day(now), months=months):
        before = LedgerDay.objects.filter(day__lt=closed.day).order_by("-day").first()
        if broken := chain.check_day(closed, before):
            raise DayIsBroken(broken)
        Retirement.objects.create(day=closed, at=now)
        start, end = bounds(closed.day)
        yield Step(closed.day, 0, 0)
        of_day = StudyEntry.objects.filter(sealed_at__gte=start, sealed_at__lt=end)
        yield from _empty(partial(_unnamed, of_day), batch)
    yield from _empty(leftover, batch)


def _empty(entries: Callable[[], StudyEntryQuerySet], batch: int) -> Iterator[Step]:
    """Roll up and delete `entries()` until none is left."""
    while True:
        step = _one_batch(entries(), batch)
        if step is None:
            return
        yield step


def _one_batch(entries: StudyEntryQuerySet, batch: int) -> Step | None:
    with transaction.atomic():
        chain.hold_sealing()
        taken = list(entries.select_related("corrects").order_by("sealed_at", "id")[:batch])
        if not taken:
            return None
        rows = _rows(taken)
        StudyDay.objects.bulk_create(rows, batch_size=500)
        with connection.cursor() as cursor:
            for start in range(0, len(taken), 500):
                keys = [to_db(entry.pk) for entry in taken[start : start + 500]]
                places = ", ".join(["%s"] * len(keys))
                cursor.execute(f"DELETE FROM study_studyentry WHERE id IN ({places})", keys)  # noqa: S608
    sealed_at = taken[0].sealed_at
    assert sealed_at is not None  # noqa: S101 - a retired day holds sealed entries only
    return Step(rules.local_day(sealed_at), len(taken), len(rows))


def _rows(entries: list[StudyEntry]) -> list[StudyDay]:
    rows: dict[tuple[object, ...], StudyDay] = {}
    for entry in entries:
        assert entry.sealed_at is not None  # noqa: S101
        day, sealed_on = rules.local_day(entry.started_at), rules.local_day(entry.sealed_at)
        key = (entry.person_id, entry.activity_id, day, entry.kind, entry.channel, sealed_on)
        row = rows.setdefault(
            key,
            StudyDay(
                person_id=entry.person_id,
                activity_id=entry.activity_id,
                day=day,
                week=entry.week,
                kind=entry.kind,
                channel=entry.channel,
                claimed_s=0,
                credited_s=0,
                entries=0,
                ended_at=entry.started_at,
                sealed_on_id=sealed_on,
            ),
        )
        row.claimed_s += entry.claimed_s
        row.credited_s += entry.credited_s
        row.entries += 1
        span_s = entry.corrects.claimed_s if entry.corrects else entry.claimed_s
        row.ended_at = max(row.ended_at, entry.started_at + dt.timedelta(seconds=span_s))
    days = {
        day.day: day.digest
        for day in LedgerDay.objects.filter(day__in={row.sealed_on_id for row in rows.values()})
    }
    for row in rows.values():
        row.digest = chain.digest_of_row(row, days[row.sealed_on_id])
    return list(rows.values())
