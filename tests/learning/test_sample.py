"""The sample people: invented, the same each time, with a history that adds up."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Sum

from learning import sample
from learning.competencies.models import Competency, CompetencyRecord, Completion, Indicator, QuizAttempt
from learning.people import access
from learning.people.models import Person, Unit
from learning.people.rules import employment_matches, read_nip
from learning.reports.actions import refresh_unit_weeks
from learning.reports.models import UnitWeek
from learning.reviews.models import Declaration, WeekAcknowledgement
from learning.sample_submissions import load_submissions
from learning.study import rules
from learning.study.models import ActivityTotal, StudyEntry, WeekTotal
from learning.study.queries import year_totals
from tests import make, make_study

PEOPLE = 60


class Undone(Exception):
    """Ends a transaction without keeping it."""


@pytest.fixture(scope="module")
def units(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The real units, loaded once for this file and gone after it."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                sample.load_units()
                yield
                raise Undone
        except Undone:
            pass


@pytest.fixture
def in_units(units, db) -> None:
    """A test among the real units."""


def everybody() -> list[tuple[object, ...]]:
    """All that was invented about people, without keys and hashes."""
    return list(
        Person.objects.order_by("username").values_list(
            "username",
            "nip",
            "name",
            "unit__code",
            "position",
            "grade",
            "employment",
            "weekly_goal_minutes",
            "joined_on",
        )
    ) + list(Unit.objects.exclude(head=None).order_by("code").values_list("code", "head__username"))


def test_units_load_once_as_one_tree(in_units) -> None:
    count = Unit.objects.count()
    assert count == len(list(sample._rows("people/fixtures/opd_jatim.csv"))) > 300
    assert sample.load_units() == count
    assert Unit.objects.count() == count
    assert Unit.find_problems() == ([], [], [], [], [])


def test_competencies_load_once_with_five_levels_each(db) -> None:
    count = sample.load_competencies()
    assert count > 20
    assert sample.load_competencies() == count
    assert Competency.objects.count() == count
    assert Indicator.objects.count() == 5 * count
    assert not Indicator.objects.filter(text="").exists()


def test_the_same_people_are_invented_each_time_and_a_second_loading_adds_nobody(in_units) -> None:
    worlds = []
    for _ in range(2):
        with pytest.raises(Undone), transaction.atomic():
            assert sample.load_people(PEOPLE) == PEOPLE + 3 == Person.objects.count()
            worlds.append(everybody())
            assert sample.load_people(PEOPLE) == 0
            assert everybody() == worlds[-1]
            raise Undone
        assert not Person.objects.exists()
    assert worlds[0] == worlds[1]


def test_2000_people_have_valid_nips_of_1900_that_fit_how_they_serve(in_units) -> None:
    sample.load_people(2_000)
    people = list(Person.objects.all())
    assert len(people) == 2_003
    assert len({person.username for person in people}) == 2_003
    with_nip = [person for person in people if person.nip]
    for person in with_nip:
        nip = read_nip(person.nip)
        assert nip.born.year == 1900
        assert employment_matches(nip, person.employment)
        assert person.username == person.nip
    assert {person.employment for person in people if not person.nip} == {"non_asn"}
    units = Counter(person.unit_id for person in people)
    assert len(units) > 100
    assert None not in units
    assert all(unit.is_active for unit in Unit.objects.filter(pk__in=units))


def test_three_people_can_sign_in_and_are_what_they_are_said_to_be(in_units) -> None:
    sample.load_people(PEOPLE)
    for sign_in in (sample.LEARNER, sample.EDITOR, sample.SUPERVISOR):
        person = authenticate(username=sign_in.username, password=sign_in.password)
        assert person is not None
        assert (person.name, person.position, person.unit.code) == (
            sign_in.name,
            sign_in.position,
            sign_in.unit,
        )
        assert read_nip(person.nip).born.year == 1900
    learner, editor, supervisor = (
        Person.objects.get(username=each.username)
        for each in (sample.LEARNER, sample.EDITOR, sample.SUPERVISOR)
    )
    assert access.supervisor_of(learner) == supervisor
    assert [access.is_supervisor(each) for each in (learner, editor, supervisor)] == [False, False, True]
    assert access.visible_people(supervisor).count() >= 20
    others = Person.objects.exclude(pk__in=[learner.pk, editor.pk, supervisor.pk])
    assert not [person for person in others if person.has_usable_password()]


def test_nobody_is_invented_where_sample_people_are_not_allowed(db, settings, now) -> None:
    settings.BELAJAR_SAMPLE_PEOPLE_ALLOWED = False
    for load in (
        sample.forbid_in_production,
        sample.load_people,
        lambda: sample.load_history(now=now, quizzes=[]),
    ):
        with pytest.raises(ImproperlyConfigured):
            load()
    assert not Person.objects.exists()
    assert not StudyEntry.objects.exists()


NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=rules.WIB)
WEEKS = rules.recent_weeks(NOW.date(), 9)


@pytest.fixture(scope="class")
def history(units, django_db_blocker) -> Iterator[None]:
    """Sixty people with eight weeks behind them, in eight modules with a quiz."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                modules = [make.activity(planned_minutes=planned) for planned in (20, 30, 45, 25) * 2]
                for module in modules:
                    make_study.proves(module, level=2)
                sample.load_people(PEOPLE)
                questions = [make_study.question(number) for number in range(1, 6)]
                quizzes = [sample.Quiz(module.pk, None, questions, 70) for module in modules]
                assert sample.load_history(now=NOW, quizzes=quizzes) > 200
                yield
                raise Undone
        except Undone:
            pass


@pytest.mark.usefixtures("history")
@pytest.mark.django_db
class TestHistory:
    """What `load_history` writes, read back in every way a page reads it."""

    def test_the_history_adds_up_row_by_row_for_every_person(self) -> None:
        entries = list(StudyEntry.objects.all())
        assert len(entries) > 1_000
        assert {entry.week for entry in entries} <= set(WEEKS)
        weeks: Counter[tuple[int, dt.date]] = Counter()
        days: Counter[tuple[int, dt.date]] = Counter()
        years: Counter[tuple[int, int]] = Counter()
        activities: Counter[tuple[int, int]] = Counter()
        for entry in entries:
            day = rules.local_day(entry.started_at)
            assert entry.week == rules.week_of(day)
            assert entry.started_at + dt.timedelta(seconds=entry.claimed_s) <= NOW
            weeks[entry.person_id, entry.week] += entry.credited_s
            days[entry.person_id, day] += entry.credited_s
            years[entry.person_id, day.year] += entry.credited_s
            activities[entry.person_id, entry.activity_id] += entry.credited_s

        def only_some(sums: Counter) -> dict:
            return {key: seconds for key, seconds in sums.items() if seconds}

        totals = list(WeekTotal.objects.all())
        assert only_some(weeks) == {(t.person_id, t.week): t.seconds for t in totals if t.seconds}
        assert only_some(days) == {
            (t.person_id, t.week + dt.timedelta(days=place)): getattr(t, f"day_{place + 1}_s")
            for t in totals
            for place in range(7)
            if getattr(t, f"day_{place + 1}_s")
        }
        everybody = [person for person, _year in years]
        kept = {year: year_totals(everybody, year) for _person, year in years}
        assert only_some(years) == {
            (person, year): total.seconds
            for year, totals in kept.items()
            for person, total in totals.items()
            if total.seconds
        }
        assert only_some(activities) == {
            (t.person_id, t.activity_id): t.credited_s for t in ActivityTotal.objects.all() if t.credited_s
        }
        for week in WEEKS:
            refresh_unit_weeks(week=week, now=NOW)
            rolled_up = UnitWeek.objects.filter(week=week).aggregate(seconds=Sum("seconds"))["seconds"]
            assert rolled_up == sum(seconds for (_, of_week), seconds in weeks.items() if of_week == week)

    def test_the_history_counts_nobodys_time_twice(self) -> None:
        by_person: dict[int, list[StudyEntry]] = {}
        for entry in StudyEntry.objects.exclude(credited_s=0).order_by("started_at"):
            by_person.setdefault(entry.person_id, []).append(entry)
        for entries in by_person.values():
            reached = entries[0].started_at
            covered_s = credited_s = 0.0
            for entry in entries:
                end = entry.started_at + dt.timedelta(seconds=entry.claimed_s)
                if entry.started_at >= reached:  # nothing before it touches it: begin to count anew
                    covered_s = credited_s = 0.0
                covered_s += max(0.0, (end - max(reached, entry.started_at)).total_seconds())
                credited_s += entry.credited_s
                reached = max(reached, end)
                assert credited_s <= covered_s + 1

    def test_completions_of_the_history_have_their_quiz_their_minutes_and_their_records(self) -> None:
        completions = list(Completion.objects.select_related("attempt", "activity"))
        assert completions
        for completion in completions:
            assert completion.attempt.passed
            assert completion.attempt.person_id == completion.person_id
            assert completion.score >= 70
            assert completion.credited_s >= completion.activity.minimum_minutes * 60
            assert completion.week == rules.week_of(rules.local_day(completion.completed_at))
        assert CompetencyRecord.objects.count() == len(completions)
        assert QuizAttempt.objects.filter(passed=False).exists()
        assert not QuizAttempt.objects.filter(answered_at=None).exists()

    def test_the_sample_supervisor_has_seen_all_weeks_but_the_last_and_the_running_one(self) -> None:
        seen = WeekAcknowledgement.objects.values_list("week", flat=True).distinct()
        assert sorted(seen) == WEEKS[:-2]
        supervisor = Person.objects.get(username=sample.SUPERVISOR.username)
        assert set(WeekAcknowledgement.objects.values_list("by", flat=True)) == {supervisor.pk}
        for each in WeekAcknowledgement.objects.all():
            total = WeekTotal.objects.filter(person=each.person_id, week=each.week).first()
            assert each.seen_s == (total.seconds if total else 0)

    def test_the_history_of_the_learner_is_worth_looking_at(self) -> None:
        learner = Person.objects.get(username=sample.LEARNER.username)
        weeks = WeekTotal.objects.filter(person=learner)
        assert sum(week.seconds > 0 for week in weeks) >= 5
        assert any(week.seconds >= 45 * 60 for week in weeks)


def test_the_sample_people_have_submitted_something_once(in_units, now: dt.datetime) -> None:
    """Two wait for the supervisor, one came back to the learner; nothing of it counts."""
    sample.load_competencies()
    sample.load_people(PEOPLE)
    entries = StudyEntry.objects.count()

    made = load_submissions(now=now)

    statuses = Counter(Declaration.objects.values_list("person__username", "status"))
    assert made == 3
    assert statuses[(sample.LEARNER.username, "returned")] == 1
    assert sorted(status for _who, status in statuses) == ["returned", "submitted", "submitted"]
    assert StudyEntry.objects.count() == entries
    assert load_submissions(now=now) == 0
