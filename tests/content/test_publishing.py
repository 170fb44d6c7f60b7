"""Publishing a page opens its activity; what was studied stays with the activity."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from content.models import ModulePage
from learning import api
from learning.study.models import Activity
from tests import make, make_h5p, make_pages

pytestmark = pytest.mark.django_db


def activity_of(page: ModulePage) -> Activity:
    return Activity.objects.get(pk=ModulePage.objects.get(pk=page.pk).activity_id)


def test_a_draft_has_no_activity() -> None:
    assert make_pages.unpublished_module().activity_id is None


def test_publishing_a_module_opens_its_activity() -> None:
    competency = make.competency()
    page = make_pages.module(title="Pelayanan", competencies=[make_pages.competency(competency, level=3)])
    activity = activity_of(page)
    assert (activity.kind, activity.title, activity.is_open) == ("module", "Pelayanan", True)
    assert (activity.planned_minutes, activity.minimum_minutes) == (20, 10)
    assert activity.path == page.url
    assert [(each.competency, each.level) for each in activity.competencies.all()] == [(competency, 3)]


def test_only_without_a_quiz_the_pieces_of_a_module_complete_it() -> None:
    package = make_h5p.kept()
    steps = [make_pages.step("Coba", ("package", {"package": package}))]
    page = make_pages.module(steps=steps, quiz=[])
    pieces = activity_of(page).completing_pieces
    assert [each.piece for each in pieces.all()] == [f"h5p-{package.pk}"]
    page.quiz = [make_pages.SINGLE]
    page.save_revision().publish()
    assert not pieces.exists()


def test_publishing_an_episode_says_when_it_begins() -> None:
    page = make_pages.episode(series=29, year=2026, title="Melayani")
    activity = Activity.objects.get(pk=page.activity_id)
    assert activity.kind == "episode"
    assert activity.title.endswith("– Melayani")
    assert "29" in activity.title
    assert activity.starts_at == page.starts_at


def test_publishing_again_keeps_the_activity() -> None:
    page = make_pages.module()
    before = page.activity_id
    page.title = "Judul baru"
    page.save_revision().publish()
    assert activity_of(page).pk == before
    assert activity_of(page).title == "Judul baru"


def test_publishing_an_old_revision_keeps_the_activity() -> None:
    page = make_pages.unpublished_module()
    first = page.latest_revision
    page.save_revision().publish()
    activity = activity_of(page)
    first.publish()  # written when there was no activity yet
    assert activity_of(page) == activity


def test_unpublishing_closes_the_activity_and_publishing_opens_it_again() -> None:
    page = make_pages.module()
    page.unpublish()
    assert not activity_of(page).is_open
    page.save_revision().publish()
    assert activity_of(page).is_open


def test_a_renamed_track_tells_the_activities_below(django_capture_on_commit_callbacks: Any) -> None:
    track = make_pages.track(slug="lama")
    page = make_pages.module(track, slug="modul")
    track.slug = "baru"
    with django_capture_on_commit_callbacks(execute=True):
        track.save_revision().publish()
    assert activity_of(page).path == "/alur/baru/modul/"


def test_a_moved_module_tells_its_activity() -> None:
    page, target = make_pages.module(slug="modul"), make_pages.track(slug="tujuan")
    page.move(target, pos="last-child")
    assert activity_of(page).path == "/alur/tujuan/modul/"


def test_a_copy_gets_an_activity_of_its_own() -> None:
    page = make_pages.module()
    copy = page.copy(update_attrs={"slug": "salinan"}, keep_live=True)
    assert copy.activity_id != page.activity_id


def begin_quiz(page: ModulePage, now: dt.datetime) -> None:
    """The least somebody can leave behind."""
    api.start_quiz(
        person=make.person(),
        activity_id=page.activity_id,
        revision=page.live_revision_id,
        questions=page.questions,
        pass_mark=70,
        minutes=30,
        now=now,
    )


def test_a_module_with_records_is_not_deleted_and_one_without_is(client: Client, now: dt.datetime) -> None:
    studied, unread = make_pages.module(), make_pages.module()
    begin_quiz(studied, now)
    client.force_login(make.person(is_superuser=True))
    for page in (studied, unread):
        client.post(f"/redaksi/pages/{page.pk}/delete/")
    assert ModulePage.objects.filter(pk=studied.pk).exists()
    assert not ModulePage.objects.filter(pk=unread.pk).exists()


def test_a_track_with_a_studied_module_is_not_deleted(client: Client, now: dt.datetime) -> None:
    page = make_pages.module()
    begin_quiz(page, now)
    client.force_login(make.person(is_superuser=True))
    track = page.get_parent()
    answer = client.post(f"/redaksi/pages/{track.pk}/delete/", follow=True)
    assert page.title in answer.content.decode()
    assert ModulePage.objects.filter(pk=page.pk).exists()


def test_deleting_many_pages_at_once_spares_those_with_records(client: Client, now: dt.datetime) -> None:
    track = make_pages.track()
    studied, unread = make_pages.module(track), make_pages.module(track)
    begin_quiz(studied, now)
    client.force_login(make.person(is_superuser=True))
    client.post(f"/redaksi/bulk/wagtailcore/page/delete/?id={studied.pk}&id={unread.pk}")
    assert ModulePage.objects.filter(pk__in=[studied.pk, unread.pk]).count() == 2
