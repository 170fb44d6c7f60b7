"""Taking a quiz, and what completes a module."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from learning.competencies import queries
from learning.competencies.actions import (
    Refused,
    answer_quiz,
    complete_if_ready,
    link_competencies,
    questions_of,
    start_quiz,
)
from learning.competencies.models import ActivityCompetency, CompetencyRecord, Completion, QuizAttempt
from learning.study.models import Activity
from tests import make, make_study

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def test_an_attempt_keeps_the_questions_as_they_were(now) -> None:
    asked = [
        make_study.question(1),
        make_study.question(2, kind="multiple", right="ab"),
        make_study.question(3, kind="true_false", choices="ab"),
    ]
    attempt = make_study.attempt(make.person(), make.activity(), now=now, questions=asked)
    attempt.refresh_from_db()
    kept = sorted(attempt.questions, key=lambda each: each["key"])
    assert [{**each, "choices": sorted(each["choices"], key=lambda c: c["key"])} for each in kept] == asked
    assert (attempt.revision, attempt.pass_mark, attempt.started_at, attempt.expires_at) == (
        7,
        70,
        now,
        now + 30 * MINUTE,
    )
    true_false = next(each for each in questions_of(attempt) if each.kind == "true_false")
    assert [choice.key for choice in true_false.choices] == ["a", "b"]  # "true" stays before "false"


def test_a_quiz_starts_only_on_an_open_activity_that_has_questions(now) -> None:
    person, activity = make.person(), make.activity()
    start = {"person": person, "revision": None, "pass_mark": 70, "minutes": 30, "now": now}
    with pytest.raises(Refused) as refused:
        start_quiz(activity_id=activity.pk, questions=[], **start)
    assert refused.value.code == "no_questions"
    Activity.objects.filter(pk=activity.pk).update(is_open=False)
    for closed in (activity.pk, activity.pk + 1000):
        with pytest.raises(Refused) as refused:
            start_quiz(activity_id=closed, questions=[make_study.question()], **start)
        assert refused.value.code == "activity_closed"
    assert not QuizAttempt.objects.exists()


def test_starting_twice_goes_on_with_the_same_attempt(now) -> None:
    person, activity = make.person(), make.activity()
    first = make_study.attempt(person, activity, now=now)
    again = make_study.attempt(person, activity, now=now + MINUTE, questions=[make_study.question(9)])
    assert again == first
    assert again.questions == first.questions
    assert again.expires_at == first.expires_at
    assert make_study.attempt(make.person(), activity, now=now) != first


def test_an_attempt_whose_time_ran_out_is_lost_and_the_next_one_is_new(now) -> None:
    person, activity = make.person(), make.activity()
    first = make_study.attempt(person, activity, now=now)
    later = now + 30 * MINUTE
    second = make_study.attempt(person, activity, now=later)
    first.refresh_from_db()
    assert second != first
    assert (first.answers, first.score, first.passed, first.answered_at) == ({}, 0, False, later)
    assert second.answered_at is None


def test_an_attempt_is_graded_by_its_own_questions(now) -> None:
    person = make.person()
    attempt = make_study.attempt(person, make.activity(), now=now, pass_mark=50)
    graded = answer_quiz(
        person=person, attempt_id=attempt.pk, answers={"q1": ["a"], "q2": ["b"]}, now=now + MINUTE
    )
    graded.refresh_from_db()
    assert (graded.score, graded.passed, graded.answered_at, graded.answers) == (
        50,
        True,
        now + MINUTE,
        {"q1": ["a"], "q2": ["b"]},
    )


def refused_answer(attempt: QuizAttempt, person, answers, now: dt.datetime) -> str:
    """The code of the refusal; the attempt must be as it was before."""
    before = QuizAttempt.objects.filter(pk=attempt.pk).values().get()
    with pytest.raises(Refused) as refused:
        answer_quiz(person=person, attempt_id=attempt.pk, answers=answers, now=now)
    assert QuizAttempt.objects.filter(pk=attempt.pk).values().get() == before
    assert refused.value.message
    return refused.value.code


def test_a_quiz_answered_twice_keeps_its_first_result(now) -> None:
    person = make.person()
    attempt = make_study.attempt(person, make.activity(), now=now)
    answer_quiz(person=person, attempt_id=attempt.pk, answers={"q1": ["b"]}, now=now)
    right = make_study.right_answers(attempt)
    assert refused_answer(attempt, person, right, now + MINUTE) == "answered_twice"


def test_an_answer_is_taken_until_the_time_is_over(now) -> None:
    person, activity = make.person(), make.activity()
    in_time = make_study.attempt(person, activity, now=now)
    answer_quiz(
        person=person,
        attempt_id=in_time.pk,
        answers=make_study.right_answers(in_time),
        now=in_time.expires_at - dt.timedelta(seconds=1),
    )
    late = make_study.attempt(person, activity, now=now + 60 * MINUTE)
    assert refused_answer(late, person, make_study.right_answers(late), late.expires_at) == "out_of_time"


@pytest.mark.parametrize("answers", [{"q1": ["z"]}, {"q9": ["a"]}, {"q1": ["a", "b"]}, {"": [""]}])
def test_made_up_answers_are_refused_and_the_attempt_stays_open(now, answers) -> None:
    person = make.person()
    attempt = make_study.attempt(person, make.activity(), now=now)
    assert refused_answer(attempt, person, {"q2": ["a"], **answers}, now) == "made_up_choice"
    graded = answer_quiz(
        person=person, attempt_id=attempt.pk, answers=make_study.right_answers(attempt), now=now
    )
    assert graded.passed


def test_nobody_answers_the_attempt_of_another(now) -> None:
    owner, other = make.person(), make.person()
    attempt = make_study.attempt(owner, make.activity(), now=now)
    right = make_study.right_answers(attempt)
    assert refused_answer(attempt, other, right, now) == "unknown_attempt"
    assert answer_quiz(person=owner, attempt_id=attempt.pk, answers=right, now=now).passed


# --- Completion -------------------------------------------------------------------


def test_minutes_alone_or_a_quiz_alone_complete_nothing(now) -> None:
    studious, clever = make.person(), make.person()
    activity = make.activity(minimum_minutes=15)
    make_study.studied(studious, 20 * 60, at=now - 60 * MINUTE, activity=activity)
    assert complete_if_ready(person=studious, activity_id=activity.pk, now=now) is None
    make_study.studied(clever, 15 * 60 - 1, at=now - 60 * MINUTE, activity=activity)
    make_study.passed(clever, activity, now=now)
    assert complete_if_ready(person=clever, activity_id=activity.pk, now=now) is None
    assert not Completion.objects.exists()
    assert not CompetencyRecord.objects.exists()
    assert queries.ready_to_complete(studious) == queries.ready_to_complete(clever) == []


def test_a_passed_quiz_after_the_minimum_minutes_completes_at_once_with_its_reasons(now, week) -> None:
    person, activity = make.person(), make.activity(minimum_minutes=15)
    competency = make_study.proves(activity, level=3)
    make_study.completed(person, activity, now=now)
    completion = Completion.objects.get()
    assert (completion.person, completion.activity, completion.revision, completion.score) == (
        person,
        activity,
        7,
        100,
    )
    assert (completion.credited_s, completion.completed_at, completion.week) == (900, now, week)
    assert completion.rule == "quiz>=70%, minutes>=15"
    record = CompetencyRecord.objects.get()
    assert (record.person, record.competency, record.level, record.completion) == (
        person,
        competency,
        3,
        completion,
    )


def test_minutes_that_come_after_the_quiz_complete_when_asked(now) -> None:
    person, activity = make.person(), make.activity(minimum_minutes=15)
    make_study.passed(person, activity, now=now)
    assert queries.ready_to_complete(person) == []
    make_study.studied(person, 15 * 60, at=now, activity=activity)
    assert queries.ready_to_complete(person) == [activity]
    completion = complete_if_ready(person=person, activity_id=activity.pk, now=now + 20 * MINUTE)
    assert completion is not None
    assert queries.ready_to_complete(person) == []


def test_a_completion_and_its_records_are_written_once_and_later_study_leaves_them(now) -> None:
    person, activity = make.person(), make.activity(minimum_minutes=15)
    make_study.proves(activity, level=2)
    make_study.completed(person, activity, now=now)
    first = Completion.objects.values().get()
    make_study.studied(person, 600, at=now + MINUTE, activity=activity)
    make_study.passed(person, activity, now=now + 30 * MINUTE)
    complete_if_ready(person=person, activity_id=activity.pk, now=now + 60 * MINUTE)
    assert Completion.objects.values().get() == first
    assert CompetencyRecord.objects.count() == 1


def test_a_record_keeps_the_level_of_its_day_though_the_module_later_proves_another(now) -> None:
    activity = make.activity()
    competency, dropped = make_study.proves(activity, level=2), make_study.proves(activity, level=1)
    early, late = make.person(), make.person()
    make_study.completed(early, activity, now=now)
    link_competencies(activity=activity, competencies=[(competency.code, 4)])
    make_study.completed(late, activity, now=now)
    assert {(proof.competency, proof.level) for proof in queries.proofs(early, now.date())} == {
        (competency.name, 2),
        (dropped.name, 1),
    }
    found = queries.proofs(late, now.date())
    assert [(each.competency, each.level, each.level_name) for each in found] == [
        (competency.name, 4, "Mumpuni")
    ]


def test_a_module_cannot_prove_a_competency_that_does_not_exist() -> None:
    activity, competency = make.activity(), make.competency()
    with pytest.raises(LookupError, match="TAK-ADA"):
        link_competencies(activity=activity, competencies=[(competency.code, 2), ("TAK-ADA", 1)])
    assert not ActivityCompetency.objects.exists()
    link_competencies(activity=activity, competencies=[(competency.code, 2)])
    assert ActivityCompetency.objects.get().level == 2


# --- At the same moment -------------------------------------------------------------


def all_at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each deed came to, all begun at the same moment in threads of their own."""
    gate = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            results[place] = deed()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stale", [False, True])
def test_four_tabs_that_start_a_quiz_at_once_share_one_attempt(now, stale: bool) -> None:
    person, activity = make.person(), make.activity()
    if stale:
        make_study.attempt(person, activity, now=now - 60 * MINUTE)
    started = all_at_once(*[lambda: make_study.attempt(person, activity, now=now)] * 4)
    opened = QuizAttempt.objects.get(answered_at=None)
    assert started == [opened] * 4
    assert QuizAttempt.objects.count() == 1 + stale


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_sent_at_once_one_is_graded_and_the_other_refused(now) -> None:
    person, activity = make.person(), make.activity(minimum_minutes=1)
    make_study.proves(activity, level=1)
    make_study.studied(person, 60, at=now - 5 * MINUTE, activity=activity)
    attempt = make_study.attempt(person, activity, now=now)
    right = make_study.right_answers(attempt)
    results = all_at_once(
        lambda: answer_quiz(person=person, attempt_id=attempt.pk, answers=right, now=now),
        lambda: answer_quiz(person=person, attempt_id=attempt.pk, answers={"q1": ["b"]}, now=now),
    )
    (graded,) = [each for each in results if isinstance(each, QuizAttempt)]
    (refused,) = [each for each in results if isinstance(each, Refused)]
    assert refused.code == "answered_twice"
    attempt.refresh_from_db()
    assert (attempt.answers, attempt.score) == (graded.answers, graded.score)
    assert Completion.objects.count() == CompetencyRecord.objects.count() == int(bool(graded.passed))


@pytest.mark.django_db(transaction=True)
def test_a_completion_asked_for_four_times_at_once_is_written_once(now) -> None:
    person, activity = make.person(), make.activity(minimum_minutes=1)
    make_study.proves(activity, level=1)
    make_study.passed(person, activity, now=now)
    make_study.studied(person, 60, at=now, activity=activity)
    later = now + 10 * MINUTE
    results = all_at_once(*[lambda: complete_if_ready(person=person, activity_id=activity.pk, now=later)] * 4)
    completion = Completion.objects.get()
    assert results == [completion] * 4
    assert CompetencyRecord.objects.count() == 1
