"""Does the roll-up of units agree with the weeks of their people?"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from learning.reports.models import UnitWeek
from learning.reports.rollup.actions import FIELDS, computed, stale
from learning.study import rules


@dataclass(frozen=True, slots=True)
class UnitDrift:
    """A roll-up that is not what its people's weeks come to. Differences: kept minus computed."""

    unit_id: int
    week: dt.date
    differences: dict[str, int]

    def __str__(self) -> str:
        told = ", ".join(
            f"{name} {value:+d}{' s' if name == 'seconds' or name.endswith('_s') else ''}"
            for name, value in self.differences.items()
        )
        return f"reports_unitweek unit {self.unit_id} week {self.week}: {told}"


def check_unit_weeks(
    *, now: dt.datetime, since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[UnitDrift]:
    """The roll-ups that differ in any figure, but for those merely behind: marked, or of who just studied."""
    weeks = UnitWeek.objects.order_by("week").values_list("week", flat=True).distinct()
    if since:
        weeks = weeks.filter(week__gte=rules.week_of(since))
    if until:
        weeks = weeks.filter(week__lte=until)
    for week in list(weeks):
        expected = computed(week)
        rows = UnitWeek.objects.filter(week=week).values_list("unit_id", *FIELDS)
        kept = {unit: dict(zip(FIELDS, values, strict=True)) for unit, *values in rows}
        drifts = []
        for unit in sorted(expected.keys() | kept.keys()):
            have, want = kept.get(unit, {}), expected.get(unit, {})
            differences = {
                name: have.get(name, 0) - want.get(name, 0)
                for name in FIELDS
                if have.get(name, 0) != want.get(name, 0)
            }
            if differences:
                drifts.append(UnitDrift(unit, week, differences))
        if drifts:
            # Asked only now: what changed while we counted is marked by now.
            behind = stale(now=now, most=10_000_000).pairs.get(week, set())
            yield from (each for each in drifts if behind is not None and each.unit_id not in behind)
