"""Medians and deciles read from buckets."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from learning.reports.rollup.rules import BUCKETS, bounds, bucket_of, deciles, median, quantile


def test_a_bucket_holds_what_its_bounds_say() -> None:
    assert [bucket_of(seconds) for seconds in (0, 1, 899, 900, 2699, 2700, 21_599, 21_600, 600_000)] == [
        *(0, 1, 1, 2, 3, 4, 11, 12, 12)
    ]
    for bucket in range(1, BUCKETS):
        low, high = bounds(bucket)
        assert bucket_of(max(1, low * 60)) == bucket_of(high * 60 - 1) == bucket


def test_of_nobody_there_is_no_median() -> None:
    assert median([0] * BUCKETS) is None
    assert deciles([0] * BUCKETS) == []


@given(st.lists(st.integers(0, 470 * 60), min_size=1, max_size=200))
def test_a_median_is_at_most_one_bucket_off_and_deciles_rise(seconds: list[int]) -> None:
    counts = [0] * BUCKETS
    for each in seconds:
        counts[bucket_of(each)] += 1
    low, high = bounds(bucket_of(statistics.median_low(seconds)))
    found = median(counts)
    assert found is not None
    assert low <= found <= high
    assert deciles(counts) == sorted(deciles(counts))
    assert quantile(counts, 1.0) == bounds(max(bucket_of(each) for each in seconds))[1]
