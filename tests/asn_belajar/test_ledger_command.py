"""`manage.py ledger` finds what was tampered with, names it, and makes the totals anew."""

import datetime as dt
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from learning.people.models import Person
from learning.reports.actions import refresh_unit_weeks, roll_up
from learning.reports.models import UnitWeek
from learning.study.actions import record_intervals, record_visit
from learning.study.chain import close_days, seal_entries
from learning.study.corrections import adjust
from learning.study.models import ActivityTotal, StudyEntry, WeekTotal, YearTotal
from learning.study.rules import WIB, week_of
from tests import make
from tests.learning.study.tampering import no_guards

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def ledger(*arguments: str) -> str:
    """What the command says, and " → 1" when it fails."""
    out = StringIO()
    try:
        call_command("ledger", *arguments, stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return f"{out.getvalue()}{error} → 1"
    return out.getvalue()


@pytest.fixture
def history(now: dt.datetime) -> list[Person]:
    """Three people, ten days over a new year: overlaps, midnights, retries, no JavaScript, a correction."""
    dice = random.Random(5)  # noqa: S311 - a history, not a secret
    people = [make.person() for _ in range(3)]
    modules = [make.activity(planned_minutes=40) for _ in range(3)]
    first = dt.datetime(2026, 12, 26, 9, 0, tzinfo=WIB)
    for number in range(10):
        for person in people:
            at = (
                first
                + number * DAY
                + dt.timedelta(minutes=dice.randrange(900), milliseconds=dice.randrange(1000))
            )
            token = make.token(person, dice.choice(modules), at)
            ready = at + dt.timedelta(minutes=61)
            batch = [
                make.interval(dice.randrange(1, 900), after=dice.randrange(2700))
                for _ in range(dice.randrange(1, 4))
            ]
            record_intervals(token=token, intervals=batch, now=ready)
            record_intervals(token=token, intervals=batch[:1], now=ready + dt.timedelta(minutes=1))
            record_visit(person=person, activity_id=modules[0].pk, now=ready)
            record_visit(
                person=person, activity_id=None, now=ready + dt.timedelta(seconds=dice.randrange(400))
            )
        seal_entries(now=first + number * DAY + dt.timedelta(hours=18))
        close_days(now=first + number * DAY)
    entry = StudyEntry.objects.filter(credited_s__gt=60, person=people[0]).earliest("started_at")
    later = first + 12 * DAY
    adjust(entry=entry, seconds=-60, reason="Banding", actor=people[1], now=later)
    midnight = dt.datetime(2026, 12, 31, 23, 55, tzinfo=WIB)
    record_intervals(
        token=make.token(people[2], make.activity(), midnight),
        intervals=[make.interval(600)],
        now=midnight + dt.timedelta(minutes=11),
    )
    seal_entries(now=later)
    close_days(now=later + 2 * DAY)
    for week in WeekTotal.objects.values_list("week", flat=True).distinct():
        refresh_unit_weeks(week=week, now=later + DAY)
    roll_up(now=later + DAY)
    return people


def test_any_history_is_whole_and_a_rebuild_changes_nothing(history: list[Person]) -> None:
    assert YearTotal.objects.filter(year=2027).exists()
    assert "The ledger is whole." in ledger("verify")
    assert "The ledger is whole." in ledger("verify", "--from", "2026-12-30", "--to", "2027-01-02")

    before = list(WeekTotal.objects.order_by("pk").values())
    assert "0 totals made anew." in ledger("rebuild")

    assert list(WeekTotal.objects.order_by("pk").values()) == before
    assert "The ledger is whole." in ledger("verify")


@pytest.mark.parametrize("column", ["measured_s", "adjusted_s", "coarse_s", "day_2_s", "covered_until"])
def test_a_changed_week_total_is_named_with_its_difference(history: list[Person], column: str) -> None:
    total = WeekTotal.objects.filter(person=history[0], week=dt.date(2026, 12, 28))
    is_time = column == "covered_until"
    total.update(**{column: F(column) + (dt.timedelta(seconds=7200) if is_time else 7)})

    said = ledger("verify")

    assert (
        f"study_weektotal person {history[0].pk} week 2026-12-28: {column} +{7200 if is_time else 7} s"
        in said
    )
    assert said.endswith("→ 1")
    assert "1 totals made anew." in ledger("rebuild")
    assert "The ledger is whole." in ledger("verify")


def test_lost_totals_come_back_as_they_were(history: list[Person]) -> None:
    def kept() -> list[object]:
        years = YearTotal.objects.order_by("person", "year").values_list(
            "person", "year", "measured_s", "adjusted_s"
        )
        activities = ActivityTotal.objects.order_by("person", "activity")
        return [
            *years,
            *activities.values_list("person", "activity", "credited_s"),
            *WeekTotal.objects.order_by("person", "week").values_list(
                "person", "week", "measured_s", "day_1_s"
            ),
        ]

    before = kept()
    YearTotal.objects.filter(person=history[0]).delete()
    ActivityTotal.objects.filter(person=history[1]).delete()
    WeekTotal.objects.filter(person=history[2]).delete()

    said = ledger("verify")
    assert all(name in said for name in ("study_yeartotal", "study_activitytotal", "study_weektotal"))
    ledger("rebuild")

    assert kept() == before
    assert "The ledger is whole." in ledger("verify")


def test_a_total_of_nothing_is_emptied(history: list[Person]) -> None:
    WeekTotal.objects.create(person=history[0], week=dt.date(2026, 6, 1), measured_s=60, day_1_s=60)

    assert "measured_s +60 s, day_1_s +60 s" in ledger("verify")
    ledger("rebuild")
    assert WeekTotal.objects.get(person=history[0], week=dt.date(2026, 6, 1)).seconds == 0
    assert "The ledger is whole." in ledger("verify")


def test_a_changed_entry_is_named_by_its_day_and_shows_in_the_totals(history: list[Person]) -> None:
    entry = StudyEntry.objects.filter(credited_s__gt=0, channel="live").order_by("sealed_at", "id")[5]
    assert entry.sealed_at
    with no_guards():
        StudyEntry.objects.filter(pk=entry.pk).update(credited_s=entry.credited_s - 1)

    said = ledger("verify")

    day = entry.sealed_at.astimezone(WIB).date()
    assert f"First broken day: {day} (an entry was changed; entries +0, -1 s)" in said
    assert f"study_weektotal person {entry.person_id} week {entry.week}: measured_s +1 s" in said
    assert said.endswith("→ 1")


def test_a_removed_entry_is_found(history: list[Person]) -> None:
    entry = StudyEntry.objects.filter(credited_s__gt=0, corrections=None).order_by("sealed_at", "id")[5]
    assert entry.sealed_at
    with no_guards():
        entry.delete()

    said = ledger("verify")

    day = entry.sealed_at.astimezone(WIB).date()
    assert (
        f"First broken day: {day} (entries were added or removed; entries -1, -{entry.credited_s} s)" in said
    )


def test_a_changed_roll_up_is_named_but_one_merely_behind_is_not(
    history: list[Person], now: dt.datetime
) -> None:
    make.study(history[0], make.activity(), dt.datetime(2027, 1, 9, 9, 0, tzinfo=WIB), 5)
    assert "The ledger is whole." in ledger("verify")

    unit = UnitWeek.objects.filter(unit=history[1].unit).earliest("week")
    UnitWeek.objects.filter(pk=unit.pk).update(seconds=F("seconds") + 5)
    assert f"reports_unitweek unit {unit.unit_id} week {unit.week}: seconds +5 s" in ledger("verify")
    ledger("rebuild")
    assert "The ledger is whole." in ledger("verify")


def test_close_seals_and_closes_for_the_scheduler() -> None:
    long_ago = dt.datetime(2026, 1, 7, 9, 0, tzinfo=WIB)
    make.study(make.person(nip=None), make.activity(), long_ago, 5)

    assert "1 entries sealed." in ledger("close")
    assert "0 entries sealed." in ledger("close")
    assert week_of(long_ago.date()) == WeekTotal.objects.get().week


def test_no_nip_is_printed(history: list[Person]) -> None:
    WeekTotal.objects.update(measured_s=F("measured_s") + 1)
    said = ledger("verify")
    assert not any(person.nip and person.nip in said for person in history)


def test_retire_says_first_what_it_would_do_and_then_does_it_and_all_is_still_whole(
    history: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = dt.datetime(2029, 6, 1, tzinfo=WIB)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later.astimezone(dt.UTC))
    entries, totals = StudyEntry.objects.count(), list(WeekTotal.objects.order_by("pk").values())

    said = ledger("retire", "--dry-run")
    assert said.startswith("Entries are kept from 2027-06-01 on:")
    assert f"{entries} entries to retire." in said
    assert StudyEntry.objects.count() == entries

    assert f"{entries} entries retired into" in ledger("retire", "--batch", "7")
    assert not StudyEntry.objects.exists()
    assert list(WeekTotal.objects.order_by("pk").values()) == totals
    assert "The ledger is whole." in ledger("verify")
    assert "The ledger is whole." in ledger("verify", "--from", "2026-12-30")
    assert "0 totals made anew." in ledger("rebuild")
    assert "0 days, 0 entries to retire." in ledger("retire")


def test_retire_leaves_a_broken_day_alone(history: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    later = dt.datetime(2029, 6, 1, tzinfo=WIB)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later.astimezone(dt.UTC))
    entry = StudyEntry.objects.filter(credited_s__gt=0, channel="live").earliest("sealed_at")
    with no_guards():
        StudyEntry.objects.filter(pk=entry.pk).update(credited_s=entry.credited_s - 1)
    said = ledger("retire")
    assert "Not retired, the day is broken" in said
    assert said.endswith("→ 1")
