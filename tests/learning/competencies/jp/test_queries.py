"""What readers ask about learning hours."""

import datetime as dt

import pytest
from django.utils import translation

from learning.competencies.jp import queries
from learning.competencies.jp.queries import sum_in_words
from learning.competencies.models import JPAward, JPRule
from tests import make, make_study

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def test_whole_jp_count_and_the_rest_is_shown_apart(now) -> None:
    person = make.person()
    for minutes, back in ((44, 2), (47, 1)):
        make_study.completed(
            person, make.activity(planned_minutes=60, minimum_minutes=minutes), now=now - back * DAY
        )
    jp = queries.jp_of_year(person, 2026)
    assert (jp.whole, jp.remainder_minutes, jp.target, jp.is_ceiling) == (2, 1, 20, False)
    assert queries.jp_of_people([person.pk, make.person().pk], 2026) == {person.pk: 2}
    assert (queries.jp_of_year(person, 2025).whole, queries.jp_of_people([person.pk], 2025)) == (0, {})


def test_a_reached_ceiling_is_said_of_a_pppk_only() -> None:
    def year(whole: int, target: int, is_ceiling: bool) -> queries.YearOfJP:
        return queries.YearOfJP(2026, whole, 0, target, is_ceiling)

    assert [year(*each).is_at_ceiling for each in ((23, 24, True), (24, 24, True), (30, 20, False))] == [
        False,
        True,
        False,
    ]


def test_the_year_of_a_completion_is_that_of_wib() -> None:
    person = make.person()
    new_year = dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC)  # half past midnight in Surabaya
    make_study.completed(person, make.activity(planned_minutes=60, minimum_minutes=45), now=new_year)
    assert [queries.jp_of_year(person, year).whole for year in (2026, 2027)] == [0, 1]
    assert queries.years_with_jp(person) == [2027]


@pytest.mark.parametrize(
    ("form", "sums", "words"),
    [
        (16, (135, 0, 3, 0, 0), "135 minutes ÷ 45 = 3 JP · rule E-LEARNING-2018"),
        (
            16,
            (40, 10, 1, 0, 5),
            "(10 minutes carried over + 40 minutes) ÷ 45 = 1 JP · 5 minutes go on to the next"
            " · rule E-LEARNING-2018",
        ),
        (
            16,
            (240, 0, 3, 2, 15),
            "240 minutes ÷ 45 = 5 JP · limited to 3 JP a day: 3 JP counted"
            " · 15 minutes go on to the next · rule E-LEARNING-2018",
        ),
        (
            14,
            (30, 0, 0, 2, 0),
            "1 activity × 2 JP = 2 JP · limited to 4 JP a month: 0 JP counted · rule COACHING-2018",
        ),
        (9, (200, 0, 4, 0, 0), "1 day × 4 JP = 4 JP · rule SEMINAR-2018"),
        (11, (900, 0, 20, 0, 0), "programme of 900 minutes ÷ 45 = 20 JP · rule KURSUS-2018"),
    ],
)
def test_an_award_says_its_sum(form: int, sums: tuple[int, ...], words: str) -> None:
    counted, carried, jp, cut, rest = sums
    award = JPAward(
        rule=JPRule.objects.get(form=form),
        minutes_counted=counted,
        carried_minutes=carried,
        jp=jp,
        cut_jp=cut,
        remainder_minutes=rest,
    )
    with translation.override("en"):
        assert sum_in_words(award) == words


def test_awards_are_the_persons_own_of_that_year_newest_first(now) -> None:
    person = make.person()
    for title, back in (("Pertama", 1), ("Kedua", 0), ("Tahun depan", -60)):
        activity = make.activity(title=title, planned_minutes=60, minimum_minutes=50)
        make_study.completed(person, activity, now=now - back * DAY)
    make_study.completed(make.person(), activity, now=now)
    found = queries.awards_of_year(person, 2026)
    assert [(each.title, each.jp, each.week, each.rule) for each in found] == [
        ("Kedua", 1, "2026-W48", "E-LEARNING-2018"),
        ("Pertama", 1, "2026-W48", "E-LEARNING-2018"),
    ]
    assert [each.computed_anew_at for each in found] == [None, None]
    assert queries.years_with_jp(person) == [2027, 2026]
