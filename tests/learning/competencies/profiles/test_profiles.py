"""What a position asks for, what is recognised, and the shortest way between."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.competencies.actions import end_record, recognise
from learning.competencies.models import ActivityCompetency
from learning.competencies.profiles import queries, rules
from learning.competencies.profiles.actions import assess_oneself, publish_profiles
from learning.competencies.profiles.models import SelfAssessment
from learning.competencies.rules import valid_until
from tests import make


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (dt.date(2026, 11, 25), None, None),
        (dt.date(2026, 11, 25), 12, dt.date(2027, 11, 25)),
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2026, 12, 31), 1, dt.date(2027, 1, 31)),
    ],
)
def test_what_is_recognised_holds_so_many_months(day, months, until) -> None:
    assert valid_until(day, months) == until


def test_a_position_is_found_under_its_own_name_or_what_it_begins_with() -> None:
    assert rules.keys_for(" Kepala  Bidang Pelayanan ") == [
        "kepala bidang pelayanan",
        "kepala bidang",
        "kepala",
    ]
    assert rules.keys_for("") == []


gaps = st.dictionaries(st.integers(1, 5), st.integers(1, 3), min_size=1)
modules = st.lists(
    st.tuples(st.integers(1, 90), st.dictionaries(st.integers(1, 6), st.integers(1, 3), max_size=3)),
    max_size=5,
)


@given(gaps, modules)
def test_the_way_closes_all_that_modules_can_and_has_no_step_too_many(gaps, modules) -> None:
    """Nothing shorter closes as much with some of its own steps; one module that does it all alone and in
    less time than the way is never passed over."""
    ways = [rules.Way(n, minutes, proves) for n, (minutes, proves) in enumerate(modules)]
    way = rules.shortest_way(gaps, ways)
    closable = {each for one in ways for each in rules.closed_by(one, gaps)}
    assert {each for one in way for each in rules.closed_by(one, gaps)} == closable
    for size in range(len(way)):
        for fewer in itertools.combinations(way, size):
            assert {each for one in fewer for each in rules.closed_by(one, gaps)} != closable
    if len(closable) == 1:
        assert sum(one.minutes for one in way) == min(
            one.minutes for one in ways if rules.closed_by(one, gaps)
        )


@pytest.mark.django_db
def test_gaps_of_a_person_and_what_closes_them(now, today, django_assert_num_queries) -> None:
    person = make.person(position="Arsiparis Terampil Seksi Satu")
    met, low, missing = (make.competency() for _each in range(3))
    publish_profiles(
        actor=None,
        profiles={"Arsiparis Terampil": {met.pk: 2, low.pk: 3, missing.pk: 2}, "Arsiparis": {met.pk: 5}},
        valid_from=today,
        now=now,
    )
    recognise(person=person, competency=met, level=3, now=now)
    recognise(person=person, competency=low, level=1, now=now)
    ended = recognise(person=person, competency=missing, level=5, now=now)
    end_record(record=ended, now=now)
    short, both, closed = make.activity(), make.activity(planned_minutes=45), make.activity(is_open=False)
    for module, competency, level in (
        (short, low, 2),
        (both, low, 3),
        (both, missing, 2),
        (closed, missing, 5),
    ):
        ActivityCompetency.objects.create(activity=module, competency=competency, level=level)
    assess_oneself(person=person, levels={missing.pk: 4, low.pk: 9, 10**6: 2}, now=now)
    with django_assert_num_queries(6):
        found = queries.gaps_of(person, today)
    assert [(row.needed, row.has, row.gap, row.own) for row in found.rows] == [
        (2, 3, 0, None),
        (3, 1, 2, None),
        (2, 0, 2, 4),  # what somebody thinks of themselves closes nothing
    ]
    assert [(step.title, step.minutes, step.closes) for step in found.way] == [
        (both.title, 45, [low.name, missing.name])
    ]
    assert queries.gaps_of(person, today - dt.timedelta(days=1)).profile is None


@pytest.mark.django_db
def test_what_lapses_soon_can_be_renewed_and_what_lapsed_is_a_gap(now, today) -> None:
    person, yearly = make.person(position="Auditor"), make.competency(validity_months=12)
    publish_profiles(actor=None, profiles={"Auditor": {yearly.pk: 2}}, valid_from=today, now=now)
    recognise(person=person, competency=yearly, level=2, now=now)
    until = today.replace(year=today.year + 1)
    seen = {
        days: queries.gaps_of(person, until + dt.timedelta(days=days)).rows[0] for days in (-91, -90, 0, 1)
    }
    assert {days: (row.gap, row.renew_by) for days, row in seen.items()} == {
        -91: (0, None),
        -90: (0, until),
        0: (0, until),
        1: (2, None),
    }


@pytest.mark.django_db
def test_my_page_shows_the_gap_and_keeps_my_own_view_apart(now, today, signed_in) -> None:
    person = make.person(position="Perencana Ahli Muda")
    wanted = make.competency(name="Perencanaan daerah")
    publish_profiles(actor=None, profiles={"Perencana Ahli Muda": {wanted.pk: 3}}, valid_from=today, now=now)
    client = signed_in(person)
    page = client.get("/kompetensi/").content.decode()
    assert "0 dari 1 kompetensi terpenuhi" in page and f"kompetensi={wanted.code}" in page
    client.post("/kompetensi/nilai-diri/", {f"nilai-{wanted.pk}": "4", "nilai-x": "2", "nilai-999999": "2"})
    assert SelfAssessment.objects.get().level == 4
    assert "0 dari 1 kompetensi terpenuhi" in client.get("/kompetensi/").content.decode()


@pytest.mark.django_db
def test_my_page_costs_the_same_with_few_gaps_and_with_many(
    now, today, signed_in, django_assert_max_num_queries
) -> None:
    for count in (1, 34):
        asked = [make.competency() for _each in range(count)]
        person = make.person(position=f"Jabatan {count}")
        publish_profiles(
            actor=None,
            profiles={person.position: {each.pk: 3 for each in asked}},
            valid_from=today,
            now=now,
        )
        for each in asked:
            ActivityCompetency.objects.create(activity=make.activity(), competency=each, level=3)
            recognise(person=person, competency=each, level=1, now=now)
        client = signed_in(person)
        with django_assert_max_num_queries(24):
            page = client.get("/kompetensi/").content.decode()
        assert page.count("Tulis klaim") == count + 1
