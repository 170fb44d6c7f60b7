"""What the pages about other people share: which unit is asked for, and in what role it is seen."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.models import Person, Unit


def asked_unit(request: HttpRequest, person: Person) -> tuple[Unit, Mandate]:
    """The unit asked for, or the topmost one the person may read, and why.

    403 for somebody without any, 404 for a unit that is not theirs to read.
    """
    mandates = access.mandates_of(person)
    if not mandates:
        raise PermissionDenied
    units = access.units_for(person, Deed.READ)
    asked = request.GET.get("unit") or request.POST.get("unit")
    if asked:
        units = units.filter(pk=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0)
    unit = units.first()
    mandate = access.first_mandate(mandates, unit.path, Deed.READ) if unit else None
    if unit is None or mandate is None:
        raise Http404
    return unit, mandate


def seen_as(mandate: Mandate) -> dict[str, Any]:
    """What the page says of the mandate it is seen by: the role, and for whom a delegate acts."""
    giver = Person.objects.filter(pk=mandate.on_behalf_of).first() if mandate.on_behalf_of else None
    return {
        "mandate": mandate,
        "on_behalf_of": giver,
        "may_decide": mandate.allows(Deed.DECIDE),
        "may_record_leave": mandate.allows(Deed.RECORD_LEAVE),
    }
