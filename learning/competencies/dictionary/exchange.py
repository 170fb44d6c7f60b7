"""The dictionary and the profiles as files, CSV and XLSX. What comes in is taken whole or not at all."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from learning.competencies.models import Competency
from learning.people.importing.reading import CannotRead, read_table

LEVEL_COLUMNS = tuple(f"level_{level}" for level in range(1, 6))
COLUMNS = (
    "kode",
    "nama",
    "jenis",
    "rumpun",
    "definisi_singkat",
    *LEVEL_COLUMNS,
    "berlaku_bulan",
    "aktif",
)
PROFILE_COLUMNS = ("jabatan", "kode", "level")
NEEDED = ("kode", "nama", "jenis", *LEVEL_COLUMNS)
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
YES, NO = ("ya", "y", "1", "true", ""), ("tidak", "t", "0", "false")
MOST_ROWS = 20_000
MOST_ERRORS = 20  # shown at once


class NotTaken(Exception):
    """The file cannot be taken; `errors` says why, row by row. Nothing was changed."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]


def _lines(path: Path, columns: Sequence[str], needed: Sequence[str]) -> list[_Line]:
    """The rows of a file under the columns we know. Raises `NotTaken`."""

    def known(cells: Sequence[str]) -> int:
        return len({each.strip().casefold() for each in cells} & set(columns))

    try:
        table = read_table(path, known)
        names = [each.strip().casefold() for each in table.columns]
        if missing := [each for each in needed if each not in names]:
            raise NotTaken([_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}])
        places = {name: names.index(name) for name in columns if name in names}
        found: list[_Line] = []
        for number, cells in table.rows:
            if len(found) >= MOST_ROWS:
                raise NotTaken([_("At most %(n)d rows.") % {"n": MOST_ROWS}])
            found.append(
                _Line(
                    number,
                    {
                        name: _plain(cells[place]) if place < len(cells) else ""
                        for name, place in places.items()
                    },
                )
            )
    except CannotRead:
        raise NotTaken([_("The file is no table that can be read. Save it as XLSX or CSV.")]) from None
    if not found:
        raise NotTaken([_("There are no rows below the names of the columns.")])
    return found


def _plain(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from running it."""
    text = cell.strip()
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def read_dictionary(path: Path) -> list[Row]:
    """The rows of a dictionary, checked. Raises `NotTaken` with all that is wrong."""
    errors: list[str] = []
    rows: dict[str, Row] = {}
    for line in _lines(path, COLUMNS, NEEDED):
        wrong, row = _dictionary_row(line.cells)
        if row["kode"] in rows:
            wrong.append(_("the code “%(code)s” stands there twice") % {"code": row["kode"]})
        rows[row["kode"]] = row
        errors += [_("Row %(n)d: %(what)s.") % {"n": line.number, "what": each} for each in wrong]
    if errors:
        raise NotTaken(errors[:MOST_ERRORS])
    return list(rows.values())


def _dictionary_row(cells: dict[str, str]) -> tuple[list[str], Row]:
    wrong = []
    code = cells["kode"].upper()
    if not CODE.fullmatch(code):
        wrong.append(
            _("“%(code)s” is no code: capitals, figures and hyphens, at most 20") % {"code": code[:30]}
        )
    if not 3 <= len(cells["nama"]) <= 120:
        wrong.append(_("a name has 3 to 120 letters"))
    kind = cells["jenis"].casefold().replace(" ", "_").replace("-", "_")
    if kind not in Competency.Kind.values:
        wrong.append(_("the kind is one of: %(kinds)s") % {"kinds": ", ".join(Competency.Kind.values)})
    if any(not 1 <= len(cells[each]) <= 2000 for each in LEVEL_COLUMNS):
        wrong.append(_("each of the five levels has its behaviour"))
    months = cells.get("berlaku_bulan", "")
    if months and not (months.isdecimal() and 1 <= int(months) <= 120):
        wrong.append(_("months of validity are a number from 1 to 120, or empty"))
    active = cells.get("aktif", "").casefold()
    if active not in (*YES, *NO):
        wrong.append(_("“aktif” is “ya” or “tidak”"))
    return wrong, {
        "kode": code,
        "nama": cells["nama"],
        "jenis": kind,
        "rumpun": cells.get("rumpun", "")[:60],
        "definisi_singkat": cells.get("definisi_singkat", "")[:2000],
        **{each: cells[each] for each in LEVEL_COLUMNS},
        "berlaku_bulan": int(months) if months.isdecimal() else None,
        "aktif": active not in NO,
    }


def read_profiles(path: Path) -> dict[str, dict[int, int]]:
    """Position → competency key → level, checked. Raises `NotTaken` with all that is wrong."""
    codes = dict(Competency.objects.filter(is_active=True).values_list("code", "pk"))
    errors: list[str] = []
    found: dict[str, dict[int, int]] = {}
    for line in _lines(path, PROFILE_COLUMNS, PROFILE_COLUMNS):
        position, code, level = (line.cells[each] for each in PROFILE_COLUMNS)
        key = codes.get(code.upper())
        wrong = []
        if not 3 <= len(position) <= 120:
            wrong.append(_("a position has 3 to 120 letters"))
        if key is None:
            wrong.append(_("the dictionary has no competency “%(code)s”") % {"code": code[:30]})
        if level not in {"1", "2", "3", "4", "5"}:
            wrong.append(_("the level is a number from 1 to 5"))
        if key is not None and key in found.get(position, {}):
            wrong.append(_("“%(code)s” stands there twice for this position") % {"code": code[:30]})
        errors += [_("Row %(n)d: %(what)s.") % {"n": line.number, "what": each} for each in wrong]
        if not wrong and key is not None:
            found.setdefault(position, {})[key] = int(level)
    if errors:
        raise NotTaken(errors[:MOST_ERRORS])
    return found


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV that spreadsheets open as UTF-8."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An XLSX of one sheet whose first row stays in view."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def dictionary_cells(rows: Iterable[Row]) -> list[list[Any]]:
    """The rows of a version as cells under `COLUMNS`."""
    return [
        [
            {True: "ya", False: "tidak"}[row[name]]
            if name == "aktif"
            else ("" if row[name] is None else row[name])
            for name in COLUMNS
        ]
        for row in rows
    ]
