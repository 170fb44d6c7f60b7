"""A supervisor's Monday: the team on one screen, one person's ledger, the week acknowledged."""

import re

from playwright.sync_api import expect

from learning.sample import LEARNER, SUPERVISOR
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots


def test_a_supervisors_monday(open_page: OpenPage) -> None:
    page = open_page(who=SUPERVISOR, width=DESKTOP)
    page.goto("/belajar/")
    page.get_by_role("link", name="Tim saya").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tim saya")
    people = page.locator("input[name=person]").count()
    assert people >= 28
    screenshots(page, "tim-saya")

    page.get_by_role("link", name=re.compile("Di bawah target")).click()
    expect(page).to_have_url(re.compile("saring=below"))
    shown = page.locator("input[name=person]").count()
    assert 0 < shown <= people

    page.goto("/tim/")
    page.get_by_role("link", name=LEARNER.name).first.click()
    expect(page.locator("main")).to_contain_text("Kunjungan Anda dicatat")
    screenshots(page, "buku-belajar-anggota")
    page.get_by_role("button", name="Tandai pekan ini sudah dilihat").click()
    expect(page.locator("main")).to_contain_text("1 pekan ditandai sudah dilihat.")

    page.goto("/tim/")
    page.get_by_role("button", name="Tandai semua sudah dilihat").click()
    expect(page.locator("main")).to_contain_text(f"{people - 1} pekan ditandai sudah dilihat.")
    expect(page.get_by_text("Belum dilihat (0)")).to_be_visible()


def test_a_learner_has_no_team(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, allow="403")
    answer = page.goto("/tim/")

    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("link", name="Tim saya")).to_be_hidden()
