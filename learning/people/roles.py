"""Whom the staff office of a unit looks after: the subtree its role names, on its days."""

import datetime as dt
from dataclasses import dataclass

from learning.people.models import Person, PersonQuerySet, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class Reach:
    """Everybody, or the people of these units and all below."""

    everybody: bool
    units: tuple[Unit, ...] = ()

    def __bool__(self) -> bool:
        return self.everybody or bool(self.units)

    def holds(self, unit: Unit | None) -> bool:
        """Does it hold `unit`? None stands for the whole province."""
        if self.everybody:
            return True
        return unit is not None and any(unit.path.startswith(each.path) for each in self.units)

    def people(self) -> PersonQuerySet:
        people: PersonQuerySet = Person.objects.get_queryset()
        return people if self.everybody else people.under(list(self.units))


def staff_reach(person: Person, day: dt.date) -> Reach:
    """Whom `person` may import and correct: BPSDM everybody, unit HR their units' subtrees, others nobody."""
    if not person.is_active:
        return Reach(everybody=False)
    if person.is_superuser:
        return Reach(everybody=True)
    grants = list(
        RoleGrant.objects.on(day)
        .filter(person=person, role__in=(RoleGrant.Role.UNIT_HR, RoleGrant.Role.BPSDM))
        .select_related("unit")
    )
    if any(grant.role == RoleGrant.Role.BPSDM and grant.unit is None for grant in grants):
        return Reach(everybody=True)
    units = {
        grant.unit.path: grant.unit for grant in grants if grant.unit is not None and grant.unit.is_active
    }
    return Reach(everybody=False, units=tuple(units[path] for path in sorted(units)))
