"""A module without a quiz is completed by its interactive pieces, and never above level 1."""

import datetime as dt

import pytest

from learning.competencies import queries
from learning.competencies.actions import complete_if_ready
from learning.competencies.models import CompetencyRecord, Completion, JPAward
from learning.people.models import Person
from learning.plays import tokens
from learning.plays.actions import name_pieces, record_statements
from learning.study.models import Activity
from tests import make, make_plays, make_study

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def finish(
    person: Person, activity: Activity, piece: str, *, now: dt.datetime, verb: str = "completed"
) -> None:
    play = make_plays.play(person, activity, now=now - 9 * MINUTE, key=piece)
    token = tokens.read(tokens.issue(play, person, now - 9 * MINUTE))
    record_statements(token=token, spoken=[make_plays.spoken(make_plays.statement(verb))], now=now)


def module(person: Person, *pieces: str, level: int = 1, now: dt.datetime, minutes: int = 15) -> Activity:
    """A module of fifteen minutes whose pieces complete it; `person` has studied `minutes`."""
    activity = make.activity(minimum_minutes=15)
    make_study.proves(activity, level=level)
    name_pieces(activity=activity, pieces=pieces)
    make_study.studied(person, minutes * 60, at=now - 30 * MINUTE, activity=activity)
    return activity


def test_finished_pieces_and_the_minimum_minutes_complete_level_1(now: dt.datetime) -> None:
    person = make.person()
    activity = module(person, "h5p-1", "h5p-2", now=now)
    finish(person, activity, "h5p-1", now=now)
    assert complete_if_ready(person=person, activity_id=activity.pk, now=now) is None
    assert queries.ready_to_complete(person) == []

    finish(person, activity, "h5p-2", now=now)
    assert queries.ready_to_complete(person) == [activity]
    completion = complete_if_ready(person=person, activity_id=activity.pk, now=now)

    assert completion is not None
    assert (completion.attempt, completion.score, completion.revision) == (None, None, 7)
    assert completion.rule == "pieces finished, minutes>=15"
    assert [record.level for record in CompetencyRecord.objects.filter(person=person)] == [1]
    proof = queries.proofs(person, now.date())[0]
    assert (proof.score, "15" in proof.rule_in_words) == (None, True)
    assert proof.rule_in_words != proof.rule
    assert JPAward.objects.filter(completion=completion).count() == 1
    assert queries.completions_in_week([person.pk], completion.week) == {person.pk: 1}
    assert queries.ready_to_complete(person) == []
    assert complete_if_ready(person=person, activity_id=activity.pk, now=now) == completion


@pytest.mark.parametrize(
    ("changes", "finished", "verb"),
    [
        ({"level": 2}, ["h5p-1"], "completed"),
        ({"level": 5}, ["h5p-1"], "completed"),
        ({"minutes": 14}, ["h5p-1"], "completed"),
        ({}, [], "completed"),
        ({}, ["h5p-9"], "completed"),  # another piece
        ({}, ["h5p-1"], "attempted"),
    ],
)
def test_nothing_less_completes_and_nothing_above_level_1(
    now: dt.datetime, changes: dict[str, int], finished: list[str], verb: str
) -> None:
    person = make.person()
    activity = module(person, "h5p-1", now=now, **changes)
    for piece in finished:
        finish(person, activity, piece, now=now, verb=verb)

    assert complete_if_ready(person=person, activity_id=activity.pk, now=now) is None
    assert queries.ready_to_complete(person) == []
    assert not Completion.objects.exists()


def test_one_competency_above_level_1_is_enough_to_need_a_quiz(now: dt.datetime) -> None:
    person = make.person()
    activity = module(person, "h5p-1", now=now)
    make_study.proves(activity, level=2)
    finish(person, activity, "h5p-1", now=now)
    assert complete_if_ready(person=person, activity_id=activity.pk, now=now) is None
    name_pieces(activity=activity, pieces=[])  # the page was published with a quiz
    assert queries.ready_to_complete(person) == []


def test_what_others_finished_completes_nothing_of_mine(now: dt.datetime) -> None:
    person, other = make.person(), make.person()
    activity = module(person, "h5p-1", now=now)
    finish(other, activity, "h5p-1", now=now)
    assert complete_if_ready(person=person, activity_id=activity.pk, now=now) is None
