"""When a report of a period is taken, and what may become of it. No Django here.

| From                         | Move     | To        | Who            |
|------------------------------|----------|-----------|----------------|
| nothing, withdrawn, returned | submit   | submitted | the learner    |
| submitted                    | withdraw | withdrawn | the learner    |
| submitted                    | accept   | accepted  | the supervisor |
| submitted                    | return   | returned  | the supervisor |

What is accepted stays. When a report is taken: `docs/decisions/0019-period-report.md`.
"""

import datetime as dt

MONTH, QUARTER, SEMESTER, YEAR = "month", "quarter", "semester", "year"
MONTHS = {MONTH: 1, QUARTER: 3, SEMESTER: 6, YEAR: 12}  # how many

SUBMITTED, WITHDRAWN, ACCEPTED, RETURNED = "submitted", "withdrawn", "accepted", "returned"
SUBMIT, WITHDRAW, ACCEPT, RETURN = "submit", "withdraw", "accept", "return"
MOVES = {
    ("", SUBMIT): SUBMITTED,
    (WITHDRAWN, SUBMIT): SUBMITTED,
    (RETURNED, SUBMIT): SUBMITTED,
    (SUBMITTED, WITHDRAW): WITHDRAWN,
    (SUBMITTED, ACCEPT): ACCEPTED,
    (SUBMITTED, RETURN): RETURNED,
}

DUE = dt.timedelta(days=14)  # after the last day: as long as offline minutes may still come in
CLOSES = dt.timedelta(days=366)  # after the last day: what was never sent is sent no more

EARLY, OPEN, LATE, CLOSED = "early", "open", "late", "closed"


def due(last: dt.date) -> dt.date:
    """The last day on which a report of a period that ends on `last` is in time."""
    return last + DUE


def when(last: dt.date, today: dt.date) -> str:
    """May a first report of a period that ends on `last` be sent today? Early until that day has passed."""
    if today <= last:
        return EARLY
    if today > last + CLOSES:
        return CLOSED
    return LATE if today > due(last) else OPEN


def after(status: str, move: str) -> str | None:
    """Where `move` leads; None when it may not be done there."""
    return MOVES.get((status, move))


def may_submit(status: str, last: dt.date, today: dt.date) -> bool:
    """May the learner send it? One that came back may be sent again even after its period has closed."""
    if after(status, SUBMIT) is None:
        return False
    now = when(last, today)
    return now in (OPEN, LATE) or (now == CLOSED and status == RETURNED)
