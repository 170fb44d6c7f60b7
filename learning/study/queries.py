"""What readers ask of the ledger: a week, its rows, the target, the streak."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from learning.people.models import Person, Unit
from learning.study import rules
from learning.study.models import ActivityTotal, Channel, Kind, Reason, StudyEntry, WeeklyTarget, WeekTotal


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes a week, and where they come from."""

    minutes: int
    source: str


@dataclass(frozen=True, slots=True)
class Week:
    """One person's week, as every page shows it."""

    start: dt.date
    seconds: int
    target_minutes: int
    target_source: str = ""

    @property
    def end(self) -> dt.date:
        return self.start + dt.timedelta(days=6)

    @property
    def number(self) -> int:
        return self.start.isocalendar().week

    @property
    def minutes(self) -> int:
        return rules.whole_minutes(self.seconds)

    @property
    def remaining_minutes(self) -> int:
        return max(0, -(-(self.target_minutes * 60 - self.seconds) // 60))

    @property
    def percent(self) -> int:
        return min(100, 100 * self.seconds // (self.target_minutes * 60)) if self.target_minutes else 100

    @property
    def is_met(self) -> bool:
        return self.seconds >= self.target_minutes * 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One week in the strip of the last ones."""

    week: dt.date
    seconds: int
    target_minutes: int
    is_current: bool
    url: str = ""

    @property
    def number(self) -> int:
        return self.week.isocalendar().week

    @property
    def minutes(self) -> int:
        return rules.whole_minutes(self.seconds)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.seconds // (self.target_minutes * 60)) if self.target_minutes else 100

    @property
    def state(self) -> str:
        if not self.seconds:
            return "none"
        return "done" if self.seconds >= self.target_minutes * 60 else "part"


@dataclass(frozen=True, slots=True)
class Row:
    """One ledger entry, in words."""

    entry: StudyEntry

    @property
    def started_at(self) -> dt.datetime:
        return self.entry.started_at

    @property
    def ended_at(self) -> dt.datetime:
        return self.entry.started_at + dt.timedelta(seconds=self.entry.claimed_s)

    @property
    def activity_title(self) -> str:
        return self.entry.activity.title

    @property
    def activity_url(self) -> str:
        return self.entry.activity.path

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def kind_label(self) -> str:
        return str(Kind(self.entry.kind).label)

    @property
    def channel(self) -> str:
        return self.entry.channel

    @property
    def channel_label(self) -> str:
        return str(Channel(self.entry.channel).label)

    @property
    def claimed_s(self) -> int:
        return self.entry.claimed_s

    @property
    def credited_s(self) -> int:
        return self.entry.credited_s

    @property
    def reason(self) -> str:
        return self.entry.reason

    @property
    def reason_label(self) -> str:
        return str(Reason(self.entry.reason).label)


@dataclass(slots=True)
class Day:
    """The entries of one day, with their sum."""

    date: dt.date
    entries: list[Row] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        return sum(row.credited_s for row in self.entries)


class Targets:
    """The weekly targets of many units at once: two statements, however many people."""

    def __init__(self, week: dt.date) -> None:
        rows = WeeklyTarget.objects.filter(valid_from__lte=week).select_related("unit").order_by("valid_from")
        self._by_path = {row.unit.path: row for row in rows}

    def of_path(self, path: str) -> Target:
        """The target of the nearest unit at or above `path` that set one, else the programme's."""
        for end in range(len(path), 0, -Unit.steplen):
            row = self._by_path.get(path[:end])
            if row is not None:
                return Target(row.minutes, row.unit.name)
        return Target(settings.BELAJAR_WEEKLY_TARGET_MINUTES, _("the programme's own"))

    def of(self, person: Person) -> Target:
        """The person's target: the unit's, or their own when that is higher."""
        target = self.of_path(person.unit.path if person.unit else "")
        if person.weekly_goal_minutes and person.weekly_goal_minutes > target.minutes:
            return Target(person.weekly_goal_minutes, _("your own choice"))
        return target


def weekly_target(person: Person, week: dt.date) -> Target:
    """The minutes `person` is to study in `week`."""
    return Targets(week).of(person)


def week_seconds(person: Person, weeks: Iterable[dt.date]) -> dict[dt.date, int]:
    """Seconds that count, by week."""
    rows = WeekTotal.objects.filter(person=person, week__in=list(weeks))
    return {row.week: row.seconds for row in rows}


def week_of_person(person: Person, week: dt.date) -> Week:
    """The week as every page shows it."""
    target = weekly_target(person, week)
    total = WeekTotal.objects.filter(person=person, week=week).first()
    return Week(week, total.seconds if total else 0, target.minutes, target.source)


def bars(
    seconds: dict[dt.date, int], weeks: list[dt.date], target_minutes: int, ledger_url: str
) -> list[Bar]:
    """One bar for each of `weeks`, linked to that week of the ledger at `ledger_url`."""
    return [
        Bar(
            week,
            seconds.get(week, 0),
            target_minutes,
            week == weeks[-1],
            f"{ledger_url}?pekan={rules.week_name(week)}",
        )
        for week in weeks
    ]


def strip(person: Person, today: dt.date, target_minutes: int, ledger_url: str, count: int = 8) -> list[Bar]:
    """The last `count` weeks, oldest first."""
    weeks = rules.recent_weeks(today, count)
    return bars(week_seconds(person, weeks), weeks, target_minutes, ledger_url)


def streaks(person: Person, today: dt.date, target_minutes: int) -> tuple[int, int]:
    """Weeks met in a row up to now, and the longest such run. A running week does not break it."""
    met = {row.week for row in WeekTotal.objects.filter(person=person) if row.seconds >= target_minutes * 60}
    longest = run = 0
    previous: dt.date | None = None
    for week in sorted(met):
        run = run + 1 if previous is not None and (week - previous).days == 7 else 1
        longest = max(longest, run)
        previous = week
    this_week = rules.week_of(today)
    current = 0
    cursor = this_week if this_week in met else this_week - dt.timedelta(weeks=1)
    while cursor in met:
        current += 1
        cursor -= dt.timedelta(weeks=1)
    return current, longest


def entries_of_week(person: Person, week: dt.date, show: str = "all") -> list[Day]:
    """The entries behind a week's total, by day. `show`: all, credited or refused (cut) ones."""
    entries = StudyEntry.objects.of(person.pk).in_week(week).in_order().select_related("activity")
    if show == "credited":
        entries = entries.exclude(credited_s=0)
    elif show == "refused":
        entries = entries.exclude(reason="")
    days: dict[dt.date, Day] = {}
    for entry in entries:
        day = rules.local_day(entry.started_at)
        days.setdefault(day, Day(day)).entries.append(Row(entry))
    return list(days.values())


def totals_of_week(person: Person, week: dt.date) -> WeekTotal:
    """The kept totals of a week, all zero when nothing was studied."""
    return WeekTotal.objects.filter(person=person, week=week).first() or WeekTotal(person=person, week=week)


@dataclass(frozen=True, slots=True)
class DayBar:
    """Measured time of one day."""

    date: dt.date
    seconds: int
    is_today: bool

    @property
    def minutes(self) -> int:
        return rules.whole_minutes(self.seconds)


def day_bars(total: WeekTotal, today: dt.date) -> list[DayBar]:
    """Monday to Sunday of the week of `total`."""
    days = [total.week + dt.timedelta(days=number) for number in range(7)]
    return [DayBar(day, getattr(total, f"day_{day.isoweekday()}_s"), day == today) for day in days]


def activity_seconds(person: Person, activity_id: int) -> int:
    """Seconds credited for one activity."""
    total = ActivityTotal.objects.filter(person=person, activity_id=activity_id).first()
    return total.credited_s if total else 0
