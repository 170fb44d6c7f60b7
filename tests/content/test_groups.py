"""Editors write everywhere, partners only in their own tracks, and nobody changes learning's tables."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from content import groups
from learning.people.models import Person
from tests import make, make_pages

pytestmark = pytest.mark.django_db


def member_of(group: Group) -> Person:
    person = make.person()
    person.groups.add(group)
    return person


def test_making_groups_twice_is_making_them_once() -> None:
    make_pages.track()
    groups.make_groups()
    before = [(group.name, group.page_permissions.count()) for group in Group.objects.order_by("name")]
    groups.make_groups()
    assert before == [
        (group.name, group.page_permissions.count()) for group in Group.objects.order_by("name")
    ]


def test_an_editor_writes_publishes_and_deletes_everywhere() -> None:
    module = make_pages.module()
    editor = member_of(groups.make_groups()[groups.EDITORS])
    may = module.permissions_for_user(editor)
    assert (may.can_edit(), may.can_publish(), may.can_delete()) == (True, True, True)


def test_a_partner_edits_its_own_track_and_no_other() -> None:
    own, other = make_pages.module(), make_pages.module()
    partner = own.get_parent().specific.owner_partner
    editor = member_of(groups.make_partner_group(partner))
    assert own.permissions_for_user(editor).can_edit()
    assert not own.permissions_for_user(editor).can_publish()
    assert not other.permissions_for_user(editor).can_edit()


def test_a_partner_cannot_open_another_tree(client: Client) -> None:
    own, other = make_pages.module(), make_pages.module()
    client.force_login(member_of(groups.make_partner_group(own.get_parent().specific.owner_partner)))
    assert client.get(f"/redaksi/pages/{own.pk}/edit/").status_code == 200
    assert client.get(f"/redaksi/pages/{other.pk}/edit/").status_code == 302
    assert client.get(f"/redaksi/pages/add/content/modulepage/{other.get_parent().pk}/").status_code == 302


def test_a_learner_has_no_back_office(client: Client) -> None:
    client.force_login(make.person())
    assert client.get("/redaksi/").status_code in {302, 403}


@pytest.mark.parametrize("table", ["competency", "studypolicy"])
def test_learnings_tables_are_looked_at_and_never_changed(client: Client, table: str) -> None:
    make_pages.home()
    editor = member_of(groups.make_groups()[groups.EDITORS])
    for person in (editor, make.person(is_superuser=True)):
        client.force_login(person)
        assert client.get(f"/redaksi/{table}/").status_code == 200
        assert client.get(f"/redaksi/{table}/new/").status_code == 302


def test_a_target_is_set_by_the_programmes_owner_and_by_no_editor(client: Client) -> None:
    make_pages.home()
    client.force_login(member_of(groups.make_groups()[groups.EDITORS]))
    assert client.get("/redaksi/weeklytarget/new/").status_code == 302
    client.force_login(make.person(is_superuser=True))
    assert client.get("/redaksi/weeklytarget/new/").status_code == 200
