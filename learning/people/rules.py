"""What a NIP says, how it is masked, which day it is in Jakarta. No Django here."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def local_day(moment: dt.datetime) -> dt.date:
    """The day of `moment` in Jakarta."""
    return moment.astimezone(WIB).date()


class NIPError(ValueError):
    """The text cannot be a NIP; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class NIP:
    """An 18-digit number, read: birth date, form, sex. There is no check digit."""

    text: str
    born: dt.date
    is_pppk: bool
    sex: str


def read_nip(text: str) -> NIP:
    """Read a NIP or NI PPPK.

    Digits 1-8 birth date; PNS: 9-14 year and month of first appointment; PPPK: 9-12 year
    and 13-14 number of the contract (21 and up); 15 sex (1 man, 2 woman); 16-18 serial.
    Raises `NIPError` with code `digits`, `birth_date`, `appointment` or `sex`.
    """
    digits = re.sub(r"[\s.'-]", "", text)
    if not re.fullmatch(r"[0-9]{18}", digits):
        raise NIPError("digits")
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise NIPError("birth_date") from None
    month = int(digits[12:14])
    if month == 0 or 12 < month < 21:
        raise NIPError("appointment")
    if digits[14] not in "12":
        raise NIPError("sex")
    return NIP(digits, born, month >= 21, "L" if digits[14] == "1" else "P")


def mask_nip(nip: str) -> str:
    """First four and last four digits, as BKD shows it: a NIP tells birth date and sex."""
    return f"{nip[:4]}••••••••••{nip[-4:]}" if len(nip) == 18 else "••••"


LONGEST_ABSENCE = dt.timedelta(days=6 * 366)  # a doctorate on study assignment, extended
EARLIEST_ABSENCE = dt.timedelta(days=366)  # how far back one may be recorded
LATEST_ABSENCE = dt.timedelta(days=366)  # and how far ahead it may begin


def why_no_absence(first: dt.date, last: dt.date, today: dt.date) -> str:
    """Why these days cannot be recorded: `order`, `too_long`, `too_old`, `too_far`; "" when they can."""
    if last < first:
        return "order"
    if last - first > LONGEST_ABSENCE:
        return "too_long"
    if first < today - EARLIEST_ABSENCE:
        return "too_old"
    if first > today + LATEST_ABSENCE:
        return "too_far"
    return ""


def absence_ends_on(first: dt.date, last: dt.date, today: dt.date) -> dt.date:
    """From which day on an absence that is taken back no longer holds.

    One that runs ends today: the days already away stay. Any other was a mistake and holds for no day.
    """
    return today if first < today <= last else first


LONGEST_DELEGATION = dt.timedelta(days=366)


def why_no_delegation(first: dt.date, last: dt.date, today: dt.date) -> str:
    """Why these days cannot be delegated: `order`, `past`, `too_long`, `too_far`; "" when they can."""
    if last < first:
        return "order"
    if first < today:
        return "past"
    if last - first > LONGEST_DELEGATION:
        return "too_long"
    if first > today + LONGEST_DELEGATION:
        return "too_far"
    return ""


def employment_matches(nip: NIP, employment: str) -> bool:
    """Does the form of the number fit how the person serves? A mismatch warns, never refuses."""
    if employment == "pppk":
        return nip.is_pppk
    if employment in ("pns", "cpns"):
        return not nip.is_pppk
    return True
