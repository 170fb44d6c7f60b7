"""What the tests of `learning` share: a clock that stands still, and clients that are signed in."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from learning.people.models import Person


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> Callable[[dt.datetime], None]:
    """The server's clock stands at `now`; call it with another moment to move it there."""

    def stand_at(moment: dt.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment.astimezone(dt.UTC))

    stand_at(now)
    return stand_at


@pytest.fixture
def signed_in(clock: Callable[[dt.datetime], None]) -> Callable[[Person], Client]:
    """A client that is signed in as somebody, on the standing clock."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
