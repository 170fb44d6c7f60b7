"""Makes what a test is about: `make.person(unit=unit)`. Say only what matters, the rest is filled in."""

import datetime as dt
from itertools import count
from typing import Any

from learning.competencies.models import Competency
from learning.people.models import Person, Unit
from learning.study.models import Activity

PASSWORD = "kata-sandi-untuk-uji"

_numbers = count(1)


def nip(number: int, *, pppk: bool = False, sex: str = "P") -> str:
    """The `number`-th valid NIP of somebody born in 1900, so that no living person has it."""
    day, serial = divmod(number, 1000)
    born = dt.date(1900, 1, 1) + dt.timedelta(days=day % 365)
    return f"{born:%Y%m%d}{'202121' if pppk else '202004'}{'1' if sex == 'L' else '2'}{serial:03d}"


def unit(*, parent: Unit | None = None, **fields: Any) -> Unit:
    """A unit at the top of the tree, or under `parent`."""
    number = next(_numbers)
    fields = {"code": f"UNIT-{number}", "name": f"Bidang {number}", **fields}
    if parent is None:
        return Unit.add_root(**fields)
    return Unit.objects.get(pk=parent.pk).add_child(**fields)


new_unit = unit  # `person` calls its argument `unit`


def person(unit: Unit | None = None, **fields: Any) -> Person:
    """Somebody who signs in with a NIP of their own and `PASSWORD`; without a `unit` they get a new one."""
    number = next(_numbers)
    pppk = fields.get("employment") == Person.Employment.PPPK
    fields = {"nip": nip(number, pppk=pppk), "name": f"Ayu Lestari {number}", **fields}
    fields.setdefault("username", fields["nip"] or f"orang-{number}")
    password = fields.pop("password", PASSWORD)
    return Person.objects.create_user(password=password, unit=unit or new_unit(), **fields)


def activity(**fields: Any) -> Activity:
    """An open module of 30 planned and 15 minimum minutes."""
    number = next(_numbers)
    fields = {
        "title": f"Modul {number}",
        "path": f"/alur/dasar/modul-{number}/",
        "planned_minutes": 30,
        "minimum_minutes": 15,
        **fields,
    }
    return Activity.objects.create(**fields)


def competency(**fields: Any) -> Competency:
    """A technical competency."""
    number = next(_numbers)
    fields = {
        "code": f"TEK-{number}",
        "name": f"Kompetensi {number}",
        "kind": Competency.Kind.TECHNICAL,
        **fields,
    }
    return Competency.objects.create(**fields)
