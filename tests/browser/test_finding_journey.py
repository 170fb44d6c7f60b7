"""A learner finds a module among all, studies a step, and goes on with it on another device."""

import re

import pytest
from playwright.sync_api import Page, expect

from learning.sample import LEARNER
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots


def find(page: Page) -> None:
    """By a misspelt word of another form, with the keyboard alone; then narrowed by a value."""
    page.goto("/alur/")
    page.get_by_role("link", name="Cari", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cari")
    page.get_by_label("Apa yang ingin Anda pelajari?").fill("pelayann prma")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Ditampilkan untuk pelayanan prima")
    expect(page.locator(".finder-hits mark").first).to_be_visible()
    page.get_by_text("Persempit hasil").click()
    page.get_by_label("Jenis").select_option("module")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.locator(".finder-chips")).to_contain_text("Modul")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_learner_finds_narrows_and_goes_on_elsewhere(open_page: OpenPage, javascript: bool) -> None:
    here = open_page(who=LEARNER, width=DESKTOP, javascript=javascript)
    find(here)
    screenshots(here, f"cari-{'js' if javascript else 'tanpa-js'}")
    here.locator(".finder-hits a", has_text=re.compile("pelayanan prima", re.IGNORECASE)).first.click()
    expect(here).to_have_url(re.compile("pelayanan-prima-cettar/$"))
    expect(here.locator(".values a").first).to_be_visible()
    if not javascript:
        return

    module = here.url
    here.goto(f"{module}3/")
    expect(here.locator("study-meter")).to_contain_text("menit tercatat")
    for _turn in range(10):
        here.mouse.wheel(0, 60)
        here.wait_for_timeout(200)
    here.goto("/belajar/")

    there = open_page(who=LEARNER, width=DESKTOP)
    there.goto(module)
    resume = there.get_by_role("link", name="Lanjutkan dari langkah 3")
    expect(resume).to_be_visible()
    screenshots(there, "lanjut-di-perangkat-lain")
    resume.click()
    expect(there).to_have_url(f"{module}3/")
