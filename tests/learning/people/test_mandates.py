"""Who may do what to whom on which day: heads, Plt, delegates, unit HR, BPSDM, auditors."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission

from learning.people import access
from learning.people.access import Deed, Role
from learning.people.models import Delegation, Person, Posting, RoleGrant, Unit
from learning.people.rules import local_day
from tests import make

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def office(today: dt.date) -> dict[str, Person]:
    """A dinas with a bidang, below it a seksi; another dinas beside; a head and staff in each."""
    dinas = make.unit(name="Dinas")
    bidang = make.unit(parent=dinas, name="Bidang")
    places = {
        "dinas": dinas,
        "bidang": bidang,
        "seksi": make.unit(parent=bidang, name="Seksi"),
        "other": make.unit(name="Dinas lain"),
    }
    people = {}
    for name, unit in places.items():
        people[f"head_{name}"] = make.person(unit, name=f"Kepala {name}")
        people[f"staff_{name}"] = make.person(unit, name=f"Staf {name}")
        Unit.objects.filter(pk=unit.pk).update(head=people[f"head_{name}"])
    return {name: Person.objects.select_related("unit").get(pk=each.pk) for name, each in people.items()}


def delegate(giver: Person, to: Person, first: dt.date, last: dt.date, **fields: object) -> Delegation:
    return Delegation.objects.create(
        giver=giver,
        delegate=to,
        unit=fields.pop("unit", giver.unit),
        first_day=first,
        last_day=last,
        recorded_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        **fields,
    )


def names(people: object) -> set[str]:
    return {each.name for each in people}  # type: ignore[attr-defined]


def test_a_delegate_sees_the_units_of_the_head_on_the_days_given_and_no_longer(office, today) -> None:
    staff = office["staff_bidang"]
    given = delegate(office["head_bidang"], staff, today, today + DAY)

    for day, seen in (
        (today - DAY, set()),
        (today, {"Kepala seksi", "Staf seksi"}),
        (today + DAY, {"Kepala seksi", "Staf seksi"}),
        (today + 2 * DAY, set()),
    ):
        assert names(access.visible_people(staff, day)) == seen
        assert access.is_supervisor(staff, day) == bool(seen)
        assert access.can_see_ledger(staff, office["staff_seksi"], day) == bool(seen)
    given.ended_on = today + DAY
    given.save()
    assert access.is_supervisor(staff, today)
    assert not access.is_supervisor(staff, today + DAY)


def test_a_delegate_never_sees_or_decides_about_the_head_they_act_for_or_themselves(office, today) -> None:
    staff, head = office["staff_bidang"], office["head_bidang"]
    delegate(head, staff, today, today, may_decide=True)

    for deed in (Deed.LEAD, Deed.READ, Deed.DECIDE, Deed.RECORD_LEAVE):
        assert names(access.people_for(staff, deed, today)) == {"Kepala seksi", "Staf seksi"}
        assert access.mandate_over(staff, head, deed, today) is None
        assert access.mandate_over(staff, staff, deed, today) is None


def test_a_delegate_who_leads_the_head_from_above_goes_on_seeing_them(office, today) -> None:
    above, head = office["head_dinas"], office["head_bidang"]
    delegate(head, above, today, today)

    assert head in access.visible_people(above, today)
    assert access.mandate_over(above, head, Deed.DECIDE, today).role is Role.SUPERVISOR


def test_a_delegate_who_only_reads_decides_nothing(office, today) -> None:
    staff, person = office["staff_bidang"], office["staff_seksi"]
    delegate(office["head_bidang"], staff, today, today)

    assert access.mandate_over(staff, person, Deed.READ, today).on_behalf_of == office["head_bidang"].pk
    for deed in (Deed.DECIDE, Deed.RECORD_LEAVE, Deed.CORRECT):
        assert access.mandate_over(staff, person, deed, today) is None
        assert not access.people_for(staff, deed, today).exists()


@pytest.mark.parametrize("gone", ["not head any more", "left", "unit closed"])
def test_a_delegation_ends_with_the_headship_it_comes_from(office, today, gone: str) -> None:
    staff, head = office["staff_bidang"], office["head_bidang"]
    delegate(head, staff, today, today)
    if gone == "not head any more":
        Unit.objects.filter(pk=head.unit_id).update(head=None)
    elif gone == "left":
        Person.objects.filter(pk=head.pk).update(is_active=False)
    else:
        Unit.objects.filter(pk=head.unit_id).update(is_active=False)

    assert not access.mandates_of(staff, today)
    assert not access.visible_people(staff, today).exists()


def test_a_delegation_of_a_unit_the_giver_does_not_lead_gives_nothing(office, today) -> None:
    delegate(office["head_bidang"], office["staff_bidang"], today, today, unit=office["staff_other"].unit)
    assert not access.mandates_of(office["staff_bidang"], today)


def test_delegations_in_a_circle_give_nobody_more_than_was_given(office, today) -> None:
    one, two = office["head_bidang"], office["head_other"]
    delegate(one, two, today, today)
    delegate(two, one, today, today)

    assert names(access.visible_people(one, today)) == {
        "Staf bidang",
        "Kepala seksi",
        "Staf seksi",
        "Staf other",
    }
    assert names(access.visible_people(two, today)) == {
        "Staf other",
        "Staf bidang",
        "Kepala seksi",
        "Staf seksi",
    }


def test_an_acting_head_leads_on_their_days_in_the_place_of_the_head(office, today) -> None:
    acting, person = office["staff_dinas"], office["staff_seksi"]
    Posting.objects.create(
        person=acting,
        unit=office["head_bidang"].unit,
        kind="plt",
        leads_unit=True,
        first_day=today,
        last_day=today,
    )

    assert person in access.visible_people(acting, today)
    assert person not in access.visible_people(acting, today + DAY)
    assert access.mandate_over(acting, person, Deed.DECIDE, today).role is Role.SUPERVISOR
    assert access.supervisor_of(office["staff_bidang"], today) == acting
    assert access.supervisor_of(office["staff_bidang"], today + DAY) == office["head_bidang"]


def test_unit_hr_reads_and_corrects_their_subtree_and_decides_nothing(office, today) -> None:
    hr, person = office["staff_other"], office["staff_seksi"]
    RoleGrant.objects.create(person=hr, role="unit_hr", unit=office["head_bidang"].unit, first_day=today)

    assert names(access.people_for(hr, Deed.CORRECT, today)) == {
        "Kepala bidang", "Staf bidang", "Kepala seksi", "Staf seksi"
    }  # fmt: skip
    assert access.can_see_ledger(hr, person, today)
    assert access.mandate_over(hr, person, Deed.RECORD_LEAVE, today)
    assert access.mandate_over(hr, person, Deed.DECIDE, today) is None
    assert not access.can_see_ledger(hr, office["staff_dinas"], today)
    assert not access.can_see_ledger(hr, person, today - DAY)
    assert not access.visible_people(hr, today).exists()  # not their supervisor


@pytest.mark.parametrize("role", ["bpsdm", "auditor"])
def test_bpsdm_and_auditors_read_everybody_and_decide_nothing(office, today, role: str) -> None:
    viewer, partner = office["staff_other"], make.person(password=None)
    Person.objects.filter(pk=partner.pk).update(unit=None)
    partner.refresh_from_db()
    RoleGrant.objects.create(person=viewer, role=role, first_day=today, last_day=today)

    everybody = set(Person.objects.exclude(pk=viewer.pk))
    assert set(access.people_for(viewer, Deed.READ, today)) == everybody
    assert access.can_see_ledger(viewer, partner, today)
    assert not access.can_see_ledger(viewer, partner, today + DAY)
    for deed in (Deed.LEAD, Deed.DECIDE, Deed.RECORD_LEAVE):
        assert not access.people_for(viewer, deed, today).exists()
    assert bool(access.people_for(viewer, Deed.CORRECT, today)) == (role == "bpsdm")


def test_an_editor_and_a_superuser_see_nobodys_record(office, today) -> None:
    editor = office["staff_other"]
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    Person.objects.filter(pk=editor.pk).update(is_superuser=True)
    editor = Person.objects.get(pk=editor.pk)

    assert access.can_edit_content(editor)
    assert not access.sees_others(editor, today)
    assert not access.people_for(editor, Deed.READ, today).exists()


def test_what_is_asked_of_one_person_and_of_all_agrees(office, today) -> None:
    """`mandate_over` and `people_for` are two ways to ask the same."""
    delegate(office["head_dinas"], office["staff_other"], today, today)
    delegate(office["head_seksi"], office["head_bidang"], today, today, may_decide=True)
    RoleGrant.objects.create(person=office["staff_seksi"], role="auditor", first_day=today)
    RoleGrant.objects.create(
        person=office["staff_other"], role="unit_hr", unit=office["head_other"].unit, first_day=today
    )
    everybody = list(Person.objects.select_related("unit"))
    for viewer in everybody:
        for deed in Deed:
            one_by_one = {p for p in everybody if access.mandate_over(viewer, p, deed, today)}
            assert one_by_one == set(access.people_for(viewer, deed, today)), (viewer.name, deed)


def test_who_may_be_seen_is_one_statement(office, today, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert len(access.visible_people(office["head_dinas"], today)) == 5
    with django_assert_num_queries(1):
        assert access.mandate_over(office["head_dinas"], office["staff_seksi"], Deed.DECIDE, today)
    with django_assert_num_queries(1):
        assert len(access.visible_units(office["head_dinas"], today)) == 3


def test_the_day_is_today_when_none_is_named(office, clock, now) -> None:
    clock(now)
    delegate(office["head_bidang"], office["staff_bidang"], local_day(now), local_day(now))
    assert access.is_supervisor(office["staff_bidang"])
    clock(now + DAY)
    assert not access.is_supervisor(office["staff_bidang"])
