"""What a reader of an import sees: rows with every reason in words, and the result as a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learning.people.importing.models import ImportRow, ImportRun
from learning.people.importing.wording import ABOUT_FILE, ABOUT_ROW
from learning.people.models import Person, Unit

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

FIELD_NAMES = {
    "username": gettext_lazy("sign-in name"),
    "unit_id": gettext_lazy("unit"),
    "head_id": gettext_lazy("head of unit"),
    "parent": gettext_lazy("unit above"),
}
NOT_SHOWN = {"username", "since"}  # the NIP says it already, or it is no column


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a row: what it is called, what it was, what it becomes."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as a page or a file shows it."""

    line: int
    key: str
    label: str
    kind: str
    kind_label: str
    outcome: str
    changes: list[Change]
    reasons: list[str]


def words(reason: list[str], about: dict[str, Any]) -> str:
    """A code and its detail as a sentence."""
    code, *detail = [str(each) for each in reason]
    text = str(about.get(code, code))
    return text.replace("{0}", detail[0] if detail else "").strip()


def notes_of(run: ImportRun) -> list[str]:
    """What there is to say about the file as a whole."""
    return [words(note, ABOUT_FILE) for note in run.notes]


def field_name(name: str, kind: str) -> str:
    if name in FIELD_NAMES:
        return str(FIELD_NAMES[name])
    model = Unit if kind == ImportRun.Kind.UNITS else Person
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def show(run: ImportRun, rows: list[ImportRow]) -> list[Shown]:
    """`rows` in words; the units and heads they name in two statements."""
    values = [each for row in rows for each in (row.before, row.after) if each]
    units = dict(
        Unit.objects.filter(pk__in={each["unit_id"] for each in values if each.get("unit_id")}).values_list(
            "pk", "name"
        )
    )
    heads = dict(
        Person.objects.filter(pk__in={each["head_id"] for each in values if each.get("head_id")}).values_list(
            "pk", "name"
        )
    )
    choices = {
        name: dict(Person._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
        for name in ("employment", "legal_status", "position_kind")
    }

    def text(name: str, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if name == "unit_id":
            return str(units.get(value, "?"))
        if name == "head_id":
            return str(heads.get(value, "?"))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(choices.get(name, {}).get(value, value))

    def changes(row: ImportRow) -> list[Change]:
        before = row.before or {}
        return [
            Change(field_name(name, run.kind), text(name, before.get(name)), text(name, value))
            for name, value in (row.after or {}).items()
            if name not in NOT_SHOWN and (row.before is not None or value not in (None, ""))
        ]

    return [
        Shown(
            line=row.line,
            key=row.key,
            label=row.label,
            kind=row.kind,
            kind_label=str(ImportRow.Kind(row.kind).label),
            outcome=str(ImportRow.Outcome(row.outcome).label) if row.outcome else "",
            changes=changes(row),
            reasons=[words(reason, ABOUT_ROW) for reason in row.reasons],
        )
        for row in rows
    ]


def safe_cell(text: object) -> str:
    """A cell no spreadsheet runs: what begins like a formula gets an apostrophe before it (OWASP)."""
    cell = str(text).replace("\x00", "")
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


class _Echo:
    """A file that gives back what is written, so that a CSV can be streamed."""

    def write(self, text: str) -> str:
        return text


def result_lines(run: ImportRun) -> Iterator[str]:
    """The result, a line for each row of the file and of those who were not in it; streamed."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(
        [_("line"), _("NIP or code"), _("name"), _("kind"), _("result"), _("changes"), _("reasons")]
    )
    rows = run.rows.order_by("pk")
    at = 0
    while some := list(rows.filter(pk__gt=at)[:1000]):
        at = some[-1].pk
        for row in show(run, some):
            changes = "; ".join(f"{each.name}: {each.before} → {each.after}" for each in row.changes)
            cells = (row.line or "", row.key, row.label, row.kind_label, row.outcome, changes)
            # An 18-digit number is kept as text, or the next spreadsheet mangles it again.
            keyed = [
                f"'{cell}" if at == 1 and cell else cell for at, cell in enumerate(map(safe_cell, cells))
            ]
            yield writer.writerow([*keyed, safe_cell(" ".join(row.reasons))])
