"""Eight threads report for one person at once: each second once, no error, on a real database."""

import contextlib
import datetime as dt
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from learning.reports.actions import refresh_unit_weeks
from learning.study import actions, chain, checks, corrections, rules
from learning.study.actions import Interval, record_intervals
from learning.study.models import StudyEntry, WeekTotal
from learning.study.tokens import Permit
from tests import make
from tests.learning.study import promises


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


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_is_done_to_one_record_at_once_nothing_fails_and_all_agrees() -> None:
    """Pages, batches over midnight of a new year, permits, visits, corrections, sealing, rebuilding.

    Nothing may wait for another that waits for it: a deadlock or a lock in vain is an error here.
    """
    midnight = dt.datetime(2027, 1, 1, tzinfo=rules.WIB)
    now = midnight + dt.timedelta(hours=3)
    learner, corrector = make.person(), make.person()
    modules = [make.activity(planned_minutes=900) for _ in range(3)]
    make.study(learner, modules[0], midnight - dt.timedelta(hours=4), 30)
    chain.seal_entries(now=midnight)
    old = StudyEntry.objects.filter(sealed_at__isnull=False).first()
    assert old is not None
    keys = [make.key() for _ in range(6)]
    began = midnight - dt.timedelta(minutes=10)

    def page(dice: random.Random) -> None:
        number = dice.randrange(len(keys))
        record_intervals(
            token=make.token(learner, modules[number % 3], began),
            intervals=[Interval(keys[number], number * 100_000, dice.randint(1, 900) * 1000)],
            now=now,
        )

    def batch(dice: random.Random) -> None:
        record_intervals(
            token=make.token(learner, dice.choice(modules), began),
            intervals=[make.interval(dice.randint(1, 300), after=dice.randint(0, 1200)) for _ in range(3)],
            now=now,
        )

    def road(dice: random.Random) -> None:
        module = dice.choice(modules)
        permit = Permit(learner.pk, module.pk, 1, began, str(dice.random()))
        stretch = make.interval(dice.randint(1, 600), after=dice.randint(0, 1800))
        actions.record_offline(permit=permit, person=learner, intervals=[stretch], now=now)

    def visit(dice: random.Random) -> None:
        at = began + dt.timedelta(seconds=dice.randint(0, 3600))
        actions.record_visit(person=learner, activity_id=dice.choice(modules).pk, now=at)

    def correct(dice: random.Random) -> None:
        with contextlib.suppress(corrections.AdjustmentRefused):
            corrections.adjust(
                entry=old, seconds=dice.choice((-9, 5)), reason="Uji", actor=corrector, now=now
            )

    def keep(dice: random.Random) -> None:
        dice.choice(
            [
                lambda: chain.seal_entries(now=now - dt.timedelta(hours=1)),
                lambda: checks.rebuild_totals(learner.pk),
                lambda: refresh_unit_weeks(week=rules.week_of(midnight.date()), now=now),
            ]
        )()

    deeds: list[Callable[[random.Random], None]] = [page, page, page, batch, road, visit, correct, keep]
    gate = threading.Barrier(len(deeds))

    def work(number: int) -> None:
        dice = random.Random(number)  # noqa: S311 - a test needs no secret dice
        try:
            gate.wait(timeout=30)
            for _ in range(15):
                deeds[number](dice)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        list(threads.map(work, range(len(deeds))))

    rows = promises.rows_of([learner])
    promises.no_second_is_credited_twice(rows)
    promises.what_is_cut_says_why(rows)
    promises.every_total_is_the_sum_of_its_rows([learner], rows)
    assert checks.rebuild_totals(learner.pk) == 0
