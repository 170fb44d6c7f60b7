"""A correction is one more row: it names the first, who and why, and every total follows it."""

import datetime as dt

import pytest

from learning.people.models import AuditEntry
from learning.study import queries
from learning.study.checks import check_totals, people_in_slices
from learning.study.corrections import AdjustmentRefused, adjust, give_back, room_of
from learning.study.ledger.queries import rows_of_week
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

    (day,) = rows_of_week(entry.person, week)

    assert sorted((row.kind, row.credited_s) for row in day.entries) == [("adjusted", -60), ("measured", 600)]
    assert day.seconds == queries.totals_of_week(entry.person, week).seconds == 540
    assert all(row.kind_label and row.reason_label for row in day.entries)


# --- One person's second is never counted twice, not by a correction either ---------


@pytest.fixture
def twice(now: dt.datetime) -> tuple[StudyEntry, StudyEntry]:
    """The same ten minutes reported for two modules: the first is credited, the second refused."""
    person = make.person()
    make.study(person, make.activity(), now - dt.timedelta(minutes=70), 10)
    make.study(person, make.activity(), now - dt.timedelta(minutes=65), 10, session="lain")
    credited, refused = StudyEntry.objects.order_by("started_at")
    assert (credited.credited_s, refused.credited_s, refused.reason) == (600, 300, "overlap")
    return credited, refused


def test_time_that_another_row_counts_is_not_given_back(
    twice: tuple[StudyEntry, StudyEntry], now: dt.datetime
) -> None:
    _credited, refused = twice

    with pytest.raises(AdjustmentRefused, match="tidak pernah dihitung dua kali"):
        adjust(entry=refused, seconds=1, reason="Keberatan", actor=make.person(), now=now)

    room = room_of(refused)
    assert (room.missing_s, room.free_s, [most for _row, most in room.others]) == (300, 0, [300])
    assert StudyEntry.objects.count() == 2


def test_the_other_row_being_wrong_its_time_moves_and_still_counts_once(
    twice: tuple[StudyEntry, StudyEntry], now: dt.datetime
) -> None:
    credited, refused = twice
    head = make.person()

    row = give_back(
        entry=refused, seconds=200, reason="Baris lain keliru", actor=head, now=now, from_others=True
    )

    taken = StudyEntry.objects.get(corrects=credited)
    assert (row.corrects_id, row.credited_s, taken.credited_s) == (refused.pk, 200, -200)
    assert WeekTotal.objects.get().seconds == 900
    assert (room_of(refused).free_s, room_of(credited).free_s) == (0, 0)
    assert not [drift for people in people_in_slices() for drift in check_totals(people)]
    with pytest.raises(AdjustmentRefused):
        give_back(entry=refused, seconds=101, reason="Lebih", actor=head, now=now, from_others=True)
    assert StudyEntry.objects.count() == 4


def test_nothing_moves_when_the_whole_cannot(twice: tuple[StudyEntry, StudyEntry], now: dt.datetime) -> None:
    credited, refused = twice
    for wrong in ({"seconds": 301}, {"from_others": False}, {"actor": refused.person}, {"reason": ""}):
        with pytest.raises(AdjustmentRefused):
            give_back(
                **{
                    "entry": refused,
                    "seconds": 300,
                    "reason": "Keliru",
                    "actor": make.person(),
                    "now": now,
                    "from_others": True,
                    **wrong,
                }
            )
    assert StudyEntry.objects.count() == 2
    assert credited.credited_s == 600
