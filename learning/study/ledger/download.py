"""The rows of a period to take along: CSV for a spreadsheet, JSON for a program, both streamed."""

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from learning.people.models import Person
from learning.study import rules
from learning.study.ledger.periods import Period
from learning.study.ledger.queries import Wanted, entries_of, groups_of, rolled_of, seconds_by_kind, sums
from learning.study.models import Kind, StudyDay, StudyEntry, StudyPolicy

BOM = "\N{BOM}"
ZONE = "Asia/Jakarta (WIB, UTC+7)"
AT_ONCE = 2_000


class _Echo:
    """A file for `csv.writer` that keeps nothing."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, made plain text. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return value


def _local(moment: dt.datetime | None) -> str:
    return moment.astimezone(rules.WIB).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _entries(person: Person, period: Period, wanted: Wanted) -> Iterator[StudyEntry]:
    entries = wanted.of(entries_of(person, period)).in_order().select_related("activity")
    return entries.iterator(chunk_size=AT_ONCE)


def headings() -> list[str]:
    """The columns of the CSV. The four kinds of time stand apart: no column adds them up."""
    return [
        _("period"),
        _("time zone"),
        _("policy version"),
        _("week"),
        _("date"),
        _("start"),
        _("end"),
        _("activity"),
        _("kind"),
        _("channel"),
        _("reported, seconds"),
        _("measured, seconds"),
        _("attended, seconds"),
        _("declared, seconds"),
        _("adjusted, seconds"),
        _("reason"),
        _("received"),
        _("sealed"),
        _("page revision"),
        _("evidence"),
        _("note"),
        _("row"),
        _("corrects row"),
        _("rows it stands for"),
    ]


def csv_rows(person: Person, period: Period, wanted: Wanted) -> Iterator[list[Any]]:
    """A row of the ledger each, old days as their sums first. Durations are whole seconds."""
    for row in rolled_of(person, period, wanted):
        yield [
            period.name,
            ZONE,
            "",
            rules.week_name(row.week),
            row.day.isoformat(),
            "",
            "",
            row.activity.title,
            str(Kind(row.kind).label),
            str(row.get_channel_display()) if row.kind == Kind.MEASURED else "",
            row.claimed_s,
            *(row.credited_s if row.kind == kind else 0 for kind in Kind.values),
            *[""] * 8,
            row.entries,
        ]
    for entry in _entries(person, period, wanted):
        end = entry.started_at + dt.timedelta(seconds=entry.claimed_s)
        yield [
            period.name,
            ZONE,
            entry.policy_id,
            rules.week_name(entry.week),
            rules.local_day(entry.started_at).isoformat(),
            _local(entry.started_at),
            _local(end),
            entry.activity.title,
            str(Kind(entry.kind).label),
            str(entry.get_channel_display()) if entry.kind == Kind.MEASURED else "",
            entry.claimed_s,
            *(entry.credited_s if entry.kind == kind else 0 for kind in Kind.values),
            str(entry.get_reason_display()) if entry.reason else "",
            _local(entry.received_at),
            _local(entry.sealed_at),
            entry.revision if entry.revision is not None else "",
            entry.evidence,
            entry.note,
            str(entry.pk),
            str(entry.corrects_id or ""),
            1,
        ]


def as_csv(person: Person, period: Period, wanted: Wanted) -> Iterator[str]:
    """Line by line, as Excel set to Indonesian opens it: a mark says UTF-8, semicolons part the cells."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BOM + str(writer.writerow(headings()))
    for row in csv_rows(person, period, wanted):
        yield str(writer.writerow([safe_cell(cell) for cell in row]))


def as_json(person: Person, period: Period, wanted: Wanted, now: dt.datetime) -> Iterator[str]:
    """One object: whose, which period, the totals by kind, the policies named, the rows."""
    groups = [group for group in groups_of(person, period) if wanted.takes(group)]
    total = sums(groups)
    versions = set(entries_of(person, period).order_by().values_list("policy_id", flat=True).distinct())
    head: dict[str, Any] = {
        "person": {"name": person.name, "nip": person.masked_nip},
        "period": {
            "name": period.name,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "time_zone": "Asia/Jakarta",
        },
        "filter": {
            "show": wanted.show,
            "kind": wanted.kind,
            "channel": wanted.channel,
            "activity": wanted.activity,
        },
        "as_of": now.astimezone(rules.WIB).isoformat(timespec="seconds"),
        "unit": "seconds",
        "rows_count": total.rows,
        "claimed_s": total.claimed_s,
        "credited_s": total.credited_s,
        **seconds_by_kind(groups),
        "policies": [_policy(each) for each in StudyPolicy.objects.filter(pk__in=versions).order_by("pk")],
    }
    head["days"] = [_day(each) for each in rolled_of(person, period, wanted)]
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    yield from _parted(
        json.dumps(_row(each), ensure_ascii=False) for each in _entries(person, period, wanted)
    )
    yield "]}\n"


def _parted(lines: Iterable[str]) -> Iterator[str]:
    between = "\n"
    for line in lines:
        yield between + line
        between = ",\n"


def _policy(policy: StudyPolicy) -> dict[str, Any]:
    return {
        "version": policy.version,
        "valid_from": policy.valid_from.astimezone(rules.WIB).isoformat(timespec="seconds"),
        "day_s": policy.day_s,
        "activity_factor": policy.activity_factor,
        "entry_s": policy.entry_s,
        "coarse_page_s": policy.coarse_page_s,
        "late_s": policy.late_s,
        "reading_idle_s": policy.reading_idle_s,
        "quiz_idle_s": policy.quiz_idle_s,
    }


def _day(row: StudyDay) -> dict[str, Any]:
    return {
        "date": row.day.isoformat(),
        "week": rules.week_name(row.week),
        "activity": row.activity_id,
        "activity_title": row.activity.title,
        "kind": row.kind,
        "channel": row.channel,
        "claimed_s": row.claimed_s,
        "credited_s": row.credited_s,
        "entries": row.entries,
        "digest": row.digest,
    }


def _row(entry: StudyEntry) -> dict[str, Any]:
    def iso(moment: dt.datetime | None) -> str | None:
        return moment.astimezone(rules.WIB).isoformat(timespec="milliseconds") if moment else None

    return {
        "id": str(entry.pk),
        "week": rules.week_name(entry.week),
        "started_at": iso(entry.started_at),
        "activity": entry.activity_id,
        "activity_title": entry.activity.title,
        "kind": entry.kind,
        "channel": entry.channel,
        "evidence": entry.evidence,
        "claimed_s": entry.claimed_s,
        "credited_s": entry.credited_s,
        "reason": entry.reason,
        "policy": entry.policy_id,
        "revision": entry.revision,
        "received_at": iso(entry.received_at),
        "sealed_at": iso(entry.sealed_at),
        "corrects": str(entry.corrects_id) if entry.corrects_id else None,
        "note": entry.note,
    }
