"""Sealing entries and chaining days: what makes a later change of the ledger show.

An entry belongs to the day (WIB) it was *sealed* on, not the day it was studied on. So a report
that comes two weeks late, or a correction, joins the newest day and breaks none
(docs/decisions/0006-day-chain.md). How a chain works: `learning.people.day_chain`.
"""

import datetime as dt

from django.db import connection, transaction

from learning.people.day_chain import BATCH, CLOSE_AFTER_S, FIRST, BrokenDay, DayChain, Sum
from learning.study import rules
from learning.study.book import moment, to_db
from learning.study.models import Channel, LedgerDay, StudyEntry

__all__ = [
    "BATCH",
    "CLOSE_AFTER_S",
    "COLUMNS",
    "FIRST",
    "BrokenDay",
    "Sum",
    "check_days",
    "close_days",
    "digest_of",
    "hold_sealing",
    "seal_entries",
]

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

CHAIN = DayChain(
    rows=StudyEntry, days=LedgerDay, at="sealed_at", columns=COLUMNS, lock=727_003, summed="credited_s"
)
digest_of, close_days, check_days = CHAIN.digest_of, CHAIN.close_days, CHAIN.check_days
hold_sealing = CHAIN.hold


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
