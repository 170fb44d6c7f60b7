"""Makes what a test is about: `make.person(unit=unit)`. Say only what matters, the rest is filled in."""

import datetime as dt
import uuid
from itertools import count
from typing import Any

from learning.competencies.models import Competency
from learning.people.models import Absence, Person, RoleGrant, Unit
from learning.study.actions import Interval, Receipt, record_intervals
from learning.study.models import Activity
from learning.study.tokens import Token

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


def absence(person: Person, first_day: dt.date, last_day: dt.date | None = None, **fields: Any) -> Absence:
    """Days of leave, one when no `last_day` is given, recorded by somebody else."""
    fields = {
        "recorded_by": fields.get("recorded_by") or new_person(name="Kepala Bidang"),
        "recorded_at": dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC),
        **fields,
    }
    return Absence.objects.create(
        person=person, first_day=first_day, last_day=last_day or first_day, **fields
    )


new_person = person  # `absence` calls its argument `person`


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


def key(number: int | None = None) -> uuid.UUID:
    """A UUIDv7, as a client makes one for an interval."""
    number = next(_numbers) if number is None else number
    return uuid.UUID(int=(1_764_000_000_000 + number << 80) | (7 << 76) | (2 << 62) | number)


def token(person: Person, activity: Activity, at: dt.datetime, session: str = "sesi") -> Token:
    """The study token of a page opened at `at`."""
    return Token(person.pk, activity.pk, 1, at, session)


def interval(
    seconds: float = 60, *, after: float = 0, key: uuid.UUID | None = None, **fields: Any
) -> Interval:
    """An interval of `seconds`, beginning `after` seconds behind its token."""
    return Interval(key or new_key(), int(after * 1000), int(seconds * 1000), **fields)


new_key = key  # `interval` calls its argument `key`


def study(
    person: Person, activity: Activity, at: dt.datetime, minutes: float, *, session: str = "sesi"
) -> Receipt:
    """`person` studies `activity` from `at` on, in stretches of at most 15 minutes, reported at the end."""
    stretches = []
    left, offset = minutes * 60, 0.0
    while left > 0:
        stretches.append(interval(min(left, 900), after=offset))
        offset += 900
        left -= 900
    return record_intervals(
        token=token(person, activity, at, session),
        intervals=stretches,
        now=at + dt.timedelta(minutes=minutes, seconds=1),
    )


def role(person: Person, role: str, unit: Unit | None = None, **fields: Any) -> RoleGrant:
    """A role that has held since the beginning of 2026."""
    fields = {"first_day": dt.date(2026, 1, 1), **fields}
    return RoleGrant.objects.create(person=person, role=role, unit=unit, **fields)
