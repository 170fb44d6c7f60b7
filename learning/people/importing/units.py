"""Units from a file: one tree, six levels at most, never a circle. Small enough to be held whole.

A unit is found by its code. It may get another name, parent or head, be closed or opened again; it is never
deleted, unless the import that made it is undone before anybody uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from learning.people.importing.cleaning import Clean, comparable
from learning.people.importing.models import ImportRow, ImportRun
from learning.people.importing.reading import slices
from learning.people.models import Person, Unit

DEEPEST = 6
ROWS_AT_ONCE = 1_000
TEXTS = ("name", "short_name", "kind", "city")

Kind = ImportRow.Kind
Outcome = ImportRow.Outcome
Values = dict[str, Any]


def _tree() -> dict[str, Unit]:
    return {unit.code.upper(): unit for unit in Unit.objects.order_by("path")}


def _parent_code(unit: Unit, by_path: dict[str, Unit]) -> str:
    parent = by_path.get(unit.path[: -Unit.steplen])
    return parent.code if parent else ""


# --- Comparing ----------------------------------------------------------------------


def compare(run: ImportRun, rows: Sequence[tuple[int, Clean]]) -> None:
    """Writes down what each row would do to the tree."""
    have = _tree()
    by_path = {unit.path: unit for unit in have.values()}
    heads = _heads(rows)
    asked, others = _once_each(rows)
    written = [_row(run, line, clean) for line, clean in others]
    parents = {code: _parent_code(unit, by_path).upper() for code, unit in have.items()}
    for code, (_, clean) in asked.items():
        parent = clean.values.get("parent", "").upper()
        if not clean.problems and (parent or code not in parents):
            parents[code] = parent
    names = _names_below_parents(have, parents, asked)
    bad = {code for code, (_, clean) in asked.items() if clean.problems}
    for code, (line, clean) in asked.items():
        if not clean.problems:
            _check_place(clean, code, parents, have, asked, bad, run)
        if (
            not clean.problems
            and names.get((parents[code], comparable(_name(clean, have.get(code))))) != code
        ):
            clean.warnings.append(["same_name_here"])
        written.append(_difference(run, line, clean, have.get(code), parents.get(code, ""), heads, by_path))
    written.sort(key=lambda row: row.line)
    for some in slices(written, ROWS_AT_ONCE):
        ImportRow.objects.bulk_create(some)


def _once_each(
    rows: Sequence[tuple[int, Clean]],
) -> tuple[dict[str, tuple[int, Clean]], list[tuple[int, Clean]]]:
    """The row of each code, and the rows left over: without a code, or of a code that was there before.

    Two different rows of one code are nobody's to choose between: both are problems.
    """
    asked: dict[str, tuple[int, Clean]] = {}
    others: list[tuple[int, Clean]] = []
    for line, clean in rows:
        code = clean.values.get("code", "").upper()
        if not code or code not in asked:
            if code:
                asked[code] = line, clean
            else:
                others.append((line, clean))
            continue
        first, same = asked[code]
        if same.values == clean.values:
            clean.warnings.append(["duplicate_same", str(first)])
        else:
            clean.problems.append(["duplicate_differs", str(first)])
            same.problems.append(["duplicate_differs", str(line)])
        others.append((line, clean))
    return asked, others


def _name(clean: Clean, unit: Unit | None) -> str:
    return str(clean.values.get("name") or (unit.name if unit else ""))


def _names_below_parents(
    have: dict[str, Unit], parents: dict[str, str], asked: dict[str, tuple[int, Clean]]
) -> dict[tuple[str, str], str]:
    """The first unit of each name below each parent."""
    names: dict[tuple[str, str], str] = {}
    for code, parent in parents.items():
        unit = have.get(code)
        name = _name(asked[code][1], unit) if code in asked else unit.name if unit else ""
        names.setdefault((parent, comparable(name)), code)
    return names


def _heads(rows: Sequence[tuple[int, Clean]]) -> dict[str, int]:
    numbers = [clean.values["head"] for _, clean in rows if "head" in clean.values]
    found: dict[str, int] = {}
    for some in slices(numbers, ROWS_AT_ONCE):
        people = Person.objects.filter(nip__in=some, is_active=True)
        found.update({nip: pk for nip, pk in people.values_list("nip", "pk") if nip})
    return found


def _check_place(
    clean: Clean,
    code: str,
    parents: dict[str, str],
    have: dict[str, Unit],
    asked: dict[str, tuple[int, Clean]],
    bad: set[str],
    run: ImportRun,
) -> None:
    """The way up must end at the top within six levels, over units that exist and are no problem."""
    inside = run.unit is None or code == run.unit.code.upper()
    at, way = code, [code]
    while parent := parents.get(at, ""):
        if parent in way:
            clean.problems.append(["circle", " → ".join([*way, parent][:8])])
            return
        if parent not in have and parent not in asked:
            clean.problems.append(["parent_unknown", parent[:40]])
            return
        if parent not in have and parent in bad:
            clean.problems.append(["parent_problem", parent[:40]])
            return
        inside = inside or (run.unit is not None and parent == run.unit.code.upper())
        way.append(parent)
        at = parent
    if len(way) > DEEPEST:
        clean.problems.append(["too_deep", str(len(way))])
    elif not inside:
        clean.problems.append(["unit_outside", code[:40]])


def _row(run: ImportRun, line: int, clean: Clean) -> ImportRow:
    return ImportRow(
        run=run,
        line=line,
        key=clean.values.get("code", ""),
        label=clean.values.get("name", "")[:200],
        kind=Kind.PROBLEM if clean.problems else Kind.SAME,
        reasons=clean.problems + clean.warnings,
    )


def _difference(
    run: ImportRun,
    line: int,
    clean: Clean,
    unit: Unit | None,
    parent: str,
    heads: dict[str, int],
    by_path: dict[str, Unit],
) -> ImportRow:
    values = clean.values
    if unit is not None and run.unit is not None and not unit.path.startswith(run.unit.path):
        clean.problems.append(["unit_outside", unit.code])
    if unit is None and clean.is_removed and not clean.problems:
        clean.problems.append(["gone_unknown"])
    if unit is None and "name" not in values and not clean.problems:
        clean.problems.append(["name_missing"])
    wanted: Values = {name: values[name] for name in TEXTS if values.get(name)}
    if "head" in values:
        if values["head"] in heads:
            wanted["head_id"] = heads[values["head"]]
        else:
            clean.warnings.append(["head_unknown"])
    row = _row(run, line, clean)
    if clean.problems:
        return row
    if unit is None:
        row.kind = Kind.NEW
        row.after = {"code": values["code"], "parent": parent, "is_active": True, **wanted}
        return row
    row.target = unit.pk
    row.label = row.label or unit.name
    wanted["is_active"] = not clean.is_removed
    have: Values = {
        **{name: getattr(unit, name) for name in wanted},
        "parent": _parent_code(unit, by_path).upper(),
    }
    if values.get("parent"):
        wanted["parent"] = parent
    after = {name: value for name, value in wanted.items() if have[name] != value}
    if after:
        row.before, row.after = {name: have[name] for name in after}, after
        row.kind = (
            Kind.LEAVING
            if after.get("is_active") is False
            else Kind.REACTIVATED
            if after.get("is_active")
            else Kind.MOVED
            if "parent" in after
            else Kind.CHANGED
        )
    return row


# --- Applying and undoing -------------------------------------------------------------


@dataclass(slots=True)
class _Places:
    """The tree while it grows: which path the next unit below a parent gets, without asking each time."""

    by_code: dict[str, Unit]
    last: dict[str, int]

    @classmethod
    def load(cls) -> "_Places":
        by_code = _tree()
        last: dict[str, int] = {}
        for unit in by_code.values():
            above, step = unit.path[: -Unit.steplen], unit.path[-Unit.steplen :]
            last[above] = max(last.get(above, 0), Unit._str2int(step))  # type: ignore[no-untyped-call]
        return cls(by_code, last)

    def add(self, after: Values) -> tuple[Unit, Unit | None]:
        """The unit, not yet saved, and its parent with one child more."""
        parent = self.by_code[after["parent"]] if after["parent"] else None
        above = parent.path if parent else ""
        step = self.last[above] = self.last.get(above, 0) + 1
        depth = (parent.depth if parent else 0) + 1
        fields = {name: value for name, value in after.items() if name != "parent"}
        path = Unit._get_path(above, depth, step)  # type: ignore[no-untyped-call]
        unit = Unit(path=path, depth=depth, numchild=0, **fields)
        if parent is not None:
            parent.numchild += 1
        self.by_code[unit.code.upper()] = unit
        return unit, parent


def write(run: ImportRun) -> None:
    """Applies or undoes all rows in one transaction: a tree is never half of one and half of another."""
    applying = run.state == ImportRun.State.APPLYING
    with transaction.atomic():
        ImportRun.objects.select_for_update().get(pk=run.pk)
        waiting = Outcome.WAITING if applying else Outcome.APPLIED
        rows = list(
            run.rows.filter(outcome=waiting).exclude(kind__in=(Kind.SAME, Kind.PROBLEM)).order_by("pk")
        )
        _apply(rows) if applying else _undo(rows)
        ImportRow.objects.bulk_update(rows, ["outcome"], batch_size=ROWS_AT_ONCE)
        ImportRun.objects.filter(pk=run.pk).update(done_rows=len(rows), beat_at=timezone.now())


def _apply(rows: Sequence[ImportRow]) -> None:
    places = _Places.load()
    waiting = {row.key.upper(): row for row in rows if row.kind == Kind.NEW}
    made: list[Unit] = []
    parents: dict[int, Unit] = {}

    def add(row: ImportRow) -> None:
        """A parent of the same file comes first, wherever it stands."""
        after: Values = row.after or {}
        above = waiting.get(after["parent"])
        if above is not None and above.outcome == Outcome.WAITING:
            add(above)
        if row.key.upper() in places.by_code or (after["parent"] and after["parent"] not in places.by_code):
            row.outcome = Outcome.STALE
            return
        unit, parent = places.add(after)
        made.append(unit)
        if parent is not None and parent.pk:
            parents[parent.pk] = parent
        row.outcome = Outcome.APPLIED

    for row in waiting.values():
        if row.outcome == Outcome.WAITING:
            add(row)
    Unit.objects.bulk_create(made, batch_size=ROWS_AT_ONCE)
    Unit.objects.bulk_update(parents.values(), ["numchild"], batch_size=ROWS_AT_ONCE)
    _change([row for row in rows if row.kind != Kind.NEW], forward=True)


def _change(rows: Sequence[ImportRow], *, forward: bool) -> None:
    """Sets the rows' units to `after` (or back to `before`), where they are as the other says."""
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[row.target for row in rows])}
    plain: list[Unit] = []
    fields: set[str] = set()
    for row in rows:
        unit = units.get(row.target or 0)
        was, becomes = (row.before, row.after) if forward else (row.after, row.before)
        if unit is None or not _as_said(unit, was or {}):
            row.outcome = Outcome.STALE if forward else Outcome.KEPT
            continue
        row.outcome = Outcome.APPLIED if forward else Outcome.UNDONE
        for name, value in (becomes or {}).items():
            if name != "parent":
                setattr(unit, name, value)
                fields.add(name)
                plain.append(unit)
    if plain:
        Unit.objects.bulk_update({unit.pk: unit for unit in plain}.values(), fields, batch_size=200)
    for row in rows:
        becomes = (row.after if forward else row.before) or {}
        if row.outcome in (Outcome.APPLIED, Outcome.UNDONE) and "parent" in becomes:
            _move(row, becomes["parent"], forward=forward)


def _as_said(unit: Unit, values: Values) -> bool:
    parent = unit.get_parent() if "parent" in values else None  # type: ignore[no-untyped-call]
    return all(
        (parent.code.upper() if parent else "") == value if name == "parent" else getattr(unit, name) == value
        for name, value in values.items()
    )


def _move(row: ImportRow, parent_code: str, *, forward: bool) -> None:
    """One move at a time, by treebeard: the paths of all below change. Never below itself."""
    unit = Unit.objects.get(pk=row.target)
    parent = Unit.objects.filter(code__iexact=parent_code).first() if parent_code else None
    if (parent_code and parent is None) or (parent is not None and parent.path.startswith(unit.path)):
        row.outcome = Outcome.STALE if forward else Outcome.KEPT
    elif parent is None:
        unit.move(Unit.get_last_root_node(), "last-sibling")  # type: ignore[no-untyped-call]
    else:
        unit.move(parent, "last-child")


def _undo(rows: Sequence[ImportRow]) -> None:
    _change([row for row in rows if row.kind != Kind.NEW], forward=False)
    made = {row.key.upper(): row for row in rows if row.kind == Kind.NEW}
    units = {
        unit.code.upper(): unit for unit in Unit.objects.filter(code__in=[row.key for row in made.values()])
    }
    used = _used([unit.pk for unit in units.values()])
    # From the leaves up: a unit stays when anything below it stays.
    for unit in sorted(units.values(), key=lambda each: -each.depth):
        row = made[unit.code.upper()]
        unit.refresh_from_db(fields=["numchild"])
        after = {name: value for name, value in (row.after or {}).items() if name not in ("parent", "code")}
        if unit.pk in used or unit.numchild or not _as_said(unit, after):
            row.outcome = Outcome.KEPT
        else:
            unit.delete()
            row.outcome = Outcome.UNDONE
    for code, row in made.items():
        if code not in units:
            row.outcome = Outcome.KEPT


def _used(pks: Sequence[int]) -> set[int]:
    """Those that any other table names: people, targets, roles, whatever there will be."""
    used: set[int] = set()
    for relation in Unit._meta.related_objects:
        field = relation.field
        for some in slices(pks, ROWS_AT_ONCE):
            found = field.model._base_manager.filter(**{f"{field.name}__in": some})
            used.update(found.values_list(f"{field.name}_id", flat=True))
    return used
