"""How a quiz is graded, when an activity is complete, how long a competency holds. No Django here."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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
class Question:
    """A question as it was when the attempt began. `kind`: single, multiple or true_false."""

    key: str
    kind: str
    text: str
    choices: tuple[Choice, ...]
    explanation: str = ""

    @property
    def correct_keys(self) -> frozenset[str]:
        return frozenset(choice.key for choice in self.choices if choice.is_correct)


@dataclass(frozen=True, slots=True)
class Grade:
    """The outcome of one attempt: `score` is whole per cent, rounded down."""

    correct: tuple[str, ...]
    score: int
    passed: bool


def grade(questions: Sequence[Question], answers: Mapping[str, Sequence[str]], pass_mark: int) -> Grade:
    """Grade `answers` (question key → choice keys). A question counts only when wholly right.

    Raises `AnswerError` for a question or a choice that the attempt did not offer, and for
    more than one choice where one was asked.
    """
    by_key = {question.key: question for question in questions}
    for key, chosen in answers.items():
        question = by_key.get(key)
        if question is None:
            raise AnswerError(key)
        if set(chosen) - {choice.key for choice in question.choices}:
            raise AnswerError(key)
        if question.kind != "multiple" and len(chosen) > 1:
            raise AnswerError(key)
    correct = tuple(
        question.key
        for question in questions
        if frozenset(answers.get(question.key, ())) == question.correct_keys
    )
    score = 100 * len(correct) // len(questions) if questions else 0
    return Grade(correct, score, bool(questions) and score >= pass_mark)


def is_complete(*, has_passed: bool, credited_s: int, minimum_minutes: int) -> bool:
    """A module is complete when its quiz is passed and the minimum minutes are credited."""
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
