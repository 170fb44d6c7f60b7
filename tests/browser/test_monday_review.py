"""A supervisor's Monday by the keyboard alone: sort, mark as seen, undo, remind, record leave; and print."""

import datetime as dt
import re

from django.utils import timezone
from playwright.sync_api import expect

from learning.sample import SUPERVISOR
from learning.study.rules import local_day, week_name, week_of
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, SCREENSHOTS, screenshots


def test_a_team_is_reviewed_by_keyboard_and_printed_on_one_sheet(open_page: OpenPage) -> None:
    page = open_page(who=SUPERVISOR, width=DESKTOP)
    # Weeks nobody else looks at: other journeys share the sample data.
    page.goto(f"/tim/?pekan={week_name(week_of(local_day(timezone.now()) - dt.timedelta(weeks=12)))}")
    expect(page.locator("[data-key-help]")).to_be_visible()
    people = page.locator("tr.person-row").count()
    assert people >= 28
    focused = page.locator("tr.person-row:focus-within")
    press = page.keyboard.press

    press("s")
    expect(page).to_have_url(re.compile("urut=sedikit"))
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Menit pekan ini")
    expect(page.locator("[data-key-help]")).to_be_visible()
    press("j")
    first = focused.get_attribute("id")
    press("j")
    second = focused.get_attribute("id")
    assert first != second
    press("k")
    assert focused.get_attribute("id") == first

    press("t")  # the first is seen, and the second is next
    expect(page.locator("main")).to_contain_text("1 pekan ditandai sudah dilihat.")
    expect(page.locator(f"#{second}:focus-within")).to_be_visible()
    press("k")
    press("u")
    expect(page.locator("main")).to_contain_text("Pekan kembali dianggap belum dilihat.")
    for _ in range(3):
        press("j")
        press("x")
    press("t")
    expect(page.locator("main")).to_contain_text("3 pekan ditandai sudah dilihat.")
    screenshots(page, "tim-papan-ketik")

    page.goto("/tim/")
    expect(page.locator("[data-key-help]")).to_be_visible()
    below = page.locator("tr.person-row:has(.person-row-nudge)").first
    reminded = below.get_attribute("id")
    below.locator(".person-row-name a").focus()
    press("i")
    expect(page.get_by_role("button", name="Lewat WhatsApp")).to_be_focused()
    screenshots(page, "pengingat")
    press("Enter")
    expect(page.get_by_role("link", name="Buka WhatsApp")).to_have_attribute("href", re.compile("wa.me"))
    page.get_by_role("link", name="Kembali ke tim").focus()
    press("Enter")
    expect(page.locator(f"#{reminded}")).to_contain_text("Diingatkan")

    page.locator(f"#{reminded} .person-row-name a").focus()
    press("c")
    expect(page.locator("#cuti")).to_be_visible()
    page.go_back()
    press("/")
    expect(page.locator("#team-search")).to_be_focused()

    page.goto("/tim/")
    page.evaluate("document.querySelectorAll('tr.person-row').forEach((row, at) => at >= 30 && row.remove())")
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / "tim-cetak.png", full_page=True)
    pdf = page.pdf(path=SCREENSHOTS / "tim.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
