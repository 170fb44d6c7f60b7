"""What a person's position asks for, what is recognised, how they see themselves, and what closes the gap."""

import datetime as dt
from dataclasses import dataclass

from learning.competencies import rules as mastery
from learning.competencies.models import ActivityCompetency, Competency, CompetencyRecord
from learning.competencies.profiles import rules
from learning.competencies.profiles.models import PositionProfile, ProfileLevel, SelfAssessment
from learning.competencies.queries import LEVEL_NAMES
from learning.people.models import Person
from learning.study.models import ActivityTotal


@dataclass(frozen=True, slots=True)
class Asked:
    """One competency that a position asks for, beside what is recognised."""

    competency: Competency
    needed: int
    has: int
    valid_until: dt.date | None  # of what is recognised at that level
    renew_by: dt.date | None  # set within the window before it lapses
    own: int | None  # how the person sees it: proves nothing

    @property
    def gap(self) -> int:
        return max(0, self.needed - self.has)

    @property
    def needed_name(self) -> str:
        return LEVEL_NAMES[self.needed]

    @property
    def has_name(self) -> str:
        return LEVEL_NAMES.get(self.has, "")


@dataclass(frozen=True, slots=True)
class Step:
    """A module on the shortest way: what it takes and which gaps it closes."""

    title: str
    url: str
    minutes: int
    closes: list[str]


@dataclass(frozen=True, slots=True)
class Gaps:
    """A person against the profile of their position; without a profile there is nothing to compare."""

    profile: PositionProfile | None
    rows: list[Asked]
    way: list[Step]

    @property
    def open(self) -> list[Asked]:
        return [each for each in self.rows if each.gap]

    @property
    def met(self) -> int:
        return len(self.rows) - len(self.open)


def profile_of(person: Person, day: dt.date) -> PositionProfile | None:
    """The profile of the person's position in force on `day`; the most exact name counts."""
    keys = rules.keys_for(person.position)
    found = PositionProfile.objects.filter(key__in=keys, valid_from__lte=day).order_by("valid_from")
    newest = {each.key: each for each in found}
    return next((newest[key] for key in keys if key in newest), None)


def gaps_of(person: Person, day: dt.date) -> Gaps:
    """What the position asks for, beside what is recognised on `day`: six statements at any size."""
    profile = profile_of(person, day)
    if profile is None:
        return Gaps(None, [], [])
    levels = list(
        ProfileLevel.objects.filter(profile=profile).select_related("competency").order_by("competency__code")
    )
    asked = [each.competency_id for each in levels]
    best: dict[int, CompetencyRecord] = {}
    records = CompetencyRecord.objects.filter(person=person, competency__in=asked).standing(day)
    for record in records:
        before = best.get(record.competency_id)
        if before is None or _worth(record) > _worth(before):
            best[record.competency_id] = record
    own = dict(
        SelfAssessment.objects.filter(person=person, competency__in=asked)
        .order_by("at", "pk")
        .values_list("competency_id", "level")
    )
    rows = []
    for each in levels:
        has = best.get(each.competency_id)
        until = has.valid_until if has else None
        rows.append(
            Asked(
                competency=each.competency,
                needed=each.level,
                has=has.level if has else 0,
                valid_until=until,
                renew_by=until if until is not None and day >= mastery.renewal_opens(until) else None,
                own=own.get(each.competency_id),
            )
        )
    return Gaps(profile, rows, _way(person, {each.competency.pk: each.needed for each in rows if each.gap}))


def _worth(record: CompetencyRecord) -> tuple[int, dt.date]:
    """The higher level first; of equal ones, the one that holds longest."""
    return record.level, record.valid_until or dt.date.max


def _way(person: Person, gaps: dict[int, int]) -> list[Step]:
    """The shortest way through open modules that the person has not completed."""
    links = (
        ActivityCompetency.objects.filter(
            competency__in=gaps, activity__kind="module", activity__is_open=True
        )
        .exclude(activity__completions__person=person)
        .select_related("activity", "competency")
        .order_by("activity_id", "competency__code")
    )
    by_activity: dict[int, list[ActivityCompetency]] = {}
    for link in links:
        by_activity.setdefault(link.activity_id, []).append(link)
    spent = dict(
        ActivityTotal.objects.filter(person=person, activity__in=by_activity).values_list(
            "activity_id", "credited_s"
        )
    )
    ways = [
        rules.Way(
            activity=pk,
            minutes=max(1, found[0].activity.planned_minutes - spent.get(pk, 0) // 60),
            proves={link.competency_id: link.level for link in found},
        )
        for pk, found in by_activity.items()
    ]
    return [
        Step(
            title=by_activity[way.activity][0].activity.title,
            url=by_activity[way.activity][0].activity.path,
            minutes=way.minutes,
            closes=[
                link.competency.name
                for link in by_activity[way.activity]
                if link.level >= gaps[link.competency_id]
            ],
        )
        for way in rules.shortest_way(gaps, ways)
    ]
