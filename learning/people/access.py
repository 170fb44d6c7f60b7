"""Who may see or do what, to whom, on which day. Every report starts here; a query around it is a bug.

Whatever somebody may do to another rests on a *mandate*: they lead the person's unit or one above it
(head, or Plt/Plh on their days), act for its head for some days, or hold a role over it (unit HR, BPSDM,
auditor). `docs/access.md` is the table of what each mandate opens; editors have none: they never see
a person's record. Nobody has a mandate over themselves.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import BooleanField, Exists, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from learning.people.models import Person, PersonQuerySet, Posting, Unit
from learning.people.rules import local_day


class Role(StrEnum):
    """On what a mandate rests, the weightiest first: a look is logged under the first that fits."""

    SUPERVISOR = "supervisor"
    DELEGATE = "delegate"
    UNIT_HR = "unit_hr"
    BPSDM = "bpsdm"
    AUDITOR = "auditor"


class Deed(StrEnum):
    """What may be done to another person, or seen of them."""

    LEAD = "lead"  # see the team's week
    READ = "read"  # see the record
    DECIDE = "decide"  # acknowledge weeks, decide claims, nudge
    RECORD_LEAVE = "record_leave"
    CORRECT = "correct"  # who somebody is and where they serve; answer their requests


_ALL = frozenset(Role)
_LEADERS = frozenset({Role.SUPERVISOR, Role.DELEGATE})
_MAY: dict[Deed, frozenset[Role]] = {
    Deed.LEAD: _LEADERS,
    Deed.READ: _ALL,
    Deed.DECIDE: _LEADERS,
    Deed.RECORD_LEAVE: _LEADERS | {Role.UNIT_HR},
    Deed.CORRECT: frozenset({Role.UNIT_HR, Role.BPSDM}),
}
_NEEDS_DECIDING = frozenset({Deed.DECIDE, Deed.RECORD_LEAVE})  # a delegate who only reads may not

# A unit is at or below another when its path begins with the other's. The range lets the index on paths
# serve: steps are 0-9A-Z, four to a level, and none is as late as ZZZZ. The LIKE says the same again; it
# tells PostgreSQL's planner that few units are meant, so that it goes by index and not through everybody.
_BELOW = (
    "{below}.path >= {above}.path AND {below}.path <= {above}.path || 'ZZZZ' "
    "AND {below}.path LIKE {above}.path || '%%'"
)

_LED = """
SELECT led.path FROM people_unit led WHERE led.head_id = {person} AND led.is_active
UNION ALL
SELECT led.path FROM people_posting acting JOIN people_unit led ON led.id = acting.unit_id
WHERE acting.person_id = {person} AND acting.leads_unit AND acting.kind <> 'definitive' AND led.is_active
    AND acting.first_day <= %s AND (acting.last_day IS NULL OR acting.last_day >= %s)
"""

# On which days a row holds; `%s` is the day.
_HOLDS = "{row}.first_day <= %s AND ({row}.last_day IS NULL OR {row}.last_day >= %s)"

_DELEGATIONS = f"""
people_delegation d
JOIN people_unit unit ON unit.id = d.unit_id AND unit.is_active
JOIN people_person giver ON giver.id = d.giver_id AND giver.is_active
WHERE d.delegate_id = %s AND {_HOLDS.format(row="d")} AND (d.ended_on IS NULL OR d.ended_on > %s)
    AND EXISTS (
        SELECT 1 FROM ({_LED.format(person="d.giver_id")}) above
        WHERE {_BELOW.format(below="unit", above="above")})
"""  # noqa: S608 - these statements are built of constants; what a user says is a value

_GRANTS = f"""
people_rolegrant r LEFT JOIN people_unit unit ON unit.id = r.unit_id
WHERE r.person_id = %s AND {_HOLDS.format(row="r")}
"""

# One row per mandate: role, path ('' reaches everybody), whether it decides, for whom.
_MANDATES = f"""
SELECT 'supervisor' AS role, led.path AS path, 1 AS decides, NULL AS giver_id
FROM ({_LED.format(person="%s")}) led
UNION ALL
SELECT 'delegate', unit.path, CASE WHEN d.may_decide THEN 1 ELSE 0 END, d.giver_id FROM {_DELEGATIONS}
UNION ALL SELECT r.role, COALESCE(unit.path, ''), 0, NULL FROM {_GRANTS}
"""  # noqa: S608 - as above

_HAS_MANDATE = f"EXISTS (SELECT 1 FROM ({_MANDATES}) held)"  # noqa: S608 - as above

# The heads a delegate acts for, unless their own unit is led, or held in a role, by the delegate too.
_GIVERS = f"""
SELECT d.giver_id FROM {_DELEGATIONS} AND NOT EXISTS (
    SELECT 1 FROM people_unit home JOIN (
        {_LED.format(person="%s")} UNION ALL
        SELECT COALESCE(unit.path, '') FROM {_GRANTS} AND r.role IN ({{roles}})
    ) other ON {_BELOW.format(below="home", above="other")}
    WHERE home.id = giver.unit_id)
"""  # noqa: S608 - as above


def _day(day: dt.date | None) -> dt.date:
    return day or local_day(timezone.now())


def _values(viewer: Person, day: dt.date, *parts: str) -> list[int | str]:
    """The values of `parts` of the SQL above, in their order."""
    me, on = viewer.pk, day.isoformat()
    known: dict[str, list[int | str]] = {
        "led": [me, me, on, on],
        "delegations": [me, on, on, on, on, on],
        "grants": [me, on, on],
    }
    return [value for part in parts for value in known[part]]


_MANDATE_PARTS = ("led", "delegations", "grants")
_GIVER_PARTS = ("delegations", "led", "grants")


@dataclass(frozen=True, slots=True)
class Mandate:
    """One reason why somebody may see or do something to the people of a unit and all below it."""

    role: Role
    path: str
    may_decide: bool = False
    on_behalf_of: int | None = None  # the head a delegate acts for

    def reaches(self, path: str | None) -> bool:
        """Does it cover the unit at `path`? Somebody without a unit is reached by those who reach all."""
        return self.path == "" or (path is not None and path.startswith(self.path))

    def allows(self, deed: Deed) -> bool:
        return self.role in _MAY[deed] and (
            deed not in _NEEDS_DECIDING or self.role is not Role.DELEGATE or self.may_decide
        )


def mandates_sql(viewer: Person, day: dt.date) -> tuple[str, list[int | str]]:
    """What `mandates_of` asks, to be asked within another statement."""
    return _MANDATES, _values(viewer, day, *_MANDATE_PARTS)


def mandates_of(viewer: Person, day: dt.date | None = None) -> list[Mandate]:
    """All that `viewer` holds on `day` (today), the weightiest first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MANDATES, _values(viewer, _day(day), *_MANDATE_PARTS))
        found = [
            Mandate(Role(role), path, bool(decides), giver)
            for role, path, decides, giver in cursor.fetchall()
        ]
    order = list(Role)
    return sorted(found, key=lambda each: (order.index(each.role), not each.may_decide, each.path))


def first_mandate(
    mandates: Iterable[Mandate], path: str | None, deed: Deed, person_id: int | None = None
) -> Mandate | None:
    """The weightiest of `mandates` that allows `deed` at `path`, to `person_id`: never to whom it is from."""
    for mandate in mandates:
        is_from_them = person_id is not None and mandate.on_behalf_of == person_id
        if mandate.allows(deed) and mandate.reaches(path) and not is_from_them:
            return mandate
    return None


def mandate_in(viewer: Person, unit: Unit, deed: Deed, day: dt.date | None = None) -> Mandate | None:
    """By which mandate `viewer` may do `deed` to the people of `unit`; None when they may not."""
    return first_mandate(mandates_of(viewer, day), unit.path, deed)


def mandate_over(viewer: Person, person: Person, deed: Deed, day: dt.date | None = None) -> Mandate | None:
    """By which mandate `viewer` may do `deed` to `person` on `day`; None when they may not."""
    if viewer.pk == person.pk:
        return None
    path = person.unit.path if person.unit else None
    return first_mandate(mandates_of(viewer, day), path, deed, person.pk)


def _quoted(deed: Deed) -> str:
    return ", ".join(f"'{role}'" for role in sorted(_MAY[deed]))


def _reached(deed: Deed) -> str:
    """The units that the viewer may do `deed` in."""
    decides = " AND (above.role <> 'delegate' OR above.decides = 1)" if deed in _NEEDS_DECIDING else ""
    return f"""
        SELECT below.id FROM ({_MANDATES}) above
        JOIN people_unit below ON {_BELOW.format(below="below", above="above")}
        WHERE above.role IN ({_quoted(deed)}){decides}
    """  # noqa: S608 - built of constants


def people_for(viewer: Person, deed: Deed, day: dt.date | None = None) -> PersonQuerySet:
    """Everybody active to whom `viewer` may do `deed` on `day` (today). One statement when it is read.

    Never the viewer, and for a delegate never the head they act for.
    """
    on = _day(day)
    people: PersonQuerySet = Person.objects.get_queryset().active()
    if deed in (Deed.READ, Deed.CORRECT) and any(
        each.path == "" and each.allows(deed) for each in mandates_of(viewer, on)
    ):
        return people.exclude(pk=viewer.pk)  # also those without a unit
    reached = RawSQL(_reached(deed), _values(viewer, on, *_MANDATE_PARTS))  # noqa: S611 - no text of a user
    people = people.filter(unit__in=reached).exclude(pk=viewer.pk)
    if Role.DELEGATE not in _MAY[deed]:
        return people
    givers = _GIVERS.format(roles=_quoted(deed))
    return people.exclude(pk__in=RawSQL(givers, _values(viewer, on, *_GIVER_PARTS)))  # noqa: S611 - as above


def units_for(viewer: Person, deed: Deed, day: dt.date | None = None) -> QuerySet[Unit]:
    """The active units `viewer` may do `deed` in, from the top down. One statement when it is read."""
    values = _values(viewer, _day(day), *_MANDATE_PARTS)
    reached = RawSQL(_reached(deed), values)  # noqa: S611 - no text of a user
    units: QuerySet[Unit] = Unit.objects.filter(pk__in=reached, is_active=True).order_by("path")
    return units


def visible_people(viewer: Person, day: dt.date | None = None) -> PersonQuerySet:
    """The people `viewer` leads, or sees for the head they act for: their units and all below.

    Never the viewer: a head's own record is looked after one level up. To see is not to decide: a delegate
    may be one who only reads; ask `people_for(viewer, Deed.DECIDE)`.
    """
    return people_for(viewer, Deed.LEAD, day)


def visible_units(viewer: Person, day: dt.date | None = None) -> list[Unit]:
    """The units `viewer` leads or sees for another, with every active unit below them."""
    return list(units_for(viewer, Deed.LEAD, day))


def is_supervisor(viewer: Person, day: dt.date | None = None) -> bool:
    """Does `viewer` lead a unit, or act for its head?"""
    return any(each.allows(Deed.LEAD) for each in mandates_of(viewer, day))


def sees_others(viewer: Person, day: dt.date | None = None) -> bool:
    """Is there a mandate of any kind, over whomever?"""
    return bool(mandates_of(viewer, day))


def has_duties(viewer: Person, day: dt.date | None = None) -> bool:
    """Does `viewer` see others, or write content? Then signing in asks for more, and is logged.

    One statement, whatever they hold.
    """
    if viewer.is_superuser:
        return True
    entering = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    writes = Exists(entering.filter(Q(group__user=viewer.pk) | Q(user=viewer.pk)))
    values = _values(viewer, _day(day), *_MANDATE_PARTS)
    sees = RawSQL(_HAS_MANDATE, values, BooleanField())  # noqa: S611 - no text of a user
    return Person.objects.get_queryset().filter(pk=viewer.pk).filter(Q(writes) | Q(sees)).exists()


# Roles that are given (`RoleGrant`), and that open screens of the back office.
OFFICE = frozenset({Role.UNIT_HR, Role.BPSDM, Role.AUDITOR})


def role_over_all(viewer: Person, day: dt.date | None = None) -> Role | None:
    """The weightiest role `viewer` holds over the whole province: whoever sets what holds for all has one."""
    return next((each.role for each in mandates_of(viewer, day) if each.path == ""), None)


def holds(viewer: Person, role: Role, day: dt.date | None = None) -> bool:
    """Does `viewer` have a mandate of this kind, over whomever?"""
    return any(each.role is role for each in mandates_of(viewer, day))


def can_see_ledger(viewer: Person, person: Person, day: dt.date | None = None) -> bool:
    """Own ledger always; another's only with a mandate."""
    return viewer.pk == person.pk or mandate_over(viewer, person, Deed.READ, day) is not None


def can_edit_content(viewer: Person) -> bool:
    """May `viewer` enter the back office?"""
    return viewer.has_perm("wagtailadmin.access_admin")


def supervisor_of(person: Person, day: dt.date | None = None) -> Person | None:
    """Who leads the person's unit; for whoever leads it, who leads the nearest unit above.

    Whoever is named here can also see the person: a closed unit, or a head who left, is passed over. On the
    days of a Plt or Plh it is them, not the head they stand in for.
    """
    if person.unit is None:
        return None
    path, step = person.unit.path, Unit.steplen
    paths = [path[: step * depth] for depth in range(len(path) // step, 0, -1)]
    leaders: dict[str, list[Person]] = {}
    acting = Posting.objects.on(_day(day)).acting().filter(leads_unit=True, unit__path__in=paths)
    for posting in acting.select_related("person", "unit").order_by("-first_day", "pk"):
        leaders.setdefault(posting.unit.path, []).append(posting.person)
    units = Unit.objects.filter(path__in=paths, is_active=True).select_related("head")
    open_units = {unit.path: unit for unit in units}
    for each in paths:
        unit = open_units.get(each)
        if unit is None:
            continue
        candidates: list[Person | None] = [*leaders.get(each, []), unit.head]
        for leader in candidates:
            if leader is not None and leader.is_active and leader.pk != person.pk:
                return leader
    return None
