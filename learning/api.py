"""The door of `learning`: all that pages may ask or tell it. `content` imports nothing else of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learning.competencies import actions as mastery
from learning.competencies import queries as competencies
from learning.competencies.actions import Refused
from learning.competencies.models import Competency, Completion, QuizAttempt
from learning.competencies.queries import Outcome as QuizOutcome
from learning.people.models import Person
from learning.study import actions as study
from learning.study.models import Activity, ActivityTotal

__all__ = [
    "ActivityState",
    "OpenQuiz",
    "QuizOutcome",
    "Refused",
    "activity_state",
    "answer_quiz",
    "close_activity",
    "competencies_of",
    "competency_choices",
    "has_records",
    "is_complete",
    "last_outcome",
    "open_quiz",
    "publish_activity",
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


def _without_key(attempt: QuizAttempt) -> OpenQuiz:
    return OpenQuiz(
        attempt_id=attempt.pk,
        questions=[
            {
                "key": question.key,
                "kind": question.kind,
                "text": question.text,
                "choices": [{"key": choice.key, "text": choice.text} for choice in question.choices],
            }
            for question in mastery.questions_of(attempt)
        ],
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
) -> OpenQuiz:
    """Begin a quiz, or go on with the open attempt. Each question: {key, kind, text, choices:
    [{key, text, is_correct}], explanation}. Raises `Refused`.
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


def record_visit(
    *, person: Person, activity_id: int | None, revision: int | None = None, step: int = 1, now: dt.datetime
) -> None:
    """Without JavaScript: this page was opened now; the one before it is credited."""
    study.record_visit(person=person, activity_id=activity_id, revision=revision, step=step, now=now)
