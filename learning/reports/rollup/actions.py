"""What keeps the roll-up of units: of a whole week at once, or of what the queue says is stale.

The rule of attribution (docs/decisions/0018): a week counts where the person served on its Sunday, by their
definitive posting of that day; the running week where they serve now. Whoever has no posting at all counts
where `Person.unit` says. A unit takes its history along wherever it moves in the tree.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from learning.people.models import Person, Posting, Unit
from learning.reports.models import RollUpRun, UnitWeek, UnitWeekDue
from learning.reports.rollup.rules import BUCKETS, bucket_of
from learning.study import goal_rules, rules
from learning.study.goals import Learner, Targets
from learning.study.models import StudyEntry

KINDS = ("measured_s", "attended_s", "declared_s", "adjusted_s")
SECONDS = (*KINDS, "offline_s", "coarse_s")
COUNTS = ("people", "studied", "met", "free")
BUCKET_FIELDS = tuple(f"bucket_{number}" for number in range(BUCKETS))
FIELDS = (*COUNTS, "seconds", *SECONDS, *BUCKET_FIELDS)

UNITS_AT_ONCE = 100
MARKS_AT_ONCE = 20_000
HELD = dt.timedelta(minutes=5)  # a worker that fell over hinders the next no longer than this
OVERLAP = dt.timedelta(minutes=1)  # how long a report may take from its arrival to its commit
ABSENCES_BY_KEY = 5_000  # of more people than this, everybody's absences are read

Row = dict[str, int]
Pairs = dict[dt.date, set[int] | None]  # weeks with the units that are stale in them; None is all of them


# --- One week, from the weeks of its people ----------------------------------------------


def _served(week: dt.date, units: Collection[int] | None) -> Iterator[tuple[Any, ...]]:
    """Who counts in `week`, in `units` only or everywhere: unit, what a target depends on, their seconds."""
    sunday = week + dt.timedelta(days=6)
    definitive = Posting.objects.filter(kind=Posting.Kind.DEFINITIVE)
    later = definitive.on(sunday).filter(person=OuterRef("person"), pk__gt=OuterRef("pk"))
    posted: QuerySet[Any] = (
        definitive.on(sunday)
        .filter(Q(last_day__isnull=False) | Q(person__is_active=True))
        .filter(~Exists(later))
        .annotate(
            total=FilteredRelation("person__week_totals", condition=Q(person__week_totals__week=week)),
            goal=F("person__weekly_goal_minutes"),
            since=F("person__weekly_goal_since"),
            joined=F("person__joined_on"),
        )
    )
    unposted: QuerySet[Any] = (
        Person.objects.get_queryset()
        .active()
        .filter(~Exists(definitive.filter(person=OuterRef("pk"))), unit__isnull=False)
        .annotate(
            total=FilteredRelation("week_totals", condition=Q(week_totals__week=week)),
            goal=F("weekly_goal_minutes"),
            since=F("weekly_goal_since"),
            joined=F("joined_on"),
        )
    )
    for rows, person in ((posted, "person_id"), (unposted, "pk")):
        if units is not None:
            rows = rows.filter(unit__in=units)
        columns = ("unit_id", person, "unit__path", "goal", "since", "joined")
        yield from rows.values_list(*columns, *(f"total__{name}" for name in SECONDS)).iterator()


def computed(week: dt.date, units: Collection[int] | None = None) -> dict[int, Row]:
    """What the roll-up of `week` comes to, by unit (only of `units` when given): four statements."""
    people = list(_served(week, units))
    keys = [row[1] for row in people]
    few = units is not None and len(keys) <= ABSENCES_BY_KEY
    targets = Targets(week, people=keys if few else None)
    sums: dict[int, Row] = {}
    for unit, person, path, goal, since, joined, *found in people:
        row = sums.get(unit)
        if row is None:
            row = sums[unit] = dict.fromkeys(FIELDS, 0)
        values = [value or 0 for value in found]
        seconds = sum(values[: len(KINDS)])
        minutes = targets.of(Learner(person, path, goal, since, joined), week).minutes
        row["people"] += 1
        row["studied"] += seconds > 0
        row["met"] += goal_rules.is_met(seconds, minutes)
        row["seconds"] += seconds
        for name, value in zip(SECONDS, values, strict=True):
            row[name] += value
        if minutes == 0:
            row["free"] += 1
        else:
            row[BUCKET_FIELDS[bucket_of(seconds)]] += 1
    return sums


def refresh_unit_weeks(*, week: dt.date, now: dt.datetime, units: Collection[int] | None = None) -> int:
    """Make the roll-up of `week` (of `units` only when given) equal to its people; how many units it has."""
    sums = computed(week, units)
    with transaction.atomic():
        UnitWeek.objects.bulk_create(
            # One order, so that two refreshes never wait for each other crosswise.
            [UnitWeek(unit_id=unit, week=week, as_of=now, **row) for unit, row in sorted(sums.items())],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["week", "unit"],
            update_fields=[*FIELDS, "as_of"],
        )
        gone = UnitWeek.objects.filter(week=week)
        if units is not None:
            gone = gone.filter(unit__in=units)
        gone.exclude(unit__in=sums).delete()
    return len(sums)


# --- What is stale --------------------------------------------------------------------


@dataclass(slots=True)
class Stale:
    """What is to be made anew, and the marks of the queue that say so."""

    pairs: Pairs = field(default_factory=dict)
    marks: list[int] = field(default_factory=list)

    def add(self, weeks: Collection[dt.date], units: Collection[int] | None) -> None:
        for week in weeks:
            known = self.pairs.setdefault(week, set())
            if units is None or known is None:
                self.pairs[week] = None
            else:
                known.update(units)


def _between(first: dt.date | None, last: dt.date | None, kept: list[dt.date]) -> list[dt.date]:
    """Those of the `kept` weeks that these days touch; the week of a single day even if it is not kept."""
    low = rules.week_of(first) if first else dt.date.min
    high = last or dt.date.max
    weeks = [week for week in kept if low <= week <= high]
    if not weeks and first and last and low == rules.week_of(last) and low <= kept[-1]:
        return [low]
    return weeks


def stale(*, now: dt.datetime, most: int = MARKS_AT_ONCE) -> Stale:
    """What the next run would make anew: marks of the queue, people who just studied, a week just begun."""
    found = Stale()
    running = rules.week_of(rules.local_day(now))
    known = set(UnitWeek.objects.values_list("week", flat=True).distinct().order_by())
    kept = sorted(known | {running})
    if running not in known:
        found.add([running], None)
    marks = list(UnitWeekDue.objects.order_by("pk")[:most])
    found.marks = [mark.pk for mark in marks]
    run = RollUpRun.objects.filter(pk=1).first()
    recent = StudyEntry.objects.filter(sealed_at__isnull=True)
    if run is not None and run.read_until is not None:
        recent = recent.filter(received_at__gte=run.read_until - OVERLAP)
    studied = set(recent.values_list("person_id", "week").distinct().order_by())
    people = {mark.person for mark in marks if mark.person} | {person for person, _week in studied}
    units = _units_of(people)
    for person, week in studied:
        found.add([week], units.get(person, ()))
    below = _units_below({mark.unit for mark in marks if mark.unit and mark.below})
    for mark in {(each.person, each.unit, each.below, each.first, each.last) for each in marks}:
        marked_person, marked_unit, is_below, first, last = mark
        wanted: set[int] | None = set()
        if marked_person is None and marked_unit is None:
            wanted = None
        else:
            wanted = set(units.get(marked_person, ())) if marked_person else set()
            if marked_unit:
                wanted |= set(below.get(marked_unit, ())) if is_below else {marked_unit}
        found.add(_between(first, last, kept), wanted)
    for week, stale_units in found.pairs.items():
        if week not in known and stale_units is not None and stale_units:
            found.pairs[week] = None  # a week that was never rolled up is rolled up whole
    return found


def _units_of(people: Collection[int]) -> dict[int, set[int]]:
    """Every unit somebody serves or served in."""
    units: dict[int, set[int]] = {}
    keys = sorted(people)
    for start in range(0, len(keys), 10_000):
        some = keys[start : start + 10_000]
        now_in = Person.objects.filter(pk__in=some, unit__isnull=False).values_list("pk", "unit_id")
        held = Posting.objects.filter(person__in=some, kind=Posting.Kind.DEFINITIVE)
        for person, unit in [*now_in, *held.values_list("person_id", "unit_id").order_by()]:
            units.setdefault(person, set()).add(unit)
    return units


def _units_below(tops: Collection[int]) -> dict[int, set[int]]:
    """Each of these units with all that is under it."""
    found: dict[int, set[int]] = {}
    for top in Unit.objects.filter(pk__in=tops):
        found[top.pk] = set(Unit.objects.filter(path__startswith=top.path).values_list("pk", flat=True))
    return found


# --- Keeping it -----------------------------------------------------------------------


def _hold(now: dt.datetime) -> bool:
    """Take the only seat for a while; False when somebody is at it."""
    RollUpRun.objects.get_or_create(pk=1)
    free = Q(held_until__isnull=True) | Q(held_until__lt=now) | Q(held_until__gt=now + HELD)
    return RollUpRun.objects.filter(free, pk=1).update(held_until=now + HELD) == 1


def roll_up(*, now: dt.datetime) -> int:
    """Make all anew that is stale; how many rows of unit and week that were. One at a time: another gets 0.

    May be stopped anywhere: a mark leaves the queue only once what it means is written.
    """
    if not _hold(now):
        return 0
    done = 0
    try:
        while True:
            found = stale(now=now)
            for week, units in sorted(found.pairs.items()):
                done += _refresh(week, units, now)
            with transaction.atomic():
                UnitWeekDue.objects.filter(pk__in=found.marks).delete()
                RollUpRun.objects.filter(pk=1).update(read_until=now)
            if len(found.marks) < MARKS_AT_ONCE:
                return done
    finally:
        RollUpRun.objects.filter(pk=1).update(held_until=None)


def _refresh(week: dt.date, units: set[int] | None, now: dt.datetime) -> int:
    if units is None:
        return refresh_unit_weeks(week=week, now=now)
    done, wanted = 0, sorted(units)
    for start in range(0, len(wanted), UNITS_AT_ONCE):
        done += refresh_unit_weeks(week=week, now=now, units=wanted[start : start + UNITS_AT_ONCE])
    return done


def rebuild_unit_weeks(*, now: dt.datetime) -> Iterator[dt.date]:
    """Make every kept week anew, whatever the queue says; yields each when it is done."""
    weeks = UnitWeek.objects.order_by("week").values_list("week", flat=True).distinct()
    for week in list(weeks):
        refresh_unit_weeks(week=week, now=now)
        yield week
