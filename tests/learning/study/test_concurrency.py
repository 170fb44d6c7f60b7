"""Eight threads report for one person at once: each second once, no error, on a real database."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from learning.study.actions import Interval, record_intervals
from learning.study.models import StudyEntry, WeekTotal
from tests import make


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_at_once_are_credited_once(now: dt.datetime) -> None:
    learner = make.person()
    modules = [make.activity(planned_minutes=60) for _ in range(8)]
    keys = [make.key() for _ in range(8)]
    barrier = threading.Barrier(8)

    def tab(number: int) -> list[str]:
        outcomes = []
        try:
            barrier.wait(timeout=30)
            for seconds in range(60, 601, 60):
                receipt = record_intervals(
                    token=make.token(learner, modules[number], now),
                    intervals=[Interval(keys[number], 0, seconds * 1000)],
                    now=now + dt.timedelta(seconds=seconds + 1),
                )
                outcomes += [each.outcome for each in receipt.outcomes]
        finally:
            connection.close()
        return outcomes

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(tab, range(8)))

    assert all(len(outcomes) == 10 for outcomes in results)
    credited = sum(StudyEntry.objects.values_list("credited_s", flat=True))
    assert credited == WeekTotal.objects.get().seconds == 600
    assert StudyEntry.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_the_same_first_report_from_two_threads_is_one_row(now: dt.datetime) -> None:
    learner, module, key = make.person(), make.activity(), make.key()
    barrier = threading.Barrier(4)

    def report(_number: int) -> str:
        try:
            barrier.wait(timeout=30)
            return (
                record_intervals(
                    token=make.token(learner, module, now),
                    intervals=[Interval(key, 0, 60_000)],
                    now=now + dt.timedelta(seconds=61),
                )
                .outcomes[0]
                .outcome
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(report, range(4)))

    assert outcomes == ["credited", "known", "known", "known"]
    assert StudyEntry.objects.get().credited_s == 60
