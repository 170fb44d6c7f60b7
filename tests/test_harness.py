"""The suite's own ground: what `make` makes is valid, and a test that commits leaves nothing behind."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from learning.people.models import Person
from learning.people.rules import employment_matches, read_nip
from learning.study.models import Activity, StudyEntry, StudyPolicy
from tests import make


def test_every_made_nip_is_valid_and_of_nobody_alive() -> None:
    made = {make.nip(number) for number in range(1, 5000)}
    assert len(made) == 4999
    assert all(read_nip(nip).born.year == 1900 for nip in made)


@pytest.mark.django_db
def test_a_made_nip_fits_how_the_person_serves() -> None:
    for employment in ("pns", "cpns", "pppk"):
        person = make.person(employment=employment)
        assert employment_matches(read_nip(person.nip), employment)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_thread_commits_is_gone_before_the_next_test(turn: int, now) -> None:
    assert not Activity.objects.exists()
    assert StudyPolicy.objects.get().version == 1

    def commit() -> None:
        try:
            entry = {"started_at": now, "received_at": now, "week": "2026-11-23", "claimed_s": 60}
            StudyEntry.objects.create(
                id="01930000-0000-7000-8000-000000000001",
                person=make.person(),
                activity=make.activity(),
                policy_id=1,
                credited_s=60,
                **entry,
            )
        finally:
            connection.close()

    thread = threading.Thread(target=commit)
    thread.start()
    thread.join()
    assert Person.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        StudyEntry.objects.all().delete()


def test_the_moment_of_the_tests_is_a_wednesday(now, week) -> None:
    assert now.isoweekday() == 3
    assert week.isoweekday() == 1
