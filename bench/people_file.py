"""Files as a staff office sends them, made from a seed: invented people, real dirt.

    python -m bench.people_file FOLDER [--people 78351] [--units 5303]

It writes unor.csv, pegawai.csv and pegawai.xlsx there.

Everybody is born in 1900, so that no living person can be meant. The dirt is that of real exports: capitals,
apostrophes and spaces in numbers, numbers a spreadsheet has mangled, dates in five forms, rows twice, HAPUS.
"""

import argparse
import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "learning" / "people" / "fixtures"
PEOPLE_COLUMNS = (
    "No", "NIP BARU", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "KODE UNOR", "UNOR", "JENIS JABATAN",
    "NAMA JABATAN", "GOL/RUANG", "KEDUDUKAN HUKUM", "JENIS PEGAWAI", "TMT CPNS", "EMAIL",
)  # fmt: skip
UNIT_COLUMNS = ("KODE UNOR", "NAMA UNOR", "KODE INDUK", "JENIS", "STATUS")
LEVELS = ("Pemerintah Provinsi", "Dinas", "Bidang", "Seksi", "Subbagian", "Kelompok")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "November", "Desember")  # fmt: skip

Row = tuple[str, ...]


def _fixture(name: str, column: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row[column]]


def nip(number: int) -> str:
    """The `number`-th NIP of somebody born in 1900; no two alike below 4 million."""
    serial, day = divmod(number, 365)
    year, serial = divmod(serial, 999)
    born = dt.date(1900, 1, 1) + dt.timedelta(days=day)
    return f"{born:%Y%m%d}{2005 + year}01{number % 2 + 1}{serial + 1:03d}"


def units(count: int, seed: int = 2026) -> list[Row]:
    """A tree of `count` units, six levels deep, in no order: parents may come after their children."""
    dice = random.Random(seed)
    rows: list[Row] = [("U1", "Pemerintah Provinsi Contoh", "", LEVELS[0], "AKTIF")]
    by_level: list[list[str]] = [["U1"], [], [], [], [], []]
    for number in range(2, count + 1):
        deepest = sum(1 for level in by_level if level)
        level = (
            1 if number <= 50 else dice.choice([each for each in (1, 2, 2, 3, 3, 4, 5) if each <= deepest])
        )
        code = f"U{number}"
        parent = dice.choice(by_level[level - 1])
        name = f"{LEVELS[level]} Contoh {number}"
        status = "AKTIF"
        dirt = dice.random()
        if dirt < 0.1:
            name = name.upper()
        elif dirt < 0.13:
            name = f"  {name.replace(' ', '  ')} "
        elif dirt < 0.14:
            name, status = f"{name} (NON AKTIF)", ""
        if status == "AKTIF":
            by_level[level].append(code)
        rows.append((code, name, parent, LEVELS[level].upper(), status))
    dice.shuffle(rows)
    return rows


def people(count: int, unit_rows: Sequence[Row], seed: int = 2026) -> Iterator[Row]:
    """`count` rows of people of these units, dirt and all."""
    dice = random.Random(seed)
    names = _fixture("nama_jatim", "nama")
    first = [row["nama"] for row in names if row["posisi"] == "depan"]
    last = [row["nama"] for row in names if row["posisi"] != "depan"] or first
    titles = [row["gelar"] for row in _fixture("gelar", "gelar") if row["posisi"] == "belakang"]
    positions = [row["nama_jabatan"] for row in _fixture("jabatan", "nama_jabatan")]
    grades = [row["golongan"] for row in _fixture("golongan", "golongan") if row["status_asn"] == "PNS"]
    homes = [(code, name.strip()) for code, name, _, _, status in unit_rows if status]
    previous: Row | None = None
    for number in range(1, count + 1):
        if previous is not None and dice.random() < 0.002:
            changed = dice.random() < 0.3
            yield (str(number), previous[1], "Orang Lain" if changed else previous[2], *previous[3:])
            continue
        name = f"{dice.choice(first)} {dice.choice(last)}"
        code, unit = dice.choice(homes)
        row = (
            str(number),
            _dirty_number(dice, nip(number)),
            name.upper() if dice.random() < 0.4 else name,
            "",
            dice.choice(titles) if dice.random() < 0.6 else "",
            code if dice.random() < 0.999 else f"X{code}",
            unit,
            dice.choice(("Struktural", "FUNGSIONAL", "Pelaksana", "JFU")),
            dice.choice(positions),
            _dirty_grade(dice, dice.choice(grades)),
            dice.choice(("Aktif", "AKTIF", "01", "aktif ")) if dice.random() < 0.996 else "HAPUS",
            "PNS",
            _dirty_date(dice, dt.date(2005, 1, 1) + dt.timedelta(days=dice.randrange(7000))),
            f"orang{number}@contoh.invalid" if dice.random() < 0.5 else "-",
        )
        if dice.random() < 0.0005:
            row = (*row[:2], "=cmd|' /C calc'!A0", *row[3:])
        previous = row
        yield row


def _dirty_number(dice: random.Random, number: str) -> str:
    dirt = dice.random()
    if dirt < 0.003:
        return f"{int(number):.5E}".replace(".", ",")
    if dirt < 0.005:
        return f"{number[:15]}000"
    if dirt < 0.03:
        return f"'{number}"
    if dirt < 0.06:
        return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"
    return number


def _dirty_grade(dice: random.Random, grade: str) -> str:
    number, letter = grade.split("/")
    return dice.choice(
        (grade, grade.upper(), f"{number} {letter}", f"{len(number) if number != 'IV' else 4}{letter}")
    )


def _dirty_date(dice: random.Random, day: dt.date) -> str:
    return dice.choice(
        (
            f"{day:%Y-%m-%d}",
            f"{day:%d-%m-%Y}",
            f"{day:%d/%m/%Y}",
            f"{day.day} {MONTHS[day.month - 1]} {day.year}",
            str((day - dt.date(1899, 12, 30)).days),
        )
    )


def write_csv(
    path: Path, columns: Row, rows: Iterable[Row], *, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, columns: Row, rows: Iterable[Row]) -> Path:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Pegawai")
    sheet.append(columns)
    for row in rows:
        sheet.append([f"\u200b{cell}" if cell.startswith("=") else cell for cell in row])
    book.save(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=78_351)
    parser.add_argument("--units", type=int, default=5_303)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    tree = units(asked.units)
    write_csv(asked.folder / "unor.csv", UNIT_COLUMNS, tree, delimiter=";")
    write_csv(asked.folder / "pegawai.csv", PEOPLE_COLUMNS, people(asked.people, tree), delimiter=";")
    write_xlsx(asked.folder / "pegawai.xlsx", PEOPLE_COLUMNS, people(asked.people, tree))


if __name__ == "__main__":
    main()
