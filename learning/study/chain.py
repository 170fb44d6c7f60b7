"""Sealing entries and chaining days: what makes a later change of the ledger show.

An entry belongs to the day (WIB) it was *sealed* on, not the day it was studied on. So a report
that comes two weeks late, or a correction, joins the newest day and breaks none
(docs/decisions/0006-day-chain.md). How a chain works: `learning.people.day_chain`.
"""

import datetime as dt

from django.db import connection, transaction

from learning.people.day_chain import BATCH, CLOSE_AFTER_S, FIRST, BrokenDay, DayChain, Sum
from learning.study import rules
from learning.study.book import to_db
from learning.study.models import LedgerDay, StudyEntry

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
    "seal_entries",
]

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

_SEAL = """
UPDATE study_studyentry SET sealed_at = %s
WHERE sealed_at IS NULL AND received_at < %s AND id IN (
    SELECT id FROM study_studyentry WHERE sealed_at IS NULL AND received_at < %s LIMIT %s)
"""

CHAIN = DayChain(
    rows=StudyEntry, days=LedgerDay, at="sealed_at", columns=COLUMNS, lock=727_003, summed="credited_s"
)
digest_of, close_days, check_days = CHAIN.digest_of, CHAIN.close_days, CHAIN.check_days


def seal_entries(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Seal what grew last more than 15 minutes ago; how many entries that were. Again changes nothing."""
    before = to_db(now - dt.timedelta(seconds=rules.SEAL_AFTER_S))
    sealed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            CHAIN.hold()
            cursor.execute(_SEAL, [to_db(now), before, before, batch])
            count = int(cursor.rowcount)
        sealed += count
        if count < batch:
            return sealed
