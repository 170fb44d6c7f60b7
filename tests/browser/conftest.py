"""The real site, the system's Chromium, and pages that tell when something is wrong with them.

page                 a phone; fails the test on anything in its console, and on foreign requests
open_page(…)         the same with another width, signed in as somebody, or without JavaScript
sign_in(page, who)   signs in by the form; `who` is one of `learning.sample`
screenshots(page, name)   `var/screenshots/<name>-360.png` and `-1280.png`
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from learning.sample import SignIn
from tests.browser.sample_site import HOME, copy_of_sample
from tests.browser.visit import HEIGHTS, PHONE, launch, sign_in
from tests.serving import environment, manage, serve

# A violation of the content policy is an event of the page; make it a sentence in the console.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", event =>
  console.error(`content policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


class OpenPage(Protocol):
    def __call__(
        self,
        *,
        width: int = PHONE,
        who: SignIn | None = None,
        javascript: bool = True,
        allow: str | None = None,
        **options: Any,
    ) -> Page: ...


@pytest.fixture(scope="session")
def site_environment(worker_id: str) -> dict[str, str]:
    """The environment of a site of our own, with a fresh copy of the sample data for this run."""
    var = HOME / worker_id
    return environment(var, copy_of_sample(var, os.environ.get("TEST_DATABASE_URL") or None))


@pytest.fixture(scope="session")
def site(worker_id: str, site_environment: dict[str, str]) -> Iterator[str]:
    """The address of the server of that site."""
    threads = 4 if os.environ.get("TEST_DATABASE_URL") else 1
    with serve(site_environment, log=HOME / worker_id / "server.log", threads=threads) as address:
        yield address


@pytest.fixture
def studied_before(site_environment: dict[str, str]) -> Callable[[SignIn, str, int], None]:
    """Lets somebody have studied the module at a path for some minutes, an hour ago."""

    def study(who: SignIn, path: str, minutes: int) -> None:
        manage(
            "shell",
            "--verbosity",
            "0",
            "--command",
            "import datetime as dt\n"
            "from django.utils import timezone\n"
            "from learning.people.models import Person\n"
            "from learning.study.models import Activity\n"
            "from tests import make\n"
            f"person = Person.objects.get(username={who.username!r})\n"
            f"module = Activity.objects.get(path={path!r})\n"
            f"make.study(person, module, timezone.now() - dt.timedelta(hours=1), {minutes})\n",
            env=site_environment,
        )

    return study


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture(scope="session")
def signed_in(site: str, browser: Browser) -> Callable[[SignIn], Any]:
    """The cookies of somebody who has signed in; once per person and run."""
    known: dict[str, Any] = {}

    def cookies(who: SignIn) -> Any:
        if who.username not in known:
            context = browser.new_context(base_url=site, java_script_enabled=False)
            context.set_default_timeout(10_000)
            page = context.new_page()
            sign_in(page, who)
            known[who.username] = context.storage_state()
            context.close()
        return known[who.username]

    return cookies


@pytest.fixture
def open_page(site: str, browser: Browser, signed_in: Callable[[SignIn], Any]) -> Iterator[OpenPage]:
    """Opens pages; when the test ends, all of them must have been in order.

    `allow` is a pattern of console lines this test provokes. Every call is a browser of its own: to
    open a second tab of the same person use `page.context.new_page()`.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(
        *,
        width: int = PHONE,
        who: SignIn | None = None,
        javascript: bool = True,
        allow: str | None = None,
        **options: Any,
    ) -> Page:
        def hear(message: ConsoleMessage) -> None:
            if message.type == "error" and not (allow and re.search(allow, message.text)):
                troubles.append(f"console: {message.text} ({message.location.get('url')})")

        def see(request: Request) -> None:
            if not request.url.startswith((f"{site}/", "data:", "blob:")):
                troubles.append(f"foreign request: {request.url}")

        def refused(request: Request) -> None:
            """The browser names what the page's policy stopped, too: that was never sent."""
            if request.failure == "csp" and (told := f"foreign request: {request.url}") in troubles:
                troubles.remove(told)

        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            java_script_enabled=javascript,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            storage_state=signed_in(who) if who else None,
            **options,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", hear)
        context.on("weberror", lambda error: troubles.append(f"script: {error.error}"))
        context.on("request", see)
        context.on("requestfailed", refused)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A phone that nobody has signed in on."""
    return open_page()
