"""The day chain of the audit log: an entry belongs to the day (WIB) it was written on."""

from learning.people.audit.models import AuditDay, AuditEntry
from learning.people.day_chain import DayChain

COLUMNS = (
    "id",
    "at",
    "actor_id",
    "on_behalf_of_id",
    "subject_id",
    "unit_id",
    "action",
    "role",
    "detail",
)
CHAIN = DayChain(rows=AuditEntry, days=AuditDay, at="at", columns=COLUMNS, lock=727_004)
