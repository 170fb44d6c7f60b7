"""A report laid out as facts and tables, once: what the screen, the PDF and the spreadsheet show alike."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from learning.reports.period.content import Content
from learning.reports.period.spans import Span
from learning.reports.period.words import day_in_words, span_in_words, time_in_words, weeks_in_words
from learning.study.models import Kind

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its heading, columns (`numbers`: which hold numbers), rows, the line under them."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    numbers: frozenset[int] = frozenset()
    foot: tuple[Cell, ...] = ()
    empty: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a report shows."""

    title: str
    facts: list[tuple[str, str]]
    tables: list[Table] = field(default_factory=list)


def sheet_of(content: Content) -> Sheet:
    """The layout of `content`. It holds no number that is not in there, or a sum of such."""
    person, period, jp = content["person"], content["period"], content["jp"]
    span = Span.named(period["name"])
    assert span is not None  # noqa: S101 - only spans write contents
    as_of = dt.datetime.fromisoformat(content["as_of"])
    jp_of_year = _("%(jp)d of %(target)d JP up to %(day)s") % {
        "jp": jp["year_to_date"],
        "target": jp["target"],
        "day": day_in_words(period["last"]),
    }
    facts = [
        (_("Name"), person["name"]),
        ("NIP", person["nip"]),
        (_("Position"), person["position"]),
        (_("Unit"), person["unit"]),
        (_("Period"), f"{day_in_words(period['first'])} – {day_in_words(period['last'])}"),
        (_("Study time"), time_in_words(content["time"]["total"])),
        (_("JP of this period"), str(jp["total"])),
        (_("JP of the year, at most") if jp["is_ceiling"] else _("JP of the year"), jp_of_year),
        (_("Weeks in which the target was met"), weeks_in_words(content)),
        (_("Competencies proved"), str(len(content["competencies"]))),
        (_("As of"), f"{date_format(as_of, 'j F Y')}, {date_format(as_of, 'H.i')} WIB"),
    ]
    return Sheet(
        _("Competency report · %(period)s") % {"period": span_in_words(span)},
        [(label, value) for label, value in facts if value],
        [_time(content), *_months(content), _jp(content), _competencies(content), *_gaps(content)],
    )


def _time(content: Content) -> Table:
    time = content["time"]
    kinds: list[tuple[Cell, ...]] = [
        (str(label).capitalize(), time_in_words(time[key]), time[key]) for key, label in Kind.choices
    ]
    return Table(
        _("Study time by kind"),
        (_("Kind"), _("Time"), _("Seconds")),
        kinds,
        numbers=frozenset({2}),
        foot=(_("Total"), time_in_words(time["total"]), time["total"]),
        note=_(
            "From %(rows)d rows of the study ledger. Of the measured time %(offline)s came offline, "
            "%(coarse)s without JavaScript."
        )
        % {
            "rows": time["rows"],
            "offline": time_in_words(time["offline"]),
            "coarse": time_in_words(time["coarse"]),
        },
    )


def _months(content: Content) -> list[Table]:
    """Month by month, where the period has several."""
    months = content["months"]
    if len(months) < 2:
        return []
    rows: list[tuple[Cell, ...]] = [
        (
            date_format(dt.date.fromisoformat(f"{month['name']}-01"), "F Y"),
            time_in_words(month["total"]),
            month["total"],
        )
        for month in months
    ]
    total = sum(month["total"] for month in months)
    return [
        Table(
            _("Study time by month"),
            (_("Month"), _("Time"), _("Seconds")),
            rows,
            numbers=frozenset({2}),
            foot=(_("Total"), time_in_words(total), total),
        )
    ]


def _jp(content: Content) -> Table:
    jp = content["jp"]
    return Table(
        _("Learning hours (JP)"),
        (_("Day"), _("Activity"), _("How it was reckoned"), _("Verified by"), "JP"),
        [
            (
                day_in_words(award["day"]),
                award["title"],
                f"{award['sum']} · {award['source']}",
                award["verified_by"],
                award["jp"],
            )
            for award in jp["awards"]
        ],
        numbers=frozenset({4}),
        foot=(_("Total"), "", "", "", jp["total"]) if jp["awards"] else (),
        empty=_("No JP in this period."),
    )


def _competencies(content: Content) -> Table:
    return Table(
        _("Competencies proved"),
        (_("Day"), _("Competency"), _("Level"), _("Evidence"), _("Score")),
        [
            (
                day_in_words(each["day"]),
                each["name"],
                f"{each['level']} · {each['level_name']}",
                each["evidence"],
                "–" if each["score"] is None else each["score"],
            )
            for each in content["competencies"]
        ],
        numbers=frozenset({4}),
        empty=_("No competency was proved in this period."),
    )


def _gaps(content: Content) -> list[Table]:
    """What the position asks for, where it has a profile."""
    gaps = content["gaps"]
    if gaps is None:
        return []
    rows: list[tuple[Cell, ...]] = [
        (each["name"], each["needed"], each["has"], each["gap"]) for each in gaps["rows"]
    ]
    return [
        Table(
            _("Gap to the position"),
            (_("Competency"), _("Level needed"), _("Level recognised"), _("Gap")),
            rows,
            numbers=frozenset({1, 2, 3}),
            foot=(_("Open gaps"), "", "", sum(each["gap"] > 0 for each in gaps["rows"])),
            note=_("Profile of %(position)s, as recognised on %(day)s.")
            % {"position": gaps["position"], "day": day_in_words(gaps["day"])},
        )
    ]
