"""Public pages are kept whole, for everybody, and are never older than the last change."""

import datetime as dt
import gzip
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from asn_belajar import page_door
from asn_belajar.page_door import PageDoor
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import PageViewRestriction

from content import editions
from content.models import ModulePage, Value
from content.page_note import NOTE
from learning.competencies.models import Competency
from tests import make, make_pages
from tests.serving import environment_of_the_test, serve


class Answer:
    """What a reader gets: status, headers, the page."""

    def __init__(self, door: PageDoor, path: str, method: str = "GET", **headers: str) -> None:
        environ = {**RequestFactory().get(path).environ, "REQUEST_METHOD": method, **headers}
        body = door(environ, self._start)
        self.body = b"".join(body)
        if hasattr(body, "close"):
            body.close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), dict(headers)

    @property
    def text(self) -> str:
        return self.body.decode()


# --- The real site behind the door ------------------------------------------------


@pytest.fixture
def bell(tmp_path: Path, settings: Any) -> Path:
    settings.BELAJAR_PAGES_BELL = tmp_path / "bell"
    settings.BELAJAR_PAGES_ASK_S = 3600  # only the bell tells
    return tmp_path / "bell"


@pytest.fixture
def door(db: None, bell: Path) -> Iterator[PageDoor]:
    # As the test client does: the end of a request must not end the test's own transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield PageDoor(get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_second_reader_costs_no_statement_and_every_compression_is_the_same_page(
    door: PageDoor, client: Client, django_assert_num_queries: Any
) -> None:
    page = make_pages.module()
    first = Answer(door, page.url)
    client.force_login(make.person())
    signed_in = (
        f"{django_settings.SESSION_COOKIE_NAME}={client.cookies[django_settings.SESSION_COOKIE_NAME].value}"
    )

    with django_assert_num_queries(0):
        plain = Answer(door, page.url, HTTP_COOKIE=signed_in)
        packed = Answer(door, page.url, HTTP_ACCEPT_ENCODING="gzip;q=0, br")
        zipped = Answer(door, page.url, HTTP_ACCEPT_ENCODING="gzip")
        known = Answer(door, page.url, HTTP_IF_NONE_MATCH=f'"other", {first.headers["ETag"]}')
        head = Answer(door, page.url, "HEAD")

    assert page.title in first.text
    assert plain.body == first.body == brotli.decompress(packed.body) == gzip.decompress(zipped.body)
    assert (packed.headers["Content-Encoding"], zipped.headers["Content-Encoding"]) == ("br", "gzip")
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body) / 2
    assert (known.status, known.body, head.status, head.body) == (304, b"", 200, b"")
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "no-cache"
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Content-Type", "Vary"):
        assert plain.headers[name] == first.headers[name]
    assert {"Accept-Encoding"} <= {each.strip() for each in plain.headers["Vary"].split(",")}


def renamed(page: Any) -> None:
    page.title = "Judul baru"
    page.save_revision().publish()


def moved(page: ModulePage) -> None:
    page.move(make_pages.track(title="Judul baru"), pos="last-child")


def made_private(page: ModulePage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


CHANGES: dict[str, tuple[str, Callable[[ModulePage], Any]]] = {
    "a page is published": ("here", renamed),
    "a page it lists is published": ("track", renamed),
    "a page it lists is withdrawn": ("track", lambda page: page.unpublish()),
    "the page is withdrawn": ("here", lambda page: page.unpublish()),
    "the page is moved": ("here", moved),
    "a page moves away from it": ("track", moved),
    "the page is deleted": ("track", lambda page: page.delete()),
    "its partner has another name": ("track", lambda page: renamed(page.get_parent().specific.owner_partner)),
    "a competency has another name": (
        "here",
        lambda page: [each.save() for each in Competency.objects.all() if not setattr(each, "name", "Lain")],
    ),
    "the page is for some only": ("here", made_private),
    "a value is added": ("here", lambda page: Value.objects.create(family="Judul baru")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_the_next_request(
    door: PageDoor, change: str, django_capture_on_commit_callbacks: Any, django_assert_num_queries: Any
) -> None:
    where, make_it = CHANGES[change]
    page = make_pages.module()
    url = {"here": page.url, "track": page.get_parent().url}[where]
    before = Answer(door, url)
    with django_assert_num_queries(0):
        assert Answer(door, url).body == before.body

    with django_capture_on_commit_callbacks(execute=True):
        make_it(page)

    after, asked_of_the_site = Answer(door, url), Answer(PageDoor(get_wsgi_application()), url)
    assert (after.status, after.body) == (asked_of_the_site.status, asked_of_the_site.body)
    assert (after.status, after.body) != (before.status, before.body) or "value" in change


def test_the_save_of_a_draft_wakes_nobody(
    door: PageDoor, django_capture_on_commit_callbacks: Any, django_assert_num_queries: Any
) -> None:
    page = make_pages.module()
    Answer(door, page.url)
    with django_capture_on_commit_callbacks(execute=True):
        page.title = "Belum jadi"
        page.save_revision()
        make_pages.unpublished_module(page.get_parent().specific, competencies=page.competencies)
    with django_assert_num_queries(0):
        assert "Belum jadi" not in Answer(door, page.url).text


def test_what_is_personal_or_missing_is_never_kept(door: PageDoor, settings: Any, tmp_path: Path) -> None:
    page, private = make_pages.module(), make_pages.module()
    made_private(private)
    for path in [
        "/belajar/",
        f"{page.url}kuis/",
        private.url,
        "/tidak-ada/",
        "/akun/login/",
        f"{page.url}?a=1",
    ]:
        Answer(door, path)
        assert not door._kept, path
    settings.BELAJAR_MAINTENANCE_FILE = tmp_path / "closed"
    door = PageDoor(get_wsgi_application())
    assert Answer(door, page.url).status == 200
    (tmp_path / "closed").touch()
    assert Answer(door, page.url).status == 503


def test_an_episode_goes_live_and_a_page_expires_on_time(door: PageDoor, monkeypatch: Any) -> None:
    now = timezone.now()
    episode = make_pages.episode(starts_at=now + dt.timedelta(hours=2))
    module = make_pages.module(expire_at=now + dt.timedelta(hours=1))
    urls = [episode.url, module.url, module.get_parent().url]
    before = [Answer(door, url) for url in urls]
    assert "Berlangsung" not in before[0].text

    def go_to(later: dt.timedelta) -> list[Answer]:
        monkeypatch.setattr(timezone, "now", lambda: now + later)
        monkeypatch.setattr(time, "time", lambda: (now + later).timestamp())
        return [Answer(door, url) for url in urls]

    _live, gone, track = go_to(dt.timedelta(hours=1, seconds=1))
    assert gone.status == 404
    assert module.title in before[2].text
    assert module.title not in track.text
    assert 'data-state="live"' in go_to(dt.timedelta(hours=2))[0].text
    assert 'data-state="live"' not in go_to(dt.timedelta(hours=9))[0].text


# --- A made-up site: moments that are hard to meet ------------------------------------


class Site:
    """Says one sentence to everybody, after whatever `meanwhile` does."""

    def __init__(self) -> None:
        self.sentence, self.asked = "satu", 0
        self.extra: list[tuple[str, str]] = []
        self.meanwhile: Callable[[], Any] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        self.asked += 1
        said = self.sentence
        self.meanwhile()
        environ[NOTE].is_public = True
        start_response("200 OK", [("Content-Type", "text/html"), *self.extra])
        return iter([said.encode()])


@pytest.fixture
def site(monkeypatch: Any, bell: Path) -> Site:
    site = Site()
    monkeypatch.setattr(editions, "current", lambda: len(site.sentence))  # a longer sentence is a new edition
    monkeypatch.setattr(editions, "next_change", lambda now: None)
    return site


def test_a_page_that_changed_while_it_was_written_is_given_to_nobody_else(site: Site) -> None:
    door = PageDoor(site)

    def change() -> None:
        site.sentence = "dua kata"
        editions.ring()

    site.meanwhile = change
    assert Answer(door, "/").text == "satu"
    assert Answer(door, "/").text == "dua kata"


def test_a_bell_that_nobody_heard_is_made_up_for_after_a_second(
    site: Site, settings: Any, monkeypatch: Any
) -> None:
    settings.BELAJAR_PAGES_ASK_S = 1
    seconds = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: seconds)
    door = PageDoor(site)
    Answer(door, "/")
    site.sentence = "dua kata"
    assert Answer(door, "/").text == "satu"
    seconds += 1
    assert Answer(door, "/").text == "dua kata"
    settings.BELAJAR_PAGES_ASK_S = 0  # several machines that want it strictly
    Answer(door, "/")
    site.sentence = "lebih dari dua"
    seconds += 1
    Answer(door, "/")
    site.sentence = "lebih dari dua kata"
    assert Answer(door, "/").text == "lebih dari dua kata"


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "a=1"),
        ("Vary", "Accept-Language, Cookie"),
        ("Cache-Control", "private"),
        ("Cache-Control", "max-age=0, no-store"),
        ("Content-Security-Policy", "script-src 'nonce-abc'"),
        ("Content-Encoding", "gzip"),
    ],
)
def test_an_answer_for_one_reader_is_not_kept(site: Site, header: tuple[str, str]) -> None:
    door = PageDoor(site)
    site.extra = [header]
    Answer(door, "/")
    assert Answer(door, "/").headers[header[0]] == header[1]
    assert site.asked == 2


def test_without_a_database_the_site_itself_answers(site: Site, monkeypatch: Any) -> None:
    door = PageDoor(site)
    Answer(door, "/")

    def lost() -> int:
        raise OperationalError

    monkeypatch.setattr(editions, "current", lost)
    editions.ring()
    passed: list[str] = []
    door.site = lambda environ, start: passed.append(environ["PATH_INFO"]) or start("503 Busy", []) or []
    assert (Answer(door, "/").status, passed) == (503, ["/"])


def test_the_pages_longest_not_asked_for_go_first(site: Site) -> None:
    site.sentence = "x" * 100
    door = PageDoor(site, most_bytes=250)
    for path in ("/1/", "/2/", "/1/", "/3/", "/1/"):
        Answer(door, path)
    assert site.asked == 3
    assert [key[-1] for key in door._kept] == ["/3/", "/1/"]


def test_when_a_crowd_waits_for_a_changed_page_one_asks(site: Site) -> None:
    door = PageDoor(site)
    Answer(door, "/")
    site.sentence, site.asked = "dua kata", 0
    editions.ring()
    everybody = threading.Barrier(8)
    site.meanwhile = lambda: time.sleep(0.05)
    texts: list[str] = []

    def read() -> None:
        everybody.wait()
        texts.append(Answer(door, "/").text)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (texts, site.asked) == (["dua kata"] * 8, 1)


def test_the_page_door_stands_in_the_application() -> None:
    from asn_belajar.wsgi import application

    cells = [cell.cell_contents for cell in application.__closure__ or ()]
    assert any(isinstance(each, PageDoor) for each in cells)
    assert page_door.MOST_BYTES < 200 * 1024 * 1024


# --- Several processes ----------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_publish_in_one_process_is_seen_by_the_next_request_to_another(
    tmp_path: Path, settings: Any
) -> None:
    """Two servers and this process. Servers never ask the database by the clock: only the bell tells them."""
    settings.BELAJAR_PAGES_BELL = tmp_path / "pages-changed"
    module = make_pages.module(title="Sebelum")
    env = {**environment_of_the_test(tmp_path), "BELAJAR_PAGES_ASK_S": "3600"}

    def read(address: str, path: str) -> tuple[str, str]:
        with urllib.request.urlopen(address + path, timeout=30) as answer:  # noqa: S310 - our own server
            return answer.read().decode(), answer.headers["ETag"]

    with (
        serve(env, log=tmp_path / "one.log", workers=1) as one,
        serve(env, log=tmp_path / "two.log", workers=1) as two,
    ):
        paths = [module.url, module.get_parent().url]
        for number in range(3):
            title = f"Judul ke-{number}"
            kept = [read(address, path) for address in (one, two) for path in paths]
            assert kept == [read(address, path) for address in (one, two) for path in paths]
            module.title = title
            module.save_revision().publish()
            for address in (one, two):
                for path in paths:
                    assert title in read(address, path)[0]
