"""The dry run for people: what each row of a file would change, written down and nothing changed.

A thousand rows at a time, three statements each, whatever the size of the file.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from learning.people.importing.cleaning import Clean, Reason, comparable
from learning.people.importing.models import FormerNIP, ImportRow, ImportRun
from learning.people.importing.reading import slices
from learning.people.models import Person, PersonQuerySet, Unit

ROWS_AT_ONCE = 1_000
KEPT_FIELDS = (
    "username",
    "nip",
    "hr_id",
    "name",
    "email",
    "unit_id",
    "position",
    "position_kind",
    "grade",
    "employment",
    "legal_status",
    "is_active",
    "joined_on",
)
FROM_FILE = ("hr_id", "position", "position_kind", "grade", "employment", "joined_on")
AWAY = {"study", "unpaid_leave"}

Row = tuple[int, Clean]
Values = dict[str, Any]
Kind = ImportRow.Kind


def kept_values(row: Sequence[Any]) -> Values:
    """What we have of somebody, as it goes into JSON."""
    values = dict(zip(KEPT_FIELDS, row, strict=True))
    if isinstance(values["joined_on"], dt.date):
        values["joined_on"] = values["joined_on"].isoformat()
    return values


@dataclass(slots=True)
class Units:
    """Every unit, to be found by code or name, within the subtree the import may touch."""

    by_code: dict[str, Unit]
    by_name: dict[str, list[Unit]]
    scope: Unit | None

    @classmethod
    def load(cls, scope: Unit | None) -> "Units":
        by_code: dict[str, Unit] = {}
        by_name: dict[str, list[Unit]] = {}
        for unit in Unit.objects.only("pk", "code", "name", "short_name", "path", "is_active"):
            by_code[unit.code.upper()] = unit
            for name in {comparable(unit.name), comparable(unit.short_name)} - {""}:
                by_name.setdefault(name, []).append(unit)
        return cls(by_code, by_name, scope)

    def holds(self, unit: Unit) -> bool:
        return self.scope is None or unit.path.startswith(self.scope.path)

    def find(self, code: str, name: str) -> tuple[Unit | None, str]:
        """The unit meant, or why none: `unit_unknown`, `unit_ambiguous`, `unit_outside`, `unit_closed`."""
        unit = self.by_code.get(code.upper()) if code else None
        if unit is None:
            named = [each for each in self.by_name.get(comparable(name), ()) if self.holds(each)]
            named = [each for each in named if each.is_active] or named
            if len(named) > 1:
                return None, "unit_ambiguous"
            if not named:
                known_elsewhere = self.scope is not None and comparable(name) in self.by_name
                return None, "unit_outside" if known_elsewhere else "unit_unknown"
            unit = named[0]
        if not self.holds(unit):
            return None, "unit_outside"
        return (unit, "") if unit.is_active else (None, "unit_closed")


@dataclass(slots=True)
class Comparison:
    """One dry run: what was seen so far, so that twice the same person is noticed."""

    run: ImportRun
    units: Units
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    matched: dict[int, int] = field(default_factory=dict)
    unread_names: set[str] = field(default_factory=set)
    doubled_lines: set[int] = field(default_factory=set)

    def write(self, rows: Iterable[Row]) -> Iterator[int]:
        """Compares all rows and writes down what each would do; yields how many are done."""
        done = 0
        for some in slices(rows, ROWS_AT_ONCE):
            ImportRow.objects.bulk_create(self._compare(some))
            done += len(some)
            yield done
        for lines in slices(sorted(self.doubled_lines), ROWS_AT_ONCE):
            self.run.rows.filter(line__in=lines).update(
                kind=Kind.PROBLEM, reasons=[["duplicate_differs"]], after=None, before=None
            )
        if self.run.is_whole:
            for leavers in slices(self._leaving(), ROWS_AT_ONCE):
                ImportRow.objects.bulk_create(leavers)
                done += len(leavers)
                yield done

    def _compare(self, rows: Sequence[Row]) -> list[ImportRow]:
        people = _People.asked_for(rows)
        return [self._row(line, clean, people) for line, clean in rows]

    def _row(self, line: int, clean: Clean, people: "_People") -> ImportRow:
        values = clean.values
        key = values.get("nip") or values.get("hr_id", "")
        row = ImportRow(run=self.run, line=line, key=key, label=values.get("name", "")[:200])
        target, why = people.match(values)
        if target is not None:
            row.target = target
            if target in self.matched and key not in self.seen:
                clean.problems.append(["same_person", str(self.matched[target])])
            self.matched.setdefault(target, line)
        elif not key and row.label:
            self.unread_names.add(comparable(row.label.partition(",")[0]))
        if why:
            clean.problems.append([why])
        if key and key in self.seen:
            return self._twice(row, clean)
        if key:
            self.seen[key] = line, hash(repr(sorted(values.items())))
        if not clean.problems:
            self._difference(row, clean, people.have.get(target) if target else None)
        if clean.problems:
            row.kind, row.before, row.after = Kind.PROBLEM, None, None
        row.reasons = clean.problems + clean.warnings
        return row

    def _twice(self, row: ImportRow, clean: Clean) -> ImportRow:
        """The same number again: the same row is no harm; another is nobody's to choose between."""
        first, digest = self.seen[row.key]
        if digest == hash(repr(sorted(clean.values.items()))):
            row.kind, row.reasons = Kind.SAME, [["duplicate_same", str(first)]]
        else:
            row.kind, row.reasons = Kind.PROBLEM, [["duplicate_differs", str(first)]]
            self.doubled_lines.add(first)
        return row

    def _difference(self, row: ImportRow, clean: Clean, have: Values | None) -> None:
        """Sets what the row would do; adds to `clean.problems` what forbids it."""
        values = clean.values
        unit = None
        if values.get("unit_code") or values.get("unit_name"):
            unit, why = self.units.find(values.get("unit_code", ""), values.get("unit_name", ""))
            if why and not clean.is_removed:
                clean.problems.append([why, values.get("unit_code") or values.get("unit_name", "")[:60]])
                return
        if have is None:
            self._new(row, clean, unit)
            return
        if not self._may_touch(have):
            clean.problems.append(["person_elsewhere"])
            return
        if clean.is_removed and row.target == self.run.started_by_id:
            clean.problems.append(["yourself"])
            return
        after = self._changes(clean, have, unit)
        row.label = row.label or have["name"]
        if not after:
            row.kind = Kind.SAME
            return
        row.kind = kind_of(after)
        row.before = {name: have[name] for name in after}
        if "unit_id" in after or "position" in after:
            after["since"] = values.get("since")
        row.after = after

    def _new(self, row: ImportRow, clean: Clean, unit: Unit | None) -> None:
        values = clean.values
        if clean.is_removed:
            clean.problems.append(["gone_unknown"])
        elif "name" not in values:
            clean.problems.append(["name_missing"])
        elif unit is None:
            clean.problems.append(["unit_missing"])
        else:
            guess = values.get("employment_guess") or ("pns" if values.get("nip") else "non_asn")
            _warn_of_absence(clean)
            row.kind = Kind.NEW
            row.after = {
                "username": values.get("nip") or f"hr-{values['hr_id']}"[:64],
                "nip": values.get("nip"),
                "name": values["name"],
                "email": values.get("email", ""),
                "unit_id": unit.pk,
                "employment": values.get("employment", guess),
                "legal_status": values.get("legal_status", "active"),
                "since": values.get("since"),
                **{name: values[name] for name in FROM_FILE if name in values and name != "employment"},
            }

    def _may_touch(self, have: Values) -> bool:
        scope = self.units.scope
        if scope is None:
            return True
        unit = next((each for each in (have["unit"],) if each is not None), None)
        return unit is not None and unit.startswith(scope.path)

    def _changes(self, clean: Clean, have: Values, unit: Unit | None) -> Values:
        values = clean.values
        if clean.is_removed:
            wanted: Values = {"is_active": False}
            if "legal_status" in values:
                wanted["legal_status"] = values["legal_status"]
            return {name: value for name, value in wanted.items() if have[name] != value}
        wanted = {name: values[name] for name in FROM_FILE if name in values}
        if "name" in values and not _same_name(have["name"], values["name"]):
            wanted["name"] = values["name"]
        if values.get("email") and values["email"] != have["email"].lower():
            if have["email"]:  # theirs to change: whoever sets it can ask for a new password
                clean.warnings.append(["email_kept"])
            else:
                wanted["email"] = values["email"]
        if unit is not None:
            wanted["unit_id"] = unit.pk
        if values.get("nip") and values["nip"] != have["nip"] and not values.get("is_former"):
            wanted["nip"] = values["nip"]
            if have["username"] in (have["nip"], f"hr-{have['hr_id']}"):
                wanted["username"] = values["nip"]
        wanted["is_active"] = True
        wanted["legal_status"] = values.get("legal_status") or (
            have["legal_status"] if have["is_active"] else "active"
        )
        _warn_of_absence(clean)
        return {name: value for name, value in wanted.items() if have[name] != value}

    def _leaving(self) -> Iterator[ImportRow]:
        """Who is in the subtree and in no row. Whose name is on a row nobody could read does not leave."""
        people: PersonQuerySet = Person.objects.get_queryset().active()
        people = people.exclude(pk=self.run.started_by_id or 0).filter(is_superuser=False)
        if self.units.scope is not None:
            people = people.under([self.units.scope])
        for pk, nip, name, status in people.order_by("pk").values_list("pk", "nip", "name", "legal_status"):
            if pk in self.matched:
                continue
            row = ImportRow(run=self.run, line=0, key=nip or "", label=name, target=pk)
            if comparable(name.partition(",")[0]) in self.unread_names:
                row.kind, row.reasons = Kind.PROBLEM, [["perhaps_unread"]]
            else:
                row.kind, row.reasons = Kind.LEAVING, [["not_in_file"]]
                row.before = {"is_active": True, "legal_status": status}
                row.after = {"is_active": False, "legal_status": status}
            yield row


@dataclass(slots=True)
class _People:
    """The people some rows may mean, found in three statements."""

    have: dict[int, Values]
    by_nip: dict[str, int]
    by_hr_id: dict[str, int]
    by_former: dict[str, int]

    @classmethod
    def asked_for(cls, rows: Sequence[Row]) -> "_People":
        numbers = {
            clean.values[name] for _, clean in rows for name in ("nip", "old_nip") if name in clean.values
        }
        ids = {clean.values["hr_id"] for _, clean in rows if "hr_id" in clean.values}
        former = dict(FormerNIP.objects.filter(pk__in=numbers).values_list("pk", "person_id"))
        found = _read({"nip__in": numbers}) | _read({"pk__in": former.values()} if former else {})
        found |= _read({"hr_id__in": ids} if ids else {})
        return cls(
            have=found,
            by_nip={values["nip"]: pk for pk, values in found.items() if values["nip"]},
            by_hr_id={values["hr_id"]: pk for pk, values in found.items() if values["hr_id"]},
            by_former=former,
        )

    def match(self, values: Values) -> tuple[int | None, str]:
        """Who the row means: by NIP, by the NIP before it, by the staff system's number, by a number
        they once had. `two_people` when two of these disagree."""
        nip, old, hr_id = (values.get(name, "") for name in ("nip", "old_nip", "hr_id"))
        ways = [
            self.by_nip.get(nip),
            self.by_nip.get(old) or self.by_former.get(old),
            self.by_hr_id.get(hr_id),
        ]
        found = [pk for pk in ways if pk]
        if not found and nip in self.by_former:
            values["is_former"] = True
            return self.by_former[nip], ""
        if len(set(found)) > 1:
            return None, "two_people"
        return (found[0], "") if found else (None, "")


def _read(condition: dict[str, Any]) -> dict[int, Values]:
    if not condition:
        return {}
    rows = Person.objects.filter(**condition).values_list("pk", "unit__path", *KEPT_FIELDS)
    return {pk: {**kept_values(kept), "unit": path} for pk, path, *kept in rows}


def kind_of(after: Values) -> Kind:
    if after.get("is_active") is False:
        return Kind.LEAVING
    if after.get("is_active"):
        return Kind.REACTIVATED
    return Kind.MOVED if "unit_id" in after else Kind.CHANGED


def _same_name(have: str, want: str) -> bool:
    """The same but for capitals; or the file has no titles and the name before ours is the same."""
    if have.casefold() == want.casefold():
        return True
    return "," not in want and comparable(have.partition(",")[0]) == comparable(want)


def _warn_of_absence(clean: Clean) -> None:
    if clean.values.get("legal_status") in AWAY:
        clean.warnings.append(["record_absence"])


def reasons_of(row: ImportRow) -> list[Reason]:
    """What is wrong with a row, as codes with their detail."""
    return [[str(each) for each in reason] for reason in row.reasons]
