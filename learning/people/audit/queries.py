"""What is read from the log: who saw me, and the auditor's search."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from learning.people.audit.models import AuditEntry
from learning.people.audit.words import (
    action_in_words,
    change_in_words,
    detail_in_words,
    role_in_words,
    what_in_words,
)
from learning.people.models import Person, Posting
from learning.people.rules import WIB

LOOKS = ("look", "look_at_list", "export")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw something of mine: what they were to me and when, never who (DESIGN 6)."""

    at: dt.datetime
    role: str
    what: str
    is_list: bool


def looks_at(person: Person, since: dt.datetime, most: int = 500) -> list[Look]:
    """Who saw `person`'s record, newest first: two statements.

    A list names the people who were on it; it is found by its unit: one where the person serves or served.
    """
    units = Posting.objects.filter(person=person).values("unit")
    lists = Q(action="look_at_list") & (Q(unit=person.unit_id) | Q(unit__in=units) | Q(unit__isnull=True))
    entries = (
        AuditEntry.objects.filter(Q(subject=person, action__in=LOOKS) | lists, at__gte=since)
        .exclude(actor=person)
        .order_by("-at", "-pk")[: most * 4]
    )
    found = []
    for entry in entries:
        is_list = entry.action == "look_at_list"
        if is_list and person.pk not in entry.detail.get("people", ()):
            continue
        what = what_in_words(entry.detail.get("what", ""))
        found.append(Look(entry.at, role_in_words(entry.role), what, is_list))
    return found[:most]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an auditor searches for; every part may be missing."""

    subject: int | None = None
    actor: int | None = None
    action: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def search(wanted: Wanted) -> QuerySet[AuditEntry]:
    """The entries wanted, newest first. A person is found by the index that begins with them."""
    entries = AuditEntry.objects.all()
    if wanted.subject is not None:
        entries = entries.filter(subject=wanted.subject)
    if wanted.actor is not None:
        entries = entries.filter(Q(actor=wanted.actor) | Q(on_behalf_of=wanted.actor, actor__isnull=False))
    if wanted.action:
        entries = entries.filter(action=wanted.action)
    if wanted.first_day:
        entries = entries.filter(at__gte=dt.datetime.combine(wanted.first_day, dt.time.min, WIB))
    if wanted.last_day:
        end = dt.datetime.combine(wanted.last_day, dt.time.min, WIB) + dt.timedelta(days=1)
        entries = entries.filter(at__lt=end)
    return entries.order_by("-at", "-pk")


def in_words(entry: AuditEntry) -> dict[str, Any]:
    """One entry for the screen and the file: names as they are now, never a NIP."""
    return {
        "at": entry.at.astimezone(WIB),
        "actor": entry.actor.name if entry.actor else "",
        "on_behalf_of": entry.on_behalf_of.name if entry.on_behalf_of else "",
        "role": role_in_words(entry.role) if entry.role else "",
        "action": action_in_words(entry.action),
        "subject": entry.subject.name if entry.subject else "",
        "unit": entry.unit.name if entry.unit else "",
        "what": what_in_words(entry.detail.get("what", "")),
        "detail": "; ".join(_details(entry.detail)),
    }


def _details(detail: dict[str, Any]) -> Iterator[str]:
    """What else the entry says; what changed as old → new."""
    changes = dict(detail.get("changes", {}))
    before, after = detail.get("before"), detail.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        changes |= {name: [before[name], after.get(name)] for name in before}
    told = {"what", "changes", *(("before", "after") if isinstance(before, dict) else ())}
    yield from (detail_in_words(name, value) for name, value in detail.items() if name not in told)
    for name, (old, new) in changes.items():
        yield change_in_words(name, old, new)


def with_names(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    return entries.select_related("actor", "on_behalf_of", "subject", "unit")


def all_in_words(entries: QuerySet[AuditEntry]) -> Iterator[dict[str, Any]]:
    """One after the other, however many: for the file."""
    for entry in with_names(entries).iterator(chunk_size=1_000):
        yield in_words(entry)


def affected(since: dt.datetime, until: dt.datetime) -> dict[int, list[str]]:
    """Whose data was seen, changed or carried away by somebody else between the two moments, and how.

    The keys of the people, each with the kinds of deeds. Of lists and exports, everybody who was on them.
    """
    people: dict[int, set[str]] = {}
    entries = AuditEntry.objects.filter(at__gte=since, at__lt=until).order_by("pk")
    for subject, actor, action, detail in entries.values_list(
        "subject_id", "actor_id", "action", "detail"
    ).iterator(chunk_size=1_000):
        concerned = set(detail.get("people", ())) if isinstance(detail.get("people"), list) else set()
        if subject is not None and subject != actor:
            concerned.add(subject)
        for person in concerned:
            people.setdefault(person, set()).add(action)
    return {person: sorted(actions) for person, actions in sorted(people.items())}
