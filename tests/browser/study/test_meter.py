"""The browser's half of the study protocol, against a stand-in server (cases as in docs/study-time.md)."""

import time
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from tests.browser.study.conftest import Learner
from tests.browser.study.server import SCRIPTS, Failure
from tests.serving import ROOT

pytestmark = pytest.mark.browser

HIDE = """hidden => {
  const value = hidden ? "hidden" : "visible";
  Object.defineProperty(document, "visibilityState", { configurable: true, value });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
ROWS = """() => new Promise(resolve => {
  const request = indexedDB.open("study", 1);
  request.onsuccess = () => {
    const all = request.result.transaction("intervals").objectStore("intervals").getAll();
    all.onsuccess = () => { request.result.close(); resolve(all.result); };
  };
})"""


def study(page: Page, seconds: float) -> None:
    """Studies by the stop-watch: somebody is at the mouse."""
    end = time.monotonic() + seconds
    x = 10
    while time.monotonic() < end:
        x += 10
        page.mouse.move(x % 300, 100)
        page.wait_for_timeout(min(250, max(1, (end - time.monotonic()) * 1000)))


def part(page: Page, name: str) -> str:
    return page.locator(f"[data-part={name}]").inner_text()


def test_a_tab_closed_after_a_few_seconds_is_delivered(learner: Learner) -> None:  # T3
    learner.site.next_ms = 60_000
    page = learner.open()
    page.wait_for_timeout(2500)
    page.close(run_before_unload=True)
    learner.until(lambda: learner.site.counted > 0)
    assert learner.site.counted == pytest.approx(2.5, abs=1)


def test_leaving_for_another_page_is_delivered(learner: Learner) -> None:  # T3b
    learner.site.next_ms = 60_000
    page = learner.open()
    study(page, 2.5)
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 0)
    assert learner.site.counted == pytest.approx(2.5, abs=1)


def test_reloading_loses_nothing(learner: Learner) -> None:  # T8
    learner.site.next_ms = 60_000
    page = learner.open()
    for _ in range(2):
        study(page, 2)
        page.reload()
        page.wait_for_selector("study-meter[data-state=running]")
    study(page, 2)
    page.close(run_before_unload=True)
    learner.until(lambda: learner.site.counted > 5)
    assert learner.site.counted == pytest.approx(6, abs=1)
    assert len(learner.site.keys) == 3


def test_the_line_may_go_and_come_back(learner: Learner) -> None:  # T4, a twentieth of its length
    learner.site.study = {"activity_s": 720}
    page = learner.open()
    began = time.monotonic()
    study(page, 3)
    learner.context.set_offline(True)
    study(page, 4)
    assert part(page, "minutes") == "12 min recorded · 0 min waiting for a connection"
    assert page.locator("study-meter").get_attribute("data-state") == "offline"
    learner.context.set_offline(False)
    study(page, 7.5)
    page.goto(f"{learner.address}/plain")
    active = time.monotonic() - began
    learner.until(lambda: learner.site.counted > active - 1)
    assert learner.site.counted == pytest.approx(active, abs=1)


def test_a_server_that_fails_for_a_while_loses_nothing(learner: Learner) -> None:
    learner.site.next_ms = 500
    learner.site.failure = Failure(503, retry_after=1, times=3)
    page = learner.open()
    study(page, 3)
    learner.until(lambda: learner.site.counted > 2)
    assert page.evaluate(ROWS) == [] or page.evaluate(ROWS)[0]["acked_ms"] > 0


def test_a_captive_portal_drops_nothing(learner: Learner) -> None:
    learner.site.failure = Failure(200, {"portal": "Masuk Wi-Fi"}, times=2)
    page = learner.open()
    study(page, 2)
    learner.until(lambda: learner.site.counted > 1)


def test_what_could_not_be_sent_goes_with_the_next_page_even_without_a_meter(learner: Learner) -> None:
    learner.site.failure = Failure(500)
    page = learner.open()
    study(page, 2)
    page.goto(f"{learner.address}/plain")
    learner.site.failure = None
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 0)
    assert learner.site.counted == pytest.approx(2, abs=1)
    learner.until(lambda: page.evaluate(ROWS) == [])


def test_one_persons_minutes_are_not_sent_while_another_is_signed_in(learner: Learner) -> None:
    learner.site.failure = Failure(500)
    page = learner.open()
    study(page, 2)
    learner.site.person = "p2"
    page.goto(f"{learner.address}/plain")
    learner.site.failure = None
    learner.site.reports.clear()
    other = learner.open()
    study(other, 1.5)
    other.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.reports)
    assert {report["token"].split(".")[0] for report in learner.site.reports} == {"p2"}
    learner.site.person = "p1"
    other.goto(f"{learner.address}/plain")
    learner.until(lambda: "p1" in {report["token"].split(".")[0] for report in learner.site.reports})


def test_of_two_windows_only_one_counts(learner: Learner) -> None:  # T2
    first = learner.open()
    began = time.monotonic()
    study(first, 2)
    second = learner.open()
    study(second, 3)
    assert part(first, "message") == "Minutes are being counted in your other window."
    second.close(run_before_unload=True)
    active = time.monotonic() - began
    learner.until(lambda: learner.site.counted > active - 1)
    assert learner.site.claimed == pytest.approx(learner.site.counted, abs=0.01)
    assert learner.site.counted == pytest.approx(active, abs=1)


def test_the_window_left_over_counts_again(learner: Learner) -> None:
    first = learner.open()
    second = learner.open()
    second.close(run_before_unload=True)
    first.wait_for_selector("study-meter[data-state=running], study-meter[data-state=waiting]")
    learner.site.spans.clear()
    study(first, 2.5)
    learner.until(lambda: learner.site.counted > 1)


def test_without_web_locks_every_window_counts_and_the_server_unites(learner: Learner) -> None:
    learner.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    first, second = learner.open(), learner.open()
    for _ in range(3):
        study(first, 0.5)
        study(second, 0.5)
    learner.until(lambda: learner.site.claimed > learner.site.counted + 1)


def test_without_indexeddb_memory_serves(learner: Learner) -> None:
    learner.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page = learner.open()
    study(page, 2.5)
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 2)


def test_a_lost_answer_is_repeated_with_the_same_key(learner: Learner) -> None:  # A1, from the honest side
    learner.site.failure = Failure(502, times=1)
    page = learner.open()
    study(page, 1.5)
    page.evaluate(HIDE, True)
    learner.until(lambda: len(learner.site.reports) > 1)
    learner.until(lambda: learner.site.counted > 0)
    first, last = learner.site.reports[0]["intervals"][0], learner.site.reports[-1]["intervals"][0]
    assert first["key"] == last["key"]
    assert last["length_ms"] >= first["length_ms"]
    assert learner.site.counted == pytest.approx(1.5, abs=1)


def test_the_idle_tail_is_taken_off_and_the_question_asked(learner: Learner) -> None:  # T1
    learner.site.idle_s = 2
    page = learner.open()
    study(page, 2)
    question = page.get_by_role("dialog", name="Still studying?")
    expect(question).to_be_visible(timeout=6000)
    expect(page.get_by_role("button", name="Continue studying")).to_be_focused()
    learner.until(lambda: learner.site.counted > 0)
    assert learner.site.counted == pytest.approx(2, abs=1)
    page.wait_for_timeout(1500)
    assert learner.site.counted == pytest.approx(2, abs=1)
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    study(page, 2)
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 3)
    assert learner.site.counted == pytest.approx(4, abs=1.2)
    assert len(learner.site.keys) == 2


def test_the_question_returns_the_focus_where_it_was(learner: Learner) -> None:
    learner.site.idle_s = 1
    page = learner.open()
    page.get_by_label("x").focus()
    expect(page.get_by_role("dialog")).to_be_visible(timeout=6000)
    page.keyboard.press("Escape")
    expect(page.get_by_label("x")).to_be_focused()


def test_sound_that_plays_is_life(learner: Learner) -> None:
    learner.site.idle_s = 2
    page = learner.open()
    page.evaluate("document.querySelector('audio').play()")
    page.wait_for_timeout(5000)
    assert page.get_by_role("dialog").count() == 0
    page.evaluate("document.querySelector('audio').pause()")
    expect(page.get_by_role("dialog")).to_be_visible(timeout=6000)
    learner.until(lambda: learner.site.counted > 4)
    assert learner.site.counted == pytest.approx(5, abs=1)
    assert learner.site.reports[-1]["intervals"][0]["evidence"] == "media"


def test_a_live_episode_is_life(learner: Learner) -> None:
    learner.site.idle_s = 1
    page = learner.open("live")
    page.wait_for_timeout(4000)
    learner.until(lambda: learner.site.counted > 3)
    assert learner.site.reports[-1]["intervals"][0]["evidence"] == "live"


def test_a_hidden_page_does_not_count_and_reports_at_once(learner: Learner) -> None:
    learner.site.next_ms = 60_000
    page = learner.open()
    study(page, 2)
    page.evaluate(HIDE, True)
    learner.until(lambda: learner.site.counted > 0, seconds=2)
    page.wait_for_timeout(2000)
    page.evaluate(HIDE, False)
    study(page, 2)
    page.evaluate(HIDE, True)
    learner.until(lambda: learner.site.counted > 3)
    assert learner.site.counted == pytest.approx(4, abs=1)
    assert len(learner.site.keys) == 2


def test_a_frozen_page_does_not_count(learner: Learner) -> None:  # T5
    learner.site.next_ms = 60_000
    page = learner.open()
    study(page, 2)
    page.evaluate("document.dispatchEvent(new Event('freeze'))")
    page.wait_for_timeout(3000)
    page.evaluate("document.dispatchEvent(new Event('resume'))")
    study(page, 2)
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 3)
    assert learner.site.counted == pytest.approx(4, abs=1)


@pytest.mark.parametrize(("jump_s", "times"), [(-100, 2), (40, 8)])  # T6, T7
def test_a_jumping_wall_clock_changes_nothing_but_the_token(
    learner: Learner, jump_s: int, times: int
) -> None:
    """Set back once and again, or pushed forward over and over: not a second less, not a second more."""
    learner.context.add_init_script(
        "const real = Date.now; window.jump = 0; Date.now = () => real() + window.jump"
    )
    opened = time.monotonic()
    page = learner.open()
    began = time.monotonic()
    for _ in range(times):
        study(page, 0.8)
        page.evaluate(f"window.jump += {jump_s * 1000}")
        study(page, 0.4)
    least = time.monotonic() - began
    page.goto(f"{learner.address}/plain")
    most = time.monotonic() - opened
    learner.until(lambda: learner.site.counted > least - 1)
    assert least - 1 < learner.site.counted <= most
    assert learner.site.claimed == pytest.approx(learner.site.counted, abs=0.2)
    assert len(learner.site.tokens) > 1


def test_a_machine_that_slept_does_not_count_its_sleep(learner: Learner) -> None:
    """Nothing runs on the page for five seconds, as when the lid is shut without a word."""
    opened = time.monotonic()
    page = learner.open()
    began = time.monotonic()
    study(page, 2)
    least = time.monotonic() - began
    page.evaluate("() => { const end = performance.now() + 5000; while (performance.now() < end); }")
    began = time.monotonic()
    study(page, 2)
    least += time.monotonic() - began
    page.goto(f"{learner.address}/plain")
    most = time.monotonic() - opened - 5
    learner.until(lambda: learner.site.counted > least - 1.5)
    assert least - 1.5 < learner.site.counted <= most + 0.5


def test_coming_back_by_the_back_button_counts_with_a_new_token(learner: Learner) -> None:
    page = learner.open()
    began = time.monotonic()
    study(page, 2)
    active = time.monotonic() - began
    page.goto(f"{learner.address}/plain")
    tokens = len(learner.site.tokens)
    page.go_back(wait_until="commit")
    page.wait_for_selector("study-meter[data-state=running]")
    learner.until(lambda: len(learner.site.tokens) > tokens)
    began = time.monotonic()  # it counts from its new token on
    study(page, 2)
    active += time.monotonic() - began
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 3)
    assert learner.site.counted == pytest.approx(active, abs=1)


def test_a_page_that_comes_back_after_signing_out_counts_and_shows_nothing(learner: Learner) -> None:
    page = learner.open()
    study(page, 1.5)
    expect(page.locator("account-corner")).to_contain_text("Ayu Lestari")
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: learner.site.counted > 0)
    before = learner.site.counted
    learner.site.person = None
    page.go_back(wait_until="commit")
    expect(page.locator("account-corner")).to_have_text("Masuk")
    expect(page.locator("[data-part=anonymous]")).to_be_visible()
    expect(page.locator("[data-part=line]")).to_be_hidden()
    study(page, 2)
    page.goto(f"{learner.address}/plain")
    page.wait_for_timeout(300)
    assert learner.site.counted == before


def test_refused_intervals_are_dropped_and_the_others_go_on(learner: Learner) -> None:
    learner.site.failure = Failure(422, {"code": "in_the_future", "message": "", "keys": []}, times=1)
    page = learner.open()
    study(page, 2)
    learner.until(lambda: learner.site.reports)
    dropped = learner.site.reports[0]["intervals"][0]["key"]
    study(page, 3)
    learner.until(lambda: learner.site.counted > 1)
    assert dropped not in learner.site.keys
    assert dropped not in {row["key"] for row in page.evaluate(ROWS)}


def test_an_invalid_token_is_replaced(learner: Learner) -> None:
    page = learner.open()
    study(page, 0.5)
    learner.site.tokens.clear()
    study(page, 3.5)
    learner.until(lambda: learner.site.counted > 0)


def test_a_closed_activity_tells_the_learner_and_stops(learner: Learner) -> None:
    learner.site.failure = Failure(
        403, {"code": "activity_closed", "message": "Modul ini sudah ditutup.", "keys": []}
    )
    page = learner.open()
    study(page, 2.5)
    expect(page.locator("[data-part=message]")).to_have_text("Modul ini sudah ditutup.")
    count = len(learner.site.reports)
    study(page, 2)
    assert len(learner.site.reports) == count


def test_too_often_waits_as_long_as_asked(learner: Learner) -> None:
    learner.site.failure = Failure(429, {"code": "too_often", "message": ""}, retry_after=3, times=1)
    page = learner.open()
    study(page, 2)
    learner.until(lambda: learner.site.reports)
    study(page, 2)
    assert len(learner.site.reports) == 1
    learner.until(lambda: learner.site.counted > 0)


def test_many_leftovers_go_in_batches_of_at_most_a_hundred(learner: Learner) -> None:
    page = learner.open()
    page.wait_for_timeout(1200)
    token = next(iter(learner.site.tokens))
    page.evaluate(
        """token => new Promise(resolve => {
          const request = indexedDB.open("study", 1);
          request.onsuccess = () => {
            const deed = request.result.transaction("intervals", "readwrite");
            const stamp = Date.now().toString(16).padStart(12, "0");
            for (let i = 0; i < 250; i += 1) deed.objectStore("intervals").put({
              key: `${stamp.slice(0, 8)}-${stamp.slice(8)}-7000-8000-${String(i).padStart(12, "0")}`,
              token, person: "p1", activity: "7", offset_ms: 0, length_ms: 1000, acked_ms: 0,
              step: 1, evidence: "input",
            });
            deed.oncomplete = () => { request.result.close(); resolve(); };
          };
        })""",
        token,
    )
    page.goto(f"{learner.address}/plain")
    learner.until(lambda: len(learner.site.keys) >= 250)
    assert max(len(report["intervals"]) for report in learner.site.reports) <= 100
    learner.until(lambda: page.evaluate(ROWS) == [])


def test_the_corner_shows_the_name_the_week_and_the_supervisors_door(learner: Learner) -> None:
    learner.site.supervisor = True
    page = learner.open("plain", counting=False)
    expect(page.locator("account-corner")).to_have_text("33 / 45 menit Ayu Lestari")
    expect(page.locator("[data-for=supervisor]")).to_be_visible()


def test_nobody_signed_in_is_offered_to_sign_in_and_reports_nothing(learner: Learner) -> None:
    learner.site.person = None
    page = learner.open(counting=False)
    expect(page.get_by_role("link", name="Sign in to have your minutes recorded")).to_be_visible()
    study(page, 1.5)
    assert learner.site.reports == []


def test_where_one_was_is_offered(learner: Learner) -> None:
    learner.site.study = {"last_step": 3}
    page = learner.open()
    link = page.get_by_role("link", name="Continue from step 3")
    assert link.get_attribute("href") == "#langkah-3"


def test_a_passed_module_with_its_minutes_can_be_completed(learner: Learner) -> None:
    learner.site.study = {"has_passed": True, "minimum_s": 0}
    page = learner.open()
    page.get_by_role("button", name="Complete this module").click()
    learner.until(lambda: learner.site.completed)
    assert learner.site.completed == [f"/kompetensi/selesaikan/7/ csrfmiddlewaretoken={'c' * 64}"]


# Loaded on the pages of the sign-in and nowhere else (templates/account, templates/mfa).
SIGN_IN_ONLY = {"activation.js", "passkey.js"}
# Asked for by site.js where there is a team, or a piece to play.
WHERE_NEEDED = {"team-keys.js", "h5p-player.js"}


def test_the_scripts_are_light() -> None:
    weights = {script.name: len(brotli.compress(script.read_bytes())) for script in SCRIPTS.glob("*.js")}
    for_study = {name: weight for name, weight in weights.items() if name not in SIGN_IN_ONLY | WHERE_NEEDED}
    assert sum(for_study.values()) <= 8 * 1024
    everywhere = sum(weights[name] for name in ("site.js", "account-corner.js", "me.js"))
    assert everywhere + sum(weights[name] for name in SIGN_IN_ONLY) <= 8 * 1024
    study_pages = [
        page
        for page in (ROOT / "templates").rglob("*.html")
        if not {"account", "mfa"} & set(page.relative_to(ROOT / "templates").parts)
    ]
    assert not [page for page in study_pages if any(name in page.read_text() for name in SIGN_IN_ONLY)]


def test_the_scripts_stay_linked_when_their_names_carry_a_hash(tmp_path: Path) -> None:
    class Storage(ManifestStaticFilesStorage):
        support_js_module_import_aggregation = True

    storage = Storage(location=tmp_path)
    paths = {}
    for script in SCRIPTS.rglob("*.js"):
        name = f"js/{script.relative_to(SCRIPTS).as_posix()}"
        storage._save(name, ContentFile(script.read_bytes()))
        paths[name] = (storage, name)
    for _name, _hashed, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception)
    entry = (tmp_path / storage.stored_name("js/site.js")).read_text()
    for name in ("me.js", "account-corner.js", "study.js", "sender.js"):
        assert Path(storage.stored_name(f"js/{name}")).name in entry
