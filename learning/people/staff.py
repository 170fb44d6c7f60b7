"""Whom the staff office of a unit looks after: the subtrees in which it may correct people, on its days."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.models import Person, PersonQuerySet, Unit


@dataclass(frozen=True, slots=True)
class Reach:
    """Everybody, or the people of these units and all below."""

    everybody: bool
    units: tuple[Unit, ...] = ()
    role: str = ""  # under which a look is logged

    def __bool__(self) -> bool:
        return self.everybody or bool(self.units)

    def holds(self, unit: Unit | None) -> bool:
        """Does it hold `unit`? None stands for the whole province."""
        if self.everybody:
            return True
        return unit is not None and any(unit.path.startswith(each.path) for each in self.units)

    def all_units(self) -> QuerySet[Unit]:
        """Each unit it holds, also the closed ones."""
        inside = Q() if self.everybody else Q(pk__in=[])
        for unit in self.units:
            inside |= Q(path__startswith=unit.path)
        found: QuerySet[Unit] = Unit.objects.filter(inside)
        return found

    def people(self) -> PersonQuerySet:
        """Everybody it holds, also those who have left."""
        people: PersonQuerySet = Person.objects.get_queryset()
        return people if self.everybody else people.under(list(self.units))


def staff_reach(person: Person, day: dt.date, held: list[Mandate] | None = None) -> Reach:
    """Whom `person` may import and correct. A superuser is who sets the installation up: everybody.

    `held`: their mandates on `day`, where they are known already.
    """
    if not person.is_active:
        return Reach(everybody=False)
    if person.is_superuser:
        return Reach(everybody=True)
    held = access.mandates_of(person, day) if held is None else held
    mandates = [each for each in held if each.allows(Deed.CORRECT)]
    paths = {each.path for each in mandates}
    role = mandates[0].role if mandates else ""
    if not paths or "" in paths:
        return Reach(everybody="" in paths, role=role)
    units = Unit.objects.filter(path__in=paths, is_active=True).order_by("path")
    return Reach(everybody=False, units=tuple(units), role=role)
