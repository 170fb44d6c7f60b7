"""Periods and codes in words, and what differs between two contents."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.reports.period.content import Content
from learning.reports.period.rules import MONTH, QUARTER, SEMESTER
from learning.reports.period.spans import Span
from learning.study.models import Kind


def span_in_words(span: Span) -> str:
    """ "November 2026", "Triwulan 4 2026", "Semester 2 2026", "Tahun 2026"."""
    year = f"{span.first:%Y}"
    if span.unit == MONTH:
        return date_format(span.first, "F Y")
    if span.unit == QUARTER:
        return _("Quarter %(n)d of %(year)s") % {"n": span.number, "year": year}
    if span.unit == SEMESTER:
        return _("Semester %(n)d of %(year)s") % {"n": span.number, "year": year}
    return _("Year %(year)s") % {"year": year}


def day_in_words(text: str) -> str:
    """ "2026-11-25" in full."""
    return date_format(dt.date.fromisoformat(text), "j F Y")


def time_in_words(seconds: int) -> str:
    """Exact to the second, so that a reader can add it up: "1.024 menit 27 detik"."""
    whole, rest = divmod(abs(seconds), 60)
    sign = "−" if seconds < 0 else ""
    return sign + _("%(minutes)s minutes %(seconds)s seconds") % {
        "minutes": number_format(whole, use_l10n=True, force_grouping=True),
        "seconds": rest,
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what it was."""

    label: str
    before: str
    now: str


def differences(before: Content, now: Content) -> list[Difference]:
    """What the record says now and did not say in `before`: figures, and what came or went by name."""
    found = [
        Difference(str(label), time_in_words(before["time"][key]), time_in_words(now["time"][key]))
        for key, label in (*Kind.choices, ("total", _("Total time")))
        if before["time"][key] != now["time"][key]
    ]
    if before["jp"]["total"] != now["jp"]["total"]:
        found.append(Difference("JP", str(before["jp"]["total"]), str(now["jp"]["total"])))
    if before["weeks"] != now["weeks"]:
        found.append(
            Difference(_("Weeks in which the target was met"), weeks_in_words(before), weeks_in_words(now))
        )
    found += _by_name(_("Competencies"), _proved(before), _proved(now))
    found += _by_name(_("Gap to the position"), _gaps(before), _gaps(now))
    found += _by_name(_("JP by activity"), _awarded(before), _awarded(now))
    return found


def _proved(content: Content) -> dict[str, str]:
    return {
        f"{each['name']} ({each['level']})": day_in_words(each["day"]) for each in content["competencies"]
    }


def _gaps(content: Content) -> dict[str, str]:
    return {each["name"]: str(each["gap"]) for each in (content["gaps"] or {"rows": ()})["rows"]}


def _awarded(content: Content) -> dict[str, str]:
    return {
        f"{each['title']}, {day_in_words(each['day'])}": str(each["jp"]) for each in content["jp"]["awards"]
    }


def _by_name(label: str, before: dict[str, str], now: dict[str, str]) -> list[Difference]:
    """What came, went or is worth something else."""
    nothing = _("not there")
    return [
        Difference(f"{label}: {name}", before.get(name, nothing), now.get(name, nothing))
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]


def weeks_in_words(content: Content) -> str:
    weeks = content["weeks"]
    sentence = ngettext("%(met)d of %(n)d week", "%(met)d of %(n)d weeks", weeks["asked"]) % {
        "met": weeks["met"],
        "n": weeks["asked"],
    }
    if weeks["free"]:
        sentence += " · " + ngettext("%(n)d asked nothing", "%(n)d asked nothing", weeks["free"]) % {
            "n": weeks["free"]
        }
    return sentence
