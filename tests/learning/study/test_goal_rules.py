"""What a week asks of somebody, and how long a run is: tables of cases, and what holds for all of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.study.goal_rules import (
    Runs,
    Stretch,
    WeekDone,
    presence,
    quarter_of,
    runs,
    target_minutes,
)

MONDAY = dt.date(2026, 11, 23)
ONE_WEEK = dt.timedelta(weeks=1)


def day(number: int) -> dt.date:
    """Monday is 1."""
    return MONDAY + dt.timedelta(days=number - 1)


def stretch(first: int, last: int, *, frees_week: bool = False) -> Stretch:
    return Stretch(day(first), day(last), frees_week)


@pytest.mark.parametrize(
    ("case", "wish", "here", "minutes"),
    [
        ("an ordinary week", {}, 5, 45),
        ("one holiday", {"holidays": [day(4)]}, 4, 40),  # 36, rounded up to 5
        ("two holidays", {"holidays": [day(4), day(5)]}, 3, 30),
        ("a holiday on Sunday", {"holidays": [day(7)]}, 5, 45),
        ("holidays all week", {"holidays": [day(n) for n in range(1, 6)]}, 0, 0),
        ("leave all week", {"away": [stretch(-3, 12)]}, 0, 0),
        ("leave on one day", {"away": [stretch(2, 2)]}, 4, 40),
        ("leave on Saturday only", {"away": [stretch(6, 7)]}, 5, 45),
        ("leave and holiday on one day", {"away": [stretch(4, 5)], "holidays": [day(4)]}, 3, 30),
        ("leave and holidays come to a week", {"away": [stretch(1, 3)], "holidays": [day(4), day(5)]}, 0, 0),
        ("two leaves", {"away": [stretch(1, 1), stretch(5, 9)]}, 3, 30),
        ("study assignment from Friday on", {"away": [stretch(5, 90, frees_week=True)]}, 0, 0),
        ("study assignment that ended on Monday", {"away": [stretch(-90, 1, frees_week=True)]}, 0, 0),
        ("study assignment of another week", {"away": [stretch(8, 90, frees_week=True)]}, 5, 45),
        ("joined on Wednesday", {"joined_on": day(3)}, 3, 30),
        ("joined on Saturday", {"joined_on": day(6)}, 0, 0),
        ("joined on Monday", {"joined_on": day(1)}, 5, 45),
        ("joined next week", {"joined_on": day(8)}, 0, 0),
        ("a Saturday worked for a holiday", {"holidays": [day(4)], "workdays": [day(6)]}, 5, 45),
        ("a Saturday worked for nothing", {"workdays": [day(6)]}, 5, 45),
    ],
)
def test_a_week_asks_for_its_share_of_working_days(
    case: str, wish: dict[str, object], here: int, minutes: int
) -> None:
    found = presence(MONDAY, **wish)
    assert (found.here, target_minutes(45, found)) == (here, minutes), case


def test_each_working_day_is_here_a_holiday_away_or_before_joining() -> None:
    found = presence(MONDAY, holidays=[day(2), day(3)], away=[stretch(3, 4)], joined_on=day(2))
    assert (found.here, found.holidays, found.away, found.not_joined) == (1, (day(2), day(3)), (day(4),), 1)
    assert found.has_joined
    assert not presence(MONDAY, joined_on=day(8)).has_joined
    assert presence(MONDAY, away=[stretch(1, 5)]).has_joined


def test_iso_week_53_and_week_1_each_have_their_own_holidays() -> None:
    new_year = [dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 1, 4)]
    assert presence(dt.date(2026, 12, 28), holidays=new_year).here == 3  # ISO week 53 of 2026
    assert presence(dt.date(2027, 1, 4), holidays=new_year).here == 4  # ISO week 1 of 2027


@given(
    st.integers(5, 600),
    st.sets(st.integers(1, 7)),
    st.integers(-10, 10),
    st.integers(0, 20),
)
def test_a_target_is_never_above_what_was_asked_and_free_only_without_a_working_day(
    asked: int, holidays: set[int], first: int, length: int
) -> None:
    found = presence(
        MONDAY, holidays=[day(number) for number in holidays], away=[stretch(first, first + length)]
    )
    minutes = target_minutes(asked, found)
    assert found.here + len(found.holidays) + len(found.away) == 5
    assert (minutes == 0) == (found.here == 0)
    assert asked * found.here <= minutes * 5
    assert minutes <= asked
    assert minutes == asked or minutes % 5 == 0


# --- Runs ---------------------------------------------------------------------------

MET, MISSED, FREE = "m", "x", "-"


def weeks(story: str, *, until: dt.date = MONDAY) -> list[WeekDone]:
    """One letter a week, the last one that of `until`: "m" met, "x" missed, "-" free."""
    asked = {MET: (45, 2700), MISSED: (45, 2699), FREE: (0, 0)}
    return [
        WeekDone(until - (len(story) - 1 - place) * ONE_WEEK, *asked[letter])
        for place, letter in enumerate(story)
    ]


@pytest.mark.parametrize(
    ("story", "until", "expected"),
    [
        ("", MONDAY, (0, 0)),
        ("x", MONDAY, (0, 0)),
        ("m", MONDAY, (1, 1)),
        ("mmx", MONDAY, (2, 2)),  # this week still runs
        ("mxmm", MONDAY, (3, 3)),  # one grace week a quarter
        ("mmxm", MONDAY, (3, 3)),
        ("mxx", MONDAY, (1, 1)),  # grace for last week; this one runs
        ("mxxx", MONDAY, (0, 1)),  # two misses in a row, in one quarter
        ("mmxmxm", MONDAY, (2, 3)),  # two misses in one quarter
        ("mm--m", MONDAY, (3, 3)),  # free weeks pause
        ("mmx-xm", MONDAY, (1, 2)),  # and are no bridge
        ("mm--", MONDAY, (2, 2)),
        ("----", MONDAY, (0, 0)),
        # The fourth quarter of 2026 begins with the week of 5 October: 28 September is the third's.
        ("mxxm", dt.date(2026, 10, 12), (2, 2)),  # a miss in each of two quarters
        ("mxxm", dt.date(2026, 10, 19), (1, 1)),  # both in the fourth
        # ISO week 53 of 2026 (28 December) is of the fourth quarter, week 1 (4 January) of the first.
        ("mxxm", dt.date(2027, 1, 11), (2, 2)),
        ("mmmm", dt.date(2027, 1, 11), (4, 4)),
        ("xmxm", dt.date(2026, 12, 28), (2, 2)),
    ],
)
def test_a_run_has_at_most_one_miss_a_quarter(story: str, until: dt.date, expected: tuple[int, int]) -> None:
    assert runs(weeks(story, until=until), until) == Runs(*expected)


def test_a_quarter_is_that_of_the_monday() -> None:
    assert quarter_of(dt.date(2026, 9, 28)) == (2026, 2)
    assert quarter_of(dt.date(2026, 10, 5)) == (2026, 3)
    assert quarter_of(dt.date(2026, 12, 28)) == (2026, 3)
    assert quarter_of(dt.date(2027, 1, 4)) == (2027, 0)


stories = st.text(alphabet=MET + MISSED + FREE, max_size=80)


@given(stories)
def test_the_longest_run_is_never_shorter_than_the_current(story: str) -> None:
    found = runs(weeks(story), MONDAY)
    assert 0 <= found.current <= found.longest <= story.count(MET)


@given(stories, st.data())
def test_a_week_met_never_shortens_a_run(story: str, data: st.DataObject) -> None:
    before = runs(weeks(story), MONDAY)
    later = runs(weeks(story + MET, until=MONDAY + ONE_WEEK), MONDAY + ONE_WEEK)
    assert later.longest >= before.longest
    if story:
        place = data.draw(st.integers(0, len(story) - 1))
        for letter in (MET, FREE) if story[place] == MISSED else (MET,):
            after = runs(weeks(story[:place] + letter + story[place + 1 :]), MONDAY)
            assert after.longest >= before.longest
            assert after.current >= before.current


@given(stories, stories)
def test_weeks_to_come_never_shorten_the_longest_run(past: str, future: str) -> None:
    until = MONDAY + len(future) * ONE_WEEK
    before = runs(weeks(past + MISSED), MONDAY)  # a running week, not yet met
    after = runs(weeks(past + MISSED + future, until=until), until)
    assert after.longest >= before.longest


@given(stories)
def test_runs_are_what_a_slow_and_plain_count_gives(story: str) -> None:
    """Every stretch is tried."""
    played = [each for each in weeks(story) if not each.is_free and (each.week < MONDAY or each.is_met)]

    def fits(stretch: list[WeekDone]) -> bool:
        quarters = [quarter_of(each.week) for each in stretch if not each.is_met]
        return len(quarters) == len(set(quarters))

    lengths = {
        (first, last): sum(each.is_met for each in played[first:last])
        for first in range(len(played) + 1)
        for last in range(first, len(played) + 1)
        if fits(played[first:last])
    }
    current = max(length for (_, last), length in lengths.items() if last == len(played))
    assert runs(weeks(story), MONDAY) == Runs(current, max(lengths.values()))
