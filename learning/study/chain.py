"""Sealing entries and chaining days: what makes a later change of the ledger show.

An entry belongs to the day (WIB) it was *sealed* on, not the day it was studied on. So a report
that comes two weeks late, or a correction, joins the newest day and breaks none
(docs/decisions/0006-day-chain.md).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum

from learning.study import rules
from learning.study.book import moment, to_db
from learning.study.models import Channel, LedgerDay, Retirement, StudyDay, StudyEntry

BATCH = 5_000
IDS_AT_ONCE = 500
FIRST = "0" * 64  # what the first day names as the one before
CLOSE_AFTER_S = 3_600  # a day is closed this long after it ended: a slow transaction may still seal in it
_LOCK = 727_003

COLUMNS = (
    "id",
    "person_id",
    "activity_id",
    "revision",
    "kind",
    "channel",
    "evidence",
    "started_at",
    "week",
    "claimed_s",
    "credited_s",
    "reason",
    "policy_id",
    "received_at",
    "sealed_at",
    "corrects_id",
    "actor_id",
    "note",
)
_CREDITED = COLUMNS.index("credited_s")

_RIPE = """
SELECT id, person_id, started_at, channel, credited_s FROM study_studyentry
WHERE sealed_at IS NULL AND received_at < %s LIMIT %s
"""

_SEAL = "UPDATE study_studyentry SET sealed_at = %s WHERE id IN ({})"

_SAVE_YEAR = """
INSERT INTO study_yeartotal AS t (person_id, year, measured_s, attended_s, declared_s, adjusted_s,
    offline_s, coarse_s)
VALUES (%s, %s, %s, 0, 0, 0, %s, %s)
ON CONFLICT (person_id, year) DO UPDATE SET measured_s = t.measured_s + excluded.measured_s,
    offline_s = t.offline_s + excluded.offline_s, coarse_s = t.coarse_s + excluded.coarse_s
"""


def hold_sealing() -> None:
    """One sealer or closer at a time; on SQLite a transaction that writes is alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def seal_entries(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Seal what grew last more than 15 minutes ago; how many entries that were. Again changes nothing.

    What is sealed joins the year's total in the same transaction (docs/decisions/0011).
    """
    before = to_db(now - dt.timedelta(seconds=rules.SEAL_AFTER_S))
    lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    sealed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            hold_sealing()
            cursor.execute(_RIPE + lock, [before, batch])
            rows = cursor.fetchall()
            years: dict[tuple[int, int], list[int]] = {}
            for _key, person_id, started_at, channel, seconds in rows:
                year = rules.local_day(moment(started_at)).year
                sums = years.setdefault((person_id, year), [0, 0, 0])
                sums[0] += seconds
                sums[1] += seconds if channel == Channel.OFFLINE else 0
                sums[2] += seconds if channel == Channel.COARSE else 0
            for start in range(0, len(rows), IDS_AT_ONCE):
                ids = [row[0] for row in rows[start : start + IDS_AT_ONCE]]
                cursor.execute(_SEAL.format(", ".join(["%s"] * len(ids))), [to_db(now), *ids])
            cursor.executemany(_SAVE_YEAR, [[*whose, *sums] for whose, sums in sorted(years.items())])
        sealed += len(rows)
        if len(rows) < batch:
            return sealed


def written(value: Any) -> Any:
    """A value as the canonical line has it: the same on every database."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if value is None or isinstance(value, int | str):
        return value
    return str(value)


@dataclass(frozen=True, slots=True)
class DaySum:
    """What the entries sealed on one day come to."""

    entries: int
    seconds: int
    digest: str


def bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The midnights (WIB) that `day` begins and ends with."""
    start = dt.datetime.combine(day, dt.time.min, rules.WIB)
    return start, start + dt.timedelta(days=1)


def digest_of(day: dt.date, previous: str) -> DaySum:
    """The digest of `day` as its entries stand now, read one after the other."""
    start, end = bounds(day)
    rows = StudyEntry.objects.filter(sealed_at__gte=start, sealed_at__lt=end).order_by("id")
    digest = hashlib.sha256(f"{previous}\n{day.isoformat()}\n".encode())
    entries = seconds = 0
    for row in rows.values_list(*COLUMNS).iterator(chunk_size=BATCH):
        digest.update(json.dumps([written(value) for value in row], separators=(",", ":")).encode() + b"\n")
        entries += 1
        seconds += row[_CREDITED]
    return DaySum(entries, seconds, digest.hexdigest())


def close_days(*, now: dt.datetime) -> list[LedgerDay]:
    """Close every day that ended an hour ago or longer, oldest first; the days closed now."""
    closed: list[LedgerDay] = []
    last = rules.local_day(now - dt.timedelta(seconds=CLOSE_AFTER_S)) - dt.timedelta(days=1)
    while True:
        with transaction.atomic():
            hold_sealing()
            newest = LedgerDay.objects.order_by("-day").first()
            day = newest.day + dt.timedelta(days=1) if newest else _first_day()
            if day is None or day > last:
                return closed
            previous = newest.digest if newest else FIRST
            total = digest_of(day, previous)
            closed.append(
                LedgerDay.objects.create(
                    day=day,
                    entries=total.entries,
                    seconds=total.seconds,
                    digest=total.digest,
                    previous=previous,
                )
            )


def _first_day() -> dt.date | None:
    """The day the first entry was sealed on."""
    first = StudyEntry.objects.filter(sealed_at__isnull=False).order_by("sealed_at").first()
    return rules.local_day(first.sealed_at) if first and first.sealed_at else None


@dataclass(frozen=True, slots=True)
class BrokenDay:
    """A closed day that is not what it was when it was closed. The difference is now minus then."""

    day: dt.date
    why: str
    entries: int = 0
    seconds: int = 0


def check_days(since: dt.date | None = None, until: dt.date | None = None) -> Iterator[BrokenDay | None]:
    """For each closed day from `since` to `until`, oldest first: None when it is whole."""
    days = LedgerDay.objects.order_by("day")
    if until is not None:
        days = days.filter(day__lte=until)
    before = days.filter(day__lt=since).last() if since is not None else None
    if since is not None:
        days = days.filter(day__gte=since)
    elif (newest := days.first()) is not None and (stray := _stray(newest.day)):
        yield stray
    retired = set(Retirement.objects.values_list("day", flat=True))
    has_kept = False
    for closed in days.iterator(chunk_size=500):
        is_retired = closed.day in retired
        if is_retired and has_kept:
            yield BrokenDay(closed.day, "it was retired before its turn")
        else:
            yield check_day(closed, before, is_retired=is_retired)
        has_kept = has_kept or not is_retired
        before = closed


def _stray(first: dt.date) -> BrokenDay | None:
    """Entries that claim to be sealed before the first closed day were put there later."""
    start, _end = bounds(first)
    earlier = StudyEntry.objects.filter(sealed_at__lt=start).order_by("sealed_at").first()
    if earlier is None or earlier.sealed_at is None:
        return None
    return BrokenDay(rules.local_day(earlier.sealed_at), "entries before the first closed day")


def check_day(closed: LedgerDay, before: LedgerDay | None, *, is_retired: bool = False) -> BrokenDay | None:
    """Is `closed` what it was when it was closed, and does it follow the day `before`?"""
    if before is not None and closed.day != before.day + dt.timedelta(days=1):
        return BrokenDay(before.day + dt.timedelta(days=1), "the closed day is missing")
    broken = _check_retired(closed) if is_retired else _check_entries(closed)
    if broken is None and before is not None and closed.previous != before.digest:
        return BrokenDay(closed.day, "it does not follow the day before")
    return broken


def _check_entries(closed: LedgerDay) -> BrokenDay | None:
    total = digest_of(closed.day, closed.previous)
    entries, seconds = total.entries - closed.entries, total.seconds - closed.seconds
    if entries:
        return BrokenDay(closed.day, "entries were added or removed", entries, seconds)
    if total.digest != closed.digest:
        return BrokenDay(closed.day, "an entry was changed", 0, seconds)
    return None


ROW_COLUMNS = (
    "person_id",
    "activity_id",
    "day",
    "week",
    "kind",
    "channel",
    "claimed_s",
    "credited_s",
    "entries",
    "ended_at",
)


def digest_of_row(row: StudyDay, of_its_day: str) -> str:
    """SHA-256 over the digest of the closed day and the day row: a row changed later shows."""
    line = json.dumps([written(getattr(row, name)) for name in ROW_COLUMNS], separators=(",", ":"))
    return hashlib.sha256(f"{of_its_day}\n{line}".encode()).hexdigest()


def _check_retired(closed: LedgerDay) -> BrokenDay | None:
    """Do the day rows, with the entries still kept, come to what the day was closed with?"""
    start, end = bounds(closed.day)
    rows = StudyDay.objects.filter(sealed_on=closed)
    for row in rows.iterator(chunk_size=BATCH):
        if row.digest != digest_of_row(row, closed.digest):
            return BrokenDay(closed.day, "a day row was changed")
    kept = StudyEntry.objects.filter(sealed_at__gte=start, sealed_at__lt=end).aggregate(
        entries=Count("pk"), seconds=Sum("credited_s")
    )
    rolled = rows.aggregate(entries=Sum("entries"), seconds=Sum("credited_s"))
    entries = kept["entries"] + (rolled["entries"] or 0) - closed.entries
    seconds = (kept["seconds"] or 0) + (rolled["seconds"] or 0) - closed.seconds
    if entries or seconds:
        return BrokenDay(closed.day, "day rows were added or removed", entries, seconds)
    return None
