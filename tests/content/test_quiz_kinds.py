"""Every kind of question in the browser, pools, and the days on which the quiz of an episode is open."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from learning.competencies.models import QuizAttempt
from learning.competencies.rules import question_from
from learning.people.models import Person
from tests import make, make_pages
from tests.content.test_quiz import hand_in, quiz_url, start

pytestmark = pytest.mark.django_db

EVERY_KIND = [
    make_pages.SINGLE,
    make_pages.MULTIPLE,
    make_pages.TRUE_FALSE,
    make_pages.ORDERING,
    make_pages.MATCHING,
    make_pages.SHORT_TEXT,
]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def browser(client: Client, learner: Person) -> Client:
    client.force_login(learner)
    return client


def fields(attempt: QuizAttempt, **instead: list[str]) -> dict[str, Any]:
    """The form filled in rightly; `instead`: another answer for a kind."""
    filled: dict[str, Any] = {}
    for question in (question_from(each) for each in attempt.questions):
        for each in instead.get(question.kind, question.right_answer):
            item, sign, value = each.partition("=")
            name = f"q-{question.key}.{item}" if sign else f"q-{question.key}"
            filled.setdefault(name, []).append(value if sign else each)
    return filled


def of_kind(attempt: QuizAttempt, kind: str) -> Any:
    return next(question_from(each) for each in attempt.questions if each["kind"] == kind)


def test_no_response_before_answering_tells_the_key(browser: Client) -> None:
    page = make_pages.module(
        quiz=[*EVERY_KIND, make_pages.pool(1, make_pages.SHORT_TEXT, make_pages.SHORT_TEXT)]
    )
    attempt = start(browser, page)
    matching = of_kind(attempt, "matching")
    right = {f"{item.key}={item.right}" for item in matching.items}
    empty = hand_in(browser, page, attempt, {})
    made_up = hand_in(browser, page, attempt, {**fields(attempt), "q-bukan": ["x"]})
    answers = [
        browser.get(page.url),
        browser.get(quiz_url(page)),
        browser.post(quiz_url(page), {}),
        empty,
        hand_in(browser, page, attempt, {f"q-{matching.key}.{matching.items[0].key}": "bukan"}),
        browser.get(f"/api/v1/me?activity={page.activity_id}"),
    ]
    assert [empty.status_code, made_up.status_code] == [422, 422]
    explanations = {each["explanation"] for each in attempt.questions}
    for answer in answers:
        text = answer.content.decode() + str(answer.headers)
        for word in (
            "is_correct",
            "accepted",
            "Kafé",
            "warung sudut",
            "seed",
            str(attempt.seed),
            *explanations,
            *right,
        ):
            assert word not in text, word


def test_each_kind_answered_rightly_is_right_and_wrongly_is_not(browser: Client) -> None:
    page = make_pages.module(quiz=EVERY_KIND, pass_mark=100)
    first = start(browser, page)
    assert hand_in(browser, page, first, fields(first)).status_code == 302
    first.refresh_from_db()
    assert (first.score, first.passed) == (100, True)

    second = start(browser, page)
    order, match = of_kind(second, "ordering"), of_kind(second, "matching")
    turned = {"1": "1", "2": "3", "3": "2"}
    partly = {
        "single": [next(each.key for each in of_kind(second, "single").choices if not each.is_correct)],
        "multiple": of_kind(second, "multiple").right_answer[:1],
        "true_false": ["false"],
        "ordering": [f"{item.key}={turned[item.right]}" for item in order.items],
        "matching": [f"{item.key}={match.items[0].right}" for item in match.items],
        "short_text": ["warung tengah"],
    }
    assert hand_in(browser, page, second, fields(second, **partly)).status_code == 302
    second.refresh_from_db()
    # One of three lines in its place, one or two of three pairs; the rest wholly wrong.
    pairs = sum(item.right == match.items[0].right for item in match.items)
    assert second.score == int(100 * (1 / 3 + pairs / 3) / 6)
    html = browser.get(quiz_url(page)).content.decode()
    assert "Sebagian benar: 33%" in html
    assert "warung tengah" in html
    assert "Kafé Kecil" in html


@pytest.mark.parametrize("typed", ["kafe kecil", "  KAFÉ   Kecil ", "Kafe\u0301 kecil", "Warung Sudut"])
def test_a_short_text_is_compared_without_case_accents_and_spaces(browser: Client, typed: str) -> None:
    page = make_pages.module(quiz=[make_pages.SHORT_TEXT])
    attempt = start(browser, page)
    hand_in(browser, page, attempt, fields(attempt, short_text=[typed]))
    attempt.refresh_from_db()
    assert attempt.score == 100


def test_what_cannot_be_graded_is_pointed_out_and_the_rest_is_kept(browser: Client) -> None:
    page = make_pages.module(quiz=[make_pages.ORDERING, make_pages.MATCHING, make_pages.SHORT_TEXT])
    attempt = start(browser, page)
    order, match = of_kind(attempt, "ordering"), of_kind(attempt, "matching")
    wrong = {
        "ordering": [f"{item.key}=2" for item in order.items],
        "matching": match.right_answer[:2],
        "short_text": ["x" * 201],
    }
    answer = hand_in(browser, page, attempt, fields(attempt, **wrong))
    html = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("Setiap tempat dipakai satu kali", "untuk setiap baris", "paling banyak 200 karakter"):
        assert html.count(sentence) == 2  # in the list on top and at the question
    assert html.count(" selected") == 5
    nul = hand_in(browser, page, attempt, fields(attempt, short_text=["kafe\0kecil"]))
    assert nul.status_code == 422
    attempt.refresh_from_db()
    assert attempt.answered_at is None


def test_a_pool_draws_and_the_attempt_keeps_what_it_drew_on_every_device(
    browser: Client, learner: Person
) -> None:
    many = [
        ("true_false", {"text": f"Pernyataan {n}", "answer": "true", "explanation": "Ya."}) for n in range(12)
    ]
    page = make_pages.module(quiz=[make_pages.SINGLE, make_pages.pool(3, *many)])
    assert "4 pertanyaan" in browser.get(quiz_url(page)).content.decode()
    attempt = start(browser, page)
    here = browser.get(quiz_url(page)).content.decode()
    page.quiz = [make_pages.SINGLE]  # the editor rewrites the quiz while somebody sits over it
    page.save_revision().publish()
    phone = Client()
    phone.force_login(learner)
    for _reload in range(2):
        there = phone.get(quiz_url(page)).content.decode()
        shown = [each["text"] for each in attempt.questions]
        assert len(shown) == 4
        assert [there.index(text) for text in shown] == sorted(there.index(text) for text in shown)
        assert there.count("<fieldset") == here.count("<fieldset") == 4
    assert hand_in(phone, page, attempt, fields(attempt)).status_code == 302


def test_what_was_chosen_out_of_time_is_marked_again(browser: Client) -> None:
    page = make_pages.module(quiz=[make_pages.ORDERING, make_pages.MATCHING, make_pages.SHORT_TEXT])
    attempt = start(browser, page)
    hour = dt.timedelta(hours=1)
    QuizAttempt.objects.update(started_at=attempt.started_at - hour, expires_at=attempt.expires_at - hour)
    html = hand_in(browser, page, attempt, filled := fields(attempt)).content.decode()
    for name, values in filled.items():
        for value in values:
            assert f'<input type="hidden" name="{name}" value="{value}">' in html
    again = browser.post(quiz_url(page), filled).content.decode()
    assert again.count(" selected") == 6
    assert 'value="Kafé Kecil"' in again


def test_the_quiz_of_an_episode_opens_and_closes(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    starts_at = dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
    page = make_pages.episode(
        quiz=[make_pages.TRUE_FALSE], starts_at=starts_at, quiz_closes_at=starts_at + dt.timedelta(hours=5)
    )

    def at(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    assert quiz_url(page) in browser.get(page.url).content.decode()
    at(starts_at - MINUTE)
    early = browser.get(quiz_url(page)).content.decode()
    assert "Kuis dibuka pada Kamis, 26 November 2026 09.00 WIB" in early
    assert "quiz-start" not in early
    assert browser.post(quiz_url(page)).status_code == 409
    assert not QuizAttempt.objects.exists()

    at(starts_at + dt.timedelta(hours=5) - MINUTE)
    attempt = start(browser, page)
    assert attempt.expires_at == page.quiz_closes_at  # though 30 minutes are given
    at(starts_at + dt.timedelta(hours=5))
    assert hand_in(browser, page, attempt, fields(attempt)).status_code == 409
    late = browser.get(quiz_url(page)).content.decode()
    assert "Kuis ditutup pada" in late
    assert browser.post(quiz_url(page)).status_code == 409
    attempt.refresh_from_db()
    assert attempt.answered_at is None


def test_an_episode_is_complete_with_its_quiz_and_half_of_its_minutes() -> None:
    page = make_pages.episode(quiz=[make_pages.TRUE_FALSE], planned_minutes=135)
    assert page.activity_minimum_minutes == 67
    assert make_pages.episode(quiz=[make_pages.TRUE_FALSE], minimum_minutes=90).activity_minimum_minutes == 90
    assert make_pages.episode().activity_minimum_minutes == 0
