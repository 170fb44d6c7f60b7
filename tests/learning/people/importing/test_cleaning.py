"""Dirty data as it comes, cleaned: each case as one line."""

import datetime as dt

import pytest

from learning.people.importing.cleaning import (
    clean_nip,
    clean_person,
    clean_unit,
    full_name,
    read_date,
    read_grade,
    unit_name,
)

NIP = "190003152020032001"
ROW = {"nip": NIP, "name": "Ayu Lestari", "unit_name": "Dinas"}


def problems(**row: str) -> list[str]:
    return [code for code, *_ in clean_person({**ROW, **row}).problems]


def warnings(**row: str) -> list[str]:
    return [code for code, *_ in clean_person({**ROW, **row}).warnings]


def values(**row: str) -> dict[str, object]:
    return clean_person({**ROW, **row}).values


@pytest.mark.parametrize(
    "text",
    [
        NIP,
        f"'{NIP}",
        f" {NIP}\u00a0",
        "19000315 202003 2 001",
        f'="{NIP}"',
        f"{NIP}.0",
        "19000315-202003-2-001",
    ],
)
def test_a_number_in_any_form_of_text_is_recovered(text: str) -> None:
    assert clean_nip(text) == (NIP, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1.90003E+17", "nip_mangled"),
        ("1,90003152020032E+17", "nip_mangled"),
        ("1.9E17", "nip_mangled"),
        ("190003152020032000", "nip_rounded"),
        ("19000315202003200", "nip_digits"),
        ("1900031520200320011", "nip_digits"),
        ("tidak ada NIP", "nip_digits"),
    ],
)
def test_a_number_that_lost_digits_is_a_problem_never_a_guess(text: str, why: str) -> None:
    assert clean_nip(text) == ("", why)
    assert problems(nip=text) == [why]


def test_a_number_that_contradicts_itself_is_warned_about_and_kept() -> None:
    assert warnings(nip="190013152020032001") == ["nip_birth_date"]
    assert warnings(nip="190003152020032009", employment="PPPK") == ["nip_employment"]
    assert values(nip="190013152020032001")["nip"] == "190013152020032001"


@pytest.mark.parametrize(
    ("name", "before", "after", "whole"),
    [
        ("AYU LESTARI", "", "", "Ayu Lestari"),
        ("ayu lestari", "", "", "Ayu Lestari"),
        ("AYU LESTARI, S.I.KOM., M.SI", "", "", "Ayu Lestari, S.I.KOM., M.Si."),
        ("NI'MAH AL-HAKIM", "dr.", "M.KES", "dr. Ni'mah Al-Hakim, M.Kes."),
        ("McDonald Sitorus", "", "SE", "McDonald Sitorus, S.E."),
    ],
)
def test_names_and_titles_are_written_as_on_a_letter(name: str, before: str, after: str, whole: str) -> None:
    assert full_name(name, before, after) == whole


@pytest.mark.parametrize(
    "text",
    [
        "1 Maret 2020", "01 MARET 2020", "1 Mar 2020", "01-03-2020", "1/3/2020", "01.03.2020", "2020-03-01",
        "2020/03/01", "20200301", "43891", "2020-03-01 00:00:00", "01-Mar-2020",
    ],
)  # fmt: skip
def test_a_day_in_any_form_people_type(text: str) -> None:
    assert read_date(text) == dt.date(2020, 3, 1)


@pytest.mark.parametrize(
    "text", ["31-02-2020", "03/25/2020", "01-03-20", "Maret 2020", "5", "99999", "0000-00-00"]
)
def test_a_day_that_is_not_clear_is_no_day(text: str) -> None:
    assert read_date(text) is None
    assert warnings(joined_on=text) == ["date_unclear"]


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("III/a", "III/a"), ("3A", "III/a"), ("iii a", "III/a"), ("Penata Muda (III/a)", "III/a"),
        ("Penata Muda Tk.I - III/b", "III/b"), ("Penata Muda Tk. I", "III/b"), ("PEMBINA", "IV/a"),
        ("IV/e", "IV/e"), ("II/e", ""), ("IX", "IX"), ("xvii", "XVII"), ("Golongan?", ""),
    ],
)  # fmt: skip
def test_a_grade_however_it_is_written(text: str, grade: str) -> None:
    assert read_grade(text) == grade


def test_a_status_and_a_kind_of_employee_are_told_apart() -> None:
    assert values(status="PPPK", nip="190003152021211001")["employment"] == "pppk"
    assert "legal_status" not in values(status="PNS")
    assert values(status="01", employment="CPNS")["legal_status"] == "active"
    assert values()["employment_guess"] == "pns"
    assert problems(status="ENTAH") == ["status_unknown"]


@pytest.mark.parametrize(
    "row",
    [
        {"status": "PENSIUN"},
        {"status": "HAPUS"},
        {"status": "Non-Aktif"},
        {"name": "HAPUS - Ayu"},
        {"status": "99"},
    ],
)
def test_who_is_marked_as_gone_is_gone(row: dict[str, str]) -> None:
    clean = clean_person({**ROW, **row})
    assert clean.is_removed
    assert clean.problems == []
    assert "HAPUS" not in str(clean.values["name"])


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+SUM(A1)", "@SUM(1)", "-cmd|x"])
def test_a_formula_is_a_problem_wherever_it_stands(text: str) -> None:
    assert problems(name=text) == ["formula"]
    assert problems(position=text) == ["formula"]
    assert [code for code, *_ in clean_unit({"code": "U1", "name": text}).problems] == ["formula"]


def test_an_empty_cell_says_nothing() -> None:
    for empty in ("", " ", "-", "NULL", "#N/A", "n/a"):
        assert "email" not in values(email=empty)
        assert "grade" not in values(grade=empty)
        assert problems(name=empty) == ["name_missing"]


def test_a_person_is_not_their_own_supervisor() -> None:
    assert problems(supervisor_nip=NIP) == ["own_supervisor"]
    assert problems(supervisor_nip="190003152020032002") == []


def test_texts_longer_than_their_column_are_problems_not_cut() -> None:
    assert problems(name="A" * 161) == ["too_long"]
    assert problems(position="A" * 121) == ["too_long"]


def test_a_unit_loses_its_capitals_and_its_mark() -> None:
    clean = clean_unit({"code": " u7 ", "name": "UPT  PELATIHAN KERJA DAN USAHA (NON AKTIF)"})

    assert clean.is_removed
    assert clean.values == {"code": "u7", "name": "UPT Pelatihan Kerja dan Usaha"}
    assert unit_name("RSUD DI SMKN 1 BLITAR") == "RSUD di SMKN 1 Blitar"
