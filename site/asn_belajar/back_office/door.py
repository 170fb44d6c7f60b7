"""Who enters the back office by a role of `people`, and what each role may do there: one place for both.

Editors enter by their groups (`content/groups.py`). A role that is given (`RoleGrant`) opens what stands
here on its days, by itself: nobody is put into a group for it.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from learning.people import access
from learning.people.access import Role
from learning.people.models import Person
from learning.people.staff import Reach, staff_reach

ENTER = "wagtailadmin.access_admin"
BACK_OFFICE = "/redaksi/"

_TO_LOOK_AT = frozenset(
    {
        "competencies.view_competency",
        "competencies.view_jpaward",
        "competencies.view_jprule",
        "reviews.view_samplerate",
        "study.view_holiday",
        "study.view_studypolicy",
        "study.view_weeklytarget",
    }
)
# What a role over the whole province may do with the tables of the programme.
PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.BPSDM: _TO_LOOK_AT
    | {
        "competencies.add_jpaward",
        "competencies.add_jprule",
        "reviews.add_samplerate",
        "study.add_holiday",
        "study.add_weeklytarget",
        "study.change_holiday",
        "study.delete_holiday",
    },
    Role.AUDITOR: _TO_LOOK_AT,
}


class _Asked:
    """What the gate says about somebody today; asked once for each request of the back office."""

    def __init__(self, person: Person) -> None:
        today = timezone.localdate()
        mandates = access.mandates_of(person, today) if person.is_active else []
        self.reach = staff_reach(person, today, mandates)
        self.roles = frozenset(each.role for each in mandates)
        held = [PERMISSIONS.get(each.role, frozenset()) for each in mandates if each.path == ""]
        self.permissions: frozenset[str] = frozenset().union(*held)

    @property
    def may_enter(self) -> bool:
        return bool(self.reach) or bool(self.permissions)


def _asked(person: Person) -> _Asked:
    if not _is_at_the_door(person):
        return _Asked(person)
    known: _Asked | None = getattr(person, "_asked_at_the_door", None)
    if known is None:
        known = person._asked_at_the_door = _Asked(person)  # type: ignore[attr-defined]
    return known


def _is_at_the_door(user: Any) -> bool:
    return bool(getattr(user, "_at_the_door", False))


def reach_of(user: Any) -> Reach:
    """Whom `user` looks after today."""
    return _asked(user).reach if isinstance(user, Person) else Reach(everybody=False)


def roles_of(user: Any) -> frozenset[Role]:
    """What `user` holds today, over whomever."""
    return _asked(user).roles if isinstance(user, Person) else frozenset()


class StaffDoor(BaseBackend):
    """Signs nobody in. Permits what the roles of `user` permit; to enter, only who is at the door."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if obj is not None or not isinstance(user_obj, Person):
            return False
        if perm == ENTER:
            return _is_at_the_door(user_obj) and _asked(user_obj).may_enter
        return perm in _KNOWN and perm in _asked(user_obj).permissions


_KNOWN = frozenset().union(*PERMISSIONS.values())


class AtTheDoor:
    """Says who asks for a page of the back office, so that no other page pays for the question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(BACK_OFFICE) and isinstance(request.user, Person):
            request.user._at_the_door = True  # type: ignore[attr-defined]
        return self.get_response(request)
