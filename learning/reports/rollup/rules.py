"""How minutes spread over people: a fixed ladder of buckets, and what can be read from it. No Django here.

Means hide who is left behind, and a median of medians is none. Counts in buckets can be added up over
units and weeks, and the median or a decile of any sum read from them: at most one step of the ladder off.
"""

from bisect import bisect_right
from collections.abc import Sequence

# The least minutes of each bucket after the first; the first holds who studied nothing at all.
EDGES = (15, 30, 45, 60, 75, 90, 120, 150, 180, 240, 360)
BUCKETS = len(EDGES) + 2  # nothing; something below 15; then one from each edge on
TOP_MINUTES = 480  # where the last bucket is taken to end


def bucket_of(seconds: int) -> int:
    """The bucket of somebody credited `seconds` in a week."""
    if seconds <= 0:
        return 0
    return 1 + bisect_right(EDGES, seconds // 60)


def bounds(bucket: int) -> tuple[int, int]:
    """The minutes a bucket reaches from and to (the end not included)."""
    if bucket == 0:
        return 0, 0
    ladder = (0, *EDGES, TOP_MINUTES)
    return ladder[bucket - 1], ladder[bucket]


def quantile(counts: Sequence[int], share: float) -> float | None:
    """The minutes that `share` (0 to 1) of the people do not exceed; None when there is nobody.

    People of one bucket are taken to lie evenly in it.
    """
    people = sum(counts)
    if not people:
        return None
    wanted, passed = share * people, 0
    for bucket, count in enumerate(counts):
        if count and passed + count >= wanted:
            low, high = bounds(bucket)
            return low + (high - low) * (wanted - passed) / count
        passed += count
    return float(TOP_MINUTES)


def median(counts: Sequence[int]) -> float | None:
    """The minutes half of the people do not exceed; None when there is nobody."""
    return quantile(counts, 0.5)


def deciles(counts: Sequence[int]) -> list[float]:
    """The nine deciles; none when there is nobody."""
    return [found for step in range(1, 10) if (found := quantile(counts, step / 10)) is not None]
