"""Entries are sealed, days are closed, and a later change shows in the day it touches."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from learning.people.day_chain import FIRST, BrokenDay
from learning.people.models import Person
from learning.study.chain import check_days, close_days, digest_of, seal_entries
from learning.study.models import Activity, LedgerDay, StudyEntry
from learning.study.rules import local_day
from tests import make
from tests.learning.study.tampering import no_guards

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def broken() -> list[BrokenDay]:
    return [each for each in check_days() if each is not None]


def three_days(now: dt.datetime) -> None:
    """Study on three days, each sealed on its evening, all closed."""
    person, module = make.person(), make.activity(planned_minutes=600)
    for number in range(3):
        make.study(person, module, now + number * DAY, 40)
        seal_entries(now=now + number * DAY + 2 * HOUR)
    close_days(now=now + 3 * DAY)


def tamper(**changes: object) -> None:
    """Change the second day behind the back of the guards."""
    with no_guards():
        entry = StudyEntry.objects.order_by("started_at")[4]
        StudyEntry.objects.filter(pk=entry.pk).update(**changes)


def test_an_entry_is_sealed_a_quarter_of_an_hour_after_its_last_report(now: dt.datetime) -> None:
    make.study(make.person(), make.activity(), now, 1)  # reported at 10.01.01
    received = StudyEntry.objects.get().received_at

    assert seal_entries(now=received + dt.timedelta(seconds=900)) == 0
    assert seal_entries(now=received + dt.timedelta(seconds=901)) == 1
    assert seal_entries(now=received + HOUR) == 0
    assert StudyEntry.objects.get().sealed_at == received + dt.timedelta(seconds=901)


def test_sealing_goes_on_until_no_batch_is_left(now: dt.datetime) -> None:
    make.study(make.person(), make.activity(planned_minutes=600), now, 100)

    assert seal_entries(now=now + 3 * HOUR, batch=2) == StudyEntry.objects.count() == 7


def test_a_day_is_closed_an_hour_after_it_ended_and_once(now: dt.datetime) -> None:
    make.study(make.person(), make.activity(), now, 10)
    seal_entries(now=now + HOUR)
    midnight = dt.datetime.combine(now.date() + DAY, dt.time.min, now.tzinfo)

    assert close_days(now=midnight + dt.timedelta(minutes=59)) == []
    assert [each.day for each in close_days(now=midnight + HOUR)] == [now.date()]
    assert close_days(now=midnight + HOUR) == []
    assert (LedgerDay.objects.get().entries, LedgerDay.objects.get().seconds) == (1, 600)
    assert close_days(now=midnight + HOUR + DAY)[0].entries == 0  # a quiet day has its link too
    assert broken() == []


def test_an_empty_ledger_has_no_days(now: dt.datetime) -> None:
    assert close_days(now=now) == []
    assert broken() == []


@pytest.mark.parametrize(
    "changes",
    [{"credited_s": 899}, {"claimed_s": 901}, {"reason": "overlap"}, {"note": "x"}, {"evidence": "media"}],
)
def test_a_changed_entry_breaks_its_day_and_no_other(now: dt.datetime, changes: dict[str, object]) -> None:
    three_days(now)
    assert broken() == []

    tamper(**changes)

    assert [(each.day, each.why) for each in broken()] == [(now.date() + DAY, "an entry was changed")]
    assert broken()[0].seconds == (-1 if "credited_s" in changes else 0)


def test_a_removed_entry_is_found(now: dt.datetime) -> None:
    three_days(now)
    with no_guards():
        StudyEntry.objects.filter(pk=StudyEntry.objects.order_by("started_at")[4].pk).delete()

    assert [(each.day, each.entries, each.seconds) for each in broken()] == [(now.date() + DAY, -1, -900)]


def test_an_entry_moved_to_another_day_breaks_both(now: dt.datetime) -> None:
    three_days(now)
    tamper(sealed_at=now + 2 * HOUR)

    assert [each.day for each in broken()] == [now.date(), now.date() + DAY]


def test_a_day_written_anew_no_longer_fits_the_next(now: dt.datetime) -> None:
    three_days(now)
    with no_guards():
        LedgerDay.objects.filter(day=now.date() + DAY).delete()
    assert [(each.day, each.why) for each in broken()] == [(now.date() + DAY, "the closed day is missing")]

    LedgerDay.objects.create(
        day=now.date() + DAY,
        entries=3,
        seconds=2400,
        digest="f" * 64,
        previous=LedgerDay.objects.first().digest,
    )
    assert [each.day for each in broken()] == [now.date() + DAY, now.date() + 2 * DAY]


def test_what_comes_late_joins_a_later_day_and_breaks_none(now: dt.datetime) -> None:
    three_days(now)
    make.study(make.person(), make.activity(), now + HOUR, 5)  # of the first day, sealed on the fourth
    later = now + 3 * DAY + HOUR
    assert seal_entries(now=later) == 1
    closed = close_days(now=later + DAY)

    assert [(each.day, each.seconds) for each in closed] == [(local_day(later), 300)]
    assert broken() == []


def test_the_database_keeps_closed_days(now: dt.datetime) -> None:
    three_days(now)
    for deed in (
        lambda: LedgerDay.objects.update(seconds=0),
        lambda: LedgerDay.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert LedgerDay.objects.count() == 3


def test_a_closed_day_takes_no_further_entry(now: dt.datetime) -> None:
    three_days(now)
    make.study(make.person(), make.activity(), now + 3 * DAY, 5)
    with pytest.raises(DatabaseError), transaction.atomic():
        StudyEntry.objects.filter(sealed_at=None).update(sealed_at=now + 2 * DAY)

    row = StudyEntry.objects.get(sealed_at=None)
    row.pk, row.sealed_at, row._state.adding = make.key(), now + 2 * DAY, True
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


def test_the_same_entries_give_the_same_digest_on_both_databases() -> None:
    """The canonical line is part of the record: changing it breaks every chain there is."""
    at = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)
    Activity.objects.create(pk=900_002, title="Modul", planned_minutes=30)
    Person.objects.create(pk=900_001, username="tetap", name="Tetap")
    StudyEntry.objects.create(
        id="01930000-0000-7000-8000-000000000001",
        person_id=900_001,
        activity_id=900_002,
        revision=7,
        evidence="input",
        started_at=at,
        week=dt.date(2026, 11, 23),
        claimed_s=60,
        credited_s=60,
        policy_id=1,
        received_at=at + dt.timedelta(seconds=61, microseconds=5),
        sealed_at=at + HOUR,
        note="é",
    )

    assert digest_of(at.date(), FIRST).digest == (
        "63258789a3589661484e8531207118174309bf6d3065ae5d1ef57f0be1f4c6a2"
    )
