"""The meter on the real site against a stop-watch: credited is what was studied, to two seconds."""

import os
import signal
import time

import pytest
from playwright.sync_api import Page, expect

from learning.sample import LEARNER
from tests.browser.conftest import OpenPage
from tests.browser.study.test_meter import HIDE, study
from tests.browser.visit import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EVENT = "name => document.dispatchEvent(new Event(name))"
MODULE = "/alur/dasar-manajerial/pelayanan-prima-cettar/"


def credited(page: Page) -> int:
    """Seconds of this week, by the server."""
    seconds: int = page.request.get("/api/v1/me").json()["week"]["seconds"]
    return seconds


def opened(open_page: OpenPage) -> tuple[Page, int, float]:
    """A module that counts, what the week had before, and when the stop-watch began."""
    page = open_page(who=LEARNER, width=DESKTOP, allow="ERR_INTERNET_DISCONNECTED")
    before = credited(page)
    page.goto(MODULE)
    page.wait_for_selector("study-meter[data-state=running]")
    return page, before, time.monotonic()


def renderers(page: Page) -> list[int]:
    """Processes that run this browser's pages."""
    assert page.context.browser
    system = page.context.browser.new_browser_cdp_session()
    listed = system.send("SystemInfo.getProcessInfo")["processInfo"]
    return [process["id"] for process in listed if process["type"] == "renderer"]


def left(page: Page, before: int, active: float, *, rows: int) -> None:
    """Leaves by a link; all of the active time must be credited, and no more.

    Each of its `rows` is whole seconds, rounded down.
    """
    page.goto("/belajar/")
    deadline = time.monotonic() + 10
    while credited(page) - before < active - 1 - rows and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    page.wait_for_timeout(500)
    assert active - 1 - rows <= credited(page) - before <= active + 2


def test_a_minute_without_a_line_is_credited_when_it_comes_back(open_page: OpenPage) -> None:
    """Ten seconds, a minute offline, ten more: all of it, though nothing could be sent meanwhile."""
    page, before, began = opened(open_page)
    study(page, 10)
    page.context.set_offline(True)
    study(page, 60)
    expect(page.locator("study-meter")).to_contain_text("menunggu sambungan")
    assert page.locator("study-meter").get_attribute("data-state") == "offline"
    page.context.set_offline(False)
    study(page, 10)
    left(page, before, time.monotonic() - began, rows=1)


def test_only_while_the_page_is_seen_and_awake_does_it_count(open_page: OpenPage) -> None:
    """Seen, hidden, seen, frozen, seen again.

    Told by the page's own events: a browser freezes only what nobody sees, and when it likes.
    """
    page, before, began = opened(open_page)
    active = 0.0
    for how, gone, back in (HIDE, True, False), (EVENT, "freeze", "resume"):
        study(page, 4)
        page.evaluate(how, gone)
        active += time.monotonic() - began
        page.wait_for_timeout(5000)
        page.evaluate(how, back)
        began = time.monotonic()
    study(page, 4)
    left(page, before, active + time.monotonic() - began, rows=3)


def test_the_sleep_of_the_machine_is_not_studied(open_page: OpenPage) -> None:
    """Its lid closed on an open page: no event tells of it, the page just stands still."""
    page, before, began = opened(open_page)
    study(page, 4)
    pages = renderers(page)
    for pid in pages:
        os.kill(pid, signal.SIGSTOP)
    active = time.monotonic() - began
    try:
        time.sleep(35)
    finally:
        for pid in pages:
            os.kill(pid, signal.SIGCONT)
    began = time.monotonic()
    study(page, 4)
    left(page, before, active + time.monotonic() - began, rows=2)


def test_two_windows_by_turns_are_one_person(open_page: OpenPage) -> None:
    """Back and forth between two modules: the time that passed, not that of each window."""
    first, before, began = opened(open_page)
    second = first.context.new_page()
    second.goto("/alur/dasar-manajerial/memimpin-perubahan-kecil/")
    for _turn in range(3):
        for window in (first, second):
            window.bring_to_front()
            study(window, 2)
    active = time.monotonic() - began
    second.close(run_before_unload=True)
    left(first, before, active, rows=6)
