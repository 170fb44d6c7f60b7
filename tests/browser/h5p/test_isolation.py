"""A package written to do harm: every attempt fails, and the page around it goes on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from learning.sample import LEARNER
from tests.browser.conftest import OpenPage
from tests.browser.h5p.conftest import ACTS, AWAY, begin, package_of, stage_of

# What the browser says when it refuses; nothing else may stand in the console.
REFUSALS = "[Pp]olicy|sandbox|Refused to|Blocked|status of 4"


def act(page: Page, module: str, name: str) -> None:
    """Let the package on the step called `name` do its worst."""
    number = ACTS.index(name) + 1
    page.goto(module if number == 1 else f"{module}{number}/")
    begin(page)


def test_a_hostile_package_reaches_nothing(open_page: OpenPage, hostile_module: str, site: str) -> None:
    page = open_page(who=LEARNER, allow=REFUSALS)
    page.goto(hostile_module)
    cookies = page.context.cookies()
    from_the_frame: list[Request] = []
    begin(page)
    package = package_of(page)
    page.context.on(
        "request", lambda request: from_the_frame.append(request) if request.frame == package else None
    )

    package.wait_for_function("window.isDone", timeout=120_000)
    found: dict[str, str] = package.evaluate("window.found")

    assert not {name: got for name, got in found.items() if got.startswith("REACHED")}
    assert len(found) >= 35, found
    sent = [
        request.url for request in from_the_frame if request.failure != "csp"
    ]  # that was refused, not sent
    assert not [url for url in sent if not url.startswith(("blob:", "data:"))]
    assert package.evaluate("String(self.origin)") == "null"
    assert {c["name"]: c["value"] for c in page.context.cookies()} == {c["name"]: c["value"] for c in cookies}
    assert len(page.context.pages) == 1
    assert page.url == f"{site}{hostile_module}"
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert "evil" not in str(page.evaluate("Promise.all([indexedDB.databases(), caches.keys()])"))
    assert page.evaluate("localStorage.getItem('evil')") is None
    assert page.request.get("/api/v1/me").json()["signed_in"]


@pytest.mark.parametrize("way", ["navigate", "form"])
def test_a_package_cannot_lead_its_frame_elsewhere(
    way: str, open_page: OpenPage, hostile_module: str
) -> None:
    page = open_page(who=LEARNER, allow=REFUSALS)  # a request to elsewhere fails the test
    sent: list[str] = []
    act(page, hostile_module, way)
    package_of(page)
    page.context.on("request", lambda request: sent.append(request.url))
    page.wait_for_timeout(1500)
    stage = stage_of(page)
    assert AWAY not in " ".join(frame.url for frame in page.frames)
    assert not [url for url in sent if "logout" in url]
    assert page.request.get("/api/v1/me").json()["signed_in"]
    # Leaving is all it managed: the frame is empty, and the stage says so.
    expect(stage.get_by_role("status").first).to_contain_text("tidak lagi menjawab", timeout=60_000)


def test_a_forged_hundred_is_kept_as_self_scored_and_completes_nothing(
    open_page: OpenPage, hostile_module: str, ask_site: Callable[[str], object]
) -> None:
    page = open_page(who=LEARNER, allow=REFUSALS)
    with page.expect_response("**/api/v1/plays/statements") as taken:
        act(page, hostile_module, "forge")
    assert taken.value.ok
    stage = stage_of(page)
    result = stage.locator("[data-part=result]")
    expect(result).to_contain_text("100 dari 100 (100%)")
    expect(result).to_contain_text("dinilai sendiri oleh materi")
    page.wait_for_timeout(1000)

    kept = ask_site(
        "[[s.verb, s.score, s.body['object']['id'].endswith('/999')]"
        " for s in Statement.objects.filter(play__title='Jahat forge')]"
    )
    assert isinstance(kept, list)
    assert {verb for verb, *_rest in kept} <= {"attempted", "completed"}
    assert not any(other for *_rest, other in kept)
    assert ask_site("Completion.objects.filter(activity__title='Modul jahat').count()") == 0
    assert page.locator("h5p-player iframe").bounding_box()["height"] < 5_000  # type: ignore[index]
    page.goto("/kompetensi/")
    card = page.locator(".self-scored .card").filter(has_text="Jahat forge")
    expect(card).to_contain_text("100 dari 100 (100%)")
    expect(page.locator(".competency-list")).not_to_contain_text("Modul jahat")


def test_a_flood_of_statements_is_held_up(
    open_page: OpenPage, hostile_module: str, ask_site: Callable[[str], object]
) -> None:
    page = open_page(who=LEARNER, allow=REFUSALS)
    act(page, hostile_module, "flood")
    page.wait_for_timeout(3000)
    assert page.evaluate("1 + 1") == 2
    kept = ask_site("Statement.objects.filter(play__title='Jahat flood').count()")
    assert isinstance(kept, int)
    assert 0 < kept <= 100


def test_a_package_that_never_stops_talking_is_stopped(open_page: OpenPage, hostile_module: str) -> None:
    page = open_page(who=LEARNER, allow=REFUSALS)
    act(page, hostile_module, "chatter")
    stage = stage_of(page)
    expect(stage.get_by_role("status").first).to_contain_text("dihentikan", timeout=30_000)
    expect(stage.locator("[data-part=frame] iframe")).to_have_count(0)


def test_a_state_without_end_is_not_kept(
    open_page: OpenPage, hostile_module: str, ask_site: Callable[[str], object]
) -> None:
    page = open_page(who=LEARNER, allow=f"{REFUSALS}|413")
    act(page, hostile_module, "state")
    package_of(page)
    page.wait_for_timeout(8000)
    size = ask_site("max(len(json.dumps(p.state)) for p in Play.objects.filter(title='Jahat state'))")
    assert isinstance(size, int)
    assert size <= 70_000


def test_an_endless_loop_is_noticed_and_the_page_stays_alive(
    open_page: OpenPage, hostile_module: str
) -> None:
    page = open_page(who=LEARNER, allow=REFUSALS)
    act(page, hostile_module, "loop")
    stage = stage_of(page)
    expect(stage.get_by_role("status").first).to_contain_text("tidak lagi menjawab", timeout=60_000)
    assert page.evaluate("1 + 1") == 2
    expect(stage.get_by_role("button", name="Coba lagi")).to_be_visible()


def test_code_alone_is_no_sign_of_life(open_page: OpenPage, hostile_module: str) -> None:
    """Five minutes after the last touch a package that reports life is not believed."""
    page = open_page(who=LEARNER, allow=REFUSALS)
    page.clock.install()
    act(page, hostile_module, "alive")
    package_of(page)
    page.evaluate("window.lives = 0; document.addEventListener('life', () => { window.lives += 1; })")
    page.clock.run_for(20_000)
    page.wait_for_timeout(1500)
    while_fresh = page.evaluate("window.lives")
    page.clock.run_for(310_000)
    page.evaluate("window.lives = 0")
    page.wait_for_timeout(1500)
    assert while_fresh > 0
    assert page.evaluate("window.lives") == 0
