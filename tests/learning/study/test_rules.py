"""The arithmetic of study time, without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.study import rules
from learning.study.rules import WIB, Span

MONDAY = dt.datetime(2026, 11, 23, tzinfo=WIB)


def span(start: float, end: float) -> Span:
    return Span(MONDAY + dt.timedelta(seconds=start), MONDAY + dt.timedelta(seconds=end))


def test_a_day_is_a_day_in_java_not_in_greenwich() -> None:
    late_sunday_in_greenwich = dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)

    assert rules.local_day(late_sunday_in_greenwich) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (dt.date(2026, 11, 25), dt.date(2026, 11, 23)),
        (dt.date(2026, 12, 31), dt.date(2026, 12, 28)),  # week 53 of 2026
        (dt.date(2027, 1, 3), dt.date(2026, 12, 28)),  # still week 53 of 2026
        (dt.date(2027, 1, 4), dt.date(2027, 1, 4)),
    ],
)
def test_a_week_is_named_by_its_monday(day: dt.date, monday: dt.date) -> None:
    assert rules.week_of(day) == monday


def test_a_span_over_midnight_is_split_there() -> None:
    parts = list(rules.split_at_midnight(span(86_400 - 100, 86_400 + 50)))

    assert [part.seconds for part in parts] == [100, 50]
    assert [rules.local_day(part.start) for part in parts] == [dt.date(2026, 11, 23), dt.date(2026, 11, 24)]


@given(st.integers(0, 3 * 86_400), st.integers(1, 900))
def test_splitting_loses_no_second(start: int, length: int) -> None:
    parts = list(rules.split_at_midnight(span(start, start + length)))

    assert sum(part.seconds for part in parts) == length
    assert all(
        rules.local_day(part.start) == rules.local_day(part.end - dt.timedelta(milliseconds=1))
        for part in parts
    )


@given(
    st.tuples(st.integers(0, 500), st.integers(1, 200)),
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 200)), max_size=8),
)
def test_free_seconds_are_those_no_other_span_covers(
    claim: tuple[int, int], taken: list[tuple[int, int]]
) -> None:
    covered = {second for start, length in taken for second in range(start, start + length)}
    start, length = claim

    free = rules.free_seconds(span(start, start + length), [span(a, a + b) for a, b in taken])

    assert free == len(set(range(start, start + length)) - covered)


def test_the_tightest_bound_gives_the_reason() -> None:
    assert rules.credit(60, [(90, "overlap"), (80, "day_ceiling")]) == rules.Credit(60, "")
    assert rules.credit(60, [(50, "overlap"), (20, "day_ceiling")]) == rules.Credit(20, "day_ceiling")
    assert rules.credit(60, [(0, "overlap"), (-5, "day_ceiling")]).seconds == 0


def test_an_entry_is_open_for_fifteen_minutes_after_its_last_report() -> None:
    assert not rules.is_sealed(received_at=MONDAY, now=MONDAY + dt.timedelta(seconds=900))
    assert rules.is_sealed(received_at=MONDAY, now=MONDAY + dt.timedelta(seconds=901))


def test_minutes_are_never_rounded_up() -> None:
    assert rules.whole_minutes(119) == 1


def test_recent_weeks_cross_the_year() -> None:
    weeks = rules.recent_weeks(dt.date(2027, 1, 6), 3)

    assert weeks == [dt.date(2026, 12, 21), dt.date(2026, 12, 28), dt.date(2027, 1, 4)]


# --- Time beside time -------------------------------------------------------------


def by_trying(lengths: list[tuple[int, int, int]], start: int, end: int) -> int:
    """Second by second: the most that fits into [start, end) when all of `lengths` are served in time."""

    def fits(jobs: list[list[int]]) -> bool:
        for second in range(40):
            ready = [job for job in jobs if job[0] <= second < job[1] and job[2]]
            if ready:
                min(ready, key=lambda job: job[1])[2] -= 1
        return not any(job[2] for job in jobs)

    most = 0
    for seconds in range(end - start + 1):
        if fits([[*job] for job in lengths] + [[start, end, seconds]]):
            most = seconds
    return most


@given(
    rows=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10), st.integers(0, 10)), max_size=5),
    start=st.integers(0, 30),
    length=st.integers(1, 10),
)
def test_the_room_beside_other_rows_is_what_trying_every_second_finds(
    rows: list[tuple[int, int, int]], start: int, length: int
) -> None:
    zero = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)

    def span(first: int, long: int) -> Span:
        return Span(zero + dt.timedelta(seconds=first), zero + dt.timedelta(seconds=first + long))

    # Only rows that can stand together: each is given what the earlier ones leave.
    kept: list[tuple[Span, int]] = []
    jobs: list[tuple[int, int, int]] = []
    for first, long, worth in rows:
        worth = min(worth, rules.room_beside(span(first, long), kept))
        kept.append((span(first, long), worth))
        jobs.append((first, first + long, worth))

    assert rules.room_beside(span(start, length), kept) == by_trying(jobs, start, start + length)


def test_pieces_are_whole_seconds_and_come_to_the_claim() -> None:
    start = dt.datetime(2026, 11, 25, 9, tzinfo=rules.WIB)
    claim = Span(start, start + dt.timedelta(minutes=10))
    tick = dt.timedelta(milliseconds=300)
    taken = [
        Span(start + dt.timedelta(minutes=8), start + dt.timedelta(minutes=20)),
        Span(start + dt.timedelta(minutes=2) - tick, start + dt.timedelta(minutes=3) + tick),
        Span(start + dt.timedelta(minutes=2), start + dt.timedelta(minutes=2, seconds=30)),
    ]

    found = list(rules.pieces(claim, taken))

    assert [(piece.seconds, is_free) for piece, is_free in found] == [
        (119, True),
        (62, False),
        (299, True),
        (120, False),
    ]
    assert list(rules.pieces(claim, [])) == [(claim, True)]
