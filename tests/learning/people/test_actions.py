"""The log of looks and deeds; absences."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from learning.people.actions import (
    AbsenceRefused,
    NotLedByYou,
    log_deed,
    log_look,
    record_absence,
    remove_absence,
)
from learning.people.models import Absence, AuditEntry
from tests import make
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db


def test_a_look_at_another_is_logged_and_one_at_oneself_is_not(now) -> None:
    viewer, subject = make.person(), make.person()
    entry = log_look(viewer=viewer, subject=subject, what="ledger", role="supervisor", now=now)
    assert log_look(viewer=viewer, subject=viewer, what="ledger", role="self", now=now) is None
    assert AuditEntry.objects.get() == entry
    assert (entry.at, entry.actor, entry.subject, entry.action, entry.role, entry.detail) == (
        now,
        viewer,
        subject,
        "look",
        "supervisor",
        {"what": "ledger"},
    )


def test_a_deed_keeps_its_details(now) -> None:
    actor = make.person()
    entry = log_deed(actor=actor, action="acknowledge_week", now=now, week="2026-11-23", people=[3, 5])
    entry.refresh_from_db()
    assert (entry.action, entry.subject, entry.detail) == (
        "acknowledge_week",
        None,
        {"week": "2026-11-23", "people": [3, 5]},
    )


# --- Absences -----------------------------------------------------------------------

DAY = dt.timedelta(days=1)


@pytest.fixture
def record(supervisor_of_two_units: Supervision, now, today):
    """Record that the first person of the first unit is away, by their supervisor unless told."""
    team = supervisor_of_two_units

    def call(first_day: dt.date, last_day: dt.date, **fields) -> Absence:
        fields = {"supervisor": team.supervisor, "person": team.people_of_first[0], "kind": "leave", **fields}
        return record_absence(first_day=first_day, last_day=last_day, now=now, today=today, **fields)

    return call


def test_a_supervisor_records_an_absence_and_it_is_logged(
    record, supervisor_of_two_units: Supervision, now, today
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    absence = record(today, today + DAY, note="Cuti tahunan")
    assert Absence.objects.get() == absence
    assert (absence.person, absence.recorded_by, absence.recorded_at) == (person, team.supervisor, now)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject, entry.action) == (team.supervisor, person, "record_absence")
    assert entry.detail == {
        "absence": absence.pk,
        "kind": "leave",
        "first_day": "2026-11-25",
        "last_day": "2026-11-26",
    }


def test_only_somebody_who_leads_the_person_records_or_ends_an_absence(
    record, supervisor_of_two_units: Supervision, now, today
) -> None:
    team = supervisor_of_two_units
    for other in (team.stranger, *team.people_of_first):
        with pytest.raises(NotLedByYou):
            record(today, today, supervisor=other)
    with pytest.raises(NotLedByYou):
        record(today, today, person=team.supervisor)  # a head's own leave is recorded one level up
    assert not Absence.objects.exists()
    absence = record(today, today)
    with pytest.raises(NotLedByYou):
        remove_absence(supervisor=team.stranger, absence=absence, now=now, today=today)
    absence.refresh_from_db()
    assert absence.ended_on is None


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(0, -1, "order"), (0, 3000, "too_long"), (-400, 0, "too_old"), (400, 401, "too_far")],
)
def test_days_that_cannot_be_meant_are_refused(record, today, first: int, last: int, code: str) -> None:
    with pytest.raises(AbsenceRefused) as refused:
        record(today + first * DAY, today + last * DAY)
    assert refused.value.code == code
    assert not Absence.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_day_is_recorded_once_until_its_absence_has_ended(record, today, now) -> None:
    first = record(today - 2 * DAY, today + 5 * DAY)
    for days in ((-5, -2), (5, 9), (0, 0), (-9, 9)):
        with pytest.raises(AbsenceRefused, match="overlap"):
            record(today + days[0] * DAY, today + days[1] * DAY)
    remove_absence(supervisor=first.recorded_by, absence=first, now=now, today=today)
    record(today, today + 3 * DAY)
    with pytest.raises(AbsenceRefused, match="overlap"):
        record(today - 2 * DAY, today - DAY)


@pytest.mark.parametrize(
    ("first", "last", "ended"),
    [(-2, 5, 0), (0, 5, 0), (3, 5, 3), (-9, -3, -9)],
    ids=["running: from today on", "begins today: no day", "to come: no day", "past, a mistake: no day"],
)
def test_an_absence_taken_back_ends_and_keeps_its_row(
    record, today, now, first: int, last: int, ended: int
) -> None:
    absence = record(today + first * DAY, today + last * DAY)
    for _ in range(2):  # the second time changes nothing
        found = remove_absence(supervisor=absence.recorded_by, absence=absence, now=now, today=today)
        assert (found.first_day, found.last_day) == (absence.first_day, absence.last_day)
        assert found.ended_on == today + ended * DAY
    assert AuditEntry.objects.filter(action="end_absence").count() == 1
    assert Absence.objects.counting().exists() == (first < 0 <= last)


def test_the_database_refuses_days_in_the_wrong_order(today) -> None:
    person = make.person()
    for fields in ({"last_day": today - DAY}, {"last_day": today, "ended_on": today - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.absence(person, today, **fields)
