"""What one does in a browser: start it, sign in, take pictures, weigh a page."""

import shutil
from typing import Any

from playwright.sync_api import Browser, Frame, Page, Playwright

from learning.sample import SignIn
from tests.serving import ROOT

PHONE, DESKTOP = 360, 1280
HEIGHTS = {PHONE: 740, DESKTOP: 800}
SCREENSHOTS = ROOT / "var" / "screenshots"

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium: nothing is downloaded for the tests."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise FileNotFoundError("Chromium is not installed (Debian: apt-get install chromium)")
    return playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)


def sign_in(page: Page, who: SignIn) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/akun/login/")
    form = page.locator("form:has(input[name=password])")
    form.locator("input[name=login]").fill(who.username)
    form.locator("input[name=password]").fill(who.password)
    form.locator("button:not([type=button])").first.click()
    page.wait_for_url(lambda address: "/akun/login/" not in address)


def settle(page: Page | Frame) -> None:
    """Let every transition be over: a colour half-way between two is nobody's choice."""
    page.evaluate(
        "document.getAnimations().forEach(each => { try { each.finish() } catch { each.cancel() } })"
    )


def screenshots(page: Page, name: str) -> None:
    """Pictures of the whole page as it is now, on a phone and on a desktop."""
    before = page.viewport_size
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True, animations="disabled")
    if before:
        page.set_viewport_size(before)


def weigh(page: Page, path: str) -> dict[str, int]:
    """Bytes over the wire by type, headers and all, that a first visit brings.

    `page` is new: nothing is in its cache. Video and audio are not counted, the person asks for them.
    """
    types: dict[str, str] = {}
    weight: dict[str, int] = {}

    def begin(event: dict[str, Any]) -> None:
        types[event["requestId"]] = event["type"]

    def end(event: dict[str, Any]) -> None:
        kind = types.get(event["requestId"], "Other")
        weight[kind] = weight.get(kind, 0) + int(event["encodedDataLength"])

    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.responseReceived", begin)
    network.on("Network.loadingFinished", end)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    weight.pop("Media", None)
    return weight
