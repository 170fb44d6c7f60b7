"""How a quiz is drawn and graded, when an activity is complete, how long a competency holds. No Django."""

import calendar
import datetime as dt
import hashlib
import json
import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

ONE_CHOICE = frozenset({"single", "true_false"})
CHOICES = ONE_CHOICE | {"multiple"}
ITEMS = frozenset({"ordering", "matching"})
SHORT_TEXT = "short_text"
LONGEST_TEXT = 200  # characters of a short text


class AnswerError(ValueError):
    """An answer that cannot have come from the form; `question` is its key."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    text: str
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Item:
    """What is given a place (ordering: "1", "2", …) or a partner (matching: the key of a choice)."""

    key: str
    text: str
    right: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was when the attempt began.

    `kind`: single, multiple, true_false (by `choices`), ordering (by `items`), matching (`items`
    to `choices`) or short_text (by the texts in `accepted`).
    """

    key: str
    kind: str
    text: str
    choices: tuple[Choice, ...] = ()
    explanation: str = ""
    items: tuple[Item, ...] = ()
    accepted: tuple[str, ...] = ()

    @property
    def correct_keys(self) -> frozenset[str]:
        return frozenset(choice.key for choice in self.choices if choice.is_correct)

    @property
    def right_answer(self) -> list[str]:
        """An answer that is wholly right."""
        if self.kind in ITEMS:
            return [f"{item.key}={item.right}" for item in self.items]
        if self.kind == SHORT_TEXT:
            return list(self.accepted[:1])
        return sorted(self.correct_keys)

    @property
    def values(self) -> list[str]:
        """What an item may be given: a place or the key of a choice."""
        if self.kind == "ordering":
            return [str(place) for place in range(1, len(self.items) + 1)]
        return [choice.key for choice in self.choices]

    @property
    def version(self) -> str:
        """The same for as long as nobody has changed what is asked or what is right."""
        content = {
            "kind": self.kind,
            "text": self.text,
            "choices": sorted([each.key, each.text, each.is_correct] for each in self.choices),
            "items": sorted([each.key, each.text, each.right] for each in self.items),
            "accepted": sorted(self.accepted),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def question_from(stored: Mapping[str, Any]) -> Question:
    """The question an attempt has kept."""
    return Question(
        key=stored["key"],
        kind=stored["kind"],
        text=stored["text"],
        choices=tuple(Choice(**choice) for choice in stored.get("choices", ())),
        explanation=stored.get("explanation", ""),
        items=tuple(Item(**item) for item in stored.get("items", ())),
        accepted=tuple(stored.get("accepted", ())),
    )


@dataclass(frozen=True, slots=True)
class Grade:
    """The outcome of one attempt: `score` is whole per cent, rounded down; `points` 0 to 1 a question."""

    correct: tuple[str, ...]
    score: int
    passed: bool
    points: tuple[Fraction, ...] = ()


def drawn(questions: Iterable[Mapping[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The questions of one attempt, shuffled with all they offer. The same seed draws the same.

    A question with `pool`, {"key", "draw"}, is one of those of which `draw` are asked.
    """
    dice = random.Random(seed)  # noqa: S311 - the seed comes from the system's dice and is never told
    asked: list[dict[str, Any]] = []
    pools: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    for question in questions:
        kept = {name: value for name, value in question.items() if name != "pool"}
        pool = question.get("pool")
        if pool:
            pools.setdefault(pool["key"], (pool["draw"], []))[1].append(kept)
        else:
            asked.append(kept)
    for draw, members in pools.values():
        asked += dice.sample(members, min(draw, len(members)))
    dice.shuffle(asked)
    for question in asked:
        for part in ("choices", "items"):
            if part in question and question["kind"] != "true_false":
                question[part] = dice.sample(question[part], len(question[part]))
    return asked


def grade(questions: Sequence[Question], answers: Mapping[str, Sequence[str]], pass_mark: int) -> Grade:
    """Grade `answers`: question key → choice keys, "item=value" for items, or one short text.

    A question counts only when wholly right; of an ordering or a matching, each item in its right
    place counts for its share. Raises `AnswerError` for what the attempt did not offer.
    """
    by_key = {question.key: question for question in questions}
    for key, chosen in answers.items():
        question = by_key.get(key)
        if question is None or not _was_offered(question, chosen):
            raise AnswerError(key)
    points = tuple(points_of(question, answers.get(question.key, ())) for question in questions)
    correct = tuple(question.key for question, worth in zip(questions, points, strict=True) if worth == 1)
    score = int(100 * sum(points, Fraction()) / len(questions)) if questions else 0
    return Grade(correct, score, bool(questions) and score >= pass_mark, points)


def points_of(question: Question, chosen: Sequence[str]) -> Fraction:
    """What an answer is worth, 0 to 1."""
    if question.kind in ITEMS:
        given = given_items(chosen)
        right = sum(given.get(item.key) == item.right for item in question.items)
        return Fraction(right, len(question.items)) if question.items else Fraction()
    if question.kind == SHORT_TEXT:
        texts = {normalised(each) for each in question.accepted}
        return Fraction(any(normalised(each) in texts for each in chosen))
    return Fraction(frozenset(chosen) == question.correct_keys)


def given_items(chosen: Iterable[str]) -> dict[str, str]:
    """Item key → what it was given."""
    return {item: value for item, _sign, value in (each.partition("=") for each in chosen) if value}


def normalised(text: str) -> str:
    """A short text as it is compared: without case, accents and spaces too many."""
    # Once more after the case: one letter may stand for several, "㎅" for "KB".
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())


def _was_offered(question: Question, chosen: Sequence[str]) -> bool:
    if question.kind == SHORT_TEXT:
        # NUL: PostgreSQL keeps none, and no keyboard types one.
        return len(chosen) <= 1 and all(len(each) <= LONGEST_TEXT and "\0" not in each for each in chosen)
    if question.kind in ITEMS:
        given = given_items(chosen)
        keys, values = {item.key for item in question.items}, set(question.values)
        return len(given) == len(chosen) and set(given) <= keys and set(given.values()) <= values
    if question.kind in ONE_CHOICE and len(chosen) > 1:
        return False
    return set(chosen) <= {choice.key for choice in question.choices}


FORMATIVE_LEVEL = 1  # DESIGN 6: what a browser says about itself completes nothing above, alone


def is_formative(levels: Iterable[int]) -> bool:
    """May self-scored pieces alone complete a module that proves these levels?"""
    return all(level <= FORMATIVE_LEVEL for level in levels)


def is_complete(*, has_passed: bool, credited_s: int, minimum_minutes: int) -> bool:
    """A module is complete when its quiz is passed and the minimum minutes are credited.

    Where there is no quiz, `has_passed` says that its pieces are finished (`is_formative`).
    """
    return has_passed and credited_s >= minimum_minutes * 60


RENEW_WITHIN = dt.timedelta(days=90)  # before the last day: from then on it can be shown again


def valid_until(day: dt.date, months: int | None) -> dt.date | None:
    """The last day of what is recognised on `day` for `months`; None when it is for good.

    The same day of the month, or the last one of a shorter month.
    """
    if months is None:
        return None
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def renewal_opens(until: dt.date) -> dt.date:
    """The first day on which what holds `until` then can be renewed."""
    return until - RENEW_WITHIN
