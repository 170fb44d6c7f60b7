"""What the rows about people do, and how it is taken back: a slice of them in one transaction.

A row is applied only if everything it changes is still as the comparison saw it, and undone only if
everything it changed is still as it left it. So a slice may be tried again after a crash, and nobody's later
work is lost.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from learning.people.importing.comparing import KEPT_FIELDS, Kind, Values, kept_values
from learning.people.importing.models import FormerNIP, ImportRow, ImportRun
from learning.people.models import AuditEntry, Person, Posting, Unit

Outcome = ImportRow.Outcome
BESIDE = {"since"}  # in `after`, but no column of a person
DAY = dt.timedelta(days=1)


def apply_rows(run: ImportRun | None, rows: Sequence[ImportRow], today: dt.date) -> None:
    """Applies `rows`, each whole or not at all, and sets the outcome of each. Call it in a transaction."""
    _all_or_each(rows, lambda some: _Applied(run, today).rows(some), Outcome.REFUSED)


def undo_rows(run: ImportRun, rows: Sequence[ImportRow], today: dt.date) -> None:
    """Takes `rows` back, each whole or not at all, and sets the outcome of each. Call it in a transaction."""
    _all_or_each(rows, lambda some: _undo(run, some), Outcome.KEPT)


def _all_or_each(rows: Sequence[ImportRow], deed: Any, otherwise: Outcome) -> None:
    """All at once; where the database refuses that, one by one, so that only the culprits are left out."""
    try:
        with transaction.atomic():
            deed(rows)
    except (IntegrityError, ProtectedError):
        for row in rows:
            try:
                with transaction.atomic():
                    deed([row])
            except (IntegrityError, ProtectedError):
                row.outcome = otherwise


def current_values(person: Person) -> Values:
    """What we have of `person`, as a row keeps it."""
    return kept_values([getattr(person, name) for name in KEPT_FIELDS])


def _set(person: Person, values: Values) -> None:
    for name, value in values.items():
        if name in BESIDE:
            continue
        setattr(person, name, dt.date.fromisoformat(value) if name == "joined_on" and value else value)


def _save(people: Sequence[Person], fields: Iterable[str]) -> None:
    """One statement for many people: they are there, so every insert becomes an update of `fields`."""
    if people:
        Person.objects.bulk_create(
            people, update_conflicts=True, unique_fields=["id"], update_fields=sorted(fields)
        )


def _locked(pks: Iterable[int | None]) -> dict[int, Person]:
    """The people, in one order, so that two of us never wait for each other crosswise."""
    wanted = [pk for pk in pks if pk]
    return {
        person.pk: person
        for person in Person.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    }


@dataclass(slots=True)
class _Applied:
    """One slice being applied."""

    run: ImportRun | None
    today: dt.date
    closed: list[Posting] = field(default_factory=list)
    opened: list[Posting] = field(default_factory=list)

    def rows(self, rows: Sequence[ImportRow]) -> None:
        people = _locked(row.target for row in rows)
        units = set(
            Unit.objects.filter(
                pk__in={row.after["unit_id"] for row in rows if row.after and "unit_id" in row.after},
                is_active=True,
            ).values_list("pk", flat=True)
        )
        running = {
            posting.person_id: posting
            for posting in Posting.objects.filter(
                person__in=people, kind=Posting.Kind.DEFINITIVE, last_day=None
            )
        }
        new: list[tuple[Person, Values]] = []
        changed: list[Person] = []
        fields: set[str] = set()
        numbers: list[FormerNIP] = []
        for row in rows:
            after: Values = row.after or {}
            row.outcome = Outcome.APPLIED
            if after.get("unit_id") is not None and after["unit_id"] not in units:
                row.outcome = Outcome.STALE
            elif row.kind == Kind.NEW:
                person = Person(password=make_password(None))
                _set(person, after)
                new.append((person, after))
            elif (found := people.get(row.target or 0)) and _still(found, row.before):
                self._post(found, row, running.get(found.pk))
                if "nip" in after and found.nip:
                    numbers.append(FormerNIP(nip=found.nip, person=found, until=self.today))
                _set(found, after)
                fields |= set(after) - BESIDE
                changed.append(found)
            else:
                row.outcome = Outcome.STALE
        Person.objects.bulk_create([person for person, _ in new])
        _save(changed, fields)
        for person, after in new:
            self._open(person, self._since(after, None))
        FormerNIP.objects.bulk_create(numbers, ignore_conflicts=True)
        FormerNIP.objects.filter(pk__in=[person.nip for person in changed if person.nip]).delete()
        if self.closed:
            Posting.objects.bulk_create(
                self.closed, update_conflicts=True, unique_fields=["id"], update_fields=["last_day"]
            )
        Posting.objects.bulk_create(self.opened)

    def _since(self, after: Values, running: Posting | None) -> dt.date:
        """From which day a posting holds: the file's TMT if it can be, else today."""
        said = dt.date.fromisoformat(after["since"]) if after.get("since") else None
        if said is None or said > self.today:
            return self.today
        if running and running.first_day and said <= running.first_day:
            return self.today
        return said

    def _post(self, person: Person, row: ImportRow, running: Posting | None) -> None:
        """Closes the posting that ran and opens the next; `person` is still as before."""
        after: Values = row.after or {}
        if row.kind not in (Kind.LEAVING, Kind.REACTIVATED) and not {"unit_id", "position"} & set(after):
            return
        since = self._since(after, running)
        if running:
            running.last_day = max(since - DAY, running.first_day or since - DAY)
            self.closed.append(running)
        elif person.unit_id and row.kind != Kind.REACTIVATED:
            self.opened.append(
                Posting(
                    person=person,
                    unit_id=person.unit_id,
                    position=person.position,
                    last_day=since - DAY,
                    import_run=self.run,
                )
            )
        if row.kind != Kind.LEAVING:
            self._open(person, since, after)

    def _open(self, person: Person, since: dt.date, after: Values | None = None) -> None:
        values = {"unit_id": person.unit_id, "position": person.position, **(after or {})}
        if values["unit_id"]:
            self.opened.append(
                Posting(
                    person=person,
                    unit_id=values["unit_id"],
                    position=values["position"],
                    first_day=since,
                    import_run=self.run,
                )
            )


def _still(person: Person, values: Values | None) -> bool:
    """Is everything in `values` as it says?"""
    have = current_values(person)
    return all(have[name] == value for name, value in (values or {}).items() if name not in BESIDE)


# --- Taking back ----------------------------------------------------------------------


def _undo(run: ImportRun, rows: Sequence[ImportRow]) -> None:
    new = {row.after["username"]: row for row in rows if row.kind == Kind.NEW and row.after}
    made = {
        person.username: person
        for person in Person.objects.select_for_update().filter(username__in=new).order_by("pk")
    }
    people = _locked(row.target for row in rows if row.kind != Kind.NEW)
    gone: list[int] = []
    restored: list[Person] = []
    reopened: list[int] = []
    fields: set[str] = set()
    numbers: list[str] = []
    for row in rows:
        person = (
            made.get((row.after or {})["username"]) if row.kind == Kind.NEW else people.get(row.target or 0)
        )
        if person is None or not _still(person, row.after) or (row.kind == Kind.NEW and person.last_login):
            row.outcome = Outcome.KEPT
            continue
        row.outcome = Outcome.UNDONE
        if row.kind == Kind.NEW:
            gone.append(person.pk)
            continue
        before: Values = row.before or {}
        if before.get("nip"):
            numbers.append(before["nip"])
        if row.kind == Kind.LEAVING or (
            row.kind != Kind.REACTIVATED and {"unit_id", "position"} & set(before)
        ):
            reopened.append(person.pk)
        _set(person, before)
        fields |= set(before)
        restored.append(person)
    FormerNIP.objects.filter(pk__in=numbers).delete()
    _save(restored, fields)
    Posting.objects.filter(import_run=run, person__in=[*gone, *(each.pk for each in restored)]).delete()
    _reopen(reopened)
    # Whom somebody has looked at stays in the audit log, so they stay too, as somebody who left.
    seen = AuditEntry.objects.filter(subject__in=gone).values_list("subject_id", flat=True)
    Person.objects.filter(pk__in=list(seen)).update(is_active=False)
    Person.objects.filter(pk__in=gone).exclude(pk__in=list(seen)).delete()


def _reopen(people: Sequence[int]) -> None:
    """The posting closed last runs on."""
    last: dict[int, Posting] = {}
    closed = Posting.objects.filter(person__in=people, kind=Posting.Kind.DEFINITIVE)
    for posting in closed.order_by("last_day", "pk"):
        last[posting.person_id] = posting
    running = [posting for posting in last.values() if posting.last_day is not None]
    for posting in running:
        posting.last_day = None
    if running:
        Posting.objects.bulk_create(
            running, update_conflicts=True, unique_fields=["id"], update_fields=["last_day"]
        )
