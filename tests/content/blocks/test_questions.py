"""A question that cannot be graded fairly is refused while it is written."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from content.blocks import QuizStream
from content.blocks.questions import questions_of
from tests import make_pages


def stream(*questions: tuple[str, Any]) -> Any:
    block = QuizStream()
    raw = [{"type": kind, "value": value} for kind, value in questions]
    return block, block.to_python(raw)


def choices(*marks: bool) -> list[dict[str, Any]]:
    return [{"text": f"Jawaban {number}", "is_correct": mark} for number, mark in enumerate(marks)]


def question(kind: str, *marks: bool, **changes: Any) -> tuple[str, Any]:
    return kind, {"text": "Apa?", "choices": choices(*marks), "explanation": "Sebab.", **changes}


@pytest.mark.parametrize(
    "good",
    [
        question("single", True, False),
        question("multiple", True, True, False),
        question("multiple", True, True),
        make_pages.TRUE_FALSE,
    ],
)
def test_a_fair_question_is_taken(good: tuple[str, Any]) -> None:
    block, value = stream(good)
    block.clean(value)


@pytest.mark.parametrize(
    "bad",
    [
        question("single", False, False),
        question("single", True, True),
        question("single", True),
        question("multiple", False, False),
        question("single", True, False, text=""),
        question("single", True, False, explanation=""),
        question(
            "single",
            choices=[{"text": "Sama", "is_correct": True}, {"text": " sama", "is_correct": False}],
        ),
        ("true_false", {"text": "Benar?", "answer": "", "explanation": "Sebab."}),
    ],
)
def test_an_unfair_question_is_refused(bad: tuple[str, Any]) -> None:
    block, value = stream(bad)
    with pytest.raises(ValidationError):
        block.clean(value)


def test_a_draft_may_hold_an_unfinished_question() -> None:
    block, value = stream(question("single", False, False))
    block.defer_required_validation()
    try:
        block.clean(value)
    finally:
        block.restore_deferred_validation()  # the blocks inside are shared by all streams of the class


def test_questions_are_handed_over_with_keys_that_stay() -> None:
    block, value = stream(make_pages.SINGLE, make_pages.TRUE_FALSE)
    stored = block.to_python(block.get_prep_value(value))
    first, second = questions_of(stored), questions_of(block.to_python(block.get_prep_value(stored)))
    assert first == second
    assert [each["kind"] for each in first] == ["single", "true_false"]
    assert all(choice["key"] for each in first for choice in each["choices"])
    assert [choice["is_correct"] for choice in first[1]["choices"]] == [True, False]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("ordering", {"items": ["Catat", " catat "]}),
        ("ordering", {"items": ["Catat"]}),
        ("matching", {"pairs": [{"left": "A", "right": "x"}, {"left": "a", "right": "y"}]}),
        ("matching", {"pairs": [{"left": "A", "right": "x"}, {"left": "B", "right": " X "}]}),
        ("short_text", {"accepted": []}),
        ("short_text", {"accepted": [""]}),
    ],
)
def test_a_question_of_lines_that_nobody_could_answer_is_refused(kind: str, changes: dict[str, Any]) -> None:
    good = {
        "ordering": make_pages.ORDERING,
        "matching": make_pages.MATCHING,
        "short_text": make_pages.SHORT_TEXT,
    }
    block, value = stream(good[kind])
    block.clean(value)
    block, value = stream((kind, {**good[kind][1], **changes}))
    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.mark.parametrize("draw", [0, 3])
def test_a_pool_asks_no_more_than_it_has(draw: int) -> None:
    two = (make_pages.SINGLE, make_pages.TRUE_FALSE)
    made = [make_pages.pool(2, *two), make_pages.pool(draw, *two)]
    raw = [
        (kind, {**value, "questions": [{"type": k, "value": v} for k, v in value["questions"]]})
        for kind, value in made
    ]
    block, value = stream(raw[0])
    block.clean(value)
    block, value = stream(raw[1])
    with pytest.raises(ValidationError):
        block.clean(value)
