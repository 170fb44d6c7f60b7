"""How a quiz is graded."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.competencies.rules import (
    AnswerError,
    Choice,
    Item,
    Question,
    drawn,
    grade,
    is_complete,
    normalised,
)


def question(key: str, right: str, *, kind: str = "multiple", choices: str = "abcd") -> Question:
    return Question(
        key, kind, f"{key}?", tuple(Choice(each, each.upper(), each in right) for each in choices)
    )


@st.composite
def quizzes(draw: st.DrawFn) -> list[Question]:
    """One to eight questions of all three kinds, each with at least one right choice."""
    questions = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["single", "multiple", "true_false"]))
        choices = "ab" if kind == "true_false" else "abcd"
        right = draw(st.sets(st.sampled_from(choices), min_size=1, max_size=4 if kind == "multiple" else 1))
        questions.append(question(f"q{number}", "".join(right), kind=kind, choices=choices))
    return questions


@st.composite
def answered(draw: st.DrawFn) -> tuple[list[Question], dict[str, list[str]]]:
    """A quiz and answers its form can send: some questions left out, some ticked wrong."""
    questions = draw(quizzes())
    answers = {}
    for each in questions:
        if draw(st.booleans()):
            most = len(each.choices) if each.kind == "multiple" else 1
            keys = [choice.key for choice in each.choices]
            answers[each.key] = draw(st.lists(st.sampled_from(keys), unique=True, max_size=most))
    return questions, answers


@given(answered(), st.integers(1, 100))
def test_a_question_counts_only_when_wholly_right(
    quiz: tuple[list[Question], dict[str, list[str]]], pass_mark: int
) -> None:
    questions, answers = quiz
    result = grade(questions, answers, pass_mark)
    right = [
        each.key
        for each in questions
        if all((choice.key in answers.get(each.key, [])) == choice.is_correct for choice in each.choices)
    ]
    assert list(result.correct) == right
    assert result.score == int(100 * len(right) / len(questions))
    assert result.passed == (result.score >= pass_mark)


@given(quizzes(), st.integers(1, 100))
def test_all_right_is_100_and_nothing_answered_is_0(questions: list[Question], pass_mark: int) -> None:
    everything = {each.key: sorted(each.correct_keys) for each in questions}
    assert grade(questions, everything, pass_mark).score == 100
    assert grade(questions, everything, pass_mark).passed
    assert grade(questions, {}, pass_mark).score == 0
    assert not grade(questions, {}, pass_mark).passed


@given(answered(), st.randoms(use_true_random=False))
def test_neither_the_order_of_questions_nor_that_of_ticks_changes_the_grade(quiz, dice) -> None:
    questions, answers = quiz
    before = grade(questions, answers, 70)
    mixed = {key: dice.sample(chosen, len(chosen)) for key, chosen in answers.items()}
    after = grade(dice.sample(questions, len(questions)), mixed, 70)
    assert (after.score, after.passed, set(after.correct)) == (
        before.score,
        before.passed,
        set(before.correct),
    )


@given(answered(), st.text())
def test_what_the_attempt_did_not_offer_is_refused(quiz, text: str) -> None:
    questions, answers = quiz
    grade(questions, answers, 70)
    if text not in {each.key for each in questions}:
        with pytest.raises(AnswerError) as refused:
            grade(questions, {**answers, text: []}, 70)
        assert refused.value.question == text
    first = questions[0]
    if text not in {choice.key for choice in first.choices}:
        with pytest.raises(AnswerError) as refused:
            grade(questions, {**answers, first.key: [text]}, 70)
        assert refused.value.question == first.key


@pytest.mark.parametrize("kind", ["single", "true_false"])
def test_two_choices_where_one_was_asked_are_refused(kind: str) -> None:
    one = [question("q1", "a", kind=kind)]
    assert grade(one, {"q1": ["a"]}, 70).passed
    with pytest.raises(AnswerError):
        grade(one, {"q1": ["a", "b"]}, 70)


def test_one_right_choice_of_two_is_not_half_a_question() -> None:
    two = [question("q1", "ab"), question("q2", "ab")]
    assert grade(two, {"q1": ["a", "b"], "q2": ["a"]}, 50).score == 50
    assert grade(two, {"q1": ["a", "b", "c"], "q2": ["a", "b"]}, 50).correct == ("q2",)


def test_the_score_is_rounded_down_so_that_66_never_passes_67() -> None:
    three = [question(f"q{number}", "a") for number in range(3)]
    two_right = {"q0": ["a"], "q1": ["a"]}
    assert grade(three, two_right, 66).passed
    assert not grade(three, two_right, 67).passed
    assert grade(three, two_right, 67).score == 66


def test_a_quiz_without_questions_is_never_passed() -> None:
    assert not grade([], {}, 0).passed


@pytest.mark.parametrize(
    ("has_passed", "credited_s", "complete"),
    [(True, 900, True), (True, 899, False), (False, 900, False), (False, 0, False), (True, 901, True)],
)
def test_a_module_is_complete_with_its_quiz_passed_and_its_minutes_studied(
    has_passed: bool, credited_s: int, complete: bool
) -> None:
    assert is_complete(has_passed=has_passed, credited_s=credited_s, minimum_minutes=15) is complete


# --- Drawing, items, short texts ----------------------------------------------------


def stored(number: int, **more: object) -> dict[str, object]:
    choices = [{"key": each, "text": each, "is_correct": each == "a"} for each in "abcd"]
    return {"key": f"q{number}", "kind": "single", "text": "?", "choices": choices, **more}


@given(st.integers(0, 2**62), st.integers(0, 4), st.integers(1, 6), st.integers(1, 8))
def test_a_seed_draws_as_many_as_it_should_and_always_the_same(seed, fixed, members, draw) -> None:
    pool = {"key": "p", "draw": draw}
    quiz = [stored(n) for n in range(fixed)] + [stored(n + 10, pool=pool) for n in range(members)]
    once, again = drawn(quiz, seed), drawn(quiz, seed)
    assert once == again
    assert len(once) == fixed + min(draw, members)
    assert {f"q{n}" for n in range(fixed)} <= {each["key"] for each in once}
    for each in once:
        assert "pool" not in each
        assert sorted(choice["key"] for choice in each["choices"]) == list("abcd")


def test_many_seeds_ask_every_question_of_a_pool_about_as_often() -> None:
    quiz = [stored(n, pool={"key": "p", "draw": 2}) for n in range(5)]
    asked = [each["key"] for seed in range(1000) for each in drawn(quiz, seed)]
    assert all(340 < asked.count(f"q{n}") < 460 for n in range(5))


@given(st.lists(st.sampled_from("123"), min_size=3, max_size=3))
def test_each_line_in_its_place_counts_for_its_share(places: list[str]) -> None:
    items = tuple(Item(f"i{n}", "", str(n)) for n in (1, 2, 3))
    order = Question("q1", "ordering", "?", items=items)
    answer = [f"i{n}={place}" for n, place in enumerate(places, 1)]
    right = sum(place == str(n) for n, place in enumerate(places, 1))
    assert grade([order], {"q1": answer}, 100).points == (Fraction(right, 3),)
    assert grade([order], {"q1": answer}, 100).passed == (right == 3)


@pytest.mark.parametrize("answer", [["i1=4"], ["i9=1"], ["i1=1", "i1=2"], ["i1"], ["=1"], ["i1="]])
def test_a_place_or_a_line_that_was_not_offered_is_refused(answer: list[str]) -> None:
    items = tuple(Item(f"i{n}", "", str(n)) for n in (1, 2, 3))
    with pytest.raises(AnswerError):
        grade([Question("q1", "ordering", "?", items=items)], {"q1": answer}, 100)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_comparing_a_short_text_forgives_case_accents_and_spaces(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert normalised(f"  {text}\t ") == normalised(text)
    assert normalised("É".join(text)) == normalised("e".join(text))


def test_a_version_changes_with_what_is_asked_and_with_nothing_else() -> None:
    first = question("q1", "a")
    mixed = Question("q1", first.kind, first.text, first.choices[::-1], "Penjelasan lain.")
    assert mixed.version == first.version
    assert question("q1", "b").version != first.version
    assert Question("q1", first.kind, "Lain?", first.choices).version != first.version
