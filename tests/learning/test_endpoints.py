"""`GET /api/v1/me`: the personal part of a page."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from learning.people import access, delegations
from learning.people.models import Person, Unit
from learning.study import tokens
from learning.study.models import Activity, Holiday
from learning.study.pace import PACE
from learning.study.queries import week_of_person
from tests import make, make_study

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"
NOBODY = {
    "signed_in": False,
    "person": "",
    "name": "",
    "roles": None,
    "week": None,
    "csrf": "",
    "study": None,
}


def test_to_a_stranger_it_says_only_that_nobody_is_signed_in_and_asks_the_database_nothing(
    client: Client, django_assert_num_queries
) -> None:
    activity = make.activity()
    for path in (ME, f"{ME}?activity={activity.pk}"):
        with django_assert_num_queries(0):
            answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, NOBODY)
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


def test_it_tells_a_learner_their_name_week_and_roles_and_is_never_stored(signed_in, now) -> None:
    person = make.person(name="Ayu Lestari, S.I.Kom.")
    make_study.target(person.unit, 60)
    make_study.studied(person, 754, at=now)
    answer = signed_in(person).get(ME)
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert told.pop("csrf")
    assert told == {
        "signed_in": True,
        "person": tokens.session_mark(f"person:{person.pk}"),
        "name": "Ayu Lestari, S.I.Kom.",
        "roles": {"supervisor": False, "editor": False, "office": False},
        "week": {"seconds": 754, "target_s": 3600},
        "study": None,
    }
    assert person.nip not in answer.content.decode()


def test_it_knows_supervisors_and_editors(signed_in) -> None:
    supervisor, editor = make.person(), make.person()
    Unit.objects.filter(pk=supervisor.unit.pk).update(head=supervisor)
    editor.user_permissions.add(
        Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    )
    assert signed_in(supervisor).get(ME).json()["roles"] == {
        "supervisor": True,
        "editor": False,
        "office": False,
    }
    assert signed_in(editor).get(ME).json()["roles"] == {"supervisor": False, "editor": True, "office": False}


def test_with_an_activity_it_gives_what_a_page_needs_to_measure_study(signed_in, now, monkeypatch) -> None:
    monkeypatch.setattr(PACE, "next_ms", lambda: 60_000)
    person, activity = make.person(), make.activity(planned_minutes=30, minimum_minutes=15)
    make_study.studied(person, 120, at=now - 3 * make_study.MINUTE, activity=activity)
    client = signed_in(person)
    me = client.get(f"{ME}?activity={activity.pk}&revision=7").json()
    study = me["study"]
    token = tokens.read(study.pop("token"))
    assert (token.person_id, token.activity_id, token.revision, token.issued_at) == (
        person.pk,
        activity.pk,
        7,
        now,
    )
    assert token.session == tokens.session_mark(client.session.session_key)
    assert client.session.session_key not in str(token)
    assert me["person"] not in ("", str(person.pk), person.nip)
    assert study == {
        "activity_s": 120,
        "minimum_s": 900,
        "ceiling_s": 3600,
        "last_step": 1,
        "has_passed": False,
        "is_complete": False,
        "idle_s": 120,
        "quiz_idle_s": 300,
        "tick_ms": 15_000,
        "next_ms": 60_000,
    }


def test_it_says_when_the_quiz_is_passed_and_the_module_complete(signed_in, now) -> None:
    person, activity = make.person(), make.activity()

    def told() -> tuple[bool, bool]:
        study = signed_in(person).get(f"{ME}?activity={activity.pk}").json()["study"]
        return study["has_passed"], study["is_complete"]

    assert told() == (False, False)
    make_study.passed(person, activity, now=now)
    assert told() == (True, False)
    make_study.completed(person, activity, now=now)
    assert told() == (True, True)


@pytest.mark.parametrize("which", ["closed", "none", "huge"])
def test_a_closed_activity_or_none_at_all_gives_no_token(signed_in, which: str) -> None:
    open_one, closed = make.activity(), make.activity(is_open=False)
    number = {"closed": closed.pk, "none": Activity.objects.latest("pk").pk + 1, "huge": 10**30}[which]
    client = signed_in(make.person())
    assert client.get(f"{ME}?activity={number}").json()["study"] is None
    assert client.get(f"{ME}?activity={open_one.pk}").json()["study"]["token"]


@pytest.mark.parametrize(
    "query", ["activity=x", "activity=1.5", "activity=", "revision=x", "activity=1&revision=-1"]
)
def test_a_number_that_is_none_is_refused(signed_in, query: str) -> None:
    assert signed_in(make.person()).get(f"{ME}?{query}").status_code == 422


@pytest.mark.parametrize("revision", [0, 2**31 - 1, 2**31, 2**63, 10**30])
def test_no_revision_makes_a_token_that_cannot_be_reported_with(signed_in, revision: int) -> None:
    client, activity = signed_in(make.person()), make.activity()
    answer = client.get(f"{ME}?activity={activity.pk}&revision={revision}")
    if answer.status_code == 422:
        assert revision >= 2**31
        return
    report = {
        "token": answer.json()["study"]["token"],
        "intervals": [{"key": str(make_study.key()), "offset_ms": 0, "length_ms": 0}],
    }
    sent = client.post("/api/v1/study/intervals", report, content_type="application/json")
    assert sent.status_code == 200
    report["intervals"][0]["length_ms"] = 1500
    sent = client.post("/api/v1/study/intervals", report, content_type="application/json")
    assert sent.status_code == 200


@pytest.mark.parametrize(("query", "statements"), [("", 3), ("?activity={}", 3)])
def test_it_asks_for_the_session_the_person_and_the_rest(
    signed_in, django_assert_num_queries, query: str, statements: int
) -> None:
    person, activity = make.person(), make.activity()
    client = signed_in(person)
    client.get(ME)
    with django_assert_num_queries(statements):
        client.get(ME + query.format(activity.pk))


def test_it_says_what_every_other_page_says(signed_in, now, today, week) -> None:
    """Targets of units above, holidays, leave, an own goal, joining late; mandates and groups."""
    opd = make.unit()
    unit = make.unit(parent=opd)
    make_study.target(opd, 90)
    make_study.target(unit, 60)
    Holiday.objects.create(day=week + dt.timedelta(days=1), name="Hari jadi")
    Holiday.objects.create(day=week + dt.timedelta(days=5), name="Kerja bakti", is_workday=True)
    head, delegate, hr, editor, away, ended, eager, late, nobody = everybody = [
        make.person(unit) for _ in range(9)
    ]
    Unit.objects.filter(pk=unit.pk).update(head=head)
    make.role(hr, "unit_hr", opd)
    delegations.give_delegation(
        giver=head,
        delegate=delegate,
        unit=unit,
        may_decide=False,
        first_day=today,
        last_day=today,
        now=now,
        today=today,
    )
    group = Group.objects.create(name="Redaksi uji")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    editor.groups.add(group)
    make.absence(away, week + dt.timedelta(days=2), week + dt.timedelta(days=30))
    make.absence(ended, week, week + dt.timedelta(days=30), ended_on=week + dt.timedelta(days=2))
    Person.objects.filter(pk=eager.pk).update(weekly_goal_minutes=120, weekly_goal_since=week)
    Person.objects.filter(pk=late.pk).update(joined_on=week + dt.timedelta(days=3))
    Person.objects.filter(pk=nobody.pk).update(unit=None)
    make_study.studied(away, 754, at=now)
    seen = set()
    for each in everybody:
        person = Person.objects.get(pk=each.pk)
        told = signed_in(person).get(ME).json()
        elsewhere = week_of_person(person, week)
        assert told["week"] == {"seconds": elsewhere.seconds, "target_s": elsewhere.target_minutes * 60}
        assert told["roles"] == {
            "supervisor": access.sees_others(person),
            "editor": access.can_edit_content(person),
        }
        seen.add((told["week"]["target_s"], told["roles"]["supervisor"], told["roles"]["editor"]))
    assert len(seen) >= 6, seen


def test_somebody_who_left_is_nobody_any_more(signed_in) -> None:
    person = make.person()
    client = signed_in(person)
    assert client.get(ME).json()["signed_in"]
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(ME).json() == NOBODY
