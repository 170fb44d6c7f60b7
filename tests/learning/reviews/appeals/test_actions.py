"""An appeal: against which rows, until when, and what an accepted one writes."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from learning.people.models import AuditEntry, Person
from learning.reviews import rules
from learning.reviews.appeals.actions import AppealRefused, appeal, decide_appeal, withdraw_appeal
from learning.reviews.decisions import AlreadyDecided, DecisionRefused, NotAllowed, NotYours
from learning.reviews.models import Appeal
from learning.study.checks import check_totals, people_in_slices
from learning.study.models import StudyEntry, WeekTotal
from tests import make
from tests.conftest import Supervision
from tests.make_reviews import appealed, ceiling, overlapped

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(supervisor_of_two_units: Supervision) -> tuple[Person, Person]:
    return supervisor_of_two_units.supervisor, supervisor_of_two_units.people_of_first[0]


def test_an_accepted_appeal_is_a_new_row_that_names_the_old_one(
    team: tuple[Person, Person], now: dt.datetime
) -> None:
    supervisor, learner = team
    made = appealed(learner, now)
    before = WeekTotal.objects.get(person=learner).seconds

    decision = decide_appeal(
        supervisor=supervisor, appeal_id=made.pk, move=rules.ACCEPT, seconds=300, now=now
    )

    made.refresh_from_db()
    row = made.adjustment
    assert row is not None
    assert (made.status, row.kind, row.credited_s, row.corrects_id) == (
        "accepted",
        "adjusted",
        300,
        made.entry_id,
    )
    assert row.actor == supervisor
    assert "Saya membaca modul ini." in row.note
    assert decision.snapshot["missing_s"] == 600
    assert WeekTotal.objects.get(person=learner).seconds == before + 300
    assert WeekTotal.objects.get(person=learner).adjusted_s == 300
    assert made.entry.credited_s == 0
    assert not [drift for people in people_in_slices() for drift in check_totals(people)]


def test_accepted_whole_credits_all_that_is_missing_and_not_a_second_more(
    team: tuple[Person, Person], now: dt.datetime
) -> None:
    supervisor, learner = team
    made = appealed(learner, now)
    with pytest.raises(DecisionRefused, match="dilaporkan"):
        decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.ACCEPT, seconds=601, now=now)
    assert Appeal.objects.get().status == "submitted"

    decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.ACCEPT, now=now)

    assert Appeal.objects.get().adjustment.credited_s == 600  # type: ignore[union-attr]


def test_an_overlap_moves_time_and_counts_it_once(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    credited, refused = overlapped(learner, now)
    made = appeal(person=learner, entry_id=refused.pk, text="Modul satu hanya terbuka di tab lain.", now=now)
    before = WeekTotal.objects.get(person=learner).seconds

    decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.ACCEPT, now=now)

    assert WeekTotal.objects.get(person=learner).seconds == before
    assert StudyEntry.objects.get(corrects=credited).credited_s == -300
    assert StudyEntry.objects.get(corrects=refused).credited_s == 300
    assert not [drift for people in people_in_slices() for drift in check_totals(people)]


def test_a_declined_appeal_changes_no_total(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    made = appealed(learner, now)
    rows = StudyEntry.objects.count()
    with pytest.raises(DecisionRefused):
        decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.DECLINE, now=now)
    with pytest.raises(DecisionRefused):
        decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.RETURN, text="?", now=now)

    decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.DECLINE, reason="ceiling", now=now)

    assert StudyEntry.objects.count() == rows
    with pytest.raises(AlreadyDecided):
        decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.ACCEPT, now=now)
    with pytest.raises(AppealRefused):
        appeal(person=learner, entry_id=made.entry_id, text="Sekali lagi.", now=now)
    actions = AuditEntry.objects.filter(subject=learner).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["appeal", "decide_appeal"]


def test_nobody_decides_their_own_nor_a_strangers(
    supervisor_of_two_units: Supervision, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    made = appealed(learner, now)
    for nobody in (learner, them.people_of_first[1], them.stranger):
        with pytest.raises(NotYours):
            decide_appeal(supervisor=nobody, appeal_id=made.pk, move=rules.ACCEPT, now=now)
    strangers = appealed(them.stranger, now)
    with pytest.raises(NotYours):
        decide_appeal(supervisor=them.supervisor, appeal_id=strangers.pk, move=rules.ACCEPT, now=now)


def test_one_appeal_a_row_and_a_withdrawn_one_is_none(now: dt.datetime) -> None:
    learner = make.person()
    made = appealed(learner, now)
    with pytest.raises(AppealRefused) as refused:
        appeal(person=learner, entry_id=made.entry_id, text="Lagi", now=now)
    assert refused.value.code == "again"

    withdraw_appeal(person=learner, appeal_id=made.pk, now=now)
    with pytest.raises(NotAllowed):
        withdraw_appeal(person=learner, appeal_id=made.pk, now=now)
    again = appeal(person=learner, entry_id=made.entry_id, text="Lagi", now=now)

    assert Appeal.objects.filter(entry=made.entry).count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.create(person=learner, entry=again.entry, text="x", submitted_at=now)


def test_which_rows_are_open_to_an_appeal(team: tuple[Person, Person], now: dt.datetime) -> None:
    supervisor, learner = team
    refused = ceiling(learner, now)
    full = StudyEntry.objects.of(learner.pk).get(reason="")

    def why(entry: StudyEntry, when: dt.datetime) -> str:
        with pytest.raises(AppealRefused) as error:
            appeal(person=learner, entry_id=entry.pk, text="Mohon dihitung", now=when)
        return error.value.code

    assert why(full, now) == "full"
    assert why(refused, refused.received_at + dt.timedelta(minutes=14)) == "running"
    assert why(refused, refused.received_at + dt.timedelta(days=30, seconds=1)) == "late"
    made = appeal(person=learner, entry_id=refused.pk, text="Mohon dihitung", now=now)
    decide_appeal(supervisor=supervisor, appeal_id=made.pk, move=rules.ACCEPT, seconds=60, now=now)
    made.refresh_from_db()
    assert made.adjustment is not None
    assert why(made.adjustment, now) == "kind"
    with pytest.raises(StudyEntry.DoesNotExist):
        appeal(person=make.person(), entry_id=refused.pk, text="Bukan milik saya", now=now)
