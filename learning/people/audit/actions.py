"""What is written to the log: one row, one statement, by whoever does the deed, in their transaction."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from learning.people.audit.models import AuditEntry
from learning.people.models import Person, Unit


def log_look(
    *,
    viewer: Person,
    subject: Person,
    what: str,
    role: str,
    now: dt.datetime,
    on_behalf_of: int | None = None,
) -> AuditEntry | None:
    """Record that `viewer` looked at `subject`'s record. One's own looks are nobody's business."""
    if viewer.pk == subject.pk:
        return None
    return AuditEntry.objects.create(
        at=now,
        actor=viewer,
        subject=subject,
        action="look",
        role=role,
        on_behalf_of_id=on_behalf_of,
        detail={"what": what},
    )


def log_look_at_list(
    *,
    viewer: Person,
    unit: Unit | None,
    people: Sequence[int],
    what: str,
    role: str,
    now: dt.datetime,
    on_behalf_of: int | None = None,
) -> AuditEntry:
    """Record that `viewer` saw the rows of these people (keys) on one list."""
    return AuditEntry.objects.create(
        at=now,
        actor=viewer,
        unit=unit,
        action="look_at_list",
        role=role,
        on_behalf_of_id=on_behalf_of,
        detail={"what": what, "people": [each for each in people if each != viewer.pk]},
    )


def log_deed(
    *,
    actor: Person | None,
    action: str,
    subject: Person | None = None,
    unit: Unit | None = None,
    role: str = "",
    on_behalf_of: int | None = None,
    now: dt.datetime,
    **detail: Any,
) -> AuditEntry:
    """Record what `actor` did, to whom, in `detail`; without an actor it was a command on the server.

    `on_behalf_of` is the key of the head a delegate acts for. Several people are named in `people`.
    """
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        subject=subject,
        unit=unit,
        action=action,
        role=role,
        on_behalf_of_id=on_behalf_of,
        detail=detail,
    )
