"""A browser, a stand-in site with short limits, and somebody who studies there."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.study.server import Site, serve

FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture(scope="session")
def study_browser(browser: Browser) -> Iterator[Browser]:
    """Chromium as people have it: with its back-forward cache, which test drivers switch off."""
    chromium = browser.browser_type.launch(
        executable_path="/usr/bin/chromium",
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def meter() -> str:
    """The meter as the server renders it, in its source language."""
    with override_settings(ROOT_URLCONF="tests.browser.study.stub_urls"), translation.override(None):
        return render_to_string(
            "parts/study_meter.html", {"activity_id": 7, "revision": 3, "step": 1, "kind": "reading"}
        )


@dataclass
class Learner:
    """One person's browser on the stand-in site."""

    site: Site
    address: str
    context: BrowserContext
    blank: Page
    console: list[str] = field(default_factory=list)

    def open(self, kind: str = "reading", *, counting: bool = True) -> Page:
        page = self.context.new_page()
        page.on(
            "console", lambda message: self.console.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.goto(f"{self.address}/{kind}")
        if counting:
            page.wait_for_selector("study-meter[data-state=running]")
        return page

    def until(self, condition: Callable[[], Any], seconds: float = 8) -> None:
        """Waits while the browser goes on; fails when `condition` never comes true."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not so after {seconds} s: {self.site.reports}, {self.console}"
            self.blank.wait_for_timeout(50)


@pytest.fixture
def learner(study_browser: Browser, meter: str) -> Iterator[Learner]:
    site = Site(meter=meter)
    server = serve(site)
    context = study_browser.new_context()
    address = f"http://127.0.0.1:{server.server_port}"
    learner = Learner(site=site, address=address, context=context, blank=context.new_page())
    yield learner
    context.close()
    server.shutdown()
    server.server_close()
    unexpected = [each for each in learner.console if "Failed to load resource" not in each]
    assert unexpected == []
    assert site.in_the_future == []
