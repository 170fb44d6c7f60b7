"""What every test stands on: a database that stays as migrated, one fixed moment, and situations."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from learning.competencies.jp import guards as jp_guards
from learning.people.audit import guards as audit_guards
from learning.people.models import Person, Unit
from learning.reports.period import guards as period_guards
from learning.reviews import guards as review_guards
from learning.study import guards
from learning.study.pace import PATIENCE
from learning.study.rules import WIB
from tests import make

# A busy machine is not a wrong answer. HYPOTHESIS_PROFILE=long looks far longer (docs/development.md).
hypothesis_settings.register_profile("steady", deadline=None)
hypothesis_settings.register_profile("long", deadline=None, max_examples=2_000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# --- The database ---------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that really commits, put back what the migrations wrote.

    Such a test (`transaction=True`: threads, locks) is cleaned up by emptying every table. The
    ledger's guards refuse that, so they step aside for it; and the first policy, Wagtail's root
    page and the like come back, so that no test depends on which ran before it.
    """
    with django_db_blocker.unblock():
        as_migrated = connection.creation.serialize_db_to_string()

    def empty_and_restore(self: TransactionTestCase) -> None:
        for each in (guards, jp_guards, audit_guards, review_guards, period_guards):
            each.remove(connection)
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        connection.creation.deserialize_db_from_string(as_migrated)
        for each in (guards, jp_guards, audit_guards, review_guards, period_guards):
            each.install(connection)

    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = empty_and_restore
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True)
def nobody_has_reported_yet() -> None:
    """People of other tests had the same numbers."""
    PATIENCE.forget()


# --- Time -------------------------------------------------------------------------


@pytest.fixture
def now() -> dt.datetime:
    """Wednesday, 25 November 2026, 10.00 WIB: mid-week, mid-morning, near the end of a year."""
    return dt.datetime(2026, 11, 25, 10, 0, tzinfo=WIB)


@pytest.fixture
def today(now: dt.datetime) -> dt.date:
    return now.date()


@pytest.fixture
def week(today: dt.date) -> dt.date:
    """The Monday of this week."""
    return today - dt.timedelta(days=today.weekday())


# --- Situations -------------------------------------------------------------------


@dataclass(frozen=True)
class Supervision:
    """A supervisor, the units they head, and who serves where."""

    supervisor: Person
    first: Unit
    second: Unit
    people_of_first: list[Person]
    people_of_second: list[Person]
    stranger: Person


@pytest.fixture
def supervisor_of_two_units(db: None) -> Supervision:
    """One person heads two units of an OPD, with two people each; a stranger serves in a third."""
    opd = make.unit(name="Dinas Contoh")
    first, second, third = (make.unit(parent=opd, name=f"Bidang {name}") for name in ("Satu", "Dua", "Tiga"))
    supervisor = make.person(opd, name="Bagus Prasetyo")
    Unit.objects.filter(pk__in=[first.pk, second.pk]).update(head=supervisor)
    first.refresh_from_db()
    second.refresh_from_db()
    return Supervision(
        supervisor=supervisor,
        first=first,
        second=second,
        people_of_first=[make.person(first), make.person(first)],
        people_of_second=[make.person(second), make.person(second)],
        stranger=make.person(third),
    )
