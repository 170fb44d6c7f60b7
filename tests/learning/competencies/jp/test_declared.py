"""JP of learning outside: by the rule of its form, day by day where the form counts days or minutes."""

import datetime as dt

import pytest

from learning.competencies.actions import complete_declared
from learning.competencies.jp import queries
from learning.competencies.jp.actions import recompute_award
from learning.competencies.models import Completion, JPAward, JPRule
from learning.people.models import Person
from learning.study.rules import WIB
from tests import make, make_study

pytestmark = pytest.mark.django_db

SELF_STUDY, SEMINAR, COACHING, COURSE, E_LEARNING = 22, 9, 14, 11, 16
MONDAY = dt.date(2026, 11, 23)
HOUR = 3600


def accepted(
    person: Person, form: int, *seconds: int, first: dt.date = MONDAY, planned_minutes: int = 100
) -> Completion:
    """Learning outside on days one after another, so many seconds credited on each."""
    activity = make.activity(
        kind="outside", planned_minutes=planned_minutes, minimum_minutes=0, is_open=False
    )
    days = {first + dt.timedelta(days=number): each for number, each in enumerate(seconds)}
    end = dt.datetime.combine(max(days), dt.time(16), WIB)
    return complete_declared(
        person=person, activity=activity, form=form, days=days, ended_at=end, now=end + dt.timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("form", "seconds", "expected"),
    [
        (SELF_STUDY, (HOUR,), [(1, 0, 15)]),
        (SELF_STUDY, (3 * HOUR, HOUR), [(2, 2, 0), (1, 0, 15)]),  # two a day at most, each day its own
        (SELF_STUDY, (30 * 60, 20 * 60), [(0, 0, 30), (1, 0, 5)]),  # what is left over goes on
        (SEMINAR, (6 * HOUR, 5 * HOUR), [(4, 0, 0), (4, 0, 0)]),
        (SEMINAR, (6 * HOUR, 0), [(4, 0, 0)]),  # a day of which nothing counts
        (COACHING, (HOUR, HOUR), [(2, 0, 0)]),  # once, however many days
        (COURSE, (HOUR, HOUR), [(2, 0, 0)]),  # a programme of 100 minutes
        (SEMINAR, (0,), []),
    ],
)
def test_each_form_by_its_own_rule(
    form: int, seconds: tuple[int, ...], expected: list[tuple[int, int, int]]
) -> None:
    person = make.person()

    completion = accepted(person, form, *seconds)

    awards = JPAward.objects.filter(completion=completion).order_by("day")
    assert [(award.jp, award.cut_jp, award.remainder_minutes) for award in awards] == expected
    assert {award.verified_by for award in awards} <= {"atasan"}
    assert {award.rule.form for award in awards} <= {form}


def test_coaching_counts_twice_a_month_whenever_it_was_accepted() -> None:
    person = make.person()
    for day in (2, 9, 16):
        accepted(person, COACHING, HOUR, first=dt.date(2026, 11, day))
    accepted(person, COACHING, HOUR, first=dt.date(2026, 10, 5))  # accepted last, but of another month

    awards = JPAward.objects.filter(person=person).order_by("pk")
    assert [(award.day.month, award.jp, award.cut_jp) for award in awards] == [
        (11, 2, 0),
        (11, 2, 0),
        (11, 0, 2),
        (10, 2, 0),
    ]


def test_days_on_both_sides_of_new_year_count_in_their_own_years() -> None:
    person = make.person()

    accepted(person, SEMINAR, HOUR, HOUR, first=dt.date(2025, 12, 31))

    assert [queries.jp_of_year(person, year).whole for year in (2025, 2026)] == [4, 4]


def test_what_the_site_measured_and_what_was_declared_carry_on_together_in_one_form() -> None:
    person, module = make.person(), make.activity(minimum_minutes=40)
    make_study.completed(person, module, now=dt.datetime(2026, 11, 20, 10, tzinfo=WIB))
    accepted(person, E_LEARNING, 50 * 60)

    awards = list(JPAward.objects.filter(person=person).order_by("pk"))
    assert [(award.jp, award.carried_minutes, award.remainder_minutes) for award in awards] == [
        (0, 0, 40),
        (2, 40, 0),
    ]
    assert [award.verified_by for award in awards] == ["aturan", "atasan"]


def test_an_award_opens_to_its_sum_and_says_who_verified_it(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    person = make.person()
    accepted(person, SELF_STUDY, 3 * HOUR, HOUR)

    with django_assert_max_num_queries(1):
        last, first = queries.awards_of_year(person, 2026)

    assert first.sum_in_words.startswith("180 menit ÷ 45 = 4 JP")
    assert (first.week, first.jp, last.jp) == ("2026-W48", 2, 1)
    assert first.verified_by == "atasan langsung"


def test_computing_anew_keeps_the_day_and_who_verified() -> None:
    person, owner = make.person(), make.person(is_superuser=True)
    accepted(person, SEMINAR, HOUR, HOUR)
    JPRule.objects.filter(form=SEMINAR).update(valid_to=dt.date(2026, 1, 1))
    JPRule.objects.create(
        code="SEMINAR-2026",
        form=SEMINAR,
        form_name="Seminar",
        unit="day",
        jp=6,
        valid_from=dt.date(2026, 1, 1),
        source="contoh",
        confidence="low",
    )
    first, second = JPAward.objects.order_by("day")

    new = recompute_award(
        award=first, actor=owner, reason="Aturan baru", now=dt.datetime(2026, 12, 1, tzinfo=WIB)
    )

    assert (new.jp, new.day, new.verified_by, new.rule.code) == (6, MONDAY, "atasan", "SEMINAR-2026")
    assert [award.jp for award in JPAward.objects.standing().order_by("day")] == [6, 4]
    assert second.replaces is None


def test_only_modules_count_as_competencies_of_the_week() -> None:
    from learning.competencies.queries import completions_in_week

    person = make.person()
    accepted(person, SEMINAR, HOUR)

    assert completions_in_week([person.pk], MONDAY) == {}
    assert [rule.form for rule in queries.forms_in_force(MONDAY)].count(SEMINAR) == 1
    assert len(queries.forms_in_force(MONDAY)) == 25
    assert all(queries.in_words(rule) for rule in queries.forms_in_force(MONDAY))
