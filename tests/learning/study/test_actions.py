"""What writes the ledger: each second once, by the server's clock."""

import datetime as dt
from typing import Any

import pytest

from learning.people.models import Person
from learning.study import actions, rules
from learning.study.actions import StudyRefused, record_intervals
from learning.study.models import (
    Activity,
    ActivityTotal,
    Channel,
    StudyEntry,
    StudyPolicy,
    WeekTotal,
)
from learning.study.queries import year_totals
from learning.study.rules import WIB
from tests import make

pytestmark = pytest.mark.django_db


def later(moment: dt.datetime, seconds: float) -> dt.datetime:
    return moment + dt.timedelta(seconds=seconds)


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def module() -> Activity:
    return make.activity()


def totals(person: Person) -> dict[str, int]:
    """Every kept total of a person, which must agree."""
    return {
        "entries": sum(StudyEntry.objects.filter(person=person).values_list("credited_s", flat=True)),
        "weeks": sum(total.seconds for total in WeekTotal.objects.filter(person=person)),
        "years": sum(
            total.seconds for year in (2026, 2027) for total in year_totals([person.pk], year).values()
        ),
        "activities": sum(ActivityTotal.objects.filter(person=person).values_list("credited_s", flat=True)),
        "days": sum(
            getattr(total, f"day_{day}_s")
            for total in WeekTotal.objects.filter(person=person)
            for day in range(1, 8)
        ),
    }


def assert_totals(person: Person, seconds: int) -> None:
    assert set(totals(person).values()) == {seconds}, totals(person)


def test_a_minute_studied_is_a_minute_credited(learner: Person, module: Activity, now: dt.datetime) -> None:
    receipt = record_intervals(
        token=make.token(learner, module, now), intervals=[make.interval(60, step=3)], now=later(now, 61)
    )

    assert [(each.outcome, each.credited_s) for each in receipt.outcomes] == [("credited", 60)]
    assert (receipt.activity_s, receipt.week_s) == (60, 60)
    entry = StudyEntry.objects.get()
    assert (entry.started_at, entry.claimed_s, entry.week) == (now, 60, dt.date(2026, 11, 23))
    assert ActivityTotal.objects.get().last_step == 3
    assert_totals(learner, 60)


def test_a_growing_interval_is_one_row(learner: Person, module: Activity, now: dt.datetime) -> None:
    key, token = make.key(), make.token(learner, module, now)

    for seconds in (15, 61.4, 120):
        record_intervals(
            token=token, intervals=[make.interval(seconds, key=key)], now=later(now, seconds + 1)
        )

    assert StudyEntry.objects.count() == 1
    assert_totals(learner, 120)


def test_the_same_report_again_changes_nothing_and_answers_the_same(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    token, batch = make.token(learner, module, now), [make.interval(60), make.interval(30, after=100)]
    first = record_intervals(token=token, intervals=batch, now=later(now, 140))

    again = record_intervals(token=token, intervals=batch, now=later(now, 500))

    assert [each.outcome for each in again.outcomes] == ["known", "known"]
    assert [each.credited_s for each in again.outcomes] == [each.credited_s for each in first.outcomes]
    assert_totals(learner, 90)


def test_a_late_shorter_report_changes_nothing(learner: Person, module: Activity, now: dt.datetime) -> None:
    key, token = make.key(), make.token(learner, module, now)
    record_intervals(token=token, intervals=[make.interval(120, key=key)], now=later(now, 121))

    receipt = record_intervals(token=token, intervals=[make.interval(60, key=key)], now=later(now, 130))

    assert receipt.outcomes[0].outcome == "known"
    assert receipt.outcomes[0].credited_s == 120
    assert_totals(learner, 120)


def test_two_tabs_at_once_are_credited_once(learner: Person, module: Activity, now: dt.datetime) -> None:
    other = make.activity()

    record_intervals(
        token=make.token(learner, module, now), intervals=[make.interval(150)], now=later(now, 151)
    )
    receipt = record_intervals(
        token=make.token(learner, other, now), intervals=[make.interval(155)], now=later(now, 156)
    )

    assert receipt.outcomes[0].outcome == "clipped"
    assert receipt.outcomes[0].credited_s == 5
    assert receipt.outcomes[0].reason == rules.OVERLAP
    assert_totals(learner, 155)


def test_time_that_comes_late_fills_only_the_gap_it_belongs_to(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    token = make.token(learner, module, now)
    record_intervals(token=token, intervals=[make.interval(60)], now=later(now, 61))
    record_intervals(token=token, intervals=[make.interval(60, after=200)], now=later(now, 261))

    receipt = record_intervals(token=token, intervals=[make.interval(200, after=30)], now=later(now, 300))

    assert receipt.outcomes[0].credited_s == 140
    assert_totals(learner, 260)


def test_an_entry_that_overlaps_wholly_keeps_its_row_and_its_reason(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    token = make.token(learner, module, now)
    record_intervals(token=token, intervals=[make.interval(100)], now=later(now, 101))

    receipt = record_intervals(token=token, intervals=[make.interval(50, after=20)], now=later(now, 102))

    assert receipt.outcomes[0].outcome == "refused"
    entry = StudyEntry.objects.get(credited_s=0)
    assert (entry.claimed_s, entry.reason) == (50, rules.OVERLAP)
    assert_totals(learner, 100)


def test_the_ceiling_of_an_activity_is_twice_its_plan(learner: Person, now: dt.datetime) -> None:
    short = make.activity(planned_minutes=5)

    receipt = make.study(learner, short, now, 14)

    assert receipt.outcomes[0].credited_s == 600
    assert receipt.outcomes[0].reason == rules.ACTIVITY_CEILING
    assert_totals(learner, 600)


def test_the_ceiling_of_a_day_holds_over_activities(learner: Person, now: dt.datetime) -> None:
    StudyPolicy.objects.update(day_s=1000)

    make.study(learner, make.activity(), now, 15)
    receipt = make.study(learner, make.activity(), later(now, 1000), 15)

    assert receipt.outcomes[0].credited_s == 100
    assert receipt.outcomes[0].reason == rules.DAY_CEILING
    assert_totals(learner, 1000)
    make.study(learner, make.activity(), later(now, 86_400), 15)
    assert_totals(learner, 1900)


def test_an_interval_over_midnight_goes_to_both_days(learner: Person, module: Activity) -> None:
    sunday_night = dt.datetime(2026, 11, 29, 23, 58, tzinfo=WIB)

    make.study(learner, module, sunday_night, 5)

    assert list(
        WeekTotal.objects.order_by("week").values_list("week", "measured_s", "day_7_s", "day_1_s")
    ) == [
        (dt.date(2026, 11, 23), 120, 120, 0),
        (dt.date(2026, 11, 30), 180, 0, 180),
    ]
    assert_totals(learner, 300)


def test_growth_over_midnight_and_its_replay_agree(learner: Person, module: Activity) -> None:
    start = dt.datetime(2026, 12, 31, 23, 55, tzinfo=WIB)
    key, token = make.key(), make.token(learner, module, start)
    for seconds in (60, 290, 400, 400, 500):
        record_intervals(
            token=token, intervals=[make.interval(seconds, key=key)], now=later(start, max(seconds, 400) + 1)
        )

    assert [year_totals([learner.pk], year)[learner.pk].measured_s for year in (2026, 2027)] == [300, 200]
    assert dict(WeekTotal.objects.values_list("week", "measured_s")) == {dt.date(2026, 12, 28): 500}
    assert_totals(learner, 500)


def test_growth_of_a_sealed_entry_becomes_a_row_of_its_own(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    key, token = make.key(), make.token(learner, module, now)
    record_intervals(token=token, intervals=[make.interval(60, key=key)], now=later(now, 61))

    for _again in range(2):
        receipt = record_intervals(
            token=token, intervals=[make.interval(600, key=key)], now=later(now, 61 + 901)
        )

    assert receipt.outcomes[0].credited_s == 600
    assert sorted(StudyEntry.objects.values_list("claimed_s", flat=True)) == [60, 540]
    assert_totals(learner, 600)


@pytest.mark.parametrize(
    ("interval", "received_after", "status", "code"),
    [
        (make.interval(60, after=100), 100, 422, "in_the_future"),
        (make.interval(60, after=13 * 3600), 14 * 3600, 401, "token_invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(
    learner: Person,
    module: Activity,
    now: dt.datetime,
    interval: actions.Interval,
    received_after: int,
    status: int,
    code: str,
) -> None:
    good = make.interval(30)

    with pytest.raises(StudyRefused) as refused:
        record_intervals(
            token=make.token(learner, module, now),
            intervals=[good, interval],
            now=later(now, received_after),
        )

    assert (refused.value.status, refused.value.code, refused.value.keys) == (status, code, (interval.key,))
    assert not StudyEntry.objects.exists()
    assert_totals(learner, 0)


def test_a_known_key_cannot_be_moved_to_reach_into_the_future(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    """Its row lies where its first report put it: an earlier start in a later one gains nothing."""
    key, token = make.key(), make.token(learner, module, now)
    record_intervals(token=token, intervals=[make.interval(60, after=500, key=key)], now=later(now, 600))

    with pytest.raises(StudyRefused) as refused:
        record_intervals(token=token, intervals=[make.interval(590, key=key)], now=later(now, 600))

    assert (refused.value.status, refused.value.code) == (422, "in_the_future")
    assert_totals(learner, 60)


def test_a_closed_activity_and_an_inactive_person_are_refused(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    make.study(learner, module, now, 1)
    actions.close_activity(activity_id=module.pk)

    with pytest.raises(StudyRefused, match=r".") as closed:
        make.study(learner, module, later(now, 100), 1)
    Person.objects.filter(pk=learner.pk).update(is_active=False)
    with pytest.raises(StudyRefused) as inactive:
        make.study(learner, make.activity(), later(now, 200), 1)

    assert (closed.value.code, inactive.value.code) == ("activity_closed", "person_inactive")
    assert_totals(learner, 60)


def test_the_key_of_another_person_or_activity_is_refused(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    key = make.key()
    record_intervals(
        token=make.token(learner, module, now), intervals=[make.interval(60, key=key)], now=later(now, 61)
    )

    for token in (make.token(make.person(), module, now), make.token(learner, make.activity(), now)):
        with pytest.raises(StudyRefused) as refused:
            record_intervals(token=token, intervals=[make.interval(90, key=key)], now=later(now, 91))
        assert refused.value.code == "malformed"
    assert_totals(learner, 60)


def test_after_sign_out_nothing_more_is_credited(learner: Person, module: Activity, now: dt.datetime) -> None:
    key, token = make.key(), make.token(learner, module, now, session="laptop")
    record_intervals(token=token, intervals=[make.interval(60, key=key)], now=later(now, 61))
    actions.end_session(session="laptop", now=later(now, 100))

    receipt = record_intervals(token=token, intervals=[make.interval(300, key=key)], now=later(now, 301))

    assert receipt.outcomes[0].credited_s == 100
    assert receipt.outcomes[0].reason == rules.SIGNED_OUT
    assert_totals(learner, 100)


def test_a_report_of_yesterday_is_too_late_but_kept(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    receipt = record_intervals(
        token=make.token(learner, module, now), intervals=[make.interval(60)], now=later(now, 61 + 86_400)
    )

    assert (receipt.outcomes[0].outcome, receipt.outcomes[0].reason) == ("refused", rules.TOO_LATE)
    assert StudyEntry.objects.get().claimed_s == 60
    assert_totals(learner, 0)


def test_the_minimum_is_reached_once(learner: Person, now: dt.datetime) -> None:
    module = make.activity(minimum_minutes=2)
    key, token = make.key(), make.token(learner, module, now)

    reached = [
        record_intervals(
            token=token, intervals=[make.interval(seconds, key=key)], now=later(now, seconds + 1)
        ).minimum_reached
        for seconds in (60, 125, 180)
    ]

    assert reached == [False, True, False]


def test_without_javascript_the_next_page_closes_the_last(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    actions.record_visit(person=learner, activity_id=module.pk, revision=4, step=2, now=now)
    outcome = actions.record_visit(person=learner, activity_id=None, now=later(now, 90))
    nothing = actions.record_visit(person=learner, activity_id=None, now=later(now, 400))

    assert outcome is not None
    assert (outcome.credited_s, nothing) == (90, None)
    entry = StudyEntry.objects.get()
    assert (entry.channel, entry.revision, entry.started_at) == (Channel.COARSE, 4, now)
    assert WeekTotal.objects.get().coarse_s == 90
    assert_totals(learner, 90)


@pytest.mark.parametrize(
    ("elapsed", "credited", "reason"),
    [(300, 300, ""), (700, 300, rules.COARSE_CEILING), (3600, 0, rules.COARSE_LEFT)],
)
def test_page_to_page_time_has_a_stricter_ceiling(
    learner: Person, module: Activity, now: dt.datetime, elapsed: int, credited: int, reason: str
) -> None:
    actions.record_visit(person=learner, activity_id=module.pk, now=now)

    outcome = actions.record_visit(person=learner, activity_id=module.pk, step=2, now=later(now, elapsed))

    assert outcome is not None
    assert (outcome.credited_s, outcome.reason) == (credited, reason)
    assert_totals(learner, credited)


def test_coarse_and_measured_time_of_one_person_do_not_overlap(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    actions.record_visit(person=learner, activity_id=module.pk, now=now)
    record_intervals(
        token=make.token(learner, module, now), intervals=[make.interval(60)], now=later(now, 61)
    )

    actions.record_visit(person=learner, activity_id=None, now=later(now, 100))

    assert_totals(learner, 100)


def test_an_unknown_activity_leaves_no_trace(learner: Person, now: dt.datetime) -> None:
    actions.record_visit(person=learner, activity_id=999_999, now=now)

    assert actions.record_visit(person=learner, activity_id=None, now=later(now, 60)) is None


def test_a_report_that_moves_its_start_finds_the_rows_it_became(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    """The first report fixed where the interval lies; a sealed one went on in a row behind it."""
    key, token = make.key(), make.token(learner, module, now)
    reports = [(1, 1, 2), (3, 300, 903), (0, 2, 903), (700, 2, 904)]
    for start, length, received in reports:
        receipt = record_intervals(
            token=token, intervals=[make.interval(length, after=start, key=key)], now=later(now, received)
        )

    assert receipt.outcomes[0].outcome == "known"
    assert sorted(StudyEntry.objects.values_list("claimed_s", flat=True)) == [1, 299]
    assert_totals(learner, 300)


def test_a_page_of_somebody_who_reads_with_javascript_writes_nothing(
    learner: Person, module: Activity, now: dt.datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert actions.record_visit(person=learner, activity_id=None, now=now) is None
    actions.record_visit(person=learner, activity_id=module.pk, now=now)
    actions.record_visit(person=learner, activity_id=None, now=later(now, 60))

    with django_assert_num_queries(1):
        assert actions.record_visit(person=learner, activity_id=None, now=later(now, 90)) is None
