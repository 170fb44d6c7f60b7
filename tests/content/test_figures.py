"""What an editor sees of a quiz, and who may see it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from content.groups import EDITORS, PARTNER_PREFIX, make_groups
from content.models import ModulePage
from learning import api
from learning.competencies.models import QuizAttempt
from tests import make, make_pages

pytestmark = pytest.mark.django_db


def answer(page: ModulePage, now: Any, *, rightly: bool) -> Any:
    person = make.person()
    quiz = api.start_quiz(
        person=person,
        activity_id=page.activity_id,
        revision=None,
        questions=page.questions,
        pass_mark=70,
        minutes=30,
        now=now,
    )
    key = {each["key"]: each for each in page.questions}
    answers = {
        each["key"]: [c["key"] for c in key[each["key"]]["choices"] if c["is_correct"] is rightly][:1]
        for each in quiz.questions
    }
    api.answer_quiz(person=person, attempt_id=quiz.attempt_id, answers=answers, now=now)
    return person


def editor(group: str) -> Client:
    make_groups()
    person = make.person()
    person.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(person)
    return client


def test_the_editor_sees_shares_from_five_answers_on(now: Any, django_assert_max_num_queries: Any) -> None:
    page = make_pages.module(quiz=[make_pages.SINGLE, make_pages.TRUE_FALSE])
    client = editor(EDITORS)
    url = f"/redaksi/kuis/{page.pk}/"
    assert "Belum ada yang menjawab" in client.get(url).content.decode()
    people = [answer(page, now, rightly=n % 2 == 0) for n in range(4)]
    assert client.get(url).content.decode().count("belum cukup jawaban") == 2
    people.append(answer(page, now, rightly=True))
    html = client.get(url).content.decode()
    assert html.count("<td>60%</td>") == 4
    assert "1,00" in html
    assert "point-biserial" in html
    assert not any(person.name in html or person.username in html for person in people)
    for _more in range(20):
        answer(page, now, rightly=False)
    with django_assert_max_num_queries(25):
        assert "<td>12%</td>" in client.get(url).content.decode()


def test_a_second_attempt_and_time_that_ran_out_are_not_counted(now: Any) -> None:
    page = make_pages.module(quiz=[make_pages.SINGLE, make_pages.TRUE_FALSE])
    for _each in range(5):
        answer(page, now, rightly=False)
    for attempt in QuizAttempt.objects.all():
        attempt.pk = None
        attempt.answered_at = attempt.answered_at.replace(year=2027)
        attempt.save()
    first = QuizAttempt.objects.order_by("pk").first()
    assert first
    QuizAttempt.objects.create(
        person=make.person(),
        activity_id=page.activity_id,
        questions=first.questions,
        pass_mark=70,
        started_at=first.started_at,
        expires_at=first.expires_at,
        answers={},
        answered_at=now,
        score=0,
        passed=False,
    )
    assert [each.answers for each in api.question_figures(page.activity_id)] == [5, 5]


def test_partners_see_the_figures_of_their_own_tracks_only() -> None:
    mine, other = make_pages.module(), make_pages.module()
    partner = mine.get_parent().specific.owner_partner
    client = editor(f"{PARTNER_PREFIX}{partner.title}"[:150])
    assert client.get(f"/redaksi/kuis/{mine.pk}/").status_code == 200
    assert client.get(f"/redaksi/kuis/{other.pk}/").status_code in (302, 403)
    assert client.get(f"/redaksi/kuis/{mine.get_parent().pk}/").status_code == 404
    assert client.get("/redaksi/kuis/999999/").status_code == 404
    assert f"/redaksi/kuis/{mine.pk}/" in client.get(f"/redaksi/pages/{mine.pk}/edit/").content.decode()
    learner = Client()
    learner.force_login(make.person())
    assert learner.get(f"/redaksi/kuis/{mine.pk}/").status_code in (302, 403)
