"""A learner plays our own pieces: scored by themselves, gone on with later, counted in the ledger."""

import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Request, expect

from learning.sample import LEARNER, SUPERVISOR
from tests.browser.conftest import OpenPage
from tests.browser.h5p.conftest import begin, fit, package_of, pictures, stage_of
from tests.browser.test_learner_journey import credited
from tests.browser.visit import DESKTOP, PHONE, settle
from tests.serving import ROOT

QUIZ = "/alur/teknis/menulis-surat-dinas/5/"
CASE = "/alur/dasar-manajerial/pelayanan-prima-cettar/5/"
ARTICLE = "/artikel/bagaimana-menit-belajar-dihitung/"
RIGHT = ("Kami mengundang", "Berkas Saudara kurang satu", "belum dapat kami kabulkan karena")
SELF_SCORED = "dinilai sendiri oleh materi"


def answer(package: Frame, *, wrong: int = 0) -> None:
    for number, text in enumerate(RIGHT):
        field = package.locator("fieldset").nth(number)
        label = field.locator("label").filter(has_text=text)
        (field.locator("label").filter(has_not_text=text).first if number < wrong else label).click()


def start_again(page: Page) -> Frame:
    """The same piece from its beginning, whatever was done before."""
    package_of(page)
    stage = stage_of(page)
    stage.locator("summary").click()
    stage.get_by_role("button", name="Mulai lagi dari awal").click()
    page.wait_for_timeout(300)
    return package_of(page)


def has_wrong_choices(request: Request) -> bool:
    """Does it report a case that was finished with no points?"""
    if not request.url.endswith("/plays/statements"):
        return False
    said = [each["statement"] for each in request.post_data_json["statements"]]
    scores = [each.get("result", {}).get("score", {}).get("raw") for each in said]
    return 0 in scores


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_learner_plays_a_quiz_and_goes_on_after_a_reload(open_page: OpenPage, width: int) -> None:
    page = open_page(who=LEARNER, width=width)
    page.goto(QUIZ)
    before = credited(page)
    expect(page.locator("h5p-player")).to_contain_text("KB")
    begin(page)
    package = start_again(page)
    package.locator("fieldset").nth(0).locator("label").nth(1).click()
    package.get_by_role("button", name="Periksa").click()
    expect(package.get_by_role("status")).to_contain_text("Masih ada 2 soal")
    with page.expect_response(lambda response: response.url.endswith("/plays/state"), timeout=30_000) as kept:
        package.locator("fieldset").nth(1).locator("label").nth(2).click()
    assert kept.value.status == 204

    page.reload()
    begin(page)
    package = package_of(page)
    expect(package.locator("fieldset").nth(1).locator("input").nth(2)).to_be_checked()
    expect(package.locator("fieldset").nth(2).locator("input:checked")).to_have_count(0)
    answer(package, wrong=1)
    package.get_by_role("button", name="Periksa").click()

    expect(package.get_by_role("status")).to_contain_text("2 dari 3")
    stage = stage_of(page)
    expect(stage.get_by_text(SELF_SCORED).first).to_be_visible()
    expect(stage.locator("[data-part=result]")).to_contain_text("2 dari 3 (66%)")
    pictures(page, f"h5p/kuis-selesai-{width}")
    page.goto("/kompetensi/")
    card = page.locator(".self-scored .card").filter(has_text="kalimat surat")
    expect(card).to_contain_text("Dinilai sendiri")
    page.screenshot(path=ROOT / "var" / "screenshots" / "h5p" / f"kompetensi-{width}.png", full_page=True)
    assert credited(page) - before >= 1


def test_a_life_inside_the_frame_is_study_time(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER)
    page.goto(QUIZ)
    begin(page)
    package = start_again(page)
    page.wait_for_timeout(1000)
    page.evaluate(
        "window.lives = 0; document.addEventListener('life', () => { window.lives += 1; });"
        "window.inputs = 0; addEventListener('pointermove', () => { window.inputs += 1; }, true)"
    )
    for number in (0, 1, 2, 0, 1, 2):
        package.locator("fieldset").nth(number).locator("label").first.hover()
        package.locator("fieldset").nth(number).locator("label").first.click()
        page.wait_for_timeout(700)
    assert page.evaluate("window.lives") >= 3


def test_the_line_drops_while_playing_and_nothing_is_lost(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, allow="ERR_INTERNET_DISCONNECTED")
    page.goto(CASE)
    begin(page)
    package = start_again(page)
    page.context.set_offline(True)
    package.get_by_role("button", name="Mendengarkan dahulu").click()
    package.get_by_role("button", name="Memfotokopi satu lembar").click()
    package.get_by_role("button", name="Mencatat kejadian").click()
    expect(package.get_by_text("Nilai Anda: 3 dari 3")).to_be_visible()
    stage = stage_of(page)
    expect(stage.locator("[data-part=waiting]")).to_be_visible()
    pictures(page, "h5p/kasus-terputus")

    expect(stage.locator("[data-part=result]")).to_be_hidden()

    page.context.set_offline(False)

    # It says what the server answered: this play is a new one, which had no result.
    expect(stage.locator("[data-part=result]")).to_contain_text("3 dari 3 (100%)", timeout=30_000)
    expect(stage.locator("[data-part=waiting]")).to_be_hidden()


def test_what_was_said_offline_is_sent_from_a_later_page(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, allow="ERR_INTERNET_DISCONNECTED")
    page.goto(CASE)
    begin(page)
    package = start_again(page)
    page.context.set_offline(True)
    for choice in ("Memintanya menunggu", "Tetap melayani menurut nomor", "Menjawab bahwa pemohon"):
        package.get_by_role("button", name=choice).click()
    expect(package.get_by_text("Nilai Anda: 0 dari 3")).to_be_visible()
    page.wait_for_timeout(500)
    page.goto("about:blank")
    page.context.set_offline(False)

    # An earlier play of the same person may have something to send, too.
    with page.expect_response(lambda answer: has_wrong_choices(answer.request), timeout=30_000) as taken:
        page.goto("/")
    assert taken.value.json()["play"]["score"] == 0


def test_a_missing_file_is_told_and_a_retry_plays(open_page: OpenPage) -> None:
    page = open_page(allow="status of 404|ERR_FAILED")
    page.route(re.compile(r"/h5p/[0-9a-f]{64}\.bundle"), lambda route: route.fulfill(status=404, body=""))
    page.goto(ARTICLE)
    begin(page)
    stage = stage_of(page)
    expect(stage.get_by_role("status").first).to_contain_text("hilang")
    page.screenshot(path=ROOT / "var" / "screenshots" / "h5p" / "berkas-hilang.png", full_page=True)
    page.unroute_all()
    page.route(re.compile(r"/h5p/[0-9a-f]{64}\.bundle"), lambda route: route.abort())
    stage.get_by_role("button", name="Coba lagi").click()
    expect(stage.get_by_role("status").first).to_contain_text("Sambungan terputus")
    page.unroute_all()
    stage.get_by_role("button", name="Coba lagi").click()
    expect(package_of(page).get_by_role("button", name="Periksa")).to_be_visible()


@pytest.mark.parametrize("path", [QUIZ, CASE])
def test_our_pieces_have_no_barrier_in_light_and_dark(open_page: OpenPage, path: str) -> None:
    page = open_page(who=LEARNER)
    page.goto(path)
    begin(page)
    package = start_again(page)
    axe = files("axe_playwright_python") / "axe.min.js"
    stage = stage_of(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for frame in (package, stage):
            page.wait_for_timeout(300)
            settle(frame)
            frame.evaluate(axe.read_text())
            found: dict[str, Any] = frame.evaluate(
                "axe.run(document, {iframes: false, rules: {'page-has-heading-one': {enabled: false}}})"
            )
            barriers = [
                (rule["id"], node["html"][:120], node["failureSummary"])
                for rule in found["violations"]
                for node in rule["nodes"]
            ]
            assert not barriers, (scheme, barriers)
        pictures(page, f"h5p/{path.strip('/').split('/')[2]}-{scheme}")


def test_a_piece_is_played_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, width=DESKTOP)
    page.goto(CASE)
    page.get_by_role("button", name="Mulai").focus()
    page.keyboard.press("Enter")
    package = package_of(page)
    if package.get_by_role("button", name="Coba jalan lain").count():
        package.get_by_role("button", name="Coba jalan lain").press("Enter")
    package.get_by_role("button", name="Mendengarkan dahulu").focus()
    page.keyboard.press("Enter")
    expect(package.get_by_role("heading", name="Suaranya mereda")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(package.get_by_role("heading", name="Dua menit kemudian")).to_be_focused()


def test_the_player_is_as_high_as_the_piece_also_when_it_is_out_of_sight(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER, width=DESKTOP)
    page.goto(CASE)
    begin(page)
    package_of(page)
    fit(page)
    page.evaluate("scrollTo(0, 0)")
    wide = page.locator("h5p-player iframe").bounding_box()
    page.set_viewport_size({"width": PHONE, "height": 300})
    fit(page)
    narrow = page.locator("h5p-player iframe").bounding_box()
    assert wide and narrow
    assert narrow["height"] > wide["height"]
    page.set_viewport_size({"width": DESKTOP, "height": 300})
    fit(page)
    again = page.locator("h5p-player iframe").bounding_box()
    assert again
    assert abs(again["height"] - wide["height"]) <= 2


def test_full_screen_is_a_button_of_the_page_not_of_the_package(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER)
    page.goto(CASE)
    begin(page)
    package_of(page)
    button = page.locator("h5p-player [data-part=large]")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_text("Keluar dari layar penuh")
    page.screenshot(path=ROOT / "var" / "screenshots" / "h5p" / "layar-penuh.png")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_without_javascript_the_same_stands_in_words(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(CASE)
    player = page.locator("h5p-player")
    expect(player.locator("noscript p")).to_be_visible()
    expect(player.locator("noscript p")).to_contain_text("memerlukan JavaScript")
    expect(player.get_by_role("button", name="Mulai")).to_be_hidden()
    player.locator("summary").click()
    expect(player).to_contain_text("Jalan terbaik: dengarkan dahulu")


def test_a_first_play_takes_few_requests_and_a_second_none_for_code(open_page: OpenPage) -> None:
    page = open_page(who=LEARNER)
    page.goto(QUIZ)
    page.wait_for_load_state("networkidle")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sent: dict[str, str] = {}
    network.on("Network.requestWillBeSent", lambda e: sent.__setitem__(e["requestId"], e["request"]["url"]))
    network.on("Network.requestServedFromCache", lambda e: sent.pop(e["requestId"], None))

    def received(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            sent.pop(event["requestId"], None)

    network.on("Network.responseReceived", received)

    def played() -> list[str]:
        sent.clear()
        begin(page)
        package_of(page)
        page.wait_for_timeout(500)
        return sorted(url for url in sent.values() if not url.startswith(("blob:", "data:", "about:")))

    first = played()
    is_whole = stage_of(page).evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    assert is_whole  # nothing scrolls inside the page but the page
    assert 6 <= len(first) <= 12, first
    page.reload()
    page.wait_for_load_state("networkidle")
    second = played()
    code = [url for url in second if not re.search(r"/h5p/putar/|/api/v1/|/plays/", url)]
    assert not code, second


def test_the_supervisor_sees_it_as_self_scored(open_page: OpenPage) -> None:
    learner = open_page(who=LEARNER)
    learner.goto(QUIZ)
    begin(learner)
    package = start_again(learner)
    answer(package)
    with learner.expect_response("**/api/v1/plays/statements"):
        package.get_by_role("button", name="Periksa").click()

    page = open_page(who=SUPERVISOR, width=DESKTOP)
    page.goto("/tim/")
    name = learner.request.get("/api/v1/me").json()["name"]
    page.goto(str(page.get_by_role("link", name=name).first.get_attribute("href")))

    section = page.locator(".self-scored")
    expect(section).to_contain_text("tidak pernah menuntaskan kompetensi")
    expect(section.locator(".card").filter(has_text="kalimat surat")).to_contain_text(
        "Dinilai sendiri: 3 dari 3"
    )
    page.screenshot(path=ROOT / "var" / "screenshots" / "h5p" / "atasan.png", full_page=True)
