"""What visitors see: every page kind, without a name in it, for few statements."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from content.models import Value
from tests import make, make_pages

pytestmark = pytest.mark.django_db


def test_every_kind_of_page_opens(client: Client) -> None:
    module = make_pages.module()
    track = module.get_parent().specific
    episode = make_pages.episode(partner=track.owner_partner)
    pages = ["/", "/alur/", track.url, module.url, f"{module.url}2/", "/episode/", "/episode/2026/"]
    for url in [*pages, episode.url, "/mitra/", track.owner_partner.url, "/artikel/"]:
        assert client.get(url).status_code == 200, url


def test_a_page_is_the_same_for_everybody(client: Client) -> None:
    module = make_pages.module()
    urls = ["/", "/alur/", module.url, f"{module.url}2/", "/episode/"]
    for_visitors = [client.get(url).content for url in urls]
    client.force_login(make.person())
    assert [client.get(url).content for url in urls] == for_visitors


def test_a_step_stands_on_a_screen_of_its_own(client: Client) -> None:
    page = make_pages.module(
        steps=[make_pages.step("Pertama"), make_pages.step("Kedua"), make_pages.step("Ketiga")]
    )
    second = client.get(f"{page.url}2/").content.decode()
    assert f'rel="prev" href="{page.url}"' in second
    assert f'rel="next" href="{page.url}3/"' in second
    assert 'data-step="2"' in second
    last = client.get(f"{page.url}3/").content.decode()
    assert 'rel="next"' not in last
    assert f'href="{page.url}kuis/"' in last


@pytest.mark.parametrize("step", ["0/", "9/", "99999999999999999999/", "dua/", "2/3/"])
def test_a_step_that_is_not_there_is_not_found(client: Client, step: str) -> None:
    page = make_pages.module()
    assert client.get(f"{page.url}{step}").status_code == 404


def test_the_first_step_has_one_address(client: Client) -> None:
    page = make_pages.module()
    assert client.get(f"{page.url}1/")["Location"] == page.url


def test_a_visit_without_javascript_is_reported_by_a_picture(client: Client) -> None:
    page = make_pages.module()
    html = client.get(f"{page.url}2/").content.decode()
    src = f"/belajar/jejak.gif?aktivitas={page.activity_id}&amp;langkah=2&amp;revisi={page.live_revision_id}"
    assert f'<noscript><img src="{src}"' in html


def test_a_draft_is_seen_by_nobody(client: Client) -> None:
    page = make_pages.unpublished_module()
    assert client.get(page.url).status_code == 404
    assert page.title not in client.get(page.get_parent().url).content.decode()


def test_a_picture_comes_in_two_sizes_with_its_alt_text(client: Client) -> None:
    value = {"image": make_pages.picture(), "alt_text": "Loket yang rapi", "decorative": False}
    page = make_pages.module(
        steps=[make_pages.step("Satu", ("picture", {"picture": value, "caption": "Loket"}))]
    )
    html = client.get(page.url).content.decode()
    assert 'alt="Loket yang rapi"' in html
    assert "320w" in html
    assert "640w" in html
    assert ".webp" in html
    assert 'loading="lazy"' in html
    assert 'width="320"' in html


def test_a_video_has_its_captions_and_transcript(client: Client) -> None:
    video = make_pages.video(transcript="Selamat pagi, Bapak dan Ibu.")
    page = make_pages.module(steps=[make_pages.step("Satu", ("video", {"video": video, "caption": ""}))])
    html = client.get(page.url).content.decode()
    assert '<track kind="captions"' in html
    assert "Selamat pagi, Bapak dan Ibu." in html


def test_episodes_are_sorted_by_what_is_still_to_come(client: Client, now: dt.datetime) -> None:
    make_pages.episode(title="Yang lalu", starts_at=now - dt.timedelta(days=400), year=2026)
    make_pages.episode(title="Yang akan datang", starts_at=now + dt.timedelta(days=4000), year=2026)
    html = client.get("/episode/").content.decode()
    assert html.index("Yang akan datang") < html.index("Yang lalu")


@pytest.mark.parametrize(
    ("hours", "has_recording", "state"),
    [(-1, False, "coming"), (1, False, "live"), (3, False, "over"), (3, True, "recorded")],
)
def test_an_episode_knows_where_it_stands(
    now: dt.datetime, hours: int, has_recording: bool, state: str
) -> None:
    video = make_pages.video() if has_recording else None
    episode = make_pages.episode(starts_at=now - dt.timedelta(hours=hours), recording=video)
    assert episode.state(now) == state


def test_pages_cost_few_statements_however_much_is_on_them(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    def block() -> tuple[str, Any]:
        value = {"image": make_pages.picture(), "alt_text": "Loket", "decorative": False}
        return "picture", {"picture": value, "caption": ""}

    track = make_pages.track()
    small = make_pages.module(track, steps=[make_pages.step("Satu", block(), ("text", "<p>Teks</p>"))])
    blocks = [each for _ in range(8) for each in (block(), ("text", "<p>Teks</p>"))]
    large = make_pages.module(track, steps=[make_pages.step("Satu", *blocks) for _ in range(6)])
    episode = make_pages.episode()
    for _ in range(3):
        make_pages.module(track)
    large.values.add(Value.objects.create(family="CETTAR"))
    large.save_revision().publish()
    for url in (small.url, large.url, track.url, episode.url, "/", "/alur/", "/episode/", "/mitra/"):
        client.get(url)  # the first visit draws the pictures
        cache.clear()
        with django_assert_max_num_queries(10):
            client.get(url)
