"""How often clients report follows how the server is doing, and nobody reports too often."""

import datetime as dt
import json
from typing import Any

import pytest
from asn_belajar import study_door
from django.utils import timezone

from learning.study import endpoints, pace, tokens
from learning.study.models import StudyEntry
from learning.study.pace import LEAST_S, MOST_S, Pace, Patience
from tests import make


def asked(pacer: Pace, times: int = 200) -> list[float]:
    """The seconds that some clients are told."""
    return [pacer.next_ms() / 1000 for _ in range(times)]


def test_at_rest_a_client_reports_each_minute_or_a_little_later() -> None:
    told = asked(Pace())

    assert min(told) >= LEAST_S
    assert max(told) <= LEAST_S * 1.2
    assert len(set(told)) > 100  # they do not come back together


def test_slow_answers_raise_the_interval_to_five_minutes_and_no_further() -> None:
    pacer = Pace()
    for _ in range(100):
        pacer.note(0.5)

    pacer.look(share=0.1)
    once = pacer.interval_s
    for _ in range(20):
        pacer.look(share=0.1)

    assert once == LEAST_S * 1.5
    assert pacer.interval_s == MOST_S
    assert max(asked(pacer)) == MOST_S


def test_a_process_without_time_left_raises_it_too_and_rest_brings_it_back() -> None:
    pacer = Pace()
    for _ in range(3):
        pacer.look(share=0.95)
    busy = pacer.interval_s
    for _ in range(60):
        pacer.look(share=0.2)

    assert busy == pytest.approx(LEAST_S * 1.5**3)
    assert pacer.interval_s == LEAST_S


def test_one_slow_answer_of_many_changes_nothing() -> None:
    pacer = Pace()
    for number in range(100):
        pacer.note(2.0 if number == 50 else 0.002)

    pacer.look(share=0.1)

    assert pacer.interval_s == LEAST_S


def test_the_process_looks_by_itself_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: clock[0])
    pacer = Pace()
    pacer.note(1.0)
    assert pacer.interval_s == LEAST_S

    clock[0] += pace.LOOK_EVERY_S
    pacer.note(1.0)

    assert pacer.interval_s > LEAST_S


def test_patience_ends_for_one_person_for_the_rest_of_the_minute() -> None:
    patience = Patience(most=3)

    assert [patience.is_too_often(1, 60.0 + each) for each in range(5)] == [False, False, False, True, True]
    assert not patience.is_too_often(2, 65.0)
    assert not patience.is_too_often(1, 120.0)


def test_patience_remembers_so_many_people_and_no_more() -> None:
    patience = Patience(most=1, people=2)
    for person in (1, 2, 3):
        patience.is_too_often(person, 0.0)

    assert not patience.is_too_often(1, 1.0)  # forgotten, the longest unseen
    assert patience.is_too_often(3, 1.0)


@pytest.mark.django_db
def test_a_script_that_reports_without_end_is_told_to_wait_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoints, "PATIENCE", Patience(most=2))
    monkeypatch.setattr(pace.time, "monotonic", lambda: 60.0)
    opened = timezone.now() - dt.timedelta(minutes=10)
    token = tokens.issue(
        person_id=make.person().pk, activity_id=make.activity().pk, revision=1, session="s", now=opened
    )

    def report(key: str, seconds: int) -> tuple[int, dict[str, Any]]:
        interval = {"key": key, "offset_ms": 0, "length_ms": seconds * 1000}
        return endpoints.answer(
            json.dumps({"token": token, "intervals": [interval]}).encode(), timezone.now()
        )

    key = str(make.key())
    assert [report(key, seconds)[0] for seconds in (60, 120)] == [200, 200]
    status, content = report(key, 180)

    assert (status, content["code"]) == (429, "too_often")
    assert StudyEntry.objects.get().credited_s == 120


def test_the_door_says_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}
    monkeypatch.setattr(study_door, "take", lambda _environ: (429, {"code": "too_often"}))
    door = study_door.study_door(lambda _environ, _start: [])

    door(
        {"PATH_INFO": study_door.PATH, "REQUEST_METHOD": "POST"},
        lambda status, headers: told.update(dict(headers), status=status),
    )

    assert (told["status"], told["Retry-After"]) == ("429 Too Many Requests", "60")
