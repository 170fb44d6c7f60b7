"""What writes about people: new ones, and who looked at whom."""

import datetime as dt
from typing import Any

from learning.people.models import AuditEntry, Person


def log_look(*, viewer: Person, subject: Person, what: str, role: str, now: dt.datetime) -> AuditEntry | None:
    """Record that `viewer` looked at `subject`'s record. One's own looks are nobody's business."""
    if viewer.pk == subject.pk:
        return None
    return AuditEntry.objects.create(
        at=now, actor=viewer, subject=subject, action="look", role=role, detail={"what": what}
    )


def log_deed(
    *, actor: Person, action: str, subject: Person | None = None, now: dt.datetime, **detail: Any
) -> AuditEntry:
    """Record what `actor` did, to whom, in `detail`."""
    return AuditEntry.objects.create(at=now, actor=actor, subject=subject, action=action, detail=detail)
