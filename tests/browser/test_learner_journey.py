"""A learner's week: read, watch the minutes grow, pass the quiz, find every second in the ledger."""

import re
import time
import tomllib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from learning.sample import LEARNER, SignIn
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots
from tests.serving import ROOT

SLUG = "menulis-surat-dinas"
TRACK = "/alur/teknis/"
MODULE = f"{TRACK}{SLUG}/"


def right_answers(slug: str) -> dict[str, list[str]]:
    """The right choices of a sample module's quiz, by question."""
    module = tomllib.loads((ROOT / f"content/sample/modules/{slug}.toml").read_text(encoding="utf-8"))
    return {
        question["text"]: [each["text"] for each in question["choices"] if each["correct"]]
        for question in module["questions"]
    }


def answer_quiz(page: Page, slug: str, *, wrongly: bool = False) -> None:
    """Start the quiz on screen and hand in the right answers, or only wrong ones."""
    right = right_answers(slug)
    page.locator(".quiz-start button").click()
    expect(page.locator("form.quiz")).to_be_visible()
    html = page.content()
    for question in page.locator("fieldset.question").all():
        legend = question.locator("legend").inner_text()
        text = next(each for each in right if each in legend)
        for choice in question.locator("label.choice").all():
            if (choice.inner_text().strip() in right[text]) != wrongly:
                choice.click()
                if question.locator("input[type=radio]").count():
                    break
    assert "is_correct" not in html
    page.locator("form.quiz button[type=submit]").click()
    expect(page.locator("#hasil")).to_be_visible()


def credited(page: Page) -> int:
    """The seconds of this week, as the personal endpoint tells them; every page must say the same."""
    week: int = page.request.get("/api/v1/me").json()["week"]["seconds"]
    return week


def ledger_rows(page: Page) -> str:
    page.goto("/buku-belajar/")
    return page.locator("main").inner_text()


def look_alive(page: Page, seconds: float) -> None:
    """Read for a while: the mouse moves, the page scrolls."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.mouse.move(100 + 50 * (time.monotonic() % 2), 200)
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(400)


def test_a_learners_week(open_page: OpenPage, studied_before: Callable[[SignIn, str, int], None]) -> None:
    page = open_page(who=LEARNER)
    page.goto("/belajar/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pekan ini")
    screenshots(page, "pekan-ini")

    page.goto("/alur/")
    page.get_by_role("link", name="Teknis").first.click()
    page.get_by_role("link", name=re.compile("surat dinas", re.IGNORECASE)).first.click()
    expect(page).to_have_url(re.compile(f"{MODULE}$"))
    expect(page.locator("study-meter")).to_contain_text("menit tercatat")
    screenshots(page, "modul")

    before, started = credited(page), time.monotonic()
    look_alive(page, 6)
    page.get_by_role("link", name="Lanjut", exact=True).click()
    page.wait_for_load_state()
    elapsed = time.monotonic() - started
    for _try in range(40):
        if credited(page) > before:
            break
        page.wait_for_timeout(250)
    grown = credited(page) - before
    assert 4 <= grown <= elapsed + 3, (grown, elapsed)

    assert "Menulis surat dinas yang jelas" in ledger_rows(page)
    screenshots(page, "buku-belajar")

    page.goto(f"{MODULE}kuis/")
    answer_quiz(page, SLUG, wrongly=True)
    expect(page.locator("#hasil")).to_contain_text("Belum lulus")
    answer_quiz(page, SLUG)
    expect(page.locator("#hasil")).to_contain_text("Anda lulus")
    screenshots(page, "hasil-kuis")

    studied_before(LEARNER, MODULE, 9)
    page.goto("/belajar/")
    complete = page.get_by_role("button", name="Selesaikan dan catat kompetensi")
    if complete.count():  # the minutes may have been there before
        complete.first.click()
    page.goto("/kompetensi/")
    expect(page.locator("main")).to_contain_text("Menulis surat dinas yang jelas")
    screenshots(page, "kompetensi")


def test_every_page_says_the_same_total(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, width=DESKTOP)
    page.goto("/buku-belajar/")
    minutes = credited(page) // 60

    page.goto("/belajar/")

    expect(page.locator(".week-meter").first).to_contain_text(f"{minutes}")
    expect(page.locator("account-corner")).to_contain_text(f"{minutes} dari")


def test_two_tabs_at_once_are_credited_once(open_page: OpenPage) -> None:
    first = open_page(who=LEARNER, width=DESKTOP)
    second = first.context.new_page()
    first.goto("/belajar/")
    before = credited(first)
    started = time.monotonic()
    first.goto("/alur/dasar-manajerial/pelayanan-prima-cettar/")
    second.goto("/alur/dasar-manajerial/memimpin-perubahan-kecil/")
    for _turn in range(4):
        look_alive(first, 1)
        look_alive(second, 1)
    first.goto("/belajar/")
    second.goto("/buku-belajar/")
    elapsed = time.monotonic() - started
    first.wait_for_timeout(1500)

    grown = credited(first) - before

    assert 3 <= grown <= elapsed + 2, (grown, elapsed)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_learners_journey_without_javascript(open_page: OpenPage, width: int) -> None:
    page = open_page(who=LEARNER, javascript=False, width=width)
    slug = {360: "menangani-pengaduan-warga", 1280: "gratifikasi-dan-integritas"}[width]
    page.goto("/alur/")
    address = next(
        href
        for track in page.locator("main a[href^='/alur/']").all()
        if (href := f"{track.get_attribute('href')}{slug}/") and page.request.get(href).status == 200
    )
    page.goto("/buku-belajar/")  # closes whatever page was open before
    before = credited(page)

    page.goto(address)
    page.wait_for_timeout(3000)
    page.get_by_role("link", name="Lanjut", exact=True).click()
    page.wait_for_timeout(1000)
    page.goto("/buku-belajar/")

    assert 3 <= credited(page) - before <= 15
    expect(page.locator("main")).to_contain_text("kasar")
    page.goto(f"{address}kuis/")
    answer_quiz(page, slug)
    expect(page.locator("#hasil")).to_contain_text("Anda lulus")
