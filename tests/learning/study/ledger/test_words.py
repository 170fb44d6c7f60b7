"""A row opened says why it is worth what it is worth, with its numbers."""

import datetime as dt

import pytest
from django.utils import translation

from learning.study.actions import record_intervals, record_visit
from learning.study.corrections import adjust
from learning.study.ledger.words import opened, policy_in_words
from learning.study.models import Activity, StudyEntry, StudyPolicy
from tests import make

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def last() -> StudyEntry:
    return StudyEntry.objects.order_by("received_at", "started_at")[StudyEntry.objects.count() - 1]


def test_a_full_row_says_so(now) -> None:
    make.study(make.person(), make.activity(), now - 30 * MINUTE, 10)
    said = opened(last())
    assert said.why == "The whole reported time is credited."
    assert (said.lost_s, said.worth_s, said.others, said.corrections) == (0, 600, [], [])
    assert said.late_s == 1


def test_a_row_beyond_the_ceiling_of_its_activity_says_how_much_that_is_and_when_it_was_reached(now) -> None:
    person, short = make.person(), make.activity(planned_minutes=5)
    make.study(person, short, now - 60 * MINUTE, 12)
    assert opened(last()).why == (
        "The limit of this activity is 10 minutes (2 × its planned 5 minutes)."
        " It was reached 10 minutes into this row."
    )
    make.study(person, short, now - 30 * MINUTE, 3)
    assert (last().credited_s, last().claimed_s) == (0, 180)
    assert opened(last()).why == (
        "The limit of this activity is 10 minutes (2 × its planned 5 minutes)."
        " It had been reached on 25 November 2026, 09.12.00 WIB."
    )


def test_a_row_beyond_the_ceiling_of_its_day_says_so(now) -> None:
    StudyPolicy.objects.update(day_s=900)
    person = make.person()
    make.study(person, make.activity(planned_minutes=60), now - 60 * MINUTE, 20)
    assert [entry.credited_s for entry in StudyEntry.objects.order_by("started_at")] == [900, 0]
    cut = StudyEntry.objects.order_by("started_at").last()
    assert cut is not None
    assert opened(cut).why == (
        "The limit of one day is 15 minutes. It had been reached on 25 November 2026, 09.15.00 WIB."
    )


def test_an_overlapping_row_names_the_rows_it_met(now) -> None:
    person, other = make.person(), make.activity(title="Kebijakan publik")
    make.study(person, other, now - 40 * MINUTE, 10)
    first = last()
    make.study(person, make.activity(), now - 35 * MINUTE, 10)
    said = opened(last())
    assert said.why == "This time is already credited in another row: one person’s time counts once."
    assert [(each.key, each.activity_title) for each in said.others] == [(first.pk, "Kebijakan publik")]


def test_a_late_report_says_how_late(now) -> None:
    token = make.token(make.person(), make.activity(), now - dt.timedelta(hours=27))
    record_intervals(token=token, intervals=[make.interval(600)], now=now)
    assert opened(last()).why == (
        "It arrived 26 hours after its end; a report is credited within 24 hours only."
    )


@pytest.mark.parametrize(
    ("minutes", "why"),
    [
        (7, "Without JavaScript one page is worth at most 5 minutes."),
        (
            20,
            "The page stayed open longer than 15 minutes without JavaScript: nobody can tell if it was read.",
        ),
    ],
)
def test_page_to_page_time_says_what_a_page_is_worth(now, minutes: int, why: str) -> None:
    person, activity = make.person(), make.activity()
    record_visit(person=person, activity_id=activity.pk, now=now - minutes * MINUTE)
    record_visit(person=person, activity_id=None, now=now)
    assert opened(last()).why == why


def test_corrections_are_told_with_who_and_why_and_what_the_row_is_worth_with_them(now) -> None:
    make.study(make.person(), make.activity(), now - 60 * MINUTE, 10)
    entry = last()
    head = make.person(name="Kepala Bidang")
    correction = adjust(entry=entry, seconds=-60, reason="Banding diterima", actor=head, now=now)
    said = opened(entry)
    assert said.worth_s == 540
    assert [(each.credited_s, each.actor, each.note) for each in said.corrections] == [
        (-60, head, "Banding diterima")
    ]
    assert opened(correction).why.startswith("This row corrects another one.")


def test_the_limits_of_a_policy_are_told_in_words_with_its_own_numbers() -> None:
    policy = StudyPolicy(
        version=2, valid_from=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), day_s=7_200, activity_factor=1.5
    )
    said = " ".join(policy_in_words(policy))
    for part in ("120 minutes are credited on one day", "1.5 times", "24 hours", "14 days", "15 minutes"):
        assert part in said


def test_a_reason_without_a_sentence_of_its_own_still_has_its_label(now) -> None:
    make.study(make.person(), make.activity(), now - 60 * MINUTE, 10)
    entry = last()
    entry.reason = "signed_out"
    assert "signed out" in opened(entry).why
    assert Activity.objects.count() == 1
