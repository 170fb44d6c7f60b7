"""Periods by name and by day, and when a report of one is taken."""

import datetime as dt

import pytest

from learning.reports.period import rules
from learning.reports.period.spans import Span


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-T4", "2026-10-01", "2026-12-31"),
        ("2026-S1", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_is_named_and_found_by_its_name(name: str, first: str, last: str) -> None:
    span = Span.named(name)
    assert span is not None
    assert (span.name, str(span.first), str(span.last)) == (name, first, last)
    assert Span.of(span.unit, span.last) == span == span.just_before().just_after()
    assert span.months()[0].first == span.first and span.months()[-1].last == span.last


@pytest.mark.parametrize(
    "name", ["2026-13", "2026-00", "2026-T5", "2026-S0", "1926", "2026-1", "２０２６", "2026-11-01", ""]
)
def test_what_is_no_period_is_none(name: str) -> None:
    assert Span.named(name) is None


def test_every_week_of_a_year_lies_in_one_month() -> None:
    """Weeks belong where their Thursday is: 53 of them in 2026, none twice."""
    year = Span.of(rules.YEAR, dt.date(2026, 5, 5))
    by_month = [week for month in year.months() for week in month.weeks()]
    assert by_month == year.weeks() and len(by_month) == 53
    assert dt.date(2025, 12, 29) in by_month


def test_a_report_is_taken_after_its_period_late_after_two_weeks_and_not_after_a_year() -> None:
    last = dt.date(2026, 10, 31)
    days = {0: "early", 1: "open", 14: "open", 15: "late", 366: "late", 367: "closed"}
    assert {each: rules.when(last, last + dt.timedelta(days=each)) for each in days} == days
    closed = last + dt.timedelta(days=400)
    assert not rules.may_submit("", last, closed) and rules.may_submit("returned", last, closed)
    assert not rules.may_submit("accepted", last, closed) and not rules.may_submit("", last, last)
