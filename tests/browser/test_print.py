"""The ledger on paper: A4, whose it is and as of when, the totals and rows, and nothing to click."""

import re

from playwright.sync_api import expect

from learning.sample import LEARNER
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, SCREENSHOTS

A4_POINTS = (595, 842)


def test_the_ledger_is_printed_on_a4_with_a_letterhead_and_without_controls(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, width=DESKTOP)
    page.goto("/buku-belajar/?tahun=2026")
    page.locator(".ledger-week a").first.click()
    page.wait_for_load_state()
    expect(page.locator(".ledger-letterhead")).to_be_hidden()
    page.emulate_media(media="print")

    letterhead = page.locator(".ledger-letterhead")
    expect(letterhead).to_be_visible()
    for part in (LEARNER.name, "1900••••••••••2001", "WIB"):
        expect(letterhead).to_contain_text(part)
    for seen in (".page-header-kicker", "#totals", ".ledger-found", ".ledger-row >> nth=0"):
        expect(page.locator(seen)).to_be_visible()
    for hidden in (".filters", ".ledger-filter", ".button", ".site-footer", ".no-print"):
        for each in page.locator(hidden).all():
            expect(each).to_be_hidden()

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    pdf = page.pdf(path=SCREENSHOTS / "buku-belajar.pdf", prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert boxes
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4_POINTS}
