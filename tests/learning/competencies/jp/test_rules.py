"""The arithmetic of learning hours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.competencies.jp.rules import Award, Earlier, Rule, award, room, target_of

MONDAY = dt.date(2026, 11, 23)
E_LEARNING = Rule("minutes", 1, 45, 3, "day")
SELF_DEVELOPMENT = Rule("minutes", 1, 45, 2, "day")
COACHING = Rule("activity", 2, 45, 4, "month")

minutes = st.integers(0, 400)
days = st.integers(0, 40).map(lambda each: MONDAY + dt.timedelta(days=each))


def run(rule: Rule, completions: list[tuple[dt.date, int]]) -> list[Award]:
    """The awards of one year's completions, one after the other."""
    earlier: list[Earlier] = []
    awards = []
    for day, spent in completions:
        made = award(rule, minutes=spent, day=day, earlier=earlier)
        awards.append(made)
        earlier.append(Earlier(day, made.jp, made.remainder_minutes))
    return awards


# --- The examples of the law ----------------------------------------------------------


@pytest.mark.parametrize(
    ("spent", "jp", "remainder"), [(0, 0, 0), (44, 0, 44), (45, 1, 0), (46, 1, 1), (89, 1, 44), (134, 2, 44)]
)
def test_one_jp_is_45_minutes_and_only_whole_jp_count(spent: int, jp: int, remainder: int) -> None:
    assert run(E_LEARNING, [(MONDAY, spent)]) == [Award(spent, 0, jp, 0, remainder)]


def test_e_learning_counts_3_jp_a_day_which_are_135_minutes() -> None:
    assert run(E_LEARNING, [(MONDAY, 135)]) == [Award(135, 0, 3, 0, 0)]
    assert run(E_LEARNING, [(MONDAY, 240)]) == [Award(240, 0, 3, 2, 15)]
    tuesday = MONDAY + dt.timedelta(days=1)
    assert [each.jp for each in run(E_LEARNING, [(MONDAY, 240), (MONDAY, 90), (tuesday, 90)])] == [3, 0, 2]


def test_self_development_counts_2_jp_a_day() -> None:
    assert [(each.jp, each.cut_jp) for each in run(SELF_DEVELOPMENT, [(MONDAY, 180)])] == [(2, 2)]


def test_coaching_counts_2_jp_each_and_twice_a_month() -> None:
    december = dt.date(2026, 12, 1)
    done = [(MONDAY, 10), (MONDAY, 10), (MONDAY + dt.timedelta(days=3), 10), (december, 10)]
    assert [(each.jp, each.cut_jp) for each in run(COACHING, done)] == [(2, 0), (2, 0), (0, 2), (2, 0)]
    assert room(COACHING, dt.date(2027, 11, 23), [Earlier(MONDAY, 4, 0)]) == 4  # the same month, a year on


def test_a_seminar_day_is_4_jp_a_placement_20_and_a_programme_what_it_is_planned_for() -> None:
    assert run(Rule("day", 4), [(MONDAY, 200)])[0].jp == 4
    assert run(Rule("activity", 20), [(MONDAY, 0)])[0].jp == 20
    assert run(Rule("programme", 1), [(MONDAY, 44), (MONDAY, 910)]) == [
        Award(44, 0, 0, 0, 0),
        Award(910, 0, 20, 0, 0),
    ]


def test_seven_episodes_of_3_jp_pass_the_20_jp_of_a_civil_servant() -> None:
    thursdays = [(MONDAY + dt.timedelta(weeks=week), 135) for week in range(7)]
    total = sum(each.jp for each in run(E_LEARNING, thursdays))
    assert (total, total >= target_of("pns")[0]) == (21, True)


@pytest.mark.parametrize(
    ("employment", "target"), [("pns", (20, False)), ("cpns", (20, False)), ("pppk", (24, True))]
)
def test_20_jp_are_the_least_of_a_pns_and_24_the_most_of_a_pppk(
    employment: str, target: tuple[int, bool]
) -> None:
    assert target_of(employment) == target


def test_what_is_left_over_is_carried_into_the_next() -> None:
    assert run(E_LEARNING, [(MONDAY, 44), (MONDAY, 47)]) == [
        Award(44, 0, 0, 0, 44),
        Award(47, 44, 2, 0, 1),
    ]


# --- Whatever is completed, and whenever -----------------------------------------------


@given(st.lists(st.tuples(days, minutes), max_size=40))
def test_no_minute_is_lost_or_made(completions: list[tuple[dt.date, int]]) -> None:
    """Whole JP x 45 and the rest are the minutes counted; only the ceiling takes any away."""
    awards = run(E_LEARNING, completions)
    whole = sum(each.jp + each.cut_jp for each in awards)
    rest = awards[-1].remainder_minutes if awards else 0
    assert whole * 45 + rest == sum(spent for _day, spent in completions)
    assert 0 <= rest < 45
    free = run(Rule("minutes", 1), completions)
    assert sum(each.jp for each in free) * 45 + rest == sum(spent for _day, spent in completions)


@given(
    st.lists(st.tuples(days, minutes), max_size=40), st.sampled_from([E_LEARNING, SELF_DEVELOPMENT, COACHING])
)
def test_the_ceiling_holds_and_cuts_nothing_below_it(
    completions: list[tuple[dt.date, int]], rule: Rule
) -> None:
    by_period: dict[object, list[Award]] = {}
    for (day, _spent), made in zip(completions, run(rule, completions), strict=True):
        assert made.jp >= 0
        assert made.cut_jp >= 0
        by_period.setdefault(day if rule.cap_period == "day" else (day.year, day.month), []).append(made)
    for awards in by_period.values():
        assert rule.cap_jp is not None
        awarded = sum(each.jp for each in awards)
        assert awarded <= rule.cap_jp
        assert awarded == rule.cap_jp or not any(each.cut_jp for each in awards)


@given(
    minutes,
    st.lists(minutes, min_size=1, max_size=8).flatmap(
        lambda day: st.tuples(st.just(day), st.permutations(day))
    ),
)
def test_the_order_of_a_days_completions_does_not_matter(
    before: int, orders: tuple[list[int], list[int]]
) -> None:
    ends = []
    for order in orders:
        yesterday = (MONDAY - dt.timedelta(days=1), before)
        awards = run(E_LEARNING, [yesterday, *((MONDAY, spent) for spent in order)])
        ends.append((sum(each.jp for each in awards), awards[-1].remainder_minutes))
    assert ends[0] == ends[1]
