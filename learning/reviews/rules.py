"""What may become of a submission, and until when one is taken. No Django here.

| From      | Move     | To        | Who             |
|-----------|----------|-----------|-----------------|
| submitted | withdraw | withdrawn | the learner     |
| submitted | accept   | accepted  | the supervisor  |
| submitted | return   | returned  | the supervisor  |
| submitted | decline  | declined  | the supervisor  |
| returned  | resubmit | submitted | the learner     |
| returned  | withdraw | withdrawn | the learner     |

Nothing else moves anything: the clock decides nothing.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from learning.study.rules import Span

SUBMITTED, RETURNED, ACCEPTED = "submitted", "returned", "accepted"
DECLINED, WITHDRAWN = "declined", "withdrawn"

WITHDRAW, RESUBMIT, ACCEPT, RETURN, DECLINE = "withdraw", "resubmit", "accept", "return", "decline"

MOVES = {
    (SUBMITTED, WITHDRAW): WITHDRAWN,
    (SUBMITTED, ACCEPT): ACCEPTED,
    (SUBMITTED, RETURN): RETURNED,
    (SUBMITTED, DECLINE): DECLINED,
    (RETURNED, RESUBMIT): SUBMITTED,
    (RETURNED, WITHDRAW): WITHDRAWN,
}

APPEAL_WITHIN = dt.timedelta(days=30)  # from the receipt of the row
DECLARE_WITHIN = dt.timedelta(days=366)  # from the day of learning
MOST_SPANS = 10  # two working weeks
LEAST_S = 5 * 60  # of one span
MOST_S = 12 * 3600


def after(status: str, move: str) -> str | None:
    """The status that `move` leads to; None when it is not allowed."""
    return MOVES.get((status, move))


def why_not_span(span: Span, now: dt.datetime) -> str:
    """Why a span cannot be declared: `order`, `short`, `long`, `future`, `old`; "" when it can."""
    if span.end <= span.start:
        return "order"
    if span.seconds < LEAST_S:
        return "short"
    if span.seconds > MOST_S:
        return "long"
    if span.end > now:
        return "future"
    return "old" if now - span.start > DECLARE_WITHIN else ""


def overlapping(spans: Sequence[Span]) -> int | None:
    """The place of a span that begins before an earlier one has ended; None when they are apart."""
    in_order = sorted(range(len(spans)), key=lambda place: spans[place].start)
    for before, place in pairwise(in_order):
        if spans[place].start < spans[before].end:
            return place
    return None


def may_still_appeal(received_at: dt.datetime, now: dt.datetime) -> bool:
    """Is a row received then still open to an appeal?"""
    return now - received_at <= APPEAL_WITHIN
