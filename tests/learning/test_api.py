"""The door that pages use."""

import datetime as dt

import pytest

from learning import api
from learning.competencies.models import CompetencyRecord
from learning.study.models import Activity, StudyEntry
from tests import make, make_study

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def publish(activity_id: int | None = None, **fields: object) -> int:
    wanted = {
        "kind": "module",
        "title": "Pelayanan Prima",
        "path": "/alur/dasar/pelayanan-prima/",
        "planned_minutes": 30,
        "minimum_minutes": 15,
        **fields,
    }
    return api.publish_activity(activity_id=activity_id, **wanted)


def start(person, activity_id: int, now: dt.datetime) -> api.OpenQuiz:
    return api.start_quiz(
        person=person,
        activity_id=activity_id,
        revision=7,
        questions=[make_study.question(1), make_study.question(2)],
        pass_mark=70,
        minutes=30,
        now=now,
    )


def test_a_published_page_makes_its_activity_once_and_keeps_it_up_to_date() -> None:
    competency = make.competency()
    number = publish(competencies=[(competency.code, 2)])
    assert api.competencies_of(number) == [(competency.name, 2)]
    again = publish(number, title="Pelayanan Publik Prima", path="/alur/lain/", minimum_minutes=20)
    assert again == number
    activity = Activity.objects.get()
    assert (activity.title, activity.path, activity.planned_minutes, activity.minimum_minutes) == (
        "Pelayanan Publik Prima",
        "/alur/lain/",
        30,
        20,
    )
    assert api.competencies_of(number) == []


def test_a_page_that_names_an_unknown_competency_is_refused() -> None:
    with pytest.raises(LookupError):
        publish(competencies=[("TAK-ADA", 1)])


def test_a_closed_activity_keeps_its_records_and_opens_again_with_its_page(now) -> None:
    person, number = make.person(), publish()
    activity = Activity.objects.get(pk=number)
    assert not api.has_records(number)
    make_study.studied(person, 60, at=now, activity=activity)
    api.close_activity(number)
    assert api.has_records(number)
    with pytest.raises(api.Refused):
        start(person, number, now)
    publish(number)
    assert start(person, number, now).questions
    assert StudyEntry.objects.count() == 1


def test_where_a_person_stands_with_an_activity(now) -> None:
    person, number = make.person(), publish()
    before = api.activity_state(person=person, activity_id=number, now=now)
    assert before == api.ActivityState(
        credited_s=0,
        minimum_s=900,
        ceiling_s=3600,
        last_step=1,
        best_score=None,
        has_passed=False,
        is_complete=False,
    )
    for answers in ({"q1": ["a"]}, {}):
        quiz = start(person, number, now)
        api.answer_quiz(person=person, attempt_id=quiz.attempt_id, answers=answers, now=now)
    half = api.activity_state(person=person, activity_id=number, now=now)
    assert (half.best_score, half.has_passed, half.is_complete) == (50, False, False)
    make_study.completed(person, Activity.objects.get(pk=number), now=now)
    done = api.activity_state(person=person, activity_id=number, now=now)
    assert (done.credited_s, done.best_score, done.has_passed, done.is_complete) == (900, 100, True, True)
    assert api.activity_state(person=make.person(), activity_id=number, now=now) == before


def test_an_open_quiz_never_gives_its_key_away(now) -> None:
    person, number = make.person(), publish()
    assert api.open_quiz(person=person, activity_id=number, now=now) is None
    quiz = start(person, number, now)
    assert api.open_quiz(person=person, activity_id=number, now=now) == quiz
    assert {frozenset(question) for question in quiz.questions} == {
        frozenset({"key", "kind", "text", "choices"})
    }
    choices = [choice for question in quiz.questions for choice in question["choices"]]
    assert {frozenset(choice) for choice in choices} == {frozenset({"key", "text"})}
    assert "Karena" not in str(quiz)  # the explanation comes after the answer
    assert api.open_quiz(person=person, activity_id=number, now=now + 30 * MINUTE) is None
    assert api.open_quiz(person=make.person(), activity_id=number, now=now) is None


def test_an_answered_quiz_is_closed_and_its_outcome_is_kept_for_its_owner(now) -> None:
    person, number = make.person(), publish()
    assert api.last_outcome(person=person, activity_id=number) is None
    quiz = start(person, number, now)
    assert api.last_outcome(person=person, activity_id=number) is None
    outcome = api.answer_quiz(person=person, attempt_id=quiz.attempt_id, answers={"q1": ["a"]}, now=now)
    assert (outcome.score, outcome.passed) == (50, False)
    assert api.open_quiz(person=person, activity_id=number, now=now) is None
    assert api.last_outcome(person=person, activity_id=number) == outcome
    assert api.last_outcome(person=make.person(), activity_id=number) is None


def test_a_refused_answer_writes_nothing_and_says_why(now) -> None:
    person, number = make.person(), publish()
    quiz = start(person, number, now)
    for answers, attempt_id, at, code in (
        ({"q1": ["z"]}, quiz.attempt_id, now, "made_up_choice"),
        ({"q1": ["a"]}, quiz.attempt_id + 1, now, "unknown_attempt"),
        ({"q1": ["a"]}, quiz.attempt_id, now + 30 * MINUTE, "out_of_time"),
    ):
        with pytest.raises(api.Refused) as refused:
            api.answer_quiz(person=person, attempt_id=attempt_id, answers=answers, now=at)
        assert refused.value.code == code
    assert api.open_quiz(person=person, activity_id=number, now=now) == quiz


def test_a_passed_quiz_with_its_minutes_proves_the_competency(now) -> None:
    person, competency = make.person(), make.competency()
    number = publish(competencies=[(competency.code, 3)])
    make_study.studied(person, 900, at=now - 20 * MINUTE, activity=Activity.objects.get(pk=number))
    quiz = start(person, number, now)
    outcome = api.answer_quiz(
        person=person, attempt_id=quiz.attempt_id, answers={"q1": ["a"], "q2": ["a"]}, now=now
    )
    assert (outcome.is_complete, outcome.missing_seconds) == (True, 0)
    record = CompetencyRecord.objects.get()
    assert (record.person, record.competency, record.level) == (person, competency, 3)


def test_only_active_competencies_are_offered() -> None:
    offered, hidden = make.competency(), make.competency(is_active=False)
    assert (offered.code, offered.name) in api.competency_choices()
    assert hidden.code not in dict(api.competency_choices())


def test_a_visit_credits_the_page_before_it_as_coarse_time(now) -> None:
    person, number = make.person(), publish()
    api.record_visit(person=person, activity_id=number, revision=7, step=2, now=now)
    assert not StudyEntry.objects.exists()
    api.record_visit(person=person, activity_id=None, now=now + MINUTE)
    entry = StudyEntry.objects.get()
    assert (entry.person, entry.activity_id, entry.channel, entry.credited_s) == (
        person,
        number,
        "coarse",
        60,
    )
    assert api.activity_state(person=person, activity_id=number, now=now).last_step == 2
