"""What readers ask about mastery."""

import datetime as dt

import pytest

from learning.competencies import queries
from learning.competencies.actions import answer_quiz
from learning.competencies.models import CompetencyRecord, Completion
from learning.study.models import Activity
from tests import make, make_study

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def test_an_outcome_says_what_was_chosen_what_was_right_and_what_is_missing(now) -> None:
    person, activity = make.person(), make.activity(minimum_minutes=15)
    make_study.studied(person, 400, at=now - DAY, activity=activity)
    attempt = make_study.attempt(person, activity, now=now)
    answer_quiz(person=person, attempt_id=attempt.pk, answers={"q1": ["a"], "q2": ["b"]}, now=now)
    attempt.refresh_from_db()
    outcome = queries.outcome_of(attempt)
    assert (outcome.score, outcome.passed, outcome.pass_mark) == (50, False, 70)
    assert (outcome.missing_seconds, outcome.is_complete, outcome.answered_at) == (500, False, now)
    assert {each.text: each.correct for each in outcome.per_question} == {
        "Pertanyaan 1?": True,
        "Pertanyaan 2?": False,
    }
    second = next(each for each in outcome.per_question if not each.correct)
    assert {(c["text"], c["is_correct"], c["chosen"]) for c in second.choices} == {
        ("Pilihan a", True, False),
        ("Pilihan b", False, True),
        ("Pilihan c", False, False),
    }


def test_what_was_studied_last_comes_first_then_new_modules_never_completed_or_closed_ones(now) -> None:
    person = make.person()
    closed, done, older, newer, new = (make.activity(planned_minutes=20) for _ in range(5))
    Activity.objects.filter(pk=closed.pk).update(is_open=False)
    make.activity(kind="episode")
    make_study.completed(person, done, now=now - 3 * DAY)
    make_study.studied(person, 300, at=now - 2 * DAY, activity=older)
    make_study.studied(person, 300, at=now - DAY, activity=newer)
    found = queries.modules_to_offer(person, 0)
    assert [(each.activity_id, each.state, each.minutes_left) for each in found] == [
        (newer.pk, "started", 15),
        (older.pk, "started", 15),
        (new.pk, "new", 20),
    ]
    assert [each.activity_id for each in queries.modules_to_offer(person, 0, count=1)] == [newer.pk]


@pytest.mark.parametrize(
    ("minutes_to_go", "planned"),
    [
        (12, [11, 5, 13, 30]),  # what fits best, then what is least too long
        (30, [30, 13, 11, 5]),
        (3, [5, 11, 13, 30]),
        (0, [30, 11, 13, 5]),  # the target is met: in the order of the tracks
    ],
)
def test_the_next_new_module_is_the_one_that_fits_the_minutes_to_go(
    minutes_to_go: int, planned: list[int]
) -> None:
    person = make.person()
    for minutes in (30, 11, 13, 5):
        make.activity(planned_minutes=minutes, minimum_minutes=1)
    found = queries.modules_to_offer(person, minutes_to_go)
    assert [each.minutes_left for each in found] == planned


@pytest.mark.parametrize(
    ("minutes_to_go", "begun", "offered"),
    [
        (12, {}, 11),  # 11 fits, 30 does not
        (12, {30: 60}, 11),  # also when the long one is in progress: 29 minutes of it are left
        (29, {30: 60}, 29),  # what is left of the one in progress fills the time best
        (11, {30: 19 * 60}, 11),  # of two that fill it alike, the one begun
        (4, {}, 5),  # nothing fits: the shortest
        (4, {30: 60}, 29),  # nothing fits: the one in progress
        (0, {30: 60}, 29),  # the target is met: go on with what was begun
        (45, {}, 30),
    ],
)
def test_the_one_piece_offered_fits_what_is_left(
    now, minutes_to_go: int, begun: dict[int, int], offered: int
) -> None:
    person = make.person()
    modules = {minutes: make.activity(planned_minutes=minutes) for minutes in (30, 11, 5)}
    for minutes, seconds in begun.items():
        make_study.studied(person, seconds, at=now - DAY, activity=modules[minutes])
    found = queries.modules_to_offer(person, minutes_to_go)
    assert found[0].minutes_left == offered
    assert {each.activity_id for each in found} == {each.pk for each in modules.values()}
    if begun and minutes_to_go == 11:
        assert found[0].state == "started"


def test_nothing_is_offered_when_all_is_completed_or_closed(now) -> None:
    person = make.person()
    make_study.completed(person, make.activity(), now=now)
    make.activity(is_open=False)
    assert queries.modules_to_offer(person, 45) == []


def test_proofs_are_the_persons_own_newest_first(now) -> None:
    person = make.person()
    first, second = make.activity(title="Pertama"), make.activity(title="Kedua")
    for activity in (first, second):
        make_study.proves(activity, level=2)
    make_study.completed(person, first, now=now - DAY)
    make_study.completed(person, second, now=now)
    make_study.completed(make.person(), first, now=now)
    proofs = queries.proofs(person, now.date())
    assert [(proof.activity_title, proof.score, proof.minutes) for proof in proofs] == [
        ("Kedua", 100, 15),
        ("Pertama", 100, 15),
    ]


def test_completions_are_counted_by_person_and_week(now, week) -> None:
    people = [make.person() for _ in range(3)]
    activities = [make.activity() for _ in range(2)]
    for back, activity in enumerate(activities):
        make_study.completed(people[0], activity, now=now - back * DAY)
    make_study.completed(people[1], activities[0], now=now - 7 * DAY)
    ids = [person.pk for person in people]
    assert queries.completions_in_week(ids, week) == {people[0].pk: 2}
    assert queries.completions_in_week(ids, week - 7 * DAY) == {people[1].pk: 1}
    assert Completion.objects.count() == 3
    assert CompetencyRecord.objects.count() == 0


def test_an_activity_has_records_once_anybody_studied_or_tried_it(now) -> None:
    untouched, studied, tried = make.activity(), make.activity(), make.activity()
    make_study.studied(make.person(), 60, at=now, activity=studied)
    make_study.attempt(make.person(), tried, now=now)
    assert [queries.has_records(each.pk) for each in (untouched, studied, tried)] == [False, True, True]


def test_what_a_started_module_would_prove_is_in_progress_until_it_is_completed(now) -> None:
    person, activity = make.person(), make.activity(title="Pelayanan Prima", minimum_minutes=15)
    first, second = make_study.proves(activity, level=2), make_study.proves(activity, level=1)
    make_study.proves(make.activity(), level=3)  # not started
    assert queries.in_progress(person) == []
    make_study.studied(person, 899, at=now - DAY, activity=activity)
    make_study.passed(person, activity, now=now - DAY)
    found = queries.in_progress(person)
    assert {(each.competency, each.level, each.level_name) for each in found} == {
        (first.name, 2, "Dasar"),
        (second.name, 1, "Paham"),
    }
    assert {(e.activity_title, e.minutes, e.minimum_minutes, e.has_passed) for e in found} == {
        ("Pelayanan Prima", 14, 15, True)
    }
    make_study.studied(person, 60, at=now, activity=activity)
    make_study.passed(person, activity, now=now + DAY)
    assert queries.in_progress(person) == []
