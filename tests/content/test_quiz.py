"""The quiz in the browser: the key never comes before the answers, and nothing is answered twice."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from content.models import ModulePage
from learning.competencies.models import QuizAttempt
from learning.people.models import Person
from tests import make, make_pages

pytestmark = pytest.mark.django_db

KEY_WORDS = ("is_correct", "Huruf T pertama", "termasuk BerAKHLAK.", "memang 45 menit")


@pytest.fixture
def page() -> ModulePage:
    return make_pages.module()


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def browser(client: Client, learner: Person) -> Client:
    client.force_login(learner)
    return client


def quiz_url(page: ModulePage) -> str:
    return f"{page.url}kuis/"


def right_answers(page: ModulePage) -> dict[str, list[str]]:
    return {
        f"q-{question['key']}": [each["key"] for each in question["choices"] if each["is_correct"]]
        for question in page.questions
    }


def start(browser: Client, page: ModulePage) -> QuizAttempt:
    browser.post(quiz_url(page))
    return QuizAttempt.objects.get(answered_at=None)


def hand_in(browser: Client, page: ModulePage, attempt: QuizAttempt, answers: dict[str, Any]) -> Any:
    return browser.post(quiz_url(page), {"attempt": str(attempt.pk), **answers})


def test_a_visitor_is_asked_to_sign_in(client: Client, page: ModulePage) -> None:
    answer = client.get(quiz_url(page))
    assert answer.status_code == 302
    assert "/akun/" in answer["Location"]


def test_a_module_without_questions_has_no_quiz(browser: Client) -> None:
    page = make_pages.module(quiz=[])
    assert browser.get(quiz_url(page)).status_code == 404
    assert "kuis/" not in browser.get(page.url).content.decode()


def test_looking_at_the_quiz_starts_nothing(browser: Client, page: ModulePage) -> None:
    assert browser.get(quiz_url(page)).status_code == 200
    assert not QuizAttempt.objects.exists()


def test_a_quiz_page_is_never_cached(browser: Client, page: ModulePage) -> None:
    assert "no-store" in browser.get(quiz_url(page))["Cache-Control"]


def test_the_key_is_nowhere_before_answering(browser: Client, page: ModulePage) -> None:
    pages = [page.url, f"{page.url}2/", quiz_url(page)]
    html = "".join(browser.get(url).content.decode() for url in pages)
    start(browser, page)
    form = browser.get(quiz_url(page)).content.decode()
    assert "Tanggap" in form
    for word in KEY_WORDS:
        assert word not in html + form


def test_reloading_goes_on_with_the_same_attempt(browser: Client, page: ModulePage) -> None:
    attempt = start(browser, page)
    browser.post(quiz_url(page))
    assert QuizAttempt.objects.get() == attempt
    assert f'value="{attempt.pk}"' in browser.get(quiz_url(page)).content.decode()


def test_right_answers_pass_and_are_explained(browser: Client, page: ModulePage) -> None:
    attempt = start(browser, page)
    answer = hand_in(browser, page, attempt, right_answers(page))
    assert answer.status_code == 302
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (100, True)
    html = browser.get(quiz_url(page)).content.decode()
    assert "Huruf T pertama" in html


def test_a_failed_quiz_may_be_tried_again_at_once(browser: Client, page: ModulePage) -> None:
    first = start(browser, page)
    wrong = {
        f"q-{question['key']}": [each["key"] for each in question["choices"] if not each["is_correct"]][:1]
        for question in page.questions
    }
    hand_in(browser, page, first, wrong)
    second = start(browser, page)
    assert second != first
    first.refresh_from_db()
    assert first.score == 0


def test_an_unanswered_question_is_pointed_out_and_the_rest_is_kept(
    browser: Client, page: ModulePage
) -> None:
    attempt = start(browser, page)
    answers = right_answers(page)
    _name, _chosen = answers.popitem()
    answer = hand_in(browser, page, attempt, answers)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count(" checked") == sum(len(each) for each in answers.values())
    attempt.refresh_from_db()
    assert attempt.answered_at is None


def test_answering_twice_is_refused_and_the_first_result_stays(browser: Client, page: ModulePage) -> None:
    attempt = start(browser, page)
    hand_in(browser, page, attempt, right_answers(page))
    answer = hand_in(browser, page, attempt, right_answers(page))
    attempt.refresh_from_db()
    assert answer.status_code == 409
    assert attempt.score == 100
    assert "100" in answer.content.decode()


def test_answering_out_of_time_is_refused_and_what_was_chosen_is_kept(
    browser: Client, page: ModulePage
) -> None:
    attempt = start(browser, page)
    QuizAttempt.objects.update(
        started_at=attempt.started_at - dt.timedelta(hours=2),
        expires_at=attempt.expires_at - dt.timedelta(hours=2),
    )
    answers = right_answers(page)
    answer = hand_in(browser, page, attempt, answers)
    html = answer.content.decode()
    assert answer.status_code == 409
    kept = re.findall(r'<input type="hidden" name="(q-[^"]+)" value="([^"]+)"', html)
    assert sorted(kept) == sorted((name, key) for name, keys in answers.items() for key in keys)
    # The kept choices come back marked in the new attempt.
    again = browser.post(quiz_url(page), answers).content.decode()
    assert again.count(" checked") == len(kept)


def test_a_made_up_choice_is_refused_and_nothing_is_recorded(browser: Client, page: ModulePage) -> None:
    attempt = start(browser, page)
    answers = right_answers(page)
    name = next(iter(answers))
    answer = hand_in(browser, page, attempt, {**answers, name: ["bukan-pilihan"]})
    attempt.refresh_from_db()
    assert answer.status_code == 422
    assert attempt.answered_at is None


@pytest.mark.parametrize("attempt", ["", "abc", "-1", "999999", "9" * 40])
def test_an_attempt_that_does_not_exist_is_refused(browser: Client, page: ModulePage, attempt: str) -> None:
    assert browser.post(quiz_url(page), {"attempt": attempt}).status_code == 409


def test_the_attempt_of_somebody_else_is_refused(browser: Client, page: ModulePage) -> None:
    attempt = start(browser, page)
    browser.force_login(make.person())
    assert hand_in(browser, page, attempt, right_answers(page)).status_code == 409
    attempt.refresh_from_db()
    assert attempt.answered_at is None


def test_the_quiz_of_a_withdrawn_module_is_gone(browser: Client, page: ModulePage) -> None:
    page.unpublish()
    assert browser.get(quiz_url(page)).status_code == 404
