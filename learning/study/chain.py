"""Sealing entries and chaining days: what makes a later change of the ledger show.

An entry belongs to the day (WIB) it was *sealed* on, not the day it was studied on. So a report
that comes two weeks late, or a correction, joins the newest day and breaks none
(docs/decisions/0006-day-chain.md).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.db.models import Count, Sum

from learning.people.day_chain import BrokenDay, DayChain, bounds, written
from learning.study import rules
from learning.study.models import Channel, LedgerDay, Retirement, StudyDay, StudyEntry
from learning.study.statements import moment, to_db

BATCH = 5_000
IDS_AT_ONCE = 500

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
CHAIN = DayChain(
    rows=StudyEntry, days=LedgerDay, at="sealed_at", columns=COLUMNS, lock=727_003, summed="credited_s"
)
digest_of = CHAIN.digest_of
close_days = CHAIN.close_days
hold_sealing = CHAIN.hold  # one sealer or closer at a time

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


def check_days(since: dt.date | None = None, until: dt.date | None = None) -> Iterator[BrokenDay | None]:
    """For each closed day from `since` to `until`, oldest first: None when it is whole.

    A retired day is checked by its day rows; days are retired in order.
    """
    return CHAIN.check_days(since, until, check_rows=_of_their_kind())


def _of_their_kind() -> Callable[[LedgerDay], BrokenDay | None]:
    retired = set(Retirement.objects.values_list("day", flat=True))
    has_kept = False

    def check(closed: LedgerDay) -> BrokenDay | None:
        nonlocal has_kept
        if closed.day not in retired:
            has_kept = True
            return CHAIN.check_rows(closed)
        if has_kept:
            return BrokenDay(closed.day, "it was retired before its turn")
        return _check_retired(closed)

    return check


def check_day(closed: LedgerDay, before: LedgerDay | None) -> BrokenDay | None:
    """Is `closed`, not yet retired, what it was when it was closed, and does it follow the day `before`?"""
    return CHAIN.check_day(closed, before)


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
