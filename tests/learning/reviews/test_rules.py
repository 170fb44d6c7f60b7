"""Which moves there are, and which times may be declared. No database."""

import datetime as dt
import itertools

import pytest

from learning.reviews import rules
from learning.study.rules import WIB, Span

NOW = dt.datetime(2026, 11, 25, 10, tzinfo=WIB)


def test_no_other_move_leads_anywhere() -> None:
    statuses = (rules.SUBMITTED, rules.RETURNED, rules.ACCEPTED, rules.DECLINED, rules.WITHDRAWN)
    moves = (rules.WITHDRAW, rules.RESUBMIT, rules.ACCEPT, rules.RETURN, rules.DECLINE)
    allowed = {pair for pair in itertools.product(statuses, moves) if rules.after(*pair)}
    assert allowed == {
        ("submitted", "withdraw"),
        ("submitted", "accept"),
        ("submitted", "return"),
        ("submitted", "decline"),
        ("returned", "resubmit"),
        ("returned", "withdraw"),
    }


@pytest.mark.parametrize(
    ("start", "minutes", "why"),
    [
        (NOW - dt.timedelta(hours=1), 60, ""),
        (NOW - dt.timedelta(hours=1), 61, "future"),
        (NOW - dt.timedelta(days=2), 0, "order"),
        (NOW - dt.timedelta(days=2), -5, "order"),
        (NOW - dt.timedelta(days=2), 4, "short"),
        (NOW - dt.timedelta(days=2), 12 * 60, ""),
        (NOW - dt.timedelta(days=2), 12 * 60 + 1, "long"),
        (NOW - dt.timedelta(days=366), 60, ""),
        (NOW - dt.timedelta(days=367), 60, "old"),
    ],
)
def test_which_time_may_be_declared(start: dt.datetime, minutes: int, why: str) -> None:
    assert rules.why_not_span(Span(start, start + dt.timedelta(minutes=minutes)), NOW) == why


def test_times_must_be_apart() -> None:
    def hour(start: int) -> Span:
        return Span(NOW + dt.timedelta(hours=start), NOW + dt.timedelta(hours=start + 1))

    assert rules.overlapping([hour(2), hour(0), hour(1)]) is None
    assert rules.overlapping([hour(2), hour(0), Span(hour(0).start, hour(1).end)]) == 2


def test_an_appeal_is_taken_for_thirty_days() -> None:
    assert rules.may_still_appeal(NOW - dt.timedelta(days=30), NOW)
    assert not rules.may_still_appeal(NOW - dt.timedelta(days=30, seconds=1), NOW)
