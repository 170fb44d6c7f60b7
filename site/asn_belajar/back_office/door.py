"""Lets the staff office into the back office on the days its role holds."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from learning.people.models import Person
from learning.people.staff import Reach, staff_reach

ENTER = "wagtailadmin.access_admin"
BACK_OFFICE = "/redaksi/"


def reach_of(user: Any) -> Reach:
    """Whom `user` looks after today; asked once for each request."""
    if not isinstance(user, Person):
        return Reach(everybody=False)
    known: Reach | None = getattr(user, "_staff_reach", None)
    if known is None:
        known = staff_reach(user, timezone.localdate())
        user._staff_reach = known  # type: ignore[attr-defined]
    return known


class StaffDoor(BaseBackend):
    """Signs nobody in. Grants one permission, to enter, to whoever stands at the door (`AtTheDoor`)."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        at_the_door = perm == ENTER and obj is None and getattr(user_obj, "_at_the_door", False)
        return at_the_door and bool(reach_of(user_obj))


class AtTheDoor:
    """Says who asks for a page of the back office, so that no other page pays for the question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(BACK_OFFICE) and isinstance(request.user, Person):
            request.user._at_the_door = True  # type: ignore[attr-defined]
        return self.get_response(request)
