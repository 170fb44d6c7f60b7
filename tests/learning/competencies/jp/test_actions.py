"""Awarding learning hours, and computing them anew."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from learning.competencies.actions import complete_if_ready
from learning.competencies.jp.actions import AlreadyReplaced, award_jp, recompute_award
from learning.competencies.jp.queries import jp_of_year
from learning.competencies.models import Completion, JPAward, JPRule
from learning.people.models import Person
from learning.study.rules import WIB
from tests import make, make_study

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def completed(person: Person, minutes: int, at: dt.datetime, **activity: object) -> JPAward:
    """`person` completed an activity of `minutes` at `at`; the award of it."""
    done = make.activity(planned_minutes=max(1, minutes), minimum_minutes=minutes, **activity)
    make_study.completed(person, done, now=at)
    return JPAward.objects.get(completion__activity=done)


def officer() -> Person:
    """Somebody who may compute awards anew."""
    person = make.person()
    person.user_permissions.add(Permission.objects.get(codename="add_jpaward"))
    return Person.objects.get(pk=person.pk)


def values() -> list[dict[str, object]]:
    return list(JPAward.objects.order_by("pk").values())


def new_reading(**fields: object) -> JPRule:
    """The law on e-learning is read anew, from the first of November 2026."""
    old = JPRule.objects.get(code="E-LEARNING-2018")
    defaults = {
        "code": "E-LEARNING-2026",
        "form": old.form,
        "form_name": old.form_name,
        "unit": old.unit,
        "cap_jp": 3,
        "cap_period": "day",
        "valid_from": dt.date(2026, 11, 1),
        "source": "aturan baru",
        "confidence": "high",
    }
    return JPRule.objects.create(**{**defaults, **fields})


def test_each_form_of_learning_has_a_rule_with_source_and_confidence() -> None:
    assert sorted(JPRule.objects.values_list("form", flat=True)) == list(range(1, 26))
    assert not JPRule.objects.filter(source="").exists()
    assert set(JPRule.objects.values_list("confidence", flat=True)) == {"high", "medium", "low"}
    named = {
        rule.code: (rule.form, rule.unit, rule.minutes_per_jp, rule.jp, rule.cap_jp, rule.cap_period)
        for rule in JPRule.objects.filter(form__in=(14, 15, 16, 22, 23))
    }
    assert named == {
        "COACHING-2018": (14, "activity", 45, 2, 4, "month"),
        "MENTORING-2018": (15, "activity", 45, 2, 4, "month"),
        "E-LEARNING-2018": (16, "minutes", 45, 1, 3, "day"),
        "BELAJAR-MANDIRI-2018": (22, "minutes", 45, 1, 2, "day"),
        "KOMUNITAS-2018": (23, "minutes", 45, 1, 2, "day"),
    }


def test_a_completion_is_awarded_at_once_by_the_rule_of_its_day(now, today) -> None:
    person = make.person()
    award = completed(person, 100, now)
    assert (award.person, award.rule.code, award.minutes_counted, award.carried_minutes) == (
        person,
        "E-LEARNING-2018",
        100,
        0,
    )
    assert (award.jp, award.cut_jp, award.remainder_minutes, award.day, award.year) == (2, 0, 10, today, 2026)
    assert (award.verified_by, award.at, award.replaces) == ("aturan", now, None)
    again = complete_if_ready(person=person, activity_id=award.completion.activity_id, now=now + DAY)
    assert again == award.completion
    assert JPAward.objects.count() == 1


def test_the_rest_is_carried_on_within_the_calendar_year_of_wib_and_within_one_person() -> None:
    person = make.person()
    last_evening = dt.datetime(2026, 12, 31, 23, 50, tzinfo=WIB)
    first = completed(person, 44, last_evening - DAY)
    other = completed(make.person(), 30, last_evening)
    second = completed(person, 20, last_evening)
    new_year = completed(person, 44, last_evening + dt.timedelta(hours=10))
    assert [
        (a.carried_minutes, a.jp, a.remainder_minutes, a.year) for a in (first, second, new_year, other)
    ] == [
        (0, 0, 44, 2026),
        (44, 1, 19, 2026),
        (0, 0, 44, 2027),
        (0, 0, 30, 2026),
    ]


def test_what_was_learned_outside_is_self_development_with_a_rest_and_a_ceiling_of_its_own(now) -> None:
    person = make.person()
    completed(person, 44, now - DAY)
    outside = completed(person, 150, now, kind="outside")
    assert (outside.rule.code, outside.carried_minutes, outside.jp, outside.cut_jp) == (
        "BELAJAR-MANDIRI-2018",
        0,
        2,
        1,
    )
    assert completed(person, 46, now + dt.timedelta(hours=3)).jp == 2


def test_without_a_rule_for_its_day_nothing_is_awarded(now) -> None:
    JPRule.objects.filter(form=16).update(valid_to=dt.date(2026, 11, 1))
    make_study.completed(make.person(), make.activity(), now=now)
    assert award_jp(completion=Completion.objects.get(), now=now) is None
    assert not JPAward.objects.exists()


def test_a_new_rule_leaves_awards_alone_and_holds_for_the_next(now) -> None:
    person = make.person()
    completed(person, 100, now - DAY)
    before, total = values(), jp_of_year(person, 2026)
    new_reading(minutes_per_jp=60)
    assert values() == before
    assert jp_of_year(person, 2026) == total
    later = completed(person, 50, now)
    assert (later.rule.code, later.carried_minutes, later.jp, later.remainder_minutes) == (
        "E-LEARNING-2026",
        10,
        1,
        0,
    )
    assert values()[:1] == before


def test_an_award_computed_anew_names_the_old_and_only_it_counts(now) -> None:
    person, actor = make.person(), officer()
    old = completed(person, 100, now - DAY)
    before = values()
    new_reading(minutes_per_jp=50)
    award = recompute_award(award=old, actor=actor, reason=" PerLAN baru ", now=now)
    assert values()[:1] == before
    assert (award.replaces, award.actor, award.reason, award.at) == (old, actor, "PerLAN baru", now)
    assert (award.rule.code, award.jp, award.remainder_minutes, award.day) == (
        "E-LEARNING-2026",
        2,
        0,
        old.day,
    )
    assert list(JPAward.objects.standing()) == [award]
    assert jp_of_year(person, 2026).whole == 2
    with pytest.raises(AlreadyReplaced):
        recompute_award(award=old, actor=actor, reason="lagi", now=now)


def test_computing_one_anew_reaches_those_after_it_whose_sum_changes(now) -> None:
    person, actor = make.person(), officer()
    first, second, third = (
        completed(person, minutes, now - days * DAY) for minutes, days in ((44, 3), (46, 2), (30, 1))
    )
    new_reading(minutes_per_jp=40)
    award = recompute_award(award=first, actor=actor, reason="aturan baru", now=now)
    standing = JPAward.objects.standing().order_by("completion_id")
    assert [(a.replaces, a.rule.code, a.carried_minutes, a.jp, a.remainder_minutes) for a in standing] == [
        (first, "E-LEARNING-2026", 0, 1, 4),
        (second, "E-LEARNING-2018", 4, 1, 5),
        (third, "E-LEARNING-2018", 5, 0, 35),
    ]
    count = JPAward.objects.count()
    again = recompute_award(award=award, actor=actor, reason="sekali lagi", now=now)
    assert (again.replaces, JPAward.objects.count()) == (award, count + 1)  # nothing else changed


def test_nobody_computes_their_own_hours_or_without_the_right_or_without_a_reason(now) -> None:
    actor = officer()
    own, other = completed(actor, 45, now), completed(make.person(), 45, now)
    for award, who in ((own, actor), (other, make.person())):
        with pytest.raises(PermissionDenied):
            recompute_award(award=award, actor=who, reason="karena", now=now)
    with pytest.raises(ValueError, match="for a reason"):
        recompute_award(award=other, actor=actor, reason="  ", now=now)
    assert JPAward.objects.count() == 2
    assert recompute_award(award=other, actor=actor, reason="karena", now=now).replaces == other


# --- What the database itself refuses ------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE competencies_jpaward SET jp = jp + 1",
        "DELETE FROM competencies_jpaward",
        "UPDATE competencies_jprule SET minutes_per_jp = 1 WHERE form = 16",
        "UPDATE competencies_jprule SET cap_jp = NULL, cap_period = 'none' WHERE form = 16",
    ],
)
def test_awards_and_the_numbers_of_rules_stay(statement: str, now) -> None:
    completed(make.person(), 45, now)
    before = values()
    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert values() == before


def test_the_end_and_the_source_of_a_rule_may_be_written_down_later() -> None:
    assert JPRule.objects.filter(form=16).update(valid_to=dt.date(2027, 1, 1), source="Lampiran PerLAN") == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"jp": 3}, "the_sum_of_an_award_is_right"),
        ({"remainder_minutes": 55, "jp": 1}, "the_sum_of_an_award_is_right"),
        ({"minutes_per_jp": None}, "the_sum_of_an_award_is_right"),
        ({"year": 2025}, "an_award_lies_in_its_year"),
        ({"reason": "tanpa alasan"}, "an_award_computed_anew_says_by_whom_and_why"),
        ({}, "one_first_award_per_completion"),
    ],
)
def test_a_wrong_award_cannot_be_written(change: dict[str, object], constraint: str, now) -> None:
    award = completed(make.person(), 100, now)
    fields = {f.attname: getattr(award, f.attname) for f in JPAward._meta.fields if f.name != "id"}
    said = "completion_id" if not change and connection.vendor == "sqlite" else constraint
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        JPAward.objects.create(**{**fields, **change})
