"""The ledger to take along: CSV a spreadsheet opens, JSON a program reads, both the same rows."""

import csv
import datetime as dt
import io
import json
from types import GeneratorType

import pytest
from django.utils import translation

from learning.study.corrections import adjust
from learning.study.ledger.download import as_csv, as_json, safe_cell
from learning.study.ledger.periods import Period
from learning.study.ledger.queries import REFUSED, Wanted
from learning.study.models import StudyEntry, WeekTotal
from tests import make, make_study

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def cells(text: str) -> list[dict[str, str]]:
    assert text.startswith("\N{BOM}")
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))


def test_the_csv_says_period_zone_and_policy_keeps_the_kinds_apart_and_adds_up(now, week) -> None:
    person = make.person()
    make_study.studied(person, 754, at=now - 3 * HOUR, activity=make.activity(title="=2+3;x"))
    adjust(
        entry=StudyEntry.objects.get(),
        seconds=-54,
        reason="-1 menit\nsalah",
        actor=make.person(),
        now=now,
    )
    text = "".join(as_csv(person, Period.week(week), Wanted()))
    rows = cells(text)
    assert [
        (row["period"], row["time zone"], row["policy version"], row["week"], row["date"]) for row in rows
    ] == [("2026-W48", "Asia/Jakarta (WIB, UTC+7)", "1", "2026-W48", "2026-11-25")] * 2
    by_kind = {
        kind: sum(int(row[f"{kind}, seconds"]) for row in rows)
        for kind in ("measured", "attended", "declared", "adjusted")
    }
    assert by_kind == {"measured": 754, "attended": 0, "declared": 0, "adjusted": -54}
    assert sum(by_kind.values()) == WeekTotal.objects.get(person=person).seconds
    assert rows[0]["activity"] == "'=2+3;x"
    assert {row["note"] for row in rows} == {"", "'-1 menit\nsalah"}
    assert {row["start"] for row in rows} == {"2026-11-25 07:00:00"}
    assert ";754;754;0;0;0;" in text  # numbers are bare: a spreadsheet adds them up


@pytest.mark.parametrize("start", "=+-@\t\r\n")
def test_no_cell_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}cmd") == f"'{start}cmd"
    assert safe_cell("a=b") == "a=b"
    assert safe_cell(-60) == -60


def test_the_json_has_the_same_rows_the_totals_by_kind_and_the_policies_named(now, week) -> None:
    person = make.person(name="Ayu Lestari")
    make_study.studied(person, 1754, at=now - 3 * HOUR)
    make_study.studied(person, 100, at=now - 3 * HOUR)  # overlaps
    period = Period.month(now.date())
    told = json.loads("".join(as_json(person, period, Wanted(), now)))
    assert told["person"] == {"name": "Ayu Lestari", "nip": person.masked_nip}
    assert told["period"] == {
        "name": "2026-11",
        "first": "2026-11-01",
        "last": "2026-11-30",
        "time_zone": "Asia/Jakarta",
    }
    assert told["as_of"] == "2026-11-25T10:00:00+07:00"
    assert [each["version"] for each in told["policies"]] == [1]
    assert (told["rows_count"], told["credited_s"], told["measured_s"]) == (3, 1754, 1754)
    assert sum(row["credited_s"] for row in told["rows"]) == 1754
    in_csv = cells("".join(as_csv(person, period, Wanted())))
    assert {row["id"] for row in told["rows"]} == {row["row"] for row in in_csv}
    only = json.loads("".join(as_json(person, period, Wanted(show=REFUSED), now)))
    assert [(row["reason"], row["credited_s"]) for row in only["rows"]] == [("overlap", 0)]
    assert (only["rows_count"], only["filter"]["show"]) == (1, "refused")


def test_an_empty_period_is_still_whole(now) -> None:
    person = make.person()
    assert json.loads("".join(as_json(person, Period.year(2026), Wanted(), now)))["rows"] == []
    assert cells("".join(as_csv(person, Period.year(2026), Wanted()))) == []


def test_it_is_streamed_and_asks_no_more_for_many_rows(now, week, django_assert_max_num_queries) -> None:
    person, activity = make.person(), make.activity()
    make_study.many_entries(person, activity, 3_000, week=week)
    lines = as_csv(person, Period.week(week), Wanted())
    assert isinstance(lines, GeneratorType)
    with django_assert_max_num_queries(2):
        assert len(list(lines)) == 3_001
    with django_assert_max_num_queries(5):
        list(as_json(person, Period.week(week), Wanted(), now))
