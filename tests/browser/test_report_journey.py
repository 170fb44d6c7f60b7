"""A period report between two people, until it is accepted and its PDF says what the screen says."""

import datetime as dt
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from learning.reports.period.rules import MONTH
from learning.reports.period.spans import Span
from learning.sample import LEARNER, SUPERVISOR
from learning.study.rules import WIB, local_day
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots


def no_barrier(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def decide(page: Page, name: str, decision: str, words: str) -> None:
    """The supervisor opens the report from what waits, and decides it with the keyboard."""
    page.goto("/laporan/periode/")
    page.locator("section.card").get_by_role("link", name=name).first.press("Enter")
    page.get_by_label(decision, exact=True).press("Space")
    page.get_by_label("Dengan kata-kata Anda").fill(words)
    page.get_by_role("button", name="Catat keputusan").press("Enter")
    expect(page.locator("main")).to_contain_text("Keputusan Anda sudah dicatat")


def test_a_report_is_sent_returned_corrected_accepted_and_its_pdf_is_the_screen(open_page: OpenPage) -> None:
    month = Span.of(MONTH, local_day(dt.datetime.now(WIB))).just_before()
    page = open_page(who=LEARNER)
    page.goto("/kompetensi/")
    page.get_by_role("link", name="Laporan kompetensi saya").click()
    page.locator(f"main a[href='/laporan/saya/{month.name}/']").click()
    expect(page.locator("main")).to_contain_text("Konsep, selalu mutakhir")
    page.get_by_label("Catatan untuk atasan langsung").fill("Belum lengkap.")
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    expect(page.locator("main")).to_contain_text("Menunggu atasan langsung")
    own = page.url

    boss = open_page(who=SUPERVISOR, width=DESKTOP)
    name = f"{LEARNER.name} · {month.name}"
    decide(boss, name, "Kembalikan untuk perbaikan", "Tambahkan penerapan di tempat kerja.")
    page.goto(own)
    expect(page.locator("main")).to_contain_text("Tambahkan penerapan di tempat kerja.")
    page.get_by_label("Catatan untuk atasan langsung").fill("Daftar periksa layanan dipakai di loket.")
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    boss.goto("/laporan/periode/")
    screenshots(boss, "laporan-periode")
    boss.locator("section.card").get_by_role("link", name=name).first.click()
    no_barrier(boss)
    screenshots(boss, "laporan-periksa-atasan")
    decide(boss, name, "Terima", "Terima kasih.")

    page.goto(own)
    expect(page.locator("main")).to_contain_text("Diterima")
    no_barrier(page)
    screenshots(page, "laporan-diterima")
    facts = page.locator(".report-facts dd").all_inner_texts()
    cells = page.locator("main section table :is(td, tbody th)").all_inner_texts()
    number = str(page.locator("#files").inner_text()).removeprefix("Nomor ")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh PDF").click()
    reader = PdfReader(download.value.path())
    paper = squeezed("".join(each.extract_text() for each in reader.pages))
    assert len(facts) > 8 and len(cells) > 12
    assert [each for each in (*facts, *cells, number) if squeezed(each) not in paper] == []

    check = page.get_by_role("link", name="Siapa pun yang memegang laporan").get_attribute("href")
    anybody = open_page()
    anybody.goto(str(check))
    expect(anybody.locator("main")).to_contain_text("Asli: nomor dan sidik cocok.")
    expect(anybody.locator("main")).not_to_contain_text(LEARNER.name)
    screenshots(anybody, "laporan-asli")
