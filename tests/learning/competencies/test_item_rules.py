"""What answers say about questions, worked out by hand and by another road."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.competencies.item_rules import FEWEST, correlation, figures_of
from learning.competencies.rules import Choice, Question


def question(key: str, text: str = "?") -> Question:
    return Question(key, "single", text, (Choice("a", "A", True), Choice("b", "B", False)))


def attempts(*rows: str) -> list[tuple[list[Question], dict[str, list[str]]]]:
    """One word a person: "ab" marked "a" in q0 and "b" in q1."""
    return [
        ([question(f"q{n}") for n in range(len(row))], {f"q{n}": [mark] for n, mark in enumerate(row)})
        for row in rows
    ]


def test_five_people_worked_out_by_hand() -> None:
    first, second, _third = figures_of(attempts("aaa", "aab", "aba", "bbb", "bbb"))
    assert (first.question.key, first.answers, first.right_share, first.mean_points) == ("q0", 5, 0.6, 0.6)
    # q0: 1 1 1 0 0 beside the mean of the rest 1 ½ ½ 0 0.
    assert first.discrimination == pytest.approx(0.8729, abs=1e-4)
    assert second.right_share == 0.4


def test_four_answers_say_nothing() -> None:
    for each in figures_of(attempts("aa", "ab", "ba", "bb")):
        assert each.answers == FEWEST - 1
        assert (each.right_share, each.mean_points, each.discrimination) == (None, None, None)


def test_a_changed_question_is_counted_anew() -> None:
    before = attempts(*["aa"] * 5)
    after = [([question("q0", "Lain?"), question("q1")], {"q0": ["b"], "q1": ["a"]})] * 6
    found = {(each.question.key, each.question.text): each for each in figures_of([*before, *after])}
    assert (found["q0", "?"].answers, found["q0", "?"].right_share) == (5, 1)
    assert (found["q0", "Lain?"].answers, found["q0", "Lain?"].right_share) == (6, 0)
    assert found["q1", "?"].answers == 11


def test_where_nothing_differs_there_is_no_discrimination() -> None:
    assert all(each.discrimination is None for each in figures_of(attempts(*["ab"] * 7)))
    assert all(each.discrimination is None for each in figures_of(attempts(*"abababa")))  # nothing beside it


POINTS = st.sampled_from([0.0, 1 / 3, 0.5, 1.0])


@given(st.lists(st.tuples(POINTS, POINTS), min_size=5, max_size=40))
def test_the_correlation_is_pearsons(pairs: list[tuple[float, float]]) -> None:
    xs, ys = [x for x, _y in pairs], [y for _x, y in pairs]
    mine = correlation(pairs)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert mine is None
    else:
        assert mine == pytest.approx(statistics.correlation(xs, ys), abs=1e-9)
        assert -1 <= mine <= 1
