"""Tries are counted in the database: strictly, together, and without names."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from learning.people import attempts
from learning.people.attempts import AttemptCount, Limit

pytestmark = pytest.mark.django_db

ACCOUNT = Limit("failure", "190003152020032001", 3, 300)
ADDRESS = Limit("address", "10.0.0.1", 5, 60)


def test_the_last_allowed_try_is_allowed_and_the_next_is_not(now: dt.datetime) -> None:
    assert [attempts.take([ACCOUNT], now=now) for _ in range(5)] == [True] * 3 + [False] * 2


def test_limits_count_apart(now: dt.datetime) -> None:
    other = Limit("failure", "190003152020032002", 3, 300)
    for _ in range(4):
        attempts.take([ACCOUNT], now=now)
    assert attempts.take([other, ADDRESS], now=now)
    assert not attempts.take([ACCOUNT, ADDRESS], now=now)


def test_a_window_ends_and_is_not_prolonged_by_trying(now: dt.datetime) -> None:
    for second in range(0, 300, 30):
        attempts.take([ACCOUNT], now=now + dt.timedelta(seconds=second))
    assert not attempts.take([ACCOUNT], now=now + dt.timedelta(seconds=299))
    assert attempts.take([ACCOUNT], now=now + dt.timedelta(seconds=300))


def test_a_right_try_is_given_back(now: dt.datetime) -> None:
    for _ in range(10):
        assert attempts.take([ACCOUNT, ADDRESS], now=now)
        attempts.give_back([ACCOUNT, ADDRESS])


def test_each_way_costs_one_statement(now: dt.datetime, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        attempts.take([ACCOUNT, ADDRESS], now=now)
    with django_assert_num_queries(1):
        attempts.give_back([ACCOUNT, ADDRESS])


def test_no_name_and_no_address_is_kept(now: dt.datetime) -> None:
    attempts.take([ACCOUNT, ADDRESS], now=now)
    kept = " ".join(str(row) for row in AttemptCount.objects.values_list())
    assert ACCOUNT.whom not in kept
    assert ADDRESS.whom not in kept


def test_old_counts_are_forgotten(now: dt.datetime) -> None:
    attempts.take([ACCOUNT, ADDRESS], now=now)
    assert attempts.forget_old(now=now + dt.timedelta(seconds=60)) == 1
    assert attempts.forget_old(now=now + dt.timedelta(seconds=300)) == 1


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted(now: dt.datetime) -> None:
    def one(_number: int) -> bool:
        try:
            return attempts.take([ACCOUNT, ADDRESS], now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        allowed = list(threads.map(one, range(24)))
    assert sum(allowed) == 3
