"""One row as a staff office wrote it, made into what we keep, with what is wrong with it. No Django here.

A *problem* keeps the row from being applied; a *warning* only goes with it. Both are codes (`queries.reason`
says them in words), some with the text they are about. An empty cell never erases anything.
"""

import csv
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from learning.people import rules
from learning.people.importing.words import EMPLOYMENTS, GONE, POSITION_KINDS, STATUSES

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
Reason = list[str]

NOTHING = {
    "",
    "-",
    "--",
    "0",
    "NULL",
    "NONE",
    "N/A",
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "NIHIL",
    "TIDAK ADA",
}
EXCEL_EPOCH = dt.date(1899, 12, 30)
MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
OTHER_MONTHS = {
    "agt": 8,
    "ags": 8,
    "peb": 2,
    "nop": 11,
    "may": 5,
    "aug": 8,
    "oct": 10,
    "dec": 12,
    "agustus": 8,
}
REMOVED = re.compile(r"\b(?:DI)?HAPUS\b|\bNON[ -]?AKTIF\b|\bTIDAK (?:DI)?(?:AKTIF|PAKAI)\b", re.IGNORECASE)
FORMULA = re.compile(r"^[=+@\t\r]|^-(?=[A-Za-z(=@+])")
EMAIL = re.compile(r"^[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}$")

LONGEST = {
    "name": 160,
    "position": 120,
    "hr_id": 64,
    "unit_code": 40,
    "code": 40,
    "short_name": 60,
    "city": 60,
}


@dataclass(slots=True)
class Clean:
    """A row in our terms. `values` holds only what the row says; `is_removed`: it is marked as gone."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    is_removed: bool = False


def tidy(text: str) -> str:
    """One space between words, none around; the marks that spreadsheets put before text are gone."""
    text = re.sub(r"[\s\u00a0\u200b\ufeff]+", " ", text).strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    text = text.lstrip("'`’").strip() if text[:1] in "'`’" else text
    return "" if text.upper() in NOTHING else text


# --- NIP --------------------------------------------------------------------------


def clean_nip(text: str) -> tuple[str, str]:
    """The 18 digits and "", or "" and why not: `nip_mangled`, `nip_rounded`, `nip_digits`.

    A spreadsheet that took the NIP for a number keeps fifteen digits: 1,90003E+17, or three zeros at the end,
    where no serial is 000. Nobody can get them back; the row is told, never guessed.
    """
    text = tidy(text)
    if re.fullmatch(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}", text.replace(" ", "")):
        return "", "nip_mangled"
    digits = re.sub(r"[.,]0+$", "", text) if re.fullmatch(r"[0-9]{18}[.,]0+", text) else text
    digits = re.sub(r"[\s.'’_/-]", "", digits)
    if not re.fullmatch(r"[0-9]{18}", digits):
        return "", "nip_digits"
    if digits.endswith("000"):
        return "", "nip_rounded"
    return digits, ""


def _nip(clean: Clean, row: Mapping[str, str]) -> rules.NIP | None:
    text = tidy(row.get("nip", ""))
    if not text:
        return None
    digits, why = clean_nip(text)
    if why:
        clean.problems.append([why, text[:30]])
        return None
    clean.values["nip"] = digits
    try:
        return rules.read_nip(digits)
    except rules.NIPError as error:
        clean.warnings.append([f"nip_{error.code}"])  # BKD's own records disagree with their numbers
        return None


# --- Names ------------------------------------------------------------------------


@cache
def _known_titles() -> dict[str, str]:
    """Titles as they are written, by their letters alone: {"SIKOM": "S.I.Kom."}."""
    with (FIXTURES / "gelar.csv").open(encoding="utf-8", newline="") as file:
        titles = [row["gelar"] for row in csv.DictReader(file)]
    return {
        re.sub(r"[^A-Z]", "", title.upper()): title for title in titles if title not in ("dr.", "drg.", "Dr.")
    }


def _name_words(text: str) -> str:
    """Names typed all in capitals, or none, get one at the start of each word: NI'MAH → Ni'mah."""
    if text != text.upper() and text != text.lower():
        return text
    return re.sub(r"[^\s\-./]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


def _titles(text: str) -> str:
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    known = _known_titles()
    return ", ".join(known.get(re.sub(r"[^A-Z]", "", part.upper()), part) for part in parts)


def full_name(name: str, before: str = "", after: str = "") -> str:
    """The name with its titles, as on a letter: "dr. Ayu Lestari, M.Kes."."""
    bare, _, tail = name.partition(",")
    after = ", ".join(part for part in (_titles(tail), _titles(after)) if part)
    whole = " ".join(part for part in (before, _name_words(bare.strip())) if part)
    return f"{whole}, {after}" if after else whole


def _name(clean: Clean, row: Mapping[str, str]) -> None:
    name = tidy(row.get("name", ""))
    if REMOVED.search(name):
        clean.is_removed = True
        name = tidy(re.sub(r"[()\[\]*]", " ", REMOVED.sub(" ", name)).strip(" -_:"))
    if not name:
        if not clean.is_removed:
            clean.problems.append(["name_missing"])
        return
    before, after = tidy(row.get("title_before", "")), tidy(row.get("title_after", ""))
    if any(FORMULA.match(part) for part in (name, before, after)):
        clean.problems.append(["formula", name[:60]])
        return
    if not re.search(r"[A-Za-zÀ-ÿ]{2}", name) or re.search(r"[<>{}\x00-\x1f]", name + before + after):
        clean.problems.append(["name_odd", name[:60]])
        return
    _put(clean, "name", full_name(name, before, after))


# --- Dates ------------------------------------------------------------------------


def read_date(text: str) -> dt.date | None:
    """A day as people type it: 1 Maret 2020, 01-03-2020, 2020-03-01, 20200301, or a spreadsheet's 43891.

    Day before month, as in Indonesia. None when it cannot be one, or not just one.
    """
    text = tidy(text).lower()
    text = re.sub(r"[ t]\d{1,2}[:.]\d{2}([:.]\d{2})?.*$", "", text)
    if re.fullmatch(r"[1-9][0-9]{4}", text):
        return EXCEL_EPOCH + dt.timedelta(days=int(text)) if 14_000 <= int(text) <= 60_000 else None
    if numbers := re.fullmatch(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})", text):
        year, month, day = map(int, numbers.groups())
    elif numbers := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", text):
        day, month, year = map(int, numbers.groups())
    elif words := re.fullmatch(r"(\d{1,2})[-/. ]*([a-z]{3,9})\.?[-/. ]*(\d{4})", text):
        day, year = int(words[1]), int(words[3])
        month = OTHER_MONTHS.get(words[2][:3]) or (
            MONTHS.index(words[2][:3]) + 1 if words[2][:3] in MONTHS else 0
        )
    else:
        return None
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return found if dt.date(1900, 1, 1) <= found <= dt.date(2100, 1, 1) else None


def _date(clean: Clean, row: Mapping[str, str], name: str) -> None:
    text = tidy(row.get(name, ""))
    if not text:
        return
    found = read_date(text)
    if found is None:
        clean.warnings.append(["date_unclear", text[:30]])
    else:
        clean.values[name] = found.isoformat()


# --- Grade, status, the rest --------------------------------------------------------


PPPK_GRADES = re.compile(r"X{0,1}(?:IX|IV|V?I{0,3})")  # there are I to XVII


@cache
def _ranks() -> dict[str, str]:
    with (FIXTURES / "golongan.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["pangkat"].upper(): row["golongan"] for row in rows if row["pangkat"]}


def read_grade(text: str) -> str:
    """III/a however it is written (3A, iii a, Penata Muda), or IX of a PPPK; "" if it is neither."""
    text = tidy(text)
    if found := re.search(r"\b(IV|III|II|I|[1-4])\s*[/.-]?\s*([A-Ea-e])\b", text, re.IGNORECASE):
        number = {"1": "I", "2": "II", "3": "III", "4": "IV"}.get(found[1], found[1].upper())
        letter = found[2].lower()
        return f"{number}/{letter}" if letter != "e" or number == "IV" else ""
    rank = _ranks().get(re.sub(r"\bTK\.?\s*", "TINGKAT ", text.upper()).replace("TINGKAT 1", "TINGKAT I"))
    if rank:
        return rank
    return text.upper() if PPPK_GRADES.fullmatch(text.upper()) else ""


def _word(text: str) -> str:
    return re.sub(r"[^A-Z0-9]+", " ", text.upper()).strip()


def _put(clean: Clean, name: str, value: str) -> None:
    """Keep a text; what is longer than its column is a problem, never cut in silence."""
    if len(value) > LONGEST.get(name, 200):
        clean.problems.append(["too_long", value[:40]])
    elif value:
        clean.values[name] = value


def clean_person(row: Mapping[str, str]) -> Clean:
    """A row of people, by our names of the columns (`columns.PERSON`)."""
    clean = Clean()
    nip = _nip(clean, row)
    _name(clean, row)
    for name in ("hr_id", "unit_code", "unit_name", "position"):
        value = tidy(row.get(name, ""))
        if FORMULA.match(value):
            clean.problems.append(["formula", value[:60]])
        else:
            _put(clean, name, value)
    if not clean.values.get("nip") and not clean.values.get("hr_id") and not clean.problems:
        clean.problems.append(["nobody"])
    _other_numbers(clean, row)
    _employment_and_status(clean, row, nip)
    if text := tidy(row.get("grade", "")):
        grade = read_grade(text)
        if grade:
            clean.values["grade"] = grade
        else:
            clean.warnings.append(["grade_unknown", text[:30]])
    if text := tidy(row.get("position_kind", "")):
        kind = POSITION_KINDS.get(_word(text))
        if kind:
            clean.values["position_kind"] = kind
        else:
            clean.warnings.append(["position_kind_unknown", text[:30]])
    if email := tidy(row.get("email", "")).lower().replace(" ", ""):
        if EMAIL.match(email):
            clean.values["email"] = email
        else:
            clean.warnings.append(["email_odd"])
    _date(clean, row, "joined_on")
    _date(clean, row, "since")
    return clean


def _other_numbers(clean: Clean, row: Mapping[str, str]) -> None:
    """The number somebody had before, and that of their supervisor: nobody is their own."""
    if text := tidy(row.get("old_nip", "")):
        old, why = clean_nip(text)
        if old and old != clean.values.get("nip"):
            clean.values["old_nip"] = old
        elif why and len(re.sub(r"\D", "", text)) != 9:  # nine digits: the NIP of before 2008
            clean.warnings.append(["old_nip_unclear"])
    supervisor, _ = clean_nip(row.get("supervisor_nip", ""))
    if supervisor and supervisor == clean.values.get("nip"):
        clean.problems.append(["own_supervisor"])


def _employment_and_status(clean: Clean, row: Mapping[str, str], nip: rules.NIP | None) -> None:
    status, employment = tidy(row.get("status", "")), tidy(row.get("employment", ""))
    if _word(status) in EMPLOYMENTS:  # some agencies call PNS, CPNS or PPPK the status
        status, employment = "", employment or status
    if status:
        if REMOVED.search(status):
            clean.is_removed = True
        elif found := STATUSES.get(_word(status)):
            clean.values["legal_status"] = found
            clean.is_removed = clean.is_removed or found in GONE
        else:
            clean.problems.append(["status_unknown", status[:40]])
    if employment:
        if found := EMPLOYMENTS.get(_word(employment)):
            clean.values["employment"] = found
        else:
            clean.warnings.append(["employment_unknown", employment[:30]])
    if nip is None:
        return
    said = clean.values.get("employment")
    if said is None:
        clean.values["employment_guess"] = "pppk" if nip.is_pppk else "pns"
    elif not rules.employment_matches(nip, said):
        clean.warnings.append(["nip_employment"])


def clean_unit(row: Mapping[str, str]) -> Clean:
    """A row of units, by our names of the columns (`columns.UNIT`)."""
    clean = Clean()
    for name in ("code", "parent", "kind", "short_name", "city"):
        value = tidy(row.get(name, ""))
        if FORMULA.match(value):
            clean.problems.append(["formula", value[:60]])
        else:
            _put(clean, name, value)
    name = tidy(row.get("name", ""))
    status = tidy(row.get("status", ""))
    if REMOVED.search(name) or REMOVED.search(status) or _word(status) == "TIDAK":
        clean.is_removed = True
        name = tidy(re.sub(r"[()\[\]*]", " ", REMOVED.sub(" ", name)).strip(" -_:"))
    if FORMULA.match(name):
        clean.problems.append(["formula", name[:60]])
    elif name:
        _put(clean, "name", name if re.search(r"[a-z]", name) or len(name) < 5 else unit_name(name))
    if "code" not in clean.values and not clean.problems:
        clean.problems.append(["code_missing"])
    if "name" not in clean.values and not clean.problems and not clean.is_removed:
        clean.problems.append(["name_missing"])
    if text := tidy(row.get("head", "")):
        nip, why = clean_nip(text)
        if nip:
            clean.values["head"] = nip
        else:
            clean.warnings.append([why, text[:30]])
    return clean


SMALL = {"dan", "di", "ke", "dari", "pada", "untuk", "serta", "atau", "yang", "dengan"}
KEPT = re.compile(
    r"^(UPT|RSUD|RSU|SMA|SMAN|SMK|SMKN|SLB|SLBN|UPTD|RS|OPD|ASN|SDM|PPID|TI|[IVX]+|[A-Z]*\d[A-Z\d]*)$"
)


def unit_name(text: str) -> str:
    """A name typed in capitals, as it is on the door: DINAS KOMUNIKASI DAN INFORMATIKA."""
    words = text.split(" ")
    return " ".join(
        word if KEPT.match(word) else word.lower() if at and word.lower() in SMALL else word.capitalize()
        for at, word in enumerate(words)
    )


def comparable(name: str) -> str:
    """A name stripped to what two spellings of it share, for finding a unit by its name."""
    return re.sub(r"[^A-Z0-9]+", " ", name.upper()).strip()
