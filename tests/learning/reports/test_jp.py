"""The page of a person's learning hours: each JP opens to its sum."""

import datetime as dt
from collections.abc import Callable
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from learning.competencies.jp.actions import recompute_award
from learning.competencies.jp.queries import sum_in_words
from learning.competencies.models import JPAward
from learning.people.models import Person
from tests import make, make_study

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
HOUR = dt.timedelta(hours=1)


def statements(client: Client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def text_of(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def test_the_jp_page_opens_each_award_to_its_sum_its_rule_and_the_ledger(signed_in: SignIn, now) -> None:
    person = make.person()
    learner = signed_in(person)
    assert gettext("No JP in this year yet") in text_of(learner.get("/jp/"))
    for title, minutes, days in (("Pertama", 50, 1), ("Kedua", 180, 0)):
        activity = make.activity(title=title, planned_minutes=minutes, minimum_minutes=minutes)
        make_study.completed(person, activity, now=now - days * 24 * HOUR)
    answer = learner.get("/jp/")
    text = text_of(answer)
    assert gettext("%(n)s of %(target)s JP") % {"n": "4,0", "target": 20} in text
    for award in JPAward.objects.all():
        assert f"<p>{sum_in_words(award)}</p>" in text
    assert "E-LEARNING-2018" in text
    assert "PerLAN 10/2018" in text
    assert f'href="{activity.path}"' in text
    assert "/buku-belajar/?pekan=2026-W48" in text
    for path in ("/belajar/", "/kompetensi/"):
        assert 'href="/jp/"' in learner.get(path).content.decode()


def test_the_jp_page_shows_the_year_asked_for_and_this_one_for_anything_else(signed_in: SignIn, now) -> None:
    person = make.person()
    learner = signed_in(person)
    make_study.completed(person, make.activity(minimum_minutes=45), now=now + 60 * 24 * HOUR)
    for asked, year, awards in (("", 2026, 0), ("2027", 2027, 1), ("1999", 2026, 0), ("x", 2026, 0)):
        context = learner.get("/jp/", {"tahun": asked}).context
        assert (context["jp"].year, len(context["awards"])) == (year, awards)


def test_a_pppk_is_told_of_the_ceiling_and_may_go_on(signed_in: SignIn, now) -> None:
    person = make.person(employment="pppk")
    learner = signed_in(person)
    for day in range(9):
        page = learner.get("/jp/")
        assert page.context["jp"].is_at_ceiling == ('data-kind="warning"' in text_of(page)) == (day == 8)
        activity = make.activity(planned_minutes=135, minimum_minutes=135)
        make_study.completed(person, activity, now=now - (20 - day) * 24 * HOUR)
    words = gettext("%(n)s of at most %(target)s JP") % {"n": "27,0", "target": 24}
    assert words in text_of(learner.get("/jp/"))


def test_an_award_computed_anew_says_when_and_why(signed_in: SignIn, now) -> None:
    person = make.person()
    make_study.completed(person, make.activity(minimum_minutes=45), now=now)
    actor = make.person(is_superuser=True)
    recompute_award(award=JPAward.objects.get(), actor=actor, reason="Menit diperiksa", now=now)
    words = gettext("Computed anew on %(day)s, %(n)s JP before. Reason: %(reason)s")
    said = words % {"day": "25 November 2026", "n": 1, "reason": "Menit diperiksa"}
    assert said in text_of(signed_in(person).get("/jp/"))


def test_the_jp_page_asks_as_much_for_100_awards_as_for_3(
    signed_in: SignIn, now, django_assert_max_num_queries
) -> None:
    person = make.person()
    learner = signed_in(person)
    counts = []
    for number in (3, 97):
        for each in range(number):
            activity = make.activity(minimum_minutes=1)
            make_study.completed(person, activity, now=now - (number + each) * HOUR)
        learner.get("/jp/")
        counts.append(statements(learner, "/jp/"))
    with django_assert_max_num_queries(9):
        learner.get("/jp/")
    assert counts[0] == counts[1]
    assert len(learner.get("/jp/").content) < 120_000
