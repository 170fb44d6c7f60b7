"""Who may see or decide what. Every report starts here; a query that goes around it is a bug."""

from learning.people.models import Person, PersonQuerySet, Unit


def headed_units(viewer: Person) -> list[Unit]:
    """The active units `viewer` is head of."""
    return list(Unit.objects.filter(head=viewer, is_active=True).order_by("path"))


def is_supervisor(viewer: Person) -> bool:
    """Does `viewer` lead anybody?"""
    return Unit.objects.filter(head=viewer, is_active=True).exists()


def visible_people(viewer: Person) -> PersonQuerySet:
    """The people whose learning `viewer` may see as their supervisor: their units and all below.

    Never the viewer: a head's own record is looked after one level up.
    """
    people: PersonQuerySet = Person.objects.get_queryset()
    return people.active().under(headed_units(viewer)).exclude(pk=viewer.pk)


def visible_units(viewer: Person) -> list[Unit]:
    """The units `viewer` leads, with every active unit below them."""
    units: list[Unit] = []
    for unit in headed_units(viewer):
        units += Unit.get_tree(unit).filter(is_active=True)  # type: ignore[no-untyped-call]
    return list({unit.pk: unit for unit in units}.values())


def can_see_ledger(viewer: Person, person: Person) -> bool:
    """Own ledger always; another's only as their supervisor."""
    return viewer.pk == person.pk or visible_people(viewer).filter(pk=person.pk).exists()


def can_edit_content(viewer: Person) -> bool:
    """May `viewer` enter the back office?"""
    return viewer.has_perm("wagtailadmin.access_admin")


def supervisor_of(person: Person) -> Person | None:
    """The head of the person's unit; for a head, the head of the nearest unit above.

    Whoever is named here can also see the person: a closed unit, or a head who left, is passed over.
    """
    unit = person.unit
    while unit is not None:
        head = unit.head if unit.is_active else None
        if head is not None and head.is_active and head.pk != person.pk:
            return head
        unit = unit.get_parent()  # type: ignore[no-untyped-call]
    return None
