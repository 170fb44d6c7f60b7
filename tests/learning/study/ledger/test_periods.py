"""Weeks, months and years of a ledger page, as an address asks for them."""

import datetime as dt

import pytest

from learning.study.ledger.periods import Period, asked_period

TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("asked", "name", "first", "last"),
    [
        ({}, "2026-W48", dt.date(2026, 11, 23), dt.date(2026, 11, 29)),
        ({"pekan": "2026-W01"}, "2026-W01", dt.date(2025, 12, 29), dt.date(2026, 1, 4)),
        ({"bulan": "2026-02"}, "2026-02", dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        ({"bulan": "2024-02"}, "2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ({"bulan": "2026-12"}, "2026-11", dt.date(2026, 11, 1), dt.date(2026, 11, 30)),  # ahead of us
        ({"bulan": "2026-13"}, "2026-11", dt.date(2026, 11, 1), dt.date(2026, 11, 30)),
        ({"tahun": "2025"}, "2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        ({"tahun": "2027"}, "2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ({"tahun": "1999"}, "2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ({"tahun": "\x00"}, "2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    ],
)
def test_a_period_asked_for_is_given_unless_there_is_none(
    asked: dict[str, str], name: str, first: dt.date, last: dt.date
) -> None:
    period = asked_period(asked, TODAY)
    assert (period.name, period.first, period.last) == (name, first, last)


def test_the_periods_before_and_after_touch_and_never_reach_ahead_or_before_any_record() -> None:
    for period in (Period.week(dt.date(2026, 1, 5)), Period.month(TODAY), Period.year(2026)):
        before = period.before()
        assert before is not None
        assert before.last + dt.timedelta(days=1) == period.first
        assert before.after(TODAY) == period
    assert Period.month(TODAY).after(TODAY) is None
    assert Period.year(2000).before() is None
    assert Period.week(dt.date(2000, 1, 3)).before() is None


def test_a_period_begins_and_ends_at_midnight_in_surabaya() -> None:
    period = Period.month(dt.date(2026, 11, 1))
    assert period.start.astimezone(dt.UTC) == dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC)
    assert period.end.astimezone(dt.UTC) == dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC)
