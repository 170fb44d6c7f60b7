"""What may become of a claim, by whom, and when somebody is reminded of it. No Django here.

| From                  | Move      | To         | Who                                                       |
|-----------------------|-----------|------------|-----------------------------------------------------------|
| draft                 | submit    | submitted  | the learner                                               |
| submitted, in_review  | withdraw  | draft      | the learner, before the first decision                    |
| submitted, reopened   | open      | in_review  | who may decide it; nobody else decides for 30 minutes     |
| in_review             | open      | in_review  | the same again, or another once the 30 minutes are over   |
| in_review             | recognise | recognised | who may decide it                                         |
| in_review             | return    | returned   | as above, with a reason                                   |
| in_review             | not_yet   | not_yet    | as above, with a reason                                   |
| returned              | submit    | submitted  | the learner: one answer to each return                    |
| recognised, not_yet   | reopen    | reopened   | the superior of who decided, or BPSDM, with a reason      |
| recognised            | lapse     | lapsed     | the day after the last day of its validity                |

Nothing else moves anything. The clock ends what was recognised for a time; it never decides.
"""

import datetime as dt
from collections.abc import Iterable

DRAFT, SUBMITTED, IN_REVIEW, RETURNED = "draft", "submitted", "in_review", "returned"
RECOGNISED, NOT_YET, REOPENED, LAPSED = "recognised", "not_yet", "reopened", "lapsed"

SUBMIT, WITHDRAW, OPEN = "submit", "withdraw", "open"
RECOGNISE, RETURN, DEFER, REOPEN, LAPSE = "recognise", "return", "not_yet", "reopen", "lapse"
DECISIONS = (RECOGNISE, RETURN, DEFER)

MOVES = {
    (DRAFT, SUBMIT): SUBMITTED,
    (SUBMITTED, WITHDRAW): DRAFT,
    (IN_REVIEW, WITHDRAW): DRAFT,
    (SUBMITTED, OPEN): IN_REVIEW,
    (REOPENED, OPEN): IN_REVIEW,
    (IN_REVIEW, OPEN): IN_REVIEW,
    (IN_REVIEW, RECOGNISE): RECOGNISED,
    (IN_REVIEW, RETURN): RETURNED,
    (IN_REVIEW, DEFER): NOT_YET,
    (RETURNED, SUBMIT): SUBMITTED,
    (RECOGNISED, REOPEN): REOPENED,
    (NOT_YET, REOPEN): REOPENED,
    (RECOGNISED, LAPSE): LAPSED,
}

WAITING = (SUBMITTED, IN_REVIEW, REOPENED)  # a supervisor has to do something
UNDECIDED = (DRAFT, RETURNED, *WAITING)  # one such claim of a competency at a time

LOCK = dt.timedelta(minutes=30)
MOST_AT_ONCE = 50  # claims recognised by one press
REMIND_AFTER = (3, 7)  # days: who should decide
ESCALATE_AFTER = 14  # days: their superior
MOST_LINES = 10  # titles in one e-mail


def after(status: str, move: str) -> str | None:
    """The status that `move` leads to; None when it is not allowed."""
    return MOVES.get((status, move))


def locked_until(opened_at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """Until when whoever opened a claim has it to themselves; None when nobody has."""
    if opened_at is None or now >= opened_at + LOCK:
        return None
    return opened_at + LOCK


def step_due(submitted_at: dt.datetime, now: dt.datetime) -> int:
    """The latest reminder that is due after so long a wait: 3, 7, 14 days; 0 when none is."""
    days = (now - submitted_at).days
    return max((step for step in (*REMIND_AFTER, ESCALATE_AFTER) if days >= step), default=0)


def has_news(evidence: Iterable[str], earlier: Iterable[str]) -> bool:
    """Is there evidence that no earlier claim rested on?"""
    return bool(set(evidence) - set(earlier))


def in_sample(number: int, percent: int) -> bool:
    """Does a number below 10,000, drawn for one recognition, fall into a sample of `percent`?"""
    return number < percent * 100
