"""The arithmetic of study time, without a database."""

import datetime as dt
import itertools
import uuid

import pytest
from hypothesis import example, given
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


# --- What holds of any day and any span --------------------------------------------

days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
moments = st.integers(0, 20 * 366 * 86_400_000).map(
    lambda at: dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=at)
)
milliseconds = st.integers(0, 900_000)
pairs = st.lists(st.tuples(milliseconds, milliseconds), max_size=6)
limits = rules.Limits(1, day_s=21_600, activity_factor=2.0, entry_s=900, coarse_page_s=300, late_s=86_400)


@given(days)
def test_a_week_is_the_seven_days_from_its_monday_and_its_name_says_which(day: dt.date) -> None:
    monday = rules.week_of(day)

    assert monday.weekday() == 0
    assert 0 <= (day - monday).days <= 6
    year, _, number = rules.week_name(monday).partition("-W")
    assert dt.date.fromisocalendar(int(year), int(number), day.isoweekday()) == day


@given(days, st.integers(1, 60))
def test_recent_weeks_follow_each_other_up_to_this_one(day: dt.date, count: int) -> None:
    weeks = rules.recent_weeks(day, count)

    assert len(weeks) == count
    assert weeks[-1] == rules.week_of(day)
    assert all(later - earlier == rules.ONE_WEEK for earlier, later in itertools.pairwise(weeks))


@given(moments)
def test_a_day_of_java_begins_at_seventeen_hours_in_greenwich(moment: dt.datetime) -> None:
    assert rules.local_day(moment) == (moment + dt.timedelta(hours=7)).date()
    assert moment < rules.end_of_day(moment) <= moment + dt.timedelta(days=1)


@given(moments, st.integers(1, 3 * 86_400_000))
def test_the_parts_of_a_span_join_and_each_lies_in_one_day(start: dt.datetime, length_ms: int) -> None:
    whole = Span(start, start + dt.timedelta(milliseconds=length_ms))

    parts = list(rules.split_at_midnight(whole))

    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(one.end == two.start for one, two in itertools.pairwise(parts))
    for part in parts:
        assert part.start < part.end <= rules.end_of_day(part.start)


@given(milliseconds, milliseconds, pairs)
def test_free_seconds_are_whole_ones_of_the_time_nobody_has(
    start: int, length: int, taken: list[tuple[int, int]]
) -> None:
    """To the millisecond: never more than is free, and never a whole second less."""

    def stretch(begin_ms: int, length_ms: int) -> Span:
        begin = MONDAY + dt.timedelta(milliseconds=begin_ms)
        return Span(begin, begin + dt.timedelta(milliseconds=length_ms))

    edges = sorted({start, start + length, *(at for a, b in taken for at in (a, a + b))})
    free_ms = sum(
        end - begin
        for begin, end in itertools.pairwise(edges)
        if start <= begin and end <= start + length and not any(a <= begin and end <= a + b for a, b in taken)
    )

    free = rules.free_seconds(stretch(start, length), [stretch(a, b) for a, b in taken])

    assert free == free_ms // 1000


@example(0, [(-2, "a"), (-1, "b")])
@given(st.integers(0, 900), st.lists(st.tuples(st.integers(-100, 2_000), st.sampled_from("abc")), max_size=5))
def test_a_credit_is_within_every_bound_and_says_why_it_is_cut(
    claimed: int, bounds: list[tuple[int, str]]
) -> None:
    worth = rules.credit(claimed, bounds)

    assert worth.seconds == max(0, min([claimed, *(bound for bound, _why in bounds)]))
    assert (worth.reason == "") == (worth.seconds == claimed and not any(b < claimed for b, _why in bounds))
    assert not worth.reason or (min(b for b, _why in bounds), worth.reason) in [
        (bound, why) for bound, why in bounds
    ]


@given(st.integers(0, 100_000))
def test_a_page_without_javascript_is_worth_little_and_nothing_when_left_open(elapsed_s: int) -> None:
    worth = rules.credit(min(elapsed_s, limits.entry_s), rules.coarse_bounds(elapsed_s, limits)).seconds

    assert worth == (min(elapsed_s, 300) if elapsed_s <= 900 else 0)


@given(st.uuids(), st.text(max_size=20), st.text(max_size=20))
def test_a_continuation_has_one_key_and_no_other_part_has_it(key: uuid.UUID, one: str, two: str) -> None:
    assert rules.continuation_key(key, one) == rules.continuation_key(key, one)
    assert (rules.continuation_key(key, one) == rules.continuation_key(key, two)) == (one == two)
    assert rules.continuation_key(key, one) != key


@given(st.integers(0, 10**7))
def test_minutes_shown_are_those_that_are_full(seconds: int) -> None:
    assert 0 <= seconds - 60 * rules.whole_minutes(seconds) < 60


@given(st.integers(1, 32_000), st.floats(0.1, 10))
def test_the_ceiling_of_an_activity_follows_its_plan(planned: int, factor: float) -> None:
    ceiling = rules.Limits(1, 1, factor, 1, 1, 1).activity_s(planned)

    assert 0 <= planned * 60 * factor - ceiling < 1


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
