"""My own week on one page, and the doors to the supervisor's week."""

import datetime as dt
from dataclasses import dataclass

from learning.people.models import Person
from learning.reports.rollup.queries import unit_week_seconds as unit_week_seconds
from learning.reports.rollup.queries import units_below as units_below
from learning.reports.team.queries import Team as Team
from learning.reports.team.queries import TeamRow as TeamRow
from learning.reports.team.queries import fill_rows as fill_rows
from learning.reports.team.queries import team_week as team_week
from learning.study import rules
from learning.study.goals import Targets
from learning.study.models import Activity
from learning.study.queries import Week, week_of_person


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
