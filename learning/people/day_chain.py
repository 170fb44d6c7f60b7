"""Days of rows under digests, each covering the day before: what makes a later change show.

The study ledger and the audit log keep the same kind of chain (docs/decisions/0006-day-chain.md).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from learning.people.rules import WIB, local_day

BATCH = 5_000
FIRST = "0" * 64  # what the first day names as the one before
CLOSE_AFTER_S = 3_600  # a day is closed this long after it ended: a slow transaction may still write in it


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows of one day come to."""

    entries: int
    seconds: int
    digest: str


@dataclass(frozen=True, slots=True)
class BrokenDay:
    """A closed day that is not what it was when it was closed. The difference is now minus then."""

    day: dt.date
    why: str
    entries: int = 0
    seconds: int = 0


def written(value: Any) -> Any:
    """A value as the canonical line has it: the same on every database."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    if value is None or isinstance(value, int | str):
        return value
    return str(value)


def bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The midnights (WIB) that `day` begins and ends with."""
    start = dt.datetime.combine(day, dt.time.min, WIB)
    return start, start + dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayChain:
    """Rows that never change once they carry their moment `at`, chained by the day (WIB) of it.

    `days` is the table of closed days: day, entries, digest, previous, and `seconds` where `summed`
    names a column of seconds. `lock` is the number of the lock that lets in one closer at a time.
    """

    rows: type[Model]
    days: type[Model]
    at: str
    columns: tuple[str, ...]
    lock: int
    summed: str = ""

    def hold(self) -> None:
        """One closer at a time; on SQLite a transaction that writes is alone anyway."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock])

    def digest_of(self, day: dt.date, previous: str) -> Sum:
        """The digest of `day` as its rows stand now, read one after the other."""
        start, end = bounds(day)
        rows: Any = self.rows._default_manager.filter(**{f"{self.at}__gte": start, f"{self.at}__lt": end})
        digest = hashlib.sha256(f"{previous}\n{day.isoformat()}\n".encode())
        place = self.columns.index(self.summed) if self.summed else None
        entries = seconds = 0
        for row in rows.order_by("id").values_list(*self.columns).iterator(chunk_size=BATCH):
            line = json.dumps([written(value) for value in row], separators=(",", ":"))
            digest.update(line.encode() + b"\n")
            entries += 1
            seconds += 0 if place is None else row[place]
        return Sum(entries, seconds, digest.hexdigest())

    def close_days(self, *, now: dt.datetime) -> list[Any]:
        """Close every day that ended an hour ago or longer, oldest first; the days closed now."""
        closed: list[Any] = []
        last = local_day(now - dt.timedelta(seconds=CLOSE_AFTER_S)) - dt.timedelta(days=1)
        while True:
            with transaction.atomic():
                self.hold()
                newest: Any = self.days._default_manager.order_by("-day").first()
                day = newest.day + dt.timedelta(days=1) if newest else self._first_day()
                if day is None or day > last:
                    return closed
                previous = newest.digest if newest else FIRST
                total = self.digest_of(day, previous)
                fields: dict[str, Any] = {
                    "day": day,
                    "entries": total.entries,
                    "digest": total.digest,
                    "previous": previous,
                }
                if self.summed:
                    fields["seconds"] = total.seconds
                closed.append(self.days._default_manager.create(**fields))

    def _earliest(self, **bounds: Any) -> dt.date | None:
        rows: Any = self.rows._default_manager.filter(**{f"{self.at}__isnull": False, **bounds})
        moment = rows.order_by(self.at).values_list(self.at, flat=True).first()
        return None if moment is None else local_day(moment)

    def _first_day(self) -> dt.date | None:
        """The day of the first row."""
        return self._earliest()

    def check_days(
        self,
        since: dt.date | None = None,
        until: dt.date | None = None,
        *,
        check_rows: Callable[[Any], BrokenDay | None] | None = None,
    ) -> Iterator[BrokenDay | None]:
        """For each closed day from `since` to `until`, oldest first: None when it is whole.

        `check_rows` stands in where a day is no longer checked by its rows alone.
        """
        days: Any = self.days._default_manager.order_by("day")
        if until is not None:
            days = days.filter(day__lte=until)
        before = days.filter(day__lt=since).last() if since is not None else None
        if since is not None:
            days = days.filter(day__gte=since)
        elif (oldest := days.first()) is not None and (stray := self._stray(oldest.day)):
            yield stray
        for closed in days.iterator(chunk_size=500):
            yield self.check_day(closed, before, check_rows=check_rows)
            before = closed

    def _stray(self, first: dt.date) -> BrokenDay | None:
        """Rows that claim to be older than the first closed day were put there later."""
        earlier = self._earliest(**{f"{self.at}__lt": bounds(first)[0]})
        return None if earlier is None else BrokenDay(earlier, "entries before the first closed day")

    def check_day(
        self, closed: Any, before: Any, *, check_rows: Callable[[Any], BrokenDay | None] | None = None
    ) -> BrokenDay | None:
        """Is `closed` what it was when it was closed, and does it follow the day `before`?"""
        if before is not None and closed.day != before.day + dt.timedelta(days=1):
            return BrokenDay(before.day + dt.timedelta(days=1), "the closed day is missing")
        broken = (check_rows or self.check_rows)(closed)
        if broken is None and before is not None and closed.previous != before.digest:
            return BrokenDay(closed.day, "it does not follow the day before")
        return broken

    def check_rows(self, closed: Any) -> BrokenDay | None:
        """Do the rows of `closed` still have the digest it was closed with?"""
        total = self.digest_of(closed.day, closed.previous)
        entries = total.entries - closed.entries
        seconds = total.seconds - closed.seconds if self.summed else 0
        if entries:
            return BrokenDay(closed.day, "entries were added or removed", entries, seconds)
        if total.digest != closed.digest:
            return BrokenDay(closed.day, "an entry was changed", 0, seconds)
        return None
