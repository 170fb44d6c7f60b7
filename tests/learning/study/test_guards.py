"""The database itself keeps the ledger: no rewriting, no shrinking, no deleting."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from learning.people.models import Person
from learning.study.actions import record_intervals
from learning.study.models import Activity, StudyEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(now: dt.datetime) -> StudyEntry:
    person, module = make.person(), make.activity()
    make.study(person, module, now, 1)
    return StudyEntry.objects.get()


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


def test_an_open_entry_may_grow_and_be_sealed_but_not_shrink(entry: StudyEntry) -> None:
    table = "study_studyentry"

    assert refused(f"UPDATE {table} SET claimed_s = 59, credited_s = 59")
    assert refused(f"UPDATE {table} SET credited_s = 30")
    assert refused(f"UPDATE {table} SET credited_s = 61")  # more than is claimed
    assert not refused(f"UPDATE {table} SET claimed_s = 90, credited_s = 90")
    assert not refused(f"UPDATE {table} SET sealed_at = received_at")
    assert refused(f"UPDATE {table} SET claimed_s = 91")
    assert refused(f"UPDATE {table} SET sealed_at = NULL")


@pytest.mark.parametrize("column", ["person_id", "activity_id", "revision", "policy_id"])
def test_what_an_entry_was_about_is_fixed(entry: StudyEntry, column: str) -> None:
    assert refused(f"UPDATE study_studyentry SET {column} = {column} + 1")


def test_an_entry_does_not_change_after_fifteen_minutes(entry: StudyEntry) -> None:
    late = entry.received_at + dt.timedelta(seconds=902)
    in_time = entry.received_at + dt.timedelta(seconds=898)

    with pytest.raises(DatabaseError), transaction.atomic():
        StudyEntry.objects.update(claimed_s=70, credited_s=70, received_at=late)

    assert StudyEntry.objects.update(claimed_s=70, credited_s=70, received_at=in_time) == 1


def test_an_entry_is_never_deleted(entry: StudyEntry) -> None:
    assert refused("DELETE FROM study_studyentry")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE study_studyentry CASCADE")
    assert StudyEntry.objects.count() == 1


def test_an_entry_is_never_written_over(entry: StudyEntry, now: dt.datetime) -> None:
    other = make.person()
    if connection.vendor == "sqlite":
        assert refused("INSERT OR REPLACE INTO study_studyentry SELECT * FROM study_studyentry") or (
            StudyEntry.objects.get().claimed_s == 60
        )
    entry.person = other
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


def test_credit_beyond_the_claim_is_refused_by_the_database(now: dt.datetime) -> None:
    person, module = make.person(), make.activity()
    make.study(person, module, now, 1)
    row = StudyEntry.objects.get()
    row.pk, row.credited_s, row._state.adding = make.key(), 61, True

    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


def test_a_week_that_is_no_monday_is_refused(now: dt.datetime) -> None:
    person, module = make.person(), make.activity()
    make.study(person, module, now, 1)
    row = StudyEntry.objects.get()
    row.pk, row.week = make.key(), dt.date(2026, 11, 24)

    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


def test_the_guards_speak_through_the_action_too(now: dt.datetime) -> None:
    """The action never tries what the guards refuse: growth long after is a row of its own."""
    person, module = make.person(), make.activity()
    key, token = make.key(), make.token(person, module, now)
    record_intervals(token=token, intervals=[make.interval(60, key=key)], now=now + dt.timedelta(seconds=61))
    StudyEntry.objects.update(sealed_at=now + dt.timedelta(seconds=61))

    record_intervals(token=token, intervals=[make.interval(90, key=key)], now=now + dt.timedelta(seconds=95))

    assert StudyEntry.objects.count() == 2
    assert sum(StudyEntry.objects.values_list("credited_s", flat=True)) == 90
    assert Activity.objects.count() == 1
    assert Person.objects.filter(pk=person.pk).exists()
