"""Terms of the law on personal data (UU 27/2022, PDP). No Django here."""

import datetime as dt

ANSWER_WITHIN = dt.timedelta(hours=72)  # 3 x 24 hours for access and correction (Pasal 30 and 32)
NOTIFY_WITHIN = dt.timedelta(hours=72)  # 3 x 24 hours to tell of a breach (Pasal 46)


def hours_left(asked_at: dt.datetime, now: dt.datetime) -> int:
    """Whole hours until the answer is due; negative once it is late."""
    return int((asked_at + ANSWER_WITHIN - now).total_seconds() // 3600)
