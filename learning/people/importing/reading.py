"""A table out of a file of the staff office: CSV in any of the usual encodings, or XLSX. No Django here.

Whatever cannot be read whole raises `CannotRead`; nothing of a file is ever run. A formula of a sheet gives
the value that was saved with it.
"""

import codecs
import csv
import datetime as dt
import io
import itertools
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import python_calamine

MAX_BYTES = 120 * 1024 * 1024  # of the file as it arrives
MAX_ROWS = 500_000  # the province and its regencies are 371,735 people
MAX_COLUMNS = 200
MAX_UNPACKED = 160 * 1024 * 1024  # of all parts of an XLSX together; 78,351 people are about 70 MB
MAX_SHEET_CELLS = 4_000_000  # a sheet is held whole in memory, empty cells too
MAX_PARTS = 2_000
HEADER_WITHIN = 25  # rows of titles and logos that may stand above the names of the columns
LARGEST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)

Cells = list[str]


class CannotRead(Exception):
    """The file is no table we can take; `code` says why, `detail` the number or name that goes with it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Table:
    """The names of the columns, and every row below them with its line number in the file."""

    columns: list[str]
    rows: Iterator[tuple[int, Cells]]
    notes: list[str] = field(default_factory=list)


def read_table(path: Path, known: Callable[[Sequence[str]], int]) -> Table:
    """The table in `path`. `known` counts how many of a row's cells are names of columns; the row with
    most of them is the header. Raises `CannotRead`, also while the rows are being read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise CannotRead("too_big", str(MAX_BYTES // 1024**2))
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise CannotRead("empty")
    if start.startswith(b"PK\x03\x04"):
        return _under_header(*_sheet_rows(path, known), known=known)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotRead("old_excel")
    return _under_header(*_csv_rows(path, known), known=known)


T = TypeVar("T")


def slices(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """`things`, `size` at a time."""
    waiting = iter(things)
    while some := list(itertools.islice(waiting, size)):
        yield some


def _under_header(
    rows: Iterator[tuple[int, Cells]], notes: list[str], *, known: Callable[[Sequence[str]], int]
) -> Table:
    first = list(itertools.islice(rows, HEADER_WITHIN))
    best = max(range(len(first)), key=lambda n: (known(first[n][1]), -n), default=None)
    if best is None:
        raise CannotRead("empty")
    if known(first[best][1]) < 2:
        raise CannotRead("no_header")
    return Table(first[best][1], _counted(itertools.chain(first[best + 1 :], rows)), notes)


def _counted(rows: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """The rows that say anything, and no more of them than we take."""
    count = 0
    for line, cells in rows:
        if len(cells) > MAX_COLUMNS:
            raise CannotRead("too_wide", str(line))
        if not any(cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise CannotRead("too_many_rows", str(MAX_ROWS))
        yield line, cells


# --- CSV --------------------------------------------------------------------------


def encoding_of(path: Path) -> str:
    """UTF-8 and UTF-16 by their mark, UTF-16 without one by its zeros, UTF-8 if it is, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith(codecs.BOM_UTF8):
            encoding = "utf-8-sig"
        elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif start[1::2].count(0) > len(start) // 4:
            encoding = "utf-16-le"
        elif start[0::2].count(0) > len(start) // 4:
            encoding = "utf-16-be"
        else:
            encoding = "utf-8"
        candidates = [encoding] if encoding != "utf-8" else ["utf-8", "cp1252"]
        return next((each for each in candidates if _decodes(file, each)), "")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(1 << 20):
            if "\x00" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _csv_rows(
    path: Path, known: Callable[[Sequence[str]], int]
) -> tuple[Iterator[tuple[int, Cells]], list[str]]:
    encoding = encoding_of(path)
    if not encoding:
        raise CannotRead("encoding")
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(64 * 1024)

    def score(delimiter: str) -> tuple[int, int]:
        """How many names of columns it finds, and into how many cells it cuts."""
        try:
            rows = list(itertools.islice(csv.reader(io.StringIO(start), delimiter=delimiter), HEADER_WITHIN))
        except csv.Error:
            return 0, 0
        return max(map(known, rows), default=0), max(map(len, rows), default=0)

    delimiter = max(",;\t|", key=score)
    return _csv_cells(path, encoding, delimiter), ["cp1252"] if encoding == "cp1252" else []


def _csv_cells(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                if reader.line_num == 1 and cells[:1] and cells[0].startswith("sep="):
                    continue
                yield reader.line_num, [cell.strip() for cell in cells]
        except csv.Error:
            # A quotation mark that was never closed swallows the rest of the file into one cell.
            raise CannotRead("quotes", str(reader.line_num)) from None


# --- XLSX -------------------------------------------------------------------------

_PLACE = re.compile(rb"[ \t\r\n]r=[\"']([A-Za-z]{0,3})([0-9]{1,7})[\"']")
_FORMULA = re.compile(rb"<(?:[a-z]{1,8}:)?f[ />]")


def _sheet_rows(
    path: Path, known: Callable[[Sequence[str]], int]
) -> tuple[Iterator[tuple[int, Cells]], list[str]]:
    notes = _look_inside(path)
    try:
        book = python_calamine.load_workbook(str(path))
        best: tuple[int, list[list[Any]]] | None = None
        for name in book.sheet_names[:10]:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            score = max((known([text_of(cell) for cell in row]) for row in rows[:HEADER_WITHIN]), default=0)
            if best is None or score > best[0]:
                best = score, rows
            del rows
            if best[0] >= 2:
                break
    except BaseException as error:  # a panic of the parser is no Exception; nothing else may pass as one
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise CannotRead("broken_sheet") from None
        raise
    if best is None:
        raise CannotRead("empty")
    return _sheet_cells(best[1]), notes


def _sheet_cells(rows: list[list[Any]]) -> Iterator[tuple[int, Cells]]:
    """Row by row, letting go of each: what is left of a large sheet shrinks while it is read."""
    rows.reverse()
    line = 0
    while rows:
        line += 1
        yield line, [text_of(cell) for cell in rows.pop()]


def text_of(cell: Any) -> str:
    """A cell as text. A number too long for a spreadsheet to hold stays visibly mangled."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, (int, float)):
        if abs(cell) >= LARGEST_EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else str(cell)
    if isinstance(cell, (dt.datetime, dt.date)):
        return f"{cell:%Y-%m-%d}"
    return "" if cell is None else str(cell)


def _look_inside(path: Path) -> list[str]:
    """Unpacks every part once, counting: what a part claims of its size is not believed."""
    notes = set()
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            if len(parts) > MAX_PARTS:
                raise CannotRead("bomb")
            if any("vbaproject" in name or "/macrosheets/" in name for name in names):
                raise CannotRead("macros")
            if "xl/workbook.xml" not in names:
                raise CannotRead("not_a_table")
            for part in parts:
                if part.flag_bits & 1:
                    raise CannotRead("encrypted")
                if part.file_size > MAX_UNPACKED:
                    raise CannotRead("bomb")
                is_sheet = part.filename.lower().startswith("xl/worksheets/")
                with archive.open(part) as file:
                    unpacked, has_formulas = _walk(file, unpacked, is_sheet=is_sheet)
                if has_formulas:
                    notes.add("formulas")
    except BROKEN_ZIP:
        raise CannotRead("broken_sheet") from None
    return sorted(notes)


def _walk(file: Any, unpacked: int, *, is_sheet: bool) -> tuple[int, bool]:
    """How much is unpacked by now, and whether a formula was met. A far-off cell makes a sheet huge."""
    last_row = last_column = 0
    has_formulas = False
    tail = b""
    while piece := file.read(1 << 20):
        unpacked += len(piece)
        if unpacked > MAX_UNPACKED:
            raise CannotRead("bomb")
        if not is_sheet:
            continue
        seen = tail + piece
        for letters, digits in _PLACE.findall(seen):
            last_row = max(last_row, int(digits))
            last_column = max(last_column, _column(letters))
        if last_row * last_column > MAX_SHEET_CELLS:
            raise CannotRead("too_many_rows", str(MAX_ROWS))
        has_formulas = has_formulas or _FORMULA.search(seen) is not None
        tail = seen[-32:]
    return unpacked, has_formulas


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
