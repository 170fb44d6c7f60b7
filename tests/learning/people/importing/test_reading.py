"""A table is read from what agencies send, and from nothing that would hurt."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from learning.people.importing import reading
from learning.people.importing.columns import counter, places
from learning.people.importing.reading import CannotRead, read_table

KNOWN = counter("people")
TEXT = "NIP,NAMA,UNIT KERJA\n190001012020012001,Ayu Léstari,Dinas Contoh\n"


def rows_of(path: Path) -> list[list[str]]:
    table = read_table(path, KNOWN)
    return [table.columns, *(cells for _, cells in table.rows)]


def refusal(path: Path) -> str:
    with pytest.raises(CannotRead) as refused:
        rows_of(path)
    return refused.value.code


def sheet(path: Path, rows: list[list[object]], *, title: str = "Pegawai") -> Path:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_encoding_and_separator_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "pegawai.csv"
    path.write_bytes(TEXT.replace(",", delimiter).encode(encoding))

    assert rows_of(path) == [
        ["NIP", "NAMA", "UNIT KERJA"],
        ["190001012020012001", "Ayu Léstari", "Dinas Contoh"],
    ]


def test_a_file_in_the_old_encoding_carries_a_note(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_bytes(TEXT.encode("cp1252"))
    new.write_bytes(TEXT.encode())

    assert (read_table(old, KNOWN).notes, read_table(new, KNOWN).notes) == (["cp1252"], [])


def test_titles_above_the_header_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "pegawai.csv"
    path.write_text(f"sep=,\nDAFTAR PEGAWAI,,\n,,\n{TEXT},,\n\n")

    table = read_table(path, KNOWN)

    assert table.columns == ["NIP", "NAMA", "UNIT KERJA"]
    assert list(table.rows) == [(5, ["190001012020012001", "Ayu Léstari", "Dinas Contoh"])]


def test_a_sheet_is_read_like_a_csv(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "pegawai.xlsx",
        [
            ["Daftar"],
            ["NIP", "NAMA", "UNIT KERJA", "TMT"],
            ["190001012020012001", " Ayu ", "Dinas", 43891],
            [190001012020012001, "Budi", "Dinas", None],
        ],
    )

    assert rows_of(path) == [
        ["NIP", "NAMA", "UNIT KERJA", "TMT"],
        ["190001012020012001", "Ayu", "Dinas", "43891"],
        ["1.90001E+17", "Budi", "Dinas", ""],
    ]


def test_the_sheet_with_the_header_is_found(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Petunjuk pengisian"])
    second = book.create_sheet("Data")
    second.append(["NIP", "NAMA", "UNIT KERJA"])
    second.append(["190001012020012001", "Ayu", "Dinas"])
    book.save(tmp_path / "two.xlsx")

    assert len(rows_of(tmp_path / "two.xlsx")) == 2


def test_a_formula_is_never_calculated_only_told(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "formula.xlsx",
        [["NIP", "NAMA", "UNIT KERJA"], ["190001012020012001", "=1+1", "Dinas"]],
    )

    table = read_table(path, KNOWN)

    assert table.notes == ["formulas"]
    assert [cells[1] for _, cells in table.rows] == [""]  # openpyxl saves no value for it


# --- What is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"nama;umur\nAyu;5\n", "no_header"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "encoding"),
        (b"PK\x03\x04 broken", "broken_sheet"),
        (b'NIP,NAMA,UNIT KERJA\n1,"' + b"x" * 200_000, "quotes"),
        (b"NIP,NAMA,UNIT KERJA\n" + b"," * 300 + b"a\n", "too_wide"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_million_rows_are_refused_while_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("NIP,NAMA,UNIT KERJA\n")
        file.writelines(f"{number},A,B\n" for number in range(10**6))

    table = read_table(path, KNOWN)
    count = 0
    with pytest.raises(CannotRead, match="too_many_rows"):
        for _row in table.rows:
            count += 1

    assert count == reading.MAX_ROWS


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_sheet_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    bomb = packed(
        tmp_path / "bomb.xlsx",
        {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (reading.MAX_UNPACKED + 1)},
    )

    assert bomb.stat().st_size < 1_000_000
    assert refusal(bomb) == "bomb"


def test_a_sheet_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "liar.xlsx",
        {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 50_000_000},
    )
    content = path.read_bytes().replace(struct.pack("<L", 50_000_000), struct.pack("<L", 1_000))
    path.write_bytes(content)

    assert refusal(path) == "broken_sheet"


def test_one_cell_far_away_is_refused_before_the_sheet_is_laid_out(tmp_path: Path) -> None:
    path = sheet(tmp_path / "far.xlsx", [["NIP", "NAMA", "UNIT KERJA"]])
    book = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)

    assert refusal(packed(path, parts)) == "too_many_rows"


def test_macros_and_other_archives_are_refused(tmp_path: Path) -> None:
    macros = {"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"}

    assert refusal(packed(tmp_path / "macros.xlsm", macros)) == "macros"
    assert refusal(packed(tmp_path / "photos.zip", {"a.jpg": b"x"})) == "not_a_table"
    assert refusal(packed(tmp_path / "odd.xlsx", {"xl/workbook.xml": b"<workbook"})) == "broken_sheet"


# --- Columns -----------------------------------------------------------------------


def test_columns_are_found_in_any_order_by_any_usual_name() -> None:
    columns = ["unit kerja", "Nama_Lengkap", "NI PPPK", "Gol/Ruang", "Alamat", "JABATAN", "NAMA JABATAN"]

    found, ignored, missing = places("people", columns)

    assert found == {"unit_name": 0, "name": 1, "nip": 2, "grade": 3, "position": 5}
    assert (ignored, missing) == (["Alamat", "NAMA JABATAN"], [])


def test_a_missing_column_is_named() -> None:
    assert places("people", ["NIP", "JABATAN"])[2] == ["NAMA", "KODE UNOR/UNOR"]
    assert places("units", ["NAMA UNOR", "KODE INDUK"])[2] == ["KODE"]
