"""Who asks: the signed-in person of a request."""

from django.http import HttpRequest

from learning.people.models import Person


def person_of(request: HttpRequest) -> Person:
    """The signed-in person of a request behind `login_required`."""
    assert isinstance(request.user, Person)  # noqa: S101 - login_required saw to it
    return request.user
