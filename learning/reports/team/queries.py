"""Everybody a supervisor leads in one week, from the week totals themselves: live at every request."""

import datetime as dt
import statistics
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from learning.competencies import queries as competencies
from learning.competencies.jp import queries as hours
from learning.people import access
from learning.people.models import Person, PersonQuerySet, Unit
from learning.reports.rollup.queries import unit_figures
from learning.reviews.queries import waiting_of_a_person
from learning.study import goal_rules, rules
from learning.study.goals import LEARNER_FIELDS, Learner, Targets
from learning.study.models import WeekTotal
from learning.study.queries import Bar, Week, bars

WEEKS_IN_A_ROW = 4  # in the strip of each person of the team
SHOW = ("all", "below", "leave", "unacknowledged", "waiting")
SORTS = ("name", "least", "most", "waiting")
_KINDS = ("measured_s", "attended_s", "declared_s", "adjusted_s", "offline_s")


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
    offline_s: int = 0
    declared_s: int = 0
    nudged_at: dt.datetime | None = None
    unit_name: str = ""

    @property
    def live_s(self) -> int:
        """What is neither from an offline device nor declared."""
        return self.seconds - self.offline_s - self.declared_s

    @property
    def is_split(self) -> bool:
        return bool(self.offline_s or self.declared_s)

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

    @property
    def may_be_nudged(self) -> bool:
        """Below the target, and not reminded of this week before."""
        return self.is_below and self.nudged_at is None


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


def _digits(text: str) -> str:
    """The digits of what looks like a NIP, or a part of one."""
    bare = text.replace(" ", "")
    return bare if bare.isascii() and bare.isdecimal() and len(bare) >= 4 else ""


def _searched(people: PersonQuerySet, search: str) -> PersonQuerySet:
    digits = _digits(search)
    if digits:
        return people.filter(nip__contains=digits)
    return people.filter(name__icontains=search) if search else people


_READ = (
    "name",
    "position",
    "waiting",
    "unit__name",
    "seen__at",
    "seen__seen_s",
    "nudge__at",
    *(f"total__{name}" for name in _KINDS),
    *LEARNER_FIELDS,
)


def _with_week(people: QuerySet[Any], week: dt.date) -> QuerySet[Any]:
    """`people` beside their week: the total, whether it was seen, whether they were reminded."""
    beside: QuerySet[Any] = people.annotate(
        total=FilteredRelation("week_totals", condition=Q(week_totals__week=week)),
        seen=FilteredRelation("acknowledged_weeks", condition=Q(acknowledged_weeks__week=week)),
        nudge=FilteredRelation("nudges", condition=Q(nudges__week=week)),
    )
    return beside


def _rows(people: QuerySet[Any], week: dt.date, targets: Targets) -> list[TeamRow]:
    rows = []
    found = people.annotate(waiting=waiting_of_a_person()).values_list(*_READ)
    for name, position, waiting, unit_name, seen_at, seen_s, nudged_at, *values in found:
        kinds = [value or 0 for value in values[: len(_KINDS)]]
        learner = Learner(*values[len(_KINDS) :])
        target = targets.of(learner, week)
        seconds = sum(kinds[:4])
        rows.append(
            TeamRow(
                person_id=learner.person_id,
                name=name,
                position=position,
                seconds=seconds,
                target_minutes=target.minutes,
                learner=learner,
                on_leave=target.is_leave,
                acknowledged_at=seen_at,
                changed_s=seconds - seen_s if seen_at else 0,
                waiting=waiting,
                offline_s=kinds[4],
                declared_s=kinds[2],
                nudged_at=nudged_at,
                unit_name=unit_name or "",
            )
        )
    return rows


def _shown(row: TeamRow, show: str) -> bool:
    return {
        "below": row.is_below,
        "leave": row.is_free,
        "unacknowledged": row.acknowledged_at is None,
        "waiting": row.waiting > 0,
    }.get(show, True)


def team_week(
    viewer: Person,
    unit: Unit,
    week: dt.date,
    *,
    show: str = "all",
    search: str = "",
    sort: str = "name",
) -> Team:
    """Everybody directly in `unit` with the week's figures, by name unless `sort` says otherwise.

    Three statements, a fourth for digits. `show` and `sort`: see SHOW and SORTS. `search`: a part of the
    name, or four digits and more of a NIP. Details of the rows on screen come from `fill_rows`.
    """
    people = access.people_for(viewer, access.Deed.READ).in_unit(unit).by_name()
    targets = Targets(
        rules.recent_weeks(week, WEEKS_IN_A_ROW)[0], week, people=people.order_by().values("pk")
    )
    usual = targets.of_path(unit.path, week)
    rows = _rows(_with_week(people, week), week, targets)
    summary = TeamSummary(
        people=len(rows),
        met=sum(row.is_met for row in rows),
        below=sum(row.is_below for row in rows),
        leave=sum(row.is_free for row in rows),
        median_minutes=int(statistics.median(row.minutes for row in rows)) if rows else 0,
        unacknowledged=sum(row.acknowledged_at is None for row in rows),
        seconds=sum(row.seconds for row in rows),
        waiting=sum(row.waiting for row in rows),
    )
    rows = [row for row in rows if _shown(row, show)]
    if _digits(search):
        wanted = set(_searched(people, search).values_list("pk", flat=True))
        rows = [row for row in rows if row.person_id in wanted]
    elif search:
        rows = [row for row in rows if search.casefold() in row.name.casefold()]
    if sort == "least":
        rows.sort(key=lambda row: row.seconds)
    elif sort == "most":
        rows.sort(key=lambda row: -row.seconds)
    elif sort == "waiting":
        rows.sort(key=lambda row: -row.waiting)
    return Team(unit, Week(week, summary.seconds, usual.minutes, usual), summary, rows, targets)


@dataclass(frozen=True, slots=True)
class Subtree:
    """Everybody in and under a unit, a page of them in `rows`; the figures of all come from the roll-up."""

    team: Team
    people: int
    as_of: dt.datetime | None


def subtree_week(
    viewer: Person,
    unit: Unit,
    week: dt.date,
    *,
    search: str = "",
    sort: str = "name",
    offset: int = 0,
    limit: int = 50,
) -> Subtree:
    """Direct and indirect staff: as many statements for six thousand as for fifty."""
    people = _searched(access.people_for(viewer, access.Deed.READ).under([unit]), search)
    count = people.order_by().count()
    wanted = _with_week(people, week)
    if sort in ("least", "most"):
        seconds = sum(
            (Coalesce(F(f"total__{name}"), 0) for name in _KINDS[1:4]), Coalesce(F("total__measured_s"), 0)
        )
        wanted = wanted.annotate(seconds=seconds).order_by(
            "seconds" if sort == "least" else "-seconds", "name", "pk"
        )
    else:
        wanted = wanted.order_by("name", "pk")
    ids = list(wanted.values_list("pk", flat=True)[offset : offset + limit])
    targets = Targets(rules.recent_weeks(week, WEEKS_IN_A_ROW)[0], week, people=ids)
    found = _rows(_with_week(Person.objects.filter(pk__in=ids), week), week, targets)
    place = {pk: number for number, pk in enumerate(ids)}
    rows = sorted(found, key=lambda row: place[row.person_id])
    figures, as_of = unit_figures(unit, week)
    usual = targets.of_path(unit.path, week)
    summary = TeamSummary(
        people=figures.people,
        met=figures.met,
        below=figures.people - figures.free - figures.met,
        leave=figures.free,
        median_minutes=figures.median_minutes or 0,
        unacknowledged=0,
        seconds=figures.seconds,
    )
    team = Team(unit, Week(week, figures.seconds, usual.minutes, usual), summary, rows, targets)
    return Subtree(team, count, as_of)


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


def units_to_choose(mandates: list[access.Mandate], unit: Unit) -> list[Unit]:
    """The tops of all the viewer may read, when there is more than one; and the way up from `unit`."""
    paths = {each.path for each in mandates if each.path and each.allows(access.Deed.READ)}
    tops = {path for path in paths if not any(path != other and path.startswith(other) for other in paths)}
    above = unit.path[: -Unit.steplen]
    if above and any(above.startswith(path) for path in tops):
        tops.add(above)
    if any(each.path == "" for each in mandates) and above:
        tops.add(above)
    if len(tops - {unit.path}) == 0:
        return []
    return list(Unit.objects.filter(path__in=tops | {unit.path}, is_active=True).order_by("path"))
