"""The supervisor's week, and my own week on one page."""

import datetime as dt
import statistics
from dataclasses import dataclass, field

from django.db.models import Sum
from django.urls import reverse

from learning.competencies import queries as competencies
from learning.competencies.jp import queries as hours
from learning.people import access
from learning.people.models import Person, Unit
from learning.reports.models import UnitWeek
from learning.reviews.models import WeekAcknowledgement
from learning.reviews.queries import waiting_of_a_person
from learning.study import goal_rules, rules
from learning.study.goals import LEARNER_FIELDS, Learner, Targets
from learning.study.models import Activity, WeekTotal
from learning.study.queries import Bar, Week, bars, week_of_person

WEEKS_IN_A_ROW = 4  # in the strip of each person of the team


@dataclass(slots=True)
class TeamRow:
    """One person of the team in one week."""

    person_id: int
    name: str
    position: str
    seconds: int
    target_minutes: int
    learner: Learner
    strip: list[Bar] = field(default_factory=list)
    jp: int = 0
    completions: int = 0
    on_leave: bool = False
    acknowledged_at: dt.datetime | None = None
    changed_s: int = 0  # after the week was acknowledged
    waiting: int = 0
    url: str = ""

    @property
    def minutes(self) -> int:
        return rules.whole_minutes(self.seconds)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.seconds // (self.target_minutes * 60)) if self.target_minutes else 100

    @property
    def is_free(self) -> bool:
        """Nothing is asked this week: leave, or holidays all of it."""
        return self.target_minutes == 0

    @property
    def is_met(self) -> bool:
        return goal_rules.is_met(self.seconds, self.target_minutes)

    @property
    def is_below(self) -> bool:
        return not self.is_met and not self.is_free


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """The whole unit in a few figures, whatever the filter shows: people are met, below or free."""

    people: int
    met: int
    below: int
    leave: int
    median_minutes: int
    unacknowledged: int
    seconds: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one unit in one week, the wanted ones in `rows`."""

    unit: Unit
    week: Week
    summary: TeamSummary
    rows: list[TeamRow]
    targets: Targets  # of the weeks in each row's strip


def team_week(viewer: Person, unit: Unit, week: dt.date, *, show: str = "all", search: str = "") -> Team:
    """Everybody directly in `unit`, by name, with the week's figures: five statements.

    `show`: all, below (the target), leave (nothing is asked), unacknowledged. `search`: a part of the name.
    Details of the rows on screen come from `fill_rows`.
    """
    people = access.people_for(viewer, access.Deed.READ).in_unit(unit).by_name()
    targets = Targets(
        rules.recent_weeks(week, WEEKS_IN_A_ROW)[0], week, people=people.order_by().values("pk")
    )
    usual = targets.of_path(unit.path, week)
    seconds = {
        total.person_id: total.seconds
        for total in WeekTotal.objects.filter(week=week, person__in=people.order_by().values("pk"))
    }
    seen = {
        person: (at, seen_s)
        for person, at, seen_s in WeekAcknowledgement.objects.filter(
            week=week, person__in=people.order_by().values("pk")
        ).values_list("person_id", "at", "seen_s")
    }
    rows = []
    named = people.values_list("name", "position", waiting_of_a_person(), *LEARNER_FIELDS)
    for name, position, waiting, *fields in named:
        learner = Learner(*fields)
        target = targets.of(learner, week)
        week_s = seconds.get(learner.person_id, 0)
        seen_at, seen_s = seen.get(learner.person_id, (None, week_s))
        rows.append(
            TeamRow(
                person_id=learner.person_id,
                name=name,
                position=position,
                seconds=week_s,
                target_minutes=target.minutes,
                learner=learner,
                on_leave=target.is_leave,
                acknowledged_at=seen_at,
                changed_s=week_s - seen_s,
                waiting=waiting,
            )
        )
    met = sum(row.is_met for row in rows)
    summary = TeamSummary(
        people=len(rows),
        met=met,
        below=sum(row.is_below for row in rows),
        leave=sum(row.is_free for row in rows),
        median_minutes=int(statistics.median(row.minutes for row in rows)) if rows else 0,
        unacknowledged=sum(row.acknowledged_at is None for row in rows),
        seconds=sum(row.seconds for row in rows),
        waiting=sum(row.waiting for row in rows),
    )
    if show == "below":
        rows = [row for row in rows if row.is_below]
    elif show == "leave":
        rows = [row for row in rows if row.is_free]
    elif show == "unacknowledged":
        rows = [row for row in rows if row.acknowledged_at is None]
    if search:
        rows = [row for row in rows if search.casefold() in row.name.casefold()]
    return Team(unit, Week(week, summary.seconds, usual.minutes, usual), summary, rows, targets)


def fill_rows(rows: list[TeamRow], week: dt.date, targets: Targets) -> None:
    """The strip, JP and completions of the rows on screen: three statements, however many."""
    ids = [row.person_id for row in rows]
    weeks = rules.recent_weeks(week, WEEKS_IN_A_ROW)
    by_person: dict[int, dict[dt.date, int]] = {}
    for total in WeekTotal.objects.filter(person__in=ids, week__in=weeks):
        by_person.setdefault(total.person_id, {})[total.week] = total.seconds
    jp = hours.jp_of_people(ids, week.year)
    completed = competencies.completions_in_week(ids, week)
    for row in rows:
        row.url = reverse("learning:team-member", args=[row.person_id])
        row.strip = bars(by_person.get(row.person_id, {}), weeks, row.learner, targets, row.url)
        row.jp = jp.get(row.person_id, 0)
        row.completions = completed.get(row.person_id, 0)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit below, with everything under it."""

    unit_id: int
    name: str
    people: int
    met: int
    free: int
    seconds: int

    @property
    def minutes(self) -> int:
        return rules.whole_minutes(self.seconds)

    @property
    def percent_met(self) -> int:
        """Of those of whom the week asks something."""
        asked = self.people - self.free
        return 100 * self.met // asked if asked else 100


def units_below(unit: Unit, week: dt.date) -> list[UnitRow]:
    """The units directly below `unit`, each with its whole subtree, from the roll-up: two statements."""
    children = list(unit.get_children().filter(is_active=True))  # type: ignore[no-untyped-call]
    if not children:
        return []
    depth = len(children[0].path)
    sums: dict[str, list[int]] = {}
    for path, people, met, free, seconds in UnitWeek.objects.filter(
        week=week,
        unit__path__gt=unit.path,
        unit__path__lt=unit._inc_path(),  # type: ignore[no-untyped-call]
    ).values_list("unit__path", "people", "met", "free", "seconds"):
        row = sums.setdefault(path[:depth], [0, 0, 0, 0])
        row[0] += people
        row[1] += met
        row[2] += free
        row[3] += seconds
    return [UnitRow(child.pk, child.name, *sums[child.path]) for child in children if sums.get(child.path)]


def unit_week_seconds(unit: Unit, week: dt.date) -> int:
    """Seconds of everybody in and under `unit`, from the roll-up."""
    total = UnitWeek.objects.filter(
        week=week,
        unit__path__gte=unit.path,
        unit__path__lt=unit._inc_path(),  # type: ignore[no-untyped-call]
    ).aggregate(seconds=Sum("seconds"))
    return total["seconds"] or 0


@dataclass(frozen=True, slots=True)
class Episode:
    """The Thursday episode of this week, or the next one."""

    title: str
    url: str
    starts_at: dt.datetime
    is_past: bool
    is_live: bool


def episode_of_week(now: dt.datetime) -> Episode | None:
    """This week's episode; without one, the next that is planned."""
    monday = rules.week_of(rules.local_day(now))
    start = dt.datetime.combine(monday, dt.time.min, rules.WIB)
    episode = (
        Activity.objects.filter(kind=Activity.Kind.EPISODE, is_open=True, starts_at__gte=start)
        .order_by("starts_at")
        .first()
    )
    if episode is None or episode.starts_at is None:
        return None
    end = episode.starts_at + dt.timedelta(minutes=episode.planned_minutes)
    return Episode(episode.title, episode.path, episode.starts_at, end <= now, episode.starts_at <= now < end)


def my_week(person: Person, week: dt.date, targets: Targets) -> Week:
    """The person's own week."""
    return week_of_person(person, week, targets)
