"""The audit log is only added to, and a change behind its guards shows in the day it touches."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from learning.people.audit import guards
from learning.people.audit.actions import log_deed, log_look
from learning.people.audit.chain import CHAIN
from learning.people.day_chain import FIRST
from learning.people.models import AuditDay, AuditEntry, Person
from tests import make

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@contextmanager
def no_guards() -> Iterator[None]:
    """What only somebody who owns the database can do."""
    connection.check_constraints()
    guards.remove(connection)
    yield
    connection.check_constraints()
    guards.install(connection)


@pytest.fixture
def three_days(now: dt.datetime) -> list[AuditEntry]:
    """A look on each of three days, all closed."""
    viewer, subject = make.person(), make.person()
    looks = [
        log_look(viewer=viewer, subject=subject, what="ledger", role="supervisor", now=now + n * DAY)
        for n in range(3)
    ]
    CHAIN.close_days(now=now + 3 * DAY)
    return [look for look in looks if look]


def audit(*arguments: str) -> str:
    """What the command says, and " → 1" when it fails."""
    out = StringIO()
    try:
        call_command("audit", *arguments, stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return f"{out.getvalue()}{error} → 1"
    return out.getvalue()


def test_a_look_costs_one_statement(now, django_assert_num_queries) -> None:
    viewer, subject = make.person(), make.person()
    with django_assert_num_queries(1):
        log_look(viewer=viewer, subject=subject, what="ledger", role="supervisor", now=now)


def test_the_database_refuses_to_change_or_remove_what_was_logged(three_days) -> None:
    for deed in (
        lambda: AuditEntry.objects.update(role="auditor"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditDay.objects.update(entries=9),
        lambda: AuditDay.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert (AuditEntry.objects.count(), AuditDay.objects.count()) == (3, 3)
    assert "whole" in audit("verify")


def test_a_closed_day_takes_no_further_entry(three_days, now) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        log_deed(actor=make.person(), action="export", now=now + 2 * DAY)
    log_deed(actor=make.person(), action="export", now=now + 3 * DAY)


@pytest.mark.parametrize(
    "changes", [{"role": "auditor"}, {"detail": {"what": "x"}}, {"action": "export"}, {"subject": None}]
)
def test_a_changed_entry_is_named_with_its_day(three_days, now, changes) -> None:
    with no_guards():
        AuditEntry.objects.filter(pk=three_days[1].pk).update(**changes)

    said = audit("verify")
    assert f"First broken day: {now.date() + DAY} (an entry was changed; entries +0)" in said
    assert said.endswith("1 days. → 1")
    assert "whole" in audit("verify", "--from", str(now.date() + 2 * DAY))


def test_removed_and_added_entries_are_found(three_days, now) -> None:
    with no_guards():
        AuditEntry.objects.filter(pk=three_days[0].pk).delete()
        log_deed(actor=None, action="export", now=now + DAY)
    said = audit("verify")
    assert f"First broken day: {now.date()} (entries were added or removed; entries -1)" in said
    assert "2 days" in said


def test_days_written_anew_no_longer_follow_each_other(three_days, now) -> None:
    day = AuditDay.objects.get(day=now.date())
    with no_guards():
        AuditEntry.objects.filter(pk=three_days[0].pk).update(role="hidden")
        AuditDay.objects.filter(pk=day.pk).update(digest=CHAIN.digest_of(day.day, FIRST).digest)
    assert f"First broken day: {now.date() + DAY} (it does not follow the day before" in audit("verify")


def test_closing_says_the_digest_to_be_kept_elsewhere(now, clock) -> None:
    log_deed(actor=None, action="purge", now=now)
    clock(now + DAY)
    said = audit("close")
    assert f"{now.date()} closed: 1 entries, {AuditDay.objects.get().digest}" in said
    assert audit("close") == ""


def test_the_same_entries_give_the_same_digest_on_both_databases() -> None:
    """The canonical line is part of the record: changing it breaks every chain there is."""
    at = dt.datetime(2026, 11, 25, 3, 0, 0, 7, tzinfo=dt.UTC)
    person = Person.objects.create(pk=900_001, username="tetap", name="Tetap")
    AuditEntry.objects.create(
        pk=900_001,
        at=at,
        actor=person,
        action="look",
        role="auditor",
        detail={"z": [3, 1], "a": "é", "m": {"y": None, "b": 1.5}},
    )
    assert CHAIN.digest_of(at.date(), FIRST).digest == (
        "6401a7ef38de8eee1176d041cff24b844c735528b2d6502860a2dd1162bdb70e"
    )
