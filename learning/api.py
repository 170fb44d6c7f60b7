"""The door of `learning`: all that pages may ask or tell it. `content` imports nothing else of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learning.competencies import actions as mastery
from learning.competencies import queries as competencies
from learning.competencies.actions import Refused
from learning.competencies.item_rules import FEWEST as FEWEST_ANSWERS
from learning.competencies.item_rules import Figures
from learning.competencies.models import Competency, Completion, QuizAttempt
from learning.competencies.queries import ATTEMPTS_COUNTED, ActivityFigures
from learning.competencies.queries import Outcome as QuizOutcome
from learning.competencies.rules import LONGEST_TEXT, Question
from learning.people.models import Person
from learning.study import actions as study
from learning.study.feedback.actions import LONGEST_COMMENT, FeedbackRefused, give_feedback
from learning.study.feedback.queries import FEWEST as FEWEST_RATINGS
from learning.study.feedback.queries import comments_on as feedback_comments
from learning.study.feedback.queries import figures_by_step as feedback_by_step
from learning.study.feedback.queries import own_feedback
from learning.study.models import Activity, ActivityTotal

__all__ = [
    "ATTEMPTS_COUNTED",
    "FEWEST_ANSWERS",
    "FEWEST_RATINGS",
    "LONGEST_COMMENT",
    "LONGEST_TEXT",
    "ActivityFigures",
    "ActivityState",
    "FeedbackRefused",
    "Figures",
    "OpenQuiz",
    "QuizOutcome",
    "Refused",
    "activity_figures",
    "activity_state",
    "answer_quiz",
    "close_activity",
    "competencies_of",
    "competency_choices",
    "feedback_by_step",
    "feedback_comments",
    "give_feedback",
    "has_records",
    "is_complete",
    "last_outcome",
    "open_quiz",
    "own_feedback",
    "publish_activity",
    "question_figures",
    "record_visit",
    "start_quiz",
]


@dataclass(frozen=True, slots=True)
class ActivityState:
    """Where one person stands with one activity. Seconds; scores in whole per cent."""

    credited_s: int
    minimum_s: int
    ceiling_s: int
    last_step: int
    best_score: int | None
    has_passed: bool
    is_complete: bool


@dataclass(frozen=True, slots=True)
class OpenQuiz:
    """An attempt waiting for its answers: questions without the key."""

    attempt_id: int
    questions: list[dict[str, Any]]
    expires_at: dt.datetime


def competency_choices() -> list[tuple[str, str]]:
    """Code and name of every competency a page may name."""
    return list(Competency.objects.filter(is_active=True).values_list("code", "name"))


def competencies_of(activity_id: int) -> list[tuple[str, int]]:
    """Name and level of what completing the activity proves."""
    return competencies.competencies_of(activity_id)


def publish_activity(
    *,
    activity_id: int | None,
    kind: str,
    title: str,
    path: str,
    planned_minutes: int,
    minimum_minutes: int,
    starts_at: dt.datetime | None = None,
    competencies: Sequence[tuple[str, int]] = (),
) -> int:
    """A page was published: make or bring up to date its activity; the activity's id.

    Raises `LookupError` for a competency code that does not exist.
    """
    activity = study.publish_activity(
        activity_id=activity_id,
        kind=kind,
        title=title,
        path=path,
        planned_minutes=planned_minutes,
        minimum_minutes=minimum_minutes,
        starts_at=starts_at,
    )
    mastery.link_competencies(activity=activity, competencies=competencies)
    return activity.pk


def close_activity(activity_id: int) -> None:
    """A page was unpublished: no more study on its activity."""
    study.close_activity(activity_id=activity_id)


def has_records(activity_id: int) -> bool:
    """Has anybody studied, tried or completed the activity?"""
    return competencies.has_records(activity_id)


def activity_figures(activity_id: int) -> ActivityFigures | None:
    """How many study the activity, completed it, and their median minutes; None below five people."""
    return competencies.activity_figures(activity_id)


def is_complete(*, person: Person, activity_id: int) -> bool:
    """Has `person` completed the activity?"""
    return Completion.objects.filter(person=person, activity_id=activity_id).exists()


def activity_state(*, person: Person, activity_id: int, now: dt.datetime | None = None) -> ActivityState:
    """Where `person` stands with the activity: minutes, step, quiz, completion."""
    activity = Activity.objects.get(pk=activity_id)
    total = ActivityTotal.objects.filter(person=person, activity_id=activity_id).first()
    scores = list(
        QuizAttempt.objects.filter(person=person, activity_id=activity_id, score__isnull=False).values_list(
            "score", "passed"
        )
    )
    policy = study.current_policy(now or dt.datetime.now(dt.UTC)).limits()
    return ActivityState(
        credited_s=total.credited_s if total else 0,
        minimum_s=activity.minimum_minutes * 60,
        ceiling_s=policy.activity_s(activity.planned_minutes),
        last_step=total.last_step if total else 1,
        best_score=max((score for score, _ in scores if score is not None), default=None),
        has_passed=any(passed for _, passed in scores),
        is_complete=Completion.objects.filter(person=person, activity_id=activity_id).exists(),
    )


def _as_asked(question: Question) -> dict[str, Any]:
    """A question without its key: what is written here is all that a browser gets."""
    asked: dict[str, Any] = {
        "key": question.key,
        "kind": question.kind,
        "text": question.text,
        "choices": [{"key": choice.key, "text": choice.text} for choice in question.choices],
    }
    if question.items:
        asked["items"] = [{"key": item.key, "text": item.text} for item in question.items]
    return asked


def _without_key(attempt: QuizAttempt) -> OpenQuiz:
    return OpenQuiz(
        attempt_id=attempt.pk,
        questions=[_as_asked(question) for question in mastery.questions_of(attempt)],
        expires_at=attempt.expires_at,
    )


def open_quiz(*, person: Person, activity_id: int, now: dt.datetime) -> OpenQuiz | None:
    """The attempt that waits for answers, if there is one."""
    attempt = QuizAttempt.objects.filter(
        person=person, activity_id=activity_id, answered_at=None, expires_at__gt=now
    ).first()
    return _without_key(attempt) if attempt else None


def start_quiz(
    *,
    person: Person,
    activity_id: int,
    revision: int | None,
    questions: Sequence[Mapping[str, Any]],
    pass_mark: int,
    minutes: int,
    now: dt.datetime,
    opens_at: dt.datetime | None = None,
    closes_at: dt.datetime | None = None,
) -> OpenQuiz:
    """Begin a quiz, or go on with the open attempt. Raises `Refused`.

    Each question: {key, kind, text, explanation}; by its kind {choices: [{key, text, is_correct}]},
    {items: [{key, text, right}]}, {accepted: [text]}; of a pool, {pool: {key, draw}}.
    """
    return _without_key(
        mastery.start_quiz(
            person=person,
            activity_id=activity_id,
            revision=revision,
            questions=questions,
            pass_mark=pass_mark,
            minutes=minutes,
            now=now,
            opens_at=opens_at,
            closes_at=closes_at,
        )
    )


def answer_quiz(
    *, person: Person, attempt_id: int, answers: Mapping[str, Sequence[str]], now: dt.datetime
) -> QuizOutcome:
    """Grade an attempt, once. Raises `Refused`; then nothing has changed."""
    return competencies.outcome_of(
        mastery.answer_quiz(person=person, attempt_id=attempt_id, answers=answers, now=now)
    )


def last_outcome(*, person: Person, activity_id: int) -> QuizOutcome | None:
    """The result of the last answered attempt."""
    attempt = competencies.last_answered(person, activity_id)
    return competencies.outcome_of(attempt) if attempt else None


def question_figures(activity_id: int) -> list[Figures]:
    """What the answers say about each version of each question; names nobody."""
    return competencies.question_figures(activity_id)


def record_visit(
    *, person: Person, activity_id: int | None, revision: int | None = None, step: int = 1, now: dt.datetime
) -> None:
    """Without JavaScript: this page was opened now; the one before it is credited."""
    study.record_visit(person=person, activity_id=activity_id, revision=revision, step=step, now=now)
