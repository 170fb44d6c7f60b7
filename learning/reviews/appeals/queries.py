"""What readers ask about appeals: is a row open to one, and what became of it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from learning.people.models import Person
from learning.reviews import rules
from learning.reviews.models import Appeal, Status
from learning.study import rules as study
from learning.study.models import Kind, StudyEntry


def why_no_appeal(entry: StudyEntry, now: dt.datetime) -> str:
    """Why a row is not open to an appeal: `full`, `kind`, `running`, `late`; "" when it is.

    Whether there was one before, the database knows (`one_appeal_per_row`).
    """
    if entry.kind == Kind.ADJUSTED:
        return "kind"
    if not entry.reason or entry.credited_s >= entry.claimed_s:
        return "full"
    if entry.sealed_at is None and not study.is_sealed(received_at=entry.received_at, now=now):
        return "running"
    return "" if rules.may_still_appeal(entry.received_at, now) else "late"


def last_day(entry: StudyEntry) -> dt.date:
    """The last day (WIB) on which an appeal against the row is taken."""
    return study.local_day(entry.received_at + rules.APPEAL_WITHIN)


def appeals_of_rows(entries: Iterable[uuid.UUID]) -> dict[uuid.UUID, Appeal]:
    """The appeal against each of these rows that was not withdrawn, with its decision: two statements."""
    found = Appeal.objects.filter(entry__in=list(entries)).exclude(status=Status.WITHDRAWN)
    return {each.entry_id: each for each in found.select_related("adjustment").prefetch_related("decisions")}


def appeal_of_row(person: Person, entry: StudyEntry) -> Appeal | None:
    """The person's appeal against a row, if it was not withdrawn."""
    return appeals_of_rows([entry.pk]).get(entry.pk) if entry.person_id == person.pk else None
