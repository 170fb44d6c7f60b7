"""Who may hand letters to whom, and who waits for one."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from learning.people import access
from learning.people.access import Deed
from learning.people.activation.models import ActivationCode
from learning.people.models import Person, PersonQuerySet, Unit


def units_to_serve(viewer: Person, now: dt.datetime) -> QuerySet[Unit]:
    """The active units whose people `viewer` may hand letters to: those where they may correct people."""
    return access.units_for(viewer, Deed.CORRECT, timezone.localdate(now))


def people_to_serve(viewer: Person, now: dt.datetime) -> PersonQuerySet:
    """Everybody active in those units, but for the viewer: nobody hands a letter to themselves."""
    people: PersonQuerySet = Person.objects.get_queryset()
    return people.active().filter(unit__in=units_to_serve(viewer, now)).exclude(pk=viewer.pk)


def units_with_counts(viewer: Person, now: dt.datetime, search: str = "") -> QuerySet[Unit]:
    """Those units that have people, with `people`, how many never signed in, and how many letters are out."""
    here = Person.objects.filter(unit=OuterRef("pk"), is_active=True).order_by().values("unit")

    def how_many(people: "QuerySet[Person, Any]") -> Coalesce:
        return Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0)

    units = units_to_serve(viewer, now).annotate(
        people_here=how_many(here),
        waiting=how_many(here.filter(last_login__isnull=True)),
        letters_out=how_many(here.filter(Exists(_open_letter(now)))),
    )
    if search:
        units = units.filter(name__icontains=search)
    return units.filter(people_here__gt=0).order_by("path")


def people_of_unit(unit: Unit, viewer: Person, now: dt.datetime) -> PersonQuerySet:
    """The people of this unit itself, with `letter_until`: until when the letter that is out holds."""
    return (
        people_to_serve(viewer, now)
        .in_unit(unit)
        .annotate(letter_until=Subquery(_open_letter(now).values("expires_at")))
        .by_name()
    )


def people_without_letter(unit: Unit, viewer: Person, now: dt.datetime) -> PersonQuerySet:
    """Those of them who never signed in and have no letter that holds."""
    waiting = people_to_serve(viewer, now).in_unit(unit).filter(last_login__isnull=True)
    return waiting.exclude(Exists(_open_letter(now))).by_name()


def _open_letter(now: dt.datetime) -> QuerySet[ActivationCode]:
    return ActivationCode.objects.open_at(now).filter(person=OuterRef("pk"))
