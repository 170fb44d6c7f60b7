"""Random learners with tabs, repeats and reordering: the ledger, every total and every page agree."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.people.models import Person, Unit
from learning.reports.actions import refresh_unit_weeks
from learning.reports.queries import team_week, unit_week_seconds
from learning.study import rules
from learning.study.actions import Interval, record_intervals
from learning.study.chain import seal_entries
from learning.study.models import ActivityTotal, StudyEntry, WeekTotal, YearTotal
from learning.study.queries import year_totals
from learning.study.rules import Span
from tests import make

SUNDAY_EVENING = dt.datetime(2026, 11, 22, 23, 40, tzinfo=rules.WIB)


@dataclass(frozen=True)
class Sent:
    """One report of one tab: which row, where, how long."""

    tab: int
    row: int
    start: int
    length: int
    received: int


@st.composite
def reports(draw: st.DrawFn) -> list[Sent]:
    """Reports of three tabs within fifty minutes around a Sunday midnight, in any order, some twice."""
    sent = []
    for row in range(draw(st.integers(1, 8))):
        tab = draw(st.integers(0, 2))
        start = draw(st.integers(0, 2400))
        for length in draw(st.lists(st.integers(1, 900), min_size=1, max_size=3)):
            earliest = start + length
            sent.append(Sent(tab, row, start, length, earliest + draw(st.integers(0, 1800))))
    doubled = sent + draw(st.lists(st.sampled_from(sent), max_size=3))
    return draw(st.permutations(doubled))


def seconds_of_years(person: Person) -> int:
    """What a reader is told of all years."""
    found = [year_totals([person.pk], year).get(person.pk) for year in (2026, 2027)]
    return sum(total.seconds for total in found if total)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(reports())
def test_ledger_totals_and_pages_agree(sent: list[Sent]) -> None:
    unit = make.unit()
    head, learner = make.person(unit), make.person(unit)
    Unit.objects.filter(pk=unit.pk).update(head=head)
    unit.refresh_from_db()
    modules = [make.activity(planned_minutes=20), make.activity(planned_minutes=2), make.activity()]
    keys = {row: make.key() for row in range(8)}
    clock = max((report.received for report in sent), default=0)
    for number, report in enumerate(sent):
        # Reports arrive in the order drawn; none before it can have been made.
        record_intervals(
            token=make.token(learner, modules[keys[report.row].int % 3], SUNDAY_EVENING),
            intervals=[Interval(keys[report.row], report.start * 1000, report.length * 1000)],
            now=SUNDAY_EVENING + dt.timedelta(seconds=clock + number),
        )

    entries = list(StudyEntry.objects.filter(person=learner))
    credited = sum(entry.credited_s for entry in entries)
    claimed = {second for report in sent for second in range(report.start, report.start + report.length)}
    weeks = {total.week: total for total in WeekTotal.objects.filter(person=learner)}

    assert credited <= len(claimed)  # no second twice, none from nowhere
    assert credited == sum(total.seconds for total in weeks.values())
    assert credited == seconds_of_years(learner)
    seal_entries(now=SUNDAY_EVENING + dt.timedelta(days=2))
    assert credited == seconds_of_years(learner)
    assert credited == sum(total.seconds for total in YearTotal.objects.filter(person=learner))
    by_activity = dict(ActivityTotal.objects.filter(person=learner).values_list("activity_id", "credited_s"))
    for module in modules:
        spent = sum(entry.credited_s for entry in entries if entry.activity_id == module.pk)
        assert by_activity.get(module.pk, 0) == spent <= module.planned_minutes * 120
    for week, total in weeks.items():
        assert total.seconds == sum(entry.credited_s for entry in entries if entry.week == week)
        refresh_unit_weeks(week=week, now=SUNDAY_EVENING)
        assert unit_week_seconds(unit, week) == total.seconds
        assert team_week(head, unit, week).summary.seconds == total.seconds
    assert_no_overlap(entries)
    assert_pages_show(learner, weeks)


def assert_no_overlap(entries: list[StudyEntry]) -> None:
    """Entries credited in full never share a second."""
    full = [
        Span(entry.started_at, entry.started_at + dt.timedelta(seconds=entry.claimed_s))
        for entry in entries
        if entry.credited_s and entry.credited_s == entry.claimed_s
    ]
    for span in full:
        others = [other for other in full if other is not span]
        assert rules.free_seconds(span, others) == span.seconds


def assert_pages_show(learner: Person, weeks: dict[dt.date, WeekTotal]) -> None:
    """The ledger page lists rows that sum up to the total it prints."""
    client = Client()
    client.force_login(learner)
    for week, total in weeks.items():
        year, number, _ = week.isocalendar()
        page = client.get(f"/buku-belajar/?pekan={year}-W{number:02d}")
        if week > rules.week_of(rules.local_day(dt.datetime.now(dt.UTC))):
            continue
        shown = sum(row.credited_s for day in page.context["days"] for row in day.entries)
        assert shown == total.seconds == page.context["week"].seconds == page.context["totals"].seconds


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=6))
def test_order_and_repetition_of_reports_do_not_matter(order: list[int], repeats: list[int]) -> None:
    """Disjoint intervals sum up the same, however they arrive."""
    learner, module = make.person(), make.activity(planned_minutes=200)
    keys = [uuid.UUID(int=make.key().int) for _ in range(6)]
    for number in [*order, *repeats]:
        record_intervals(
            token=make.token(learner, module, SUNDAY_EVENING),
            intervals=[Interval(keys[number], number * 600_000, 555_000)],
            now=SUNDAY_EVENING + dt.timedelta(seconds=3700),
        )

    assert sum(StudyEntry.objects.filter(person=learner).values_list("credited_s", flat=True)) == 6 * 555
