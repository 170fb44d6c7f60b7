"""What readers ask of the ledger: a week, its rows, the target, the streak."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from learning.people.models import Person
from learning.study import goal_rules, rules
from learning.study.goals import EARLIEST, Learner, Target, Targets, targets_of
from learning.study.models import ActivityTotal, Channel, StudyEntry, WeekTotal, YearTotal


@dataclass(frozen=True, slots=True)
class Week:
    """One person's week, as every page shows it."""

    start: dt.date
    seconds: int
    target_minutes: int
    target: Target | None = None

    @property
    def target_source(self) -> str:
        return self.target.source if self.target else ""

    @property
    def asked_minutes(self) -> int:
        """What the target would be in a week without holidays and absences."""
        return self.target.asked_minutes if self.target else self.target_minutes

    @property
    def why(self) -> list[str]:
        """Why the target is what it is, when it is not the usual one."""
        return self.target.why if self.target else []

    @property
    def is_free(self) -> bool:
        """Nothing is asked this week: neither met nor missed."""
        return self.target_minutes == 0

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
        return goal_rules.is_met(self.seconds, self.target_minutes)


@dataclass(frozen=True, slots=True)
class Bar:
    """One week in the strip of the last ones."""

    week: dt.date
    seconds: int
    target_minutes: int
    is_current: bool
    url: str = ""
    has_joined: bool = True

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
        if self.target_minutes == 0:
            return "leave" if self.has_joined else "none"
        if not self.seconds:
            return "none"
        return "done" if goal_rules.is_met(self.seconds, self.target_minutes) else "part"


def week_seconds(person: Person, weeks: Iterable[dt.date]) -> dict[dt.date, int]:
    """Seconds that count, by week."""
    rows = WeekTotal.objects.filter(person=person, week__in=list(weeks))
    return {row.week: row.seconds for row in rows}


def week_of_person(
    person: Person, week: dt.date, targets: Targets | None = None, total: WeekTotal | None = None
) -> Week:
    """The week as every page shows it. `targets`, which cover it, and its `total` when they are at hand."""
    target = (targets or targets_of(person, week)).of(Learner.of(person), week)
    total = total or totals_of_week(person, week)
    return Week(week, total.seconds, target.minutes, target)


def bars(
    seconds: dict[dt.date, int], weeks: list[dt.date], learner: Learner, targets: Targets, ledger_url: str
) -> list[Bar]:
    """One bar for each of `weeks`, linked to that week of the ledger at `ledger_url`."""
    found = []
    for week in weeks:
        target = targets.of(learner, week)
        url = f"{ledger_url}?pekan={rules.week_name(week)}"
        found.append(
            Bar(
                week,
                seconds.get(week, 0),
                target.minutes,
                week == weeks[-1],
                url,
                target.presence.has_joined,
            )
        )
    return found


def strip(
    person: Person, today: dt.date, ledger_url: str, count: int = 8, targets: Targets | None = None
) -> list[Bar]:
    """The last `count` weeks, oldest first."""
    weeks = rules.recent_weeks(today, count)
    targets = targets or targets_of(person, weeks[0], weeks[-1])
    return bars(week_seconds(person, weeks), weeks, Learner.of(person), targets, ledger_url)


def streaks(person: Person, today: dt.date, targets: Targets | None = None) -> tuple[int, int]:
    """Weeks met in a row up to now, and the longest such run: from all weeks, nothing is stored."""
    this_week = rules.week_of(today)
    targets = targets or targets_of(person, EARLIEST, this_week)
    learner = Learner.of(person)
    seconds = {row.week: row.seconds for row in WeekTotal.objects.filter(person=person)}
    first = min(seconds, default=this_week)
    weeks = [first + number * rules.ONE_WEEK for number in range((this_week - first).days // 7 + 1)]
    found = goal_rules.runs(
        (
            goal_rules.WeekDone(week, targets.judged_minutes(learner, week), seconds.get(week, 0))
            for week in weeks
        ),
        this_week,
    )
    return found.current, found.longest


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


def year_totals(people: Collection[int], year: int) -> dict[int, YearTotal]:
    """The totals of a calendar year (WIB) by person: two statements, however many people.

    The kept totals are of what is sealed; the few entries still open are added here.
    """
    totals = {total.person_id: total for total in YearTotal.objects.filter(person__in=people, year=year)}
    first = dt.datetime(year, 1, 1, tzinfo=rules.WIB)
    is_open = StudyEntry.objects.filter(
        person__in=people,
        sealed_at__isnull=True,
        started_at__gte=first,
        started_at__lt=first.replace(year=year + 1),
    )
    for person_id, channel, seconds in is_open.values_list("person_id", "channel", "credited_s"):
        total = totals.setdefault(person_id, YearTotal(person_id=person_id, year=year))
        total.measured_s += seconds
        total.offline_s += seconds if channel == Channel.OFFLINE else 0
        total.coarse_s += seconds if channel == Channel.COARSE else 0
    return totals
