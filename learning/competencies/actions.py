"""What writes mastery: quiz attempts, answers, completions."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from learning.competencies import rules
from learning.competencies.jp.actions import award_declared, award_jp
from learning.competencies.models import (
    ActivityCompetency,
    Competency,
    CompetencyRecord,
    Completion,
    QuizAttempt,
)
from learning.people.models import Person
from learning.plays import queries as played
from learning.study.models import Activity, ActivityTotal
from learning.study.rules import local_day, week_of


class Refused(Exception):
    """A quiz step that cannot be taken; what was recorded before stays. The message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def questions_of(attempt: QuizAttempt) -> list[rules.Question]:
    """The questions of an attempt as they were when it began."""
    return [rules.question_from(question) for question in attempt.questions]


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
) -> QuizAttempt:
    """Begin an attempt, or go on with the open one: its questions stay as they were drawn.

    Raises `Refused` on a closed activity, and before `opens_at` or from `closes_at` on; what was
    begun before the end has to be answered before the end.
    """
    if not Activity.objects.filter(pk=activity_id, is_open=True).exists():
        raise Refused("activity_closed", _("This activity is closed for study."))
    if not questions:
        raise Refused("no_questions", _("This module has no quiz."))
    attempts = QuizAttempt.objects.filter(person=person, activity_id=activity_id, answered_at=None)
    with transaction.atomic():
        open_attempt = attempts.select_for_update().first()
        if open_attempt is not None and open_attempt.expires_at > now:
            return open_attempt
        if opens_at and now < opens_at:
            raise Refused("not_open_yet", _("This quiz is not open yet."))
        if closes_at and now >= closes_at:
            raise Refused("quiz_closed", _("This quiz is closed."))
        if open_attempt is not None:
            _give_up(open_attempt, now)
        seed = secrets.randbits(62)
        expires_at = now + dt.timedelta(minutes=minutes)
        try:
            with transaction.atomic():
                return QuizAttempt.objects.create(
                    person=person,
                    activity_id=activity_id,
                    revision=revision,
                    seed=seed,
                    questions=rules.drawn(questions, seed),
                    pass_mark=pass_mark,
                    started_at=now,
                    expires_at=min(expires_at, closes_at) if closes_at else expires_at,
                )
        except IntegrityError:  # another tab began it a moment ago
            return attempts.get()


def _give_up(attempt: QuizAttempt, now: dt.datetime) -> None:
    """An attempt whose time ran out counts as answered with nothing."""
    attempt.answers = {}
    attempt.answered_at = now
    attempt.score = 0
    attempt.passed = False
    attempt.save()


def answer_quiz(
    *, person: Person, attempt_id: int, answers: Mapping[str, Sequence[str]], now: dt.datetime
) -> QuizAttempt:
    """Grade an attempt, once. A passed quiz with the minimum minutes completes the module.

    Raises `Refused` when the attempt is not the person's, was answered, ran out of time, or
    the answers were not offered.
    """
    with transaction.atomic():
        attempt = QuizAttempt.objects.select_for_update().filter(pk=attempt_id, person=person).first()
        if attempt is None:
            raise Refused("unknown_attempt", _("This quiz attempt does not exist. Start the quiz again."))
        if attempt.answered_at is not None:
            raise Refused(
                "answered_twice", _("This attempt was already answered. Its result stays as it was.")
            )
        if attempt.expires_at <= now:
            raise Refused("out_of_time", _("The time of this attempt has run out. Start a new one."))
        try:
            grade = rules.grade(questions_of(attempt), answers, attempt.pass_mark)
        except rules.AnswerError:
            raise Refused(
                "made_up_choice", _("An answer does not belong to this quiz. Nothing was recorded.")
            ) from None
        attempt.answers = {key: list(chosen) for key, chosen in answers.items()}
        attempt.answered_at = now
        attempt.score = grade.score
        attempt.passed = grade.passed
        attempt.save()
        complete_if_ready(person=person, activity_id=attempt.activity_id, now=now)
    return attempt


def formative_activities(person: Person) -> set[int]:
    """Activities that `person` may complete by their finished pieces alone: nothing above level 1."""
    finished = played.finished_activities(person)
    levels: dict[int, list[int]] = {activity_id: [] for activity_id in finished}
    for activity_id, level in ActivityCompetency.objects.filter(activity__in=finished).values_list(
        "activity_id", "level"
    ):
        levels[activity_id].append(level)
    return {activity_id for activity_id, each in levels.items() if rules.is_formative(each)}


def complete_if_ready(*, person: Person, activity_id: int, now: dt.datetime) -> Completion | None:
    """Write the completion when the quiz is passed and the minimum minutes are credited.

    Without a quiz the finished interactive pieces stand for it, and never above level 1.
    """
    done = Completion.objects.filter(person=person, activity_id=activity_id).first()
    if done is not None:
        return done
    activity = Activity.objects.get(pk=activity_id)
    attempt = (
        QuizAttempt.objects.filter(person=person, activity_id=activity_id, passed=True)
        .order_by("-score", "answered_at")
        .first()
    )
    total = ActivityTotal.objects.filter(person=person, activity_id=activity_id).first()
    credited_s = total.credited_s if total else 0
    is_formative = attempt is None and activity_id in formative_activities(person)
    if not rules.is_complete(
        has_passed=attempt is not None or is_formative,
        credited_s=credited_s,
        minimum_minutes=activity.minimum_minutes,
    ):
        return None
    by = f"quiz>={attempt.pass_mark}%" if attempt else "pieces finished"
    with transaction.atomic():
        completion, made = Completion.objects.get_or_create(
            person=person,
            activity=activity,
            defaults={
                "attempt": attempt,
                "revision": attempt.revision if attempt else played.last_revision(person, activity_id),
                "score": attempt.score if attempt else None,  # what a piece says of itself is no score
                "credited_s": credited_s,
                "rule": f"{by}, minutes>={activity.minimum_minutes}",
                "completed_at": now,
                "week": week_of(local_day(now)),
            },
        )
        if made:
            today, links = local_day(now), ActivityCompetency.objects.filter(activity=activity)
            CompetencyRecord.objects.bulk_create(
                CompetencyRecord(
                    completion=completion,
                    person=person,
                    competency=link.competency,
                    level=link.level,
                    recognised_on=today,
                    valid_until=rules.valid_until(today, link.competency.validity_months),
                )
                for link in links.select_related("competency")
            )
            award_jp(completion=completion, now=now)
    return completion


def complete_declared(
    *,
    person: Person,
    activity: Activity,
    form: int,
    days: Mapping[dt.date, int],
    ended_at: dt.datetime,
    now: dt.datetime,
) -> Completion:
    """Write that learning outside, which a supervisor accepted, is done, with the JP of its `form`.

    `days`: the seconds credited on each of its days; `ended_at`: when it was over. Called in the
    transaction of the decision.
    """
    completion = Completion.objects.create(
        person=person,
        activity=activity,
        credited_s=sum(days.values()),
        rule=f"declared, form {form}",
        completed_at=ended_at,
        week=week_of(max(days)),
    )
    award_declared(completion=completion, form=form, days=days, now=now)
    return completion


def recognise(*, person: Person, competency: Competency, level: int, now: dt.datetime) -> CompetencyRecord:
    """Write what a supervisor's decision recognises, in the transaction of the decision."""
    today = local_day(now)
    return CompetencyRecord.objects.create(
        person=person,
        competency=competency,
        level=level,
        recognised_on=today,
        valid_until=rules.valid_until(today, competency.validity_months),
    )


def end_record(*, record: CompetencyRecord, now: dt.datetime) -> None:
    """A decision no longer upholds `record`: from today on it does not count. The row stays."""
    record.ended_on = local_day(now)
    record.save(update_fields=["ended_on"])


def link_competencies(*, activity: Activity, competencies: Sequence[tuple[str, int]]) -> None:
    """Say which competencies (code, level) completing `activity` proves; earlier proofs stay.

    Raises `LookupError` for a code that does not exist.
    """
    wanted = dict(competencies)
    known = {each.code: each for each in Competency.objects.filter(code__in=wanted)}
    if unknown := set(wanted) - set(known):
        raise LookupError(", ".join(sorted(unknown)))
    with transaction.atomic():
        ActivityCompetency.objects.filter(activity=activity).exclude(competency__code__in=wanted).delete()
        for code, level in wanted.items():
            ActivityCompetency.objects.update_or_create(
                activity=activity, competency=known[code], defaults={"level": level}
            )
