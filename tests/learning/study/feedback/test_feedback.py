"""One voice a person and step; figures about five people or more, words about nobody."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from learning.study.feedback.actions import FeedbackRefused, give_feedback
from learning.study.feedback.models import Feedback
from learning.study.feedback.queries import comments_on, figures_by_step, own_feedback
from tests import make, make_study

pytestmark = pytest.mark.django_db


def say(person, activity, now, rating=4, comment="", step=1) -> Feedback:
    return give_feedback(
        person=person, activity_id=activity.pk, step=step, revision=7, rating=rating, comment=comment, now=now
    )


def test_a_second_word_takes_the_place_of_the_first(now) -> None:
    person, activity = make.person(), make.activity()
    make_study.studied(person, 60, at=now - dt.timedelta(hours=1), activity=activity)
    say(person, activity, now, 2, "Terlalu cepat.")
    later = now + dt.timedelta(days=1)
    say(person, activity, later, 5, "  Sekarang jelas. ")
    row = Feedback.objects.get()
    assert (row.rating, row.comment, row.given_at, row.changed_at) == (5, "Sekarang jelas.", now, later)
    assert own_feedback(person, activity.pk, 1) == row
    assert own_feedback(person, activity.pk, 2) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=row.pk).update(rating=6)


@pytest.mark.parametrize(("rating", "comment"), [(0, ""), (6, ""), (3, "x" * 1001), (3, "a\0b")])
def test_what_no_form_sends_is_refused(now, rating: int, comment: str) -> None:
    person, activity = make.person(), make.activity()
    make_study.studied(person, 60, at=now - dt.timedelta(hours=1), activity=activity)
    with pytest.raises(FeedbackRefused):
        say(person, activity, now, rating, comment)
    assert not Feedback.objects.exists()


def test_only_who_studied_here_is_heard(now) -> None:
    person, activity, other = make.person(), make.activity(), make.activity()
    make_study.studied(person, 60, at=now - dt.timedelta(hours=1), activity=other)
    with pytest.raises(FeedbackRefused):
        say(person, activity, now)
    assert not Feedback.objects.exists()


def test_four_people_have_no_mean_and_five_have(now, django_assert_num_queries) -> None:
    activity = make.activity()
    for number in range(1, 6):
        assert all(each.mean is None for each in figures_by_step(activity.pk))
        person = make.person()
        make_study.studied(person, 60, at=now - dt.timedelta(hours=1), activity=activity)
        say(person, activity, now, number, f"Kata {number}", step=2)
    with django_assert_num_queries(2):
        figures, comments = figures_by_step(activity.pk), comments_on(activity.pk)
    assert [(each.step, each.people, each.mean) for each in figures] == [(2, 5, 3.0)]
    assert {each.text for each in comments} == {f"Kata {number}" for number in range(1, 6)}
    assert not any(hasattr(each, "person") or hasattr(each, "rating") for each in comments)
