"""A site of its own for the journeys of signing in: they change accounts that other tests use.

`ask(code)` runs Python in it; `door` opens pages at http://localhost, where browsers allow passkeys.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import TELL_VIOLATIONS
from tests.browser.sample_site import HOME, copy_of_sample
from tests.browser.visit import HEIGHTS, PHONE
from tests.serving import ROOT, environment, free_port, manage, serve

NODE_MODULES = ROOT / "node_modules"
PEOPLE_OVER_THERE = {
    "ayu": {"name": "Ayu Lestari", "nip": "190003152020032001"},
    "asing": {"name": "Orang Asing", "nip": "190012312020121999"},
    "wahyu": {"name": "Wahyu Pramudita", "employee_number": "190006112015031002"},
}


@pytest.fixture(scope="session")
def provider_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def door_environment(worker_id: str, provider_port: int) -> dict[str, str]:
    """Staff must have a second step here, and one identity provider is known."""
    var = HOME / f"sign-in-{worker_id}"
    entry = {
        "id": "jatim",
        "name": "Akun Pemprov",
        "issuer": f"http://127.0.0.1:{provider_port}",
        "client_id": "asn-belajar",
        "secret": "rahasia-untuk-uji",
    }
    return environment(
        var,
        copy_of_sample(var, os.environ.get("TEST_DATABASE_URL") or None),
        SECOND_FACTOR_FROM="2026-01-01",
        IDENTITY_PROVIDERS=json.dumps([entry]),
    )


@pytest.fixture(scope="session")
def door(worker_id: str, door_environment: dict[str, str]) -> Iterator[str]:
    """The address of that site."""
    threads = 4 if os.environ.get("TEST_DATABASE_URL") else 1
    log = HOME / f"sign-in-{worker_id}" / "server.log"
    with serve(door_environment, log=log, threads=threads) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def ask(door_environment: dict[str, str]) -> Callable[[str], str]:
    """What a few lines of Python print in that site; `Person` is there."""

    def run(code: str) -> str:
        lines = f"from learning.people.models import *\n{code}"
        return manage("shell", "--verbosity", "0", "--command", lines, env=door_environment).strip()

    return run


@pytest.fixture(scope="session")
def identity_provider(door: str, provider_port: int) -> Iterator[None]:
    """The real provider, while the test runs."""
    assert (NODE_MODULES / "oidc-provider").exists(), "oidc-provider is missing: npm ci --ignore-scripts"
    command = [
        *("node", "--no-warnings", str(Path(__file__).with_name("identity_provider.mjs"))),
        *(str(provider_port), f"{door}/akun/oidc/jatim/login/callback/", json.dumps(PEOPLE_OVER_THERE)),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as provider:
        try:
            assert provider.stdout is not None
            assert provider.stdout.readline().strip().endswith("ready")
            yield
        finally:
            provider.terminate()


@pytest.fixture
def visit(door: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a new browser at the door; the content policy must not be broken in any of them."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(*, width: int = PHONE, **options: Any) -> Page:
        context = browser.new_context(
            base_url=door, viewport={"width": width, "height": HEIGHTS[width]}, locale="id-ID", **options
        )
        context.set_default_timeout(20_000)
        context.add_init_script(TELL_VIOLATIONS)

        def hear(message: Any) -> None:
            if "content policy" in message.text and message.page and message.page.url.startswith(door):
                troubles.append(message.text)

        context.on("console", hear)
        context.on("weberror", lambda error: troubles.append(f"script: {error.error}"))
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def authenticator() -> Callable[[Page], None]:
    """Gives a page's browser a virtual device with a fingerprint reader that always says yes."""

    def add(page: Page) -> None:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )

    return add
