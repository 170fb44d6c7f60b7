"""What of a piece's own words is kept."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.plays import rules
from tests.make_plays import IRI, PART, statement

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_what_a_whole_piece_says_is_kept_without_actor_clock_and_what_else_it_adds() -> None:
    said = rules.read({**statement("completed", (2, 2)), "authority": {"x": 1}, "timestamp": "x"}, iri=IRI)

    assert said is not None
    assert (said.verb, said.is_root) == ("completed", True)
    assert said.body == {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en-US": "completed"}},
        "object": {"objectType": "Activity", "id": IRI, "definition": {"name": {"en-US": "Kuis"}}},
        "context": {},
        "result": {"completion": True, "score": {"min": 0, "raw": 2, "max": 2, "scaled": 1.0}},
    }


def test_of_a_part_only_the_answer_is_kept() -> None:
    answer = rules.read(statement("answered", (1, 1), of=PART), iri=IRI)

    assert answer is not None
    assert not answer.is_root
    assert answer.body["context"]["extensions"] == {rules.SUB_CONTENT: PART.partition("=")[2]}
    for verb in ("completed", "progressed", "interacted", "passed"):
        assert rules.read(statement(verb, of=PART), iri=IRI) is None


@pytest.mark.parametrize("verb", ["interacted", "progressed", "consume", "mastered", "voided", ""])
def test_noise_and_strange_verbs_of_the_whole_piece_are_not_kept(verb: str) -> None:
    assert rules.read(statement(verb), iri=IRI) is None


@pytest.mark.parametrize("other", [f"{IRI}1", f"{IRI}/", "https://lain.example/", IRI.upper()])
def test_what_is_said_about_something_else_is_not_kept(other: str) -> None:
    assert rules.read(statement(of=other), iri=IRI) is None


@pytest.mark.parametrize(
    "not_one", [None, [], "x", {}, {"verb": {}}, {**statement(), "object": "x"}, {**statement(), "verb": []}]
)
def test_what_is_no_statement_says_so(not_one: Any) -> None:
    with pytest.raises(rules.StatementError):
        rules.read(not_one, iri=IRI)


@pytest.mark.parametrize(
    ("raw", "most", "percent"),
    [
        (2, 2, 100),
        (1, 3, 33),
        (2, 3, 66),
        (0, 5, 0),
        (0.29, 1, 29),
        (9_999, 10, 100),  # more than there is
        (-3, 10, 0),
        (1, 1_000_000, 0),
    ],
)
def test_the_score_is_computed_from_its_points(raw: float, most: float, percent: int) -> None:
    score = rules.score_of({"score": {"raw": raw, "max": most, "scaled": 1}})

    assert score is not None
    assert score.percent == percent


@pytest.mark.parametrize(
    "score",
    [
        None,
        "100",
        {},
        {"scaled": 1},
        {"raw": 1},
        {"raw": 1, "max": 0},
        {"raw": 1, "max": -1},
        {"raw": 1, "max": 1e-9},
        {"raw": True, "max": 1},
        {"raw": "1", "max": 1},
        {"raw": math.nan, "max": 1},
        {"raw": 1, "max": math.inf},
        {"raw": 1, "max": 1e300},
    ],
)
def test_figures_that_are_none_make_no_score(score: Any) -> None:
    assert rules.score_of({"score": score}) is None


@pytest.mark.parametrize(
    ("verb", "of", "library", "ends"),
    [
        ("completed", IRI, "H5P.QuestionSet", True),
        ("answered", IRI, "H5P.TrueFalse", True),
        ("answered", IRI, "H5P.QuestionSet", False),  # it will say `completed`
        ("answered", PART, "BelajarKuis", False),
        ("attempted", IRI, "H5P.TrueFalse", False),
        ("passed", IRI, "H5P.Essay", False),
    ],
)
def test_only_the_whole_piece_finishes_itself(verb: str, of: str, library: str, ends: bool) -> None:
    said = rules.read(statement(verb, of=of), iri=IRI)

    assert said is not None
    assert rules.finishes(said, library=library) is ends


def test_the_better_share_wins_whatever_the_points() -> None:
    assert rules.is_better(rules.Score(1, 2), None)
    assert rules.is_better(rules.Score(2, 2), rules.Score(30, 40))
    assert not rules.is_better(rules.Score(30, 40), rules.Score(3, 4))


@given(ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_said_is_read_or_refused_and_what_is_kept_is_json(
    result: Any, definition: Any, context: Any
) -> None:
    said = rules.read(
        {
            **statement("answered", of=PART),
            "object": {"id": PART, "definition": definition},
            "result": result,
            "context": context,
        },
        iri=IRI,
    )

    assert said is not None
    text = json.dumps(said.body, allow_nan=False)
    assert "\\u0000" not in text


def test_text_without_end_is_cut() -> None:
    definition = {
        "interactionType": "choice",
        "description": {"id": "x" * 9_999},
        "choices": [{"id": str(n), "description": {"id": "y" * 9_999}} for n in range(500)],
    }
    said = rules.read(statement(object={"id": IRI, "definition": definition}), iri=IRI)

    assert said is not None
    kept = said.body["object"]["definition"]
    assert len(kept["description"]["id"]) == rules.LONGEST_TEXT
    assert len(kept["choices"]) == rules.MOST_ITEMS
