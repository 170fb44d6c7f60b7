"""The rows of a ledger, by period and filter, and what they come to."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, overload

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncDate

from learning.people.models import Person
from learning.study import rules
from learning.study.ledger.periods import Period
from learning.study.models import Channel, Kind, Reason, StudyDay, StudyEntry, StudyEntryQuerySet

ALL, CREDITED, REFUSED = "all", "credited", "refused"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a reader wants to see. Empty means all."""

    show: str = ALL
    kind: str = ""
    channel: str = ""
    activity: int | None = None

    @classmethod
    def asked(cls, asked: Mapping[str, str]) -> Self:
        """What an address asks for; what it cannot mean is no filter."""
        show, kind, channel = asked.get("tampil", ""), asked.get("jenis", ""), asked.get("cara", "")
        activity = asked.get("kegiatan", "")
        return cls(
            show if show in (CREDITED, REFUSED) else ALL,
            kind if kind in Kind.values else "",
            channel if channel in Channel.values else "",
            int(activity) if activity.isascii() and activity.isdecimal() and len(activity) < 10 else None,
        )

    @property
    def is_all(self) -> bool:
        return self == Wanted()

    def of(self, entries: StudyEntryQuerySet) -> StudyEntryQuerySet:
        """Those of `entries` that are wanted."""
        if self.show == CREDITED:
            entries = entries.exclude(credited_s=0)
        elif self.show == REFUSED:
            entries = entries.exclude(reason="")
        if self.kind:
            entries = entries.filter(kind=self.kind)
        if self.channel:
            entries = entries.filter(kind=Kind.MEASURED, channel=self.channel)
        if self.activity is not None:
            entries = entries.filter(activity=self.activity)
        return entries

    def takes(self, group: "Group") -> bool:
        """As `of`, for rows already added up."""
        return (
            (self.show != CREDITED or group.is_credited)
            and (self.show != REFUSED or group.is_cut)
            and self.kind in ("", group.kind)
            and (not self.channel or (group.kind == Kind.MEASURED and group.channel == self.channel))
            and self.activity in (None, group.activity_id)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one day that a filter cannot tell apart, added up."""

    week: dt.date
    day: dt.date
    kind: str
    channel: str
    activity_id: int
    title: str
    is_cut: bool
    is_credited: bool
    is_rolled: bool  # old entries, kept as a day row only
    rows: int
    claimed_s: int
    credited_s: int


_COLUMNS = (
    "week",
    "day",
    "kind",
    "channel",
    "activity_id",
    "title",
    "is_cut",
    "is_credited",
    "is_rolled",
)


def entries_of(
    person: Person, period: Period, received_after: dt.datetime | None = None
) -> StudyEntryQuerySet:
    """The entries that began in `period`: none crosses a midnight, so none is half in it."""
    entries = StudyEntry.objects.of(person.pk).filter(started_at__gte=period.start, started_at__lt=period.end)
    return entries if received_after is None else entries.filter(received_at__gt=received_after)


def groups_of(person: Person, period: Period, received_after: dt.datetime | None = None) -> list[Group]:
    """All rows of the period, added up as far as any filter allows: one statement, however many rows."""
    rows = (
        entries_of(person, period, received_after)
        .annotate(
            day=TruncDate("started_at", tzinfo=rules.WIB),
            title=F("activity__title"),
            is_cut=_true_when(~Q(reason="")),
            is_credited=_true_when(~Q(credited_s=0)),
            is_rolled=Value(False),
        )
        .order_by("day", "activity_id")
        .values_list(*_COLUMNS)
        .annotate(Count("pk"), Sum("claimed_s"), Sum("credited_s"))
    )
    if received_after is None:
        rows = rows.order_by().union(_day_groups(person, period), all=True).order_by("day", "activity_id")
    return [Group(*row[:6], *map(bool, row[6:9]), *row[9:]) for row in rows]


def _day_groups(person: Person, period: Period) -> QuerySet[StudyDay, Any]:
    """The day rows of the period, each for itself, in the columns of `Group`."""
    return (
        StudyDay.objects.filter(person=person, day__range=(period.first, period.last))
        .annotate(
            title=F("activity__title"),
            is_cut=_true_when(Q(credited_s__lt=F("claimed_s")) & ~Q(kind=Kind.ADJUSTED)),
            is_credited=_true_when(~Q(credited_s=0)),
            is_rolled=Value(True),
        )
        .order_by()
        .values_list(*_COLUMNS)
        .annotate(Count("pk"), Sum("claimed_s"), Sum("credited_s"))
    )


def rolled_of(person: Person, period: Period, wanted: Wanted) -> list[StudyDay]:
    """The wanted day rows of a period: few, they stand for a day each."""
    rows = StudyDay.objects.filter(person=person, day__range=(period.first, period.last))
    if wanted.show == CREDITED:
        rows = rows.exclude(credited_s=0)
    elif wanted.show == REFUSED:
        rows = rows.filter(credited_s__lt=F("claimed_s")).exclude(kind=Kind.ADJUSTED)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.channel:
        rows = rows.filter(kind=Kind.MEASURED, channel=wanted.channel)
    if wanted.activity is not None:
        rows = rows.filter(activity=wanted.activity)
    return list(rows.select_related("activity").order_by("day", "activity__title", "pk"))


def _true_when(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


@dataclass(slots=True)
class Sums:
    """What some rows come to: how many, and seconds."""

    rows: int = 0
    claimed_s: int = 0
    credited_s: int = 0

    def add(self, group: Group) -> None:
        self.rows += group.rows
        self.claimed_s += group.claimed_s
        self.credited_s += group.credited_s


def sums(groups: Iterable[Group]) -> Sums:
    total = Sums()
    for group in groups:
        total.add(group)
    return total


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter, with what choosing it would show."""

    value: str
    label: str
    sums: Sums
    is_chosen: bool


def options_of(groups: Sequence[Group], wanted: Wanted) -> dict[str, list[Option]]:
    """The choices of each filter that lead to rows, the other filters as they are."""
    titles = {str(group.activity_id): group.title for group in groups}
    return {
        "show": _options(groups, wanted, "show", {ALL: "", CREDITED: "", REFUSED: ""}),
        "kind": _options(groups, wanted, "kind", {each.value: str(each.label) for each in Kind}),
        "channel": _options(groups, wanted, "channel", {each.value: str(each.label) for each in Channel}),
        "activity": _options(
            groups, wanted, "activity", dict(sorted(titles.items(), key=lambda each: each[1].casefold()))
        ),
    }


def _options(groups: Sequence[Group], wanted: Wanted, name: str, labels: Mapping[str, str]) -> list[Option]:
    chosen = getattr(wanted, name)
    found = []
    for value, label in labels.items():
        change: dict[str, Any] = {name: int(value) if name == "activity" else value}
        one = replace(wanted, **change)
        total = sums(filter(one.takes, groups))
        if total.rows or value in (str(chosen), ALL, CREDITED, REFUSED):
            found.append(Option(value, label, total, value == str(chosen)))
    return found


@dataclass(frozen=True, slots=True)
class WeekSum:
    """One week of a longer period, as far as it lies in it."""

    week: dt.date
    sums: Sums

    @property
    def name(self) -> str:
        return rules.week_name(self.week)

    @property
    def number(self) -> int:
        return self.week.isocalendar().week

    @property
    def end(self) -> dt.date:
        return self.week + dt.timedelta(days=6)


def weeks_of(groups: Iterable[Group]) -> list[WeekSum]:
    """The weeks with rows, newest first."""
    weeks: dict[dt.date, Sums] = {}
    for group in groups:
        weeks.setdefault(group.week, Sums()).add(group)
    return [WeekSum(week, weeks[week]) for week in sorted(weeks, reverse=True)]


def seconds_by_kind(groups: Iterable[Group]) -> dict[str, int]:
    """Credited seconds of the four kinds, and how much of the measured came offline or coarse."""
    found = {f"{name}_s": 0 for name in (*Kind.values, Channel.OFFLINE, Channel.COARSE)}
    for group in groups:
        found[f"{group.kind}_s"] += group.credited_s
        if group.kind == Kind.MEASURED and group.channel != Channel.LIVE:
            found[f"{group.channel}_s"] += group.credited_s
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One ledger entry, in words."""

    entry: StudyEntry
    key: uuid.UUID
    day: dt.date
    started_at: dt.datetime
    ended_at: dt.datetime
    activity_title: str
    activity_url: str
    kind: str
    channel: str
    claimed_s: int
    credited_s: int
    reason: str
    note: str
    received_at: dt.datetime
    is_open: bool

    @classmethod
    def of(cls, entry: StudyEntry) -> Self:
        return cls(
            entry=entry,
            key=entry.pk,
            day=rules.local_day(entry.started_at),
            started_at=entry.started_at,
            ended_at=entry.started_at + dt.timedelta(seconds=entry.claimed_s),
            activity_title=entry.activity.title,
            activity_url=entry.activity.path,
            kind=entry.kind,
            channel=entry.channel,
            claimed_s=entry.claimed_s,
            credited_s=entry.credited_s,
            reason=entry.reason,
            note=entry.note,
            received_at=entry.received_at,
            is_open=entry.sealed_at is None,
        )

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def channel_label(self) -> str:
        return str(Channel(self.channel).label)

    @property
    def reason_label(self) -> str:
        return str(Reason(self.reason).label)


@dataclass(slots=True)
class Day:
    """The rows of one day on this page, with what all wanted rows of the day come to."""

    date: dt.date
    sums: Sums
    entries: list[Row] = field(default_factory=list)
    rolled: list[StudyDay] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        return self.sums.credited_s


class Rows(Sequence[Row]):
    """The wanted rows of a period in order, read a page at a time."""

    def __init__(
        self,
        person: Person,
        period: Period,
        wanted: Wanted,
        count: int,
        received_after: dt.datetime | None = None,
    ) -> None:
        entries = wanted.of(entries_of(person, period, received_after))
        self.entries: QuerySet[StudyEntry, StudyEntry] = entries.in_order().select_related("activity")
        self.count_of_rows = count

    def __len__(self) -> int:
        return self.count_of_rows

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [Row.of(entry) for entry in self.entries[at]]
        return Row.of(self.entries[at])


def days_of(rows: Iterable[Row], groups: Iterable[Group], rolled: Iterable[StudyDay] = ()) -> list[Day]:
    """`rows` and `rolled` by day; `groups`: all wanted rows of the period, so that a day's sum is whole."""
    totals: dict[dt.date, Sums] = {}
    for group in groups:
        totals.setdefault(group.day, Sums()).add(group)
    days: dict[dt.date, Day] = {}
    for each in rolled:
        days.setdefault(each.day, Day(each.day, totals.get(each.day, Sums()))).rolled.append(each)
    for row in rows:
        days.setdefault(row.day, Day(row.day, totals.get(row.day, Sums()))).entries.append(row)
    return [days[day] for day in sorted(days)]


def rows_of_week(person: Person, week: dt.date) -> list[Day]:
    """All rows of a week, by day."""
    period = Period.week(week)
    groups = groups_of(person, period)
    rows = Rows(person, period, Wanted(), sum(each.rows for each in groups if not each.is_rolled))
    return days_of(rows, groups, rolled_of(person, period, Wanted()))
