"""The desk: what waits, what goes live, what is old, how the last one did; to each what is their own."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Workflow

from content import editorial
from content.groups import EDITORS, make_groups, make_partner_group
from content.models import ModulePage
from content.workflows import make_workflows
from learning.people.models import Person
from learning.study.models import Activity
from tests import make, make_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Person:
    make_pages.home()
    person = make.person()
    person.groups.add(make_groups()[EDITORS])
    return person


def test_making_workflows_twice_is_making_them_once_and_keeps_what_was_changed() -> None:
    make_pages.track()
    make_groups()
    made = make_workflows()
    task = made["Resmi"].workflow_tasks.first().task.specific
    type(task).objects.filter(pk=task.pk).update(days=9)
    before = sorted(Workflow.objects.values_list("name", "active", "workflow_tasks__task__name"))
    again = make_workflows()
    assert before == sorted(Workflow.objects.values_list("name", "active", "workflow_tasks__task__name"))
    assert again["Resmi"].workflow_tasks.first().task.specific.days == 9
    steps = [each.task.name for each in made["Resmi"].workflow_tasks.order_by("sort_order")]
    assert steps == ["Substansi", "Bahasa dan akses", "Persetujuan BPSDM"]


def test_the_desk_shows_each_their_own_and_the_rest_to_nobody(client: Client, editor: Person) -> None:
    today = timezone.localdate()
    old = make_pages.module(title="Modul lawas", review_by=today - dt.timedelta(days=1))
    make_pages.module(title="Modul baru", review_by=today + dt.timedelta(days=90))
    waiting = make_pages.unpublished_module(title="Modul menunggu")
    make_groups()
    make_workflows()
    waiting.get_workflow().start(waiting, None)
    partner = make.person()
    partner.groups.add(make_partner_group(waiting.get_parent().specific.owner_partner))

    client.force_login(editor)
    text = client.get("/redaksi/").content.decode()
    assert "Modul lawas" in text and "Modul menunggu" in text
    assert "Modul lawas" in client.get("/redaksi/tanggal-tinjau/").content.decode()
    assert "Modul baru" not in client.get("/redaksi/tanggal-tinjau/").content.decode()
    assert list(editorial.to_review(editor, today)) == [old.page_ptr]
    client.force_login(partner)
    text = client.get("/redaksi/").content.decode()
    assert "Modul lawas" not in text and "Modul menunggu" in text
    assert "Modul lawas" not in client.get("/redaksi/tanggal-tinjau/").content.decode()
    client.force_login(make.person())
    assert client.get("/redaksi/tanggal-tinjau/").status_code in {302, 403}


def test_the_last_episode_shows_figures_from_five_people_on_and_never_a_name(editor: Person) -> None:
    now = timezone.now()
    episode = make_pages.episode(starts_at=now - dt.timedelta(days=2))
    activity = Activity.objects.get(pk=episode.activity_id)
    for number in range(5):
        last = editorial.last_episode(editor, now)
        assert last == (episode, None)
        make.study(make.person(), activity, now - dt.timedelta(hours=2), 10, session=f"sesi-{number}")
    last = editorial.last_episode(editor, now)
    assert last and last[1] and (last[1].learners, last[1].completed) == (5, None)


def test_the_desk_costs_the_same_with_many_old_pages(
    client: Client, editor: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(editor)
    track = make_pages.track()
    for count in (1, 8):
        for _ in range(count):
            make_pages.module(track, review_by=dt.date(2026, 1, 1))
        client.get("/redaksi/tanggal-tinjau/")
        with django_assert_max_num_queries(24):
            assert client.get("/redaksi/tanggal-tinjau/").status_code == 200
    assert ModulePage.objects.count() == 9
