"""The short way of the common report and the book write the same, and both hold under concurrency."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from learning.study import actions, beat
from learning.study.actions import Interval, record_intervals
from learning.study.models import ActivityTotal, StudyEntry, WeekTotal
from tests import make

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="one statement is PostgreSQL's; SQLite has a short transaction"
)
START = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)

Steps = list[tuple[int, int, int, int]]


def written(person_id: int) -> dict[str, Any]:
    """All that a person's reports came to, without the ids."""
    week = [name for name in (field.name for field in WeekTotal._meta.fields) if name not in ("id", "person")]
    return {
        "entries": sorted(
            StudyEntry.objects.filter(person=person_id).values_list(
                "started_at",
                "claimed_s",
                "credited_s",
                "reason",
                "evidence",
                "received_at",
                "channel",
                "revision",
            )
        ),
        "weeks": list(WeekTotal.objects.filter(person=person_id).order_by("week").values_list(*week)),
        "activities": sorted(
            ActivityTotal.objects.filter(person=person_id).values_list("credited_s", "last_step", "last_at")
        ),
    }


def play(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, *, with_beat: bool
) -> tuple[dict[str, Any], list[Any]]:
    """The same reports of a new person, with and without the statement."""
    person = make.person()
    modules = [make.activity(planned_minutes=3), make.activity(planned_minutes=20)]
    keys = [make.key() for _ in range(4)]
    clock = 0
    answers = []
    with monkeypatch.context() as patch:
        if not with_beat:
            patch.setattr(beat, "is_possible", lambda *_args, **_named: False)
        for which, start, length, wait in steps:
            clock = max(clock, start + length) + wait
            try:
                receipt = record_intervals(
                    token=make.token(person, modules[which % 2], START),
                    intervals=[Interval(keys[which], start * 1000, length * 1000, step=which + 1)],
                    now=START + dt.timedelta(seconds=clock),
                )
            except actions.StudyRefused as refused:  # where the key lies it would reach into the future
                assert refused.code == "in_the_future"
                answers.append(refused.code)
                continue
            answers.append(
                (
                    [
                        (each.outcome, each.claimed_s, each.credited_s, each.reason)
                        for each in receipt.outcomes
                    ],
                    receipt.activity_s,
                    receipt.week_s,
                    receipt.minimum_reached,
                )
            )
    return written(person.pk), answers


@pytest.mark.django_db
@example(steps=[(1, 3, 1, 0), (1, 0, 4, 0)])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 900), st.integers(0, 300), st.integers(0, 600)),
        max_size=10,
    )
)
def test_beat_and_book_write_and_answer_the_same(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    by_statement, answers = play(steps, monkeypatch, with_beat=True)
    by_book, expected = play(steps, monkeypatch, with_beat=False)

    assert by_statement == by_book
    assert answers == expected


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_common_report_is_one_statement(
    now: dt.datetime, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_LIMITS_KEPT_S", 60.0)
    person, module, key = make.person(), make.activity(), make.key()
    token = make.token(person, module, now)
    record_intervals(token=token, intervals=[Interval(key, 0, 60_000)], now=now + dt.timedelta(seconds=61))
    actions.current_limits(now)

    with django_assert_num_queries(1):
        receipt = record_intervals(
            token=token, intervals=[Interval(key, 0, 120_000)], now=now + dt.timedelta(seconds=121)
        )

    assert receipt.outcomes[0].credited_s == 120


def credited_while_another_writes(now: dt.datetime, stretches: int) -> list[int]:
    """What a second report gets that comes while the first, of the same minute, is not committed yet."""
    person = make.person()
    modules = [make.activity(), make.activity()]
    for module in modules:
        make.study(person, module, now - dt.timedelta(hours=1), 1)
    held, waiting = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                record_intervals(
                    token=make.token(person, modules[0], now),
                    intervals=[Interval(make.key(), 0, 60_000)],
                    now=now + dt.timedelta(seconds=61),
                )
                held.set()
                waiting.wait(timeout=5)
                threading.Event().wait(0.3)
        finally:
            connection.close()

    def second() -> actions.Receipt:
        try:
            held.wait(timeout=10)
            waiting.set()
            length = 60_000 // stretches
            return record_intervals(
                token=make.token(person, modules[1], now),
                intervals=[Interval(make.key(), length * each, length) for each in range(stretches)],
                now=now + dt.timedelta(seconds=61),
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(first)
        receipt = threads.submit(second).result(timeout=30)
        one.result(timeout=30)

    assert WeekTotal.objects.get(person=person).measured_s == 120
    return [each.credited_s for each in receipt.outcomes]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_report_that_waited_for_another_leaves_it_to_the_book(now: dt.datetime) -> None:
    """The second of two concurrent reports must see what the first one credited."""
    assert credited_while_another_writes(now, stretches=1) == [0]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_book_waits_for_a_report_that_is_being_credited(now: dt.datetime) -> None:
    """A batch goes straight to the book, which must not read the ledger as it was before the other."""
    assert credited_while_another_writes(now, stretches=2) == [0, 0]
