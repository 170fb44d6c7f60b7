"""Makes what somebody has done: study through the real actions, quizzes, and many people at once."""

import datetime as dt
import uuid
from collections.abc import Sequence
from itertools import count
from typing import Any

from learning.competencies import actions as mastery
from learning.competencies.models import ActivityCompetency, Competency, QuizAttempt
from learning.people.models import Person, Unit
from learning.study import rules
from learning.study.actions import Interval, record_intervals
from learning.study.models import Activity, StudyEntry, WeeklyTarget, WeekTotal
from learning.study.tokens import Token
from tests import make

MINUTE = dt.timedelta(minutes=1)

_keys = count(1)


def key() -> uuid.UUID:
    """A UUIDv7 nobody has used yet."""
    return uuid.UUID(int=(0x7 << 76) | (0x2 << 62) | (next(_keys) << 80))


def studied(person: Person, seconds: int, *, at: dt.datetime, activity: Activity | None = None) -> Activity:
    """`person` studied for `seconds` from `at` on, reported as it ended. Returns the activity."""
    activity = activity or make.activity(planned_minutes=300)
    token = Token(person.pk, activity.pk, None, at, "test")
    intervals = [
        Interval(key(), offset * 1000, min(900, seconds - offset) * 1000) for offset in range(0, seconds, 900)
    ]
    record_intervals(token=token, intervals=intervals, now=at + dt.timedelta(seconds=seconds))
    return activity


def question(
    number: int = 1, *, kind: str = "single", right: str = "a", choices: str = "abc"
) -> dict[str, Any]:
    """A question whose `right` choices, of `choices`, are each named by one letter."""
    return {
        "key": f"q{number}",
        "kind": kind,
        "text": f"Pertanyaan {number}?",
        "choices": [
            {"key": each, "text": f"Pilihan {each}", "is_correct": each in right} for each in choices
        ],
        "explanation": f"Karena {number}.",
    }


def attempt(
    person: Person,
    activity: Activity,
    *,
    now: dt.datetime,
    questions: Sequence[dict[str, Any]] = (),
    pass_mark: int = 70,
    minutes: int = 30,
) -> QuizAttempt:
    """A quiz begun: two questions with one right choice, "a"."""
    return mastery.start_quiz(
        person=person,
        activity_id=activity.pk,
        revision=7,
        questions=questions or [question(1), question(2)],
        pass_mark=pass_mark,
        minutes=minutes,
        now=now,
    )


def right_answers(attempt: QuizAttempt) -> dict[str, list[str]]:
    return {each.key: sorted(each.correct_keys) for each in mastery.questions_of(attempt)}


def passed(person: Person, activity: Activity, *, now: dt.datetime) -> QuizAttempt:
    """A quiz answered wholly right."""
    begun = attempt(person, activity, now=now)
    return mastery.answer_quiz(person=person, attempt_id=begun.pk, answers=right_answers(begun), now=now)


def completed(person: Person, activity: Activity, *, now: dt.datetime) -> None:
    """The quiz passed, after exactly the minimum minutes of study that ended at `now`."""
    seconds = activity.minimum_minutes * 60
    studied(person, seconds, at=now - dt.timedelta(seconds=seconds), activity=activity)
    passed(person, activity, now=now)


def proves(activity: Activity, level: int, competency: Competency | None = None) -> Competency:
    """Completing `activity` proves `level` of a competency."""
    competency = competency or make.competency()
    ActivityCompetency.objects.create(activity=activity, competency=competency, level=level)
    return competency


def target(unit: Unit, minutes: int, *, since: dt.date = dt.date(2026, 1, 5)) -> WeeklyTarget:
    return WeeklyTarget.objects.create(unit=unit, minutes=minutes, valid_from=since)


def many_people(unit: Unit, number: int, *, week: dt.date) -> list[Person]:
    """`number` people of one unit who cannot sign in, each with some minutes in `week`."""
    start = next(_keys) * 10_000
    people = Person.objects.bulk_create(
        Person(username=f"banyak-{start + each}", name=f"Sari {each:05d}", unit=unit, password="!")
        for each in range(number)
    )
    WeekTotal.objects.bulk_create(
        WeekTotal(person=person, week=week, measured_s=60 * (place % 90), day_1_s=60 * (place % 90))
        for place, person in enumerate(people)
    )
    return people


def many_entries(person: Person, activity: Activity, number: int, *, week: dt.date) -> None:
    """`number` entries of a second each in `week`, with the total they come to."""
    start = dt.datetime.combine(week, dt.time(8), rules.WIB)
    StudyEntry.objects.bulk_create(
        StudyEntry(
            id=key(),
            person=person,
            activity=activity,
            started_at=start + dt.timedelta(seconds=2 * each),
            week=week,
            claimed_s=1,
            credited_s=1,
            policy_id=1,
            received_at=start + dt.timedelta(seconds=2 * each + 1),
        )
        for each in range(number)
    )
    WeekTotal.objects.update_or_create(
        person=person, week=week, defaults={"measured_s": number, "day_1_s": number}
    )
