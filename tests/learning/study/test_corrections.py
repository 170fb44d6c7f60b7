"""A correction is one more row: it names the first, who and why, and every total follows it."""

import datetime as dt

import pytest

from learning.people.models import AuditEntry
from learning.study import queries
from learning.study.checks import check_totals, people_in_slices
from learning.study.corrections import AdjustmentRefused, adjust
from learning.study.models import ActivityTotal, StudyEntry, WeekTotal
from learning.study.queries import year_totals
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(now: dt.datetime) -> StudyEntry:
    """Ten minutes of somebody, reported an hour ago."""
    make.study(make.person(), make.activity(), now - dt.timedelta(minutes=70), 10)
    return StudyEntry.objects.get()


def test_a_correction_is_a_new_row_and_moves_every_total(entry: StudyEntry, now: dt.datetime) -> None:
    head = make.person()

    row = adjust(entry=entry, seconds=-240, reason=" Sedang rapat. ", actor=head, now=now)

    assert (row.kind, row.credited_s, row.claimed_s, row.corrects_id) == ("adjusted", -240, 0, entry.pk)
    assert (row.actor_id, row.note, row.sealed_at) == (head.pk, "Sedang rapat.", now)
    entry.refresh_from_db()
    assert entry.credited_s == 600
    week = WeekTotal.objects.get()
    assert (week.measured_s, week.adjusted_s, week.seconds, week.day_3_s) == (600, -240, 360, 600)
    year = year_totals([entry.person_id], 2026)[entry.person_id]
    assert year.seconds == ActivityTotal.objects.get().credited_s == 360
    assert not [drift for people in people_in_slices() for drift in check_totals(people)]
    deed = AuditEntry.objects.get(action="adjust")
    assert (deed.actor, deed.subject_id, deed.detail["seconds"]) == (head, entry.person_id, -240)


def test_an_entry_is_worth_between_nothing_and_its_claim(entry: StudyEntry, now: dt.datetime) -> None:
    head = make.person()

    def correct(seconds: int) -> None:
        adjust(entry=entry, seconds=seconds, reason="Banding", actor=head, now=now)

    with pytest.raises(AdjustmentRefused):
        correct(1)
    with pytest.raises(AdjustmentRefused):
        correct(-601)
    correct(-600)
    with pytest.raises(AdjustmentRefused):
        correct(-1)
    correct(600)
    assert WeekTotal.objects.get().seconds == 600
    assert StudyEntry.objects.count() == 3


def test_a_correction_has_a_reason_an_amount_and_another_hand(entry: StudyEntry, now: dt.datetime) -> None:
    head = make.person()
    for wrong in (
        {"reason": "  "},
        {"reason": "x" * 501},
        {"seconds": 0},
        {"actor": entry.person},
        {"now": entry.received_at + dt.timedelta(minutes=14)},
    ):
        with pytest.raises(AdjustmentRefused):
            adjust(**{"entry": entry, "seconds": -1, "reason": "Banding", "actor": head, "now": now, **wrong})
    assert StudyEntry.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_correction_is_not_itself_corrected(entry: StudyEntry, now: dt.datetime) -> None:
    head = make.person()
    row = adjust(entry=entry, seconds=-60, reason="Banding", actor=head, now=now)

    with pytest.raises(AdjustmentRefused):
        adjust(entry=row, seconds=60, reason="Banding", actor=head, now=now)


def test_the_ledger_shows_a_correction_where_the_entry_was(
    entry: StudyEntry, now: dt.datetime, week: dt.date
) -> None:
    adjust(entry=entry, seconds=-60, reason="Banding", actor=make.person(), now=now)

    (day,) = queries.entries_of_week(entry.person, week)

    assert sorted((row.kind, row.credited_s) for row in day.entries) == [("adjusted", -60), ("measured", 600)]
    assert day.seconds == queries.totals_of_week(entry.person, week).seconds == 540
    assert all(row.kind_label and row.reason_label for row in day.entries)
