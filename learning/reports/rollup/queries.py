"""What readers ask of the roll-up: units side by side, and a unit over the weeks. One statement each."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Min, Sum
from django.db.models.functions import Substr

from learning.people.models import Unit
from learning.reports.models import UnitWeek
from learning.reports.rollup import rules as spread
from learning.reports.rollup.actions import BUCKET_FIELDS
from learning.study import rules

_SUMS = ("people", "met", "free", "seconds", "measured_s", "offline_s", "declared_s")


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over units: people, and their seconds. `counts` are the buckets, empty where not asked for."""

    people: int
    met: int
    free: int
    seconds: int
    measured_s: int
    offline_s: int
    declared_s: int
    counts: tuple[int, ...] = ()

    @property
    def minutes(self) -> int:
        return rules.whole_minutes(self.seconds)

    @property
    def percent_met(self) -> int:
        """Of those of whom the week asks something."""
        asked = self.people - self.free
        return 100 * self.met // asked if asked else 100

    @property
    def median_minutes(self) -> int | None:
        """Half of those asked studied no longer."""
        found = spread.median(self.counts)
        return None if found is None else int(found)


@dataclass(frozen=True, slots=True)
class UnitRow(Figures):
    """One unit below, with everything under it."""

    unit_id: int = 0
    name: str = ""


def _figures(values: Sequence[int | None]) -> dict[str, Any]:
    """The fields of `Figures`, from sums in the order of `_SUMS`, then of the buckets."""
    found = [int(value or 0) for value in values]
    return {**dict(zip(_SUMS, found, strict=False)), "counts": tuple(found[len(_SUMS) :])}


def _sums(*names: str) -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in names}


def units_below(unit: Unit, week: dt.date) -> list[UnitRow]:
    """The units directly below `unit`, each with its whole subtree: two statements."""
    children = list(unit.get_children().filter(is_active=True))  # type: ignore[no-untyped-call]
    if not children:
        return []
    names = (*_SUMS, *BUCKET_FIELDS)
    rows = (
        UnitWeek.objects.filter(
            week=week,
            unit__path__gt=unit.path,
            unit__path__lt=unit._inc_path(),  # type: ignore[no-untyped-call]
        )
        .values(child=Substr("unit__path", 1, len(children[0].path), output_field=CharField()))
        .annotate(**_sums(*names))
        .values_list("child", *(f"sum_{name}" for name in names))
    )
    sums = {path: _figures(values) for path, *values in rows}
    return [
        UnitRow(**sums[child.path], unit_id=child.pk, name=child.name)
        for child in children
        if child.path in sums
    ]


def unit_figures(unit: Unit, week: dt.date) -> tuple[Figures, dt.datetime | None]:
    """Everybody in and under `unit`, and as of when the oldest of these figures is."""
    names = (*_SUMS, *BUCKET_FIELDS)
    found = UnitWeek.objects.filter(
        week=week,
        unit__path__gte=unit.path,
        unit__path__lt=unit._inc_path(),  # type: ignore[no-untyped-call]
    ).aggregate(**_sums(*names), oldest=Min("as_of"))
    return Figures(**_figures([found[f"sum_{name}"] for name in names])), found["oldest"]


def trend(
    unit: Unit | None, weeks: Collection[dt.date], *, with_spread: bool = False
) -> list[tuple[dt.date, Figures]]:
    """Week by week, oldest first, everybody in and under `unit` (the whole province without one)."""
    names = (*_SUMS, *(BUCKET_FIELDS if with_spread else ()))
    rows = UnitWeek.objects.filter(week__gte=min(weeks), week__lte=max(weeks))
    if unit is not None:
        rows = rows.filter(
            unit__path__gte=unit.path,
            unit__path__lt=unit._inc_path(),  # type: ignore[no-untyped-call]
        )
    found = (
        rows.values(of=F("week"))
        .annotate(**_sums(*names))
        .order_by("of")
        .values_list("of", *(f"sum_{name}" for name in names))
    )
    return [(week, Figures(**_figures(values))) for week, *values in found]


def unit_week_seconds(unit: Unit, week: dt.date) -> int:
    """Seconds of everybody in and under `unit`."""
    return unit_figures(unit, week)[0].seconds
