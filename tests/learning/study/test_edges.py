"""Edges of the ledger that were wrong once: each is a play of `test_stateful.py` cut to its core."""

import datetime as dt

import pytest

from learning.people.models import Person
from learning.study import actions, rules
from learning.study.actions import record_intervals
from learning.study.models import Activity, StudyEntry, WeekTotal
from learning.study.rules import WIB
from tests import make

pytestmark = pytest.mark.django_db


def later(moment: dt.datetime, seconds: float) -> dt.datetime:
    return moment + dt.timedelta(seconds=seconds)


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def module() -> Activity:
    return make.activity()


def test_two_processes_whose_clocks_differ_may_take_one_interval(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    """The second to write may have looked at the clock first; the row keeps the later receipt."""
    key, token = make.key(), make.token(learner, module, now)
    record_intervals(token=token, intervals=[make.interval(60, key=key)], now=later(now, 61))

    receipt = record_intervals(token=token, intervals=[make.interval(61, key=key)], now=later(now, 60.9))

    assert receipt.outcomes[0].credited_s == 61
    assert StudyEntry.objects.get().received_at == later(now, 61)


def test_after_sign_out_not_even_free_time_makes_up_for_what_is_taken(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    """Up to the sign-out another device had it all: nothing is left, however long this one goes on."""
    record_intervals(
        token=make.token(learner, module, now, session="ponsel"),
        intervals=[make.interval(100)],
        now=later(now, 101),
    )
    actions.end_session(session="laptop", now=later(now, 100))

    receipt = record_intervals(
        token=make.token(learner, make.activity(), now, session="laptop"),
        intervals=[make.interval(300)],
        now=later(now, 301),
    )

    assert (receipt.outcomes[0].credited_s, receipt.outcomes[0].outcome) == (0, "refused")
    assert receipt.outcomes[0].reason in (rules.SIGNED_OUT, rules.OVERLAP)
    assert WeekTotal.objects.get().measured_s == 100


def test_a_page_without_javascript_has_one_ceiling_also_over_midnight(
    learner: Person, module: Activity
) -> None:
    new_years_eve = dt.datetime(2026, 12, 31, 23, 55, tzinfo=WIB)
    actions.record_visit(person=learner, activity_id=module.pk, now=new_years_eve)

    outcome = actions.record_visit(person=learner, activity_id=module.pk, now=later(new_years_eve, 800))

    assert outcome is not None
    assert (outcome.claimed_s, outcome.credited_s, outcome.reason) == (800, 300, rules.COARSE_CEILING)


def test_a_report_of_last_week_is_told_the_minutes_of_this_week(learner: Person, module: Activity) -> None:
    sunday = dt.datetime(2026, 11, 29, 23, 50, tzinfo=WIB)
    key, token = make.key(), make.token(learner, module, sunday)
    record_intervals(token=token, intervals=[make.interval(60, key=key)], now=later(sunday, 61))

    receipt = record_intervals(token=token, intervals=[make.interval(120, key=key)], now=later(sunday, 601))

    assert (receipt.outcomes[0].credited_s, receipt.week_s) == (120, 0)
