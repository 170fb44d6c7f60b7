"""Modules with packages of the tests' own making, on the site the browser drives."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.visit import DESKTOP, HEIGHTS, PHONE, SCREENSHOTS
from tests.serving import manage

AWAY = "https://evil.example"
ACTS = ("probe", "forge", "flood", "chatter", "state", "loop", "navigate", "form", "alive")

MAKE = """
import json, pathlib
from content.models import TrackPage
from learning.competencies.models import Competency
from tests import make_h5p, make_pages
script = pathlib.Path("tests/browser/h5p/hostile.js").read_bytes()
steps = []
for act in {acts}:
    content = json.dumps(dict(act=act, site={site!r}, away={away!r})).encode()
    library = make_h5p.library("BelajarJahat", files={{"scripts/main.js": script}})
    data = make_h5p.package({{"content/content.json": content, "content/images/a.png": None}}, library,
        mainLibrary="BelajarJahat", preloadedDependencies=[make_h5p.dependency("BelajarJahat")])
    package = make_h5p.kept(data, title=f"Jahat {{act}}")
    steps.append(make_pages.step(act, ("package", dict(package=package))))
proves = make_pages.competency(Competency.objects.first(), level=1)
page = make_pages.module(
    TrackPage.objects.get(slug="teknis"), title="Modul jahat", slug="modul-jahat", steps=steps,
    competencies=[proves],
)
print(page.get_url())
"""


@pytest.fixture(scope="session")
def hostile_module(site: str, site_environment: dict[str, str]) -> str:
    """The path of a module whose steps hold hostile packages, one step for each of `ACTS`."""
    command = MAKE.format(acts=ACTS, site=site, away=AWAY)
    return manage("shell", "--verbosity", "0", "--command", command, env=site_environment).strip()


@pytest.fixture
def ask_site(site_environment: dict[str, str]) -> Callable[[str], object]:
    """What the site's own database answers to an expression of Python."""

    def ask(expression: str) -> object:
        command = (
            "import json\n"
            "from learning.plays.models import Play, Statement\n"
            "from learning.competencies.models import Completion\n"
            "from learning.study.models import StudyEntry\n"
            f"print(json.dumps({expression}))"
        )
        return json.loads(manage("shell", "--verbosity", "0", "--command", command, env=site_environment))

    return ask


def begin(page: Page, title: str = "") -> None:
    """Open the piece on the page."""
    player = page.locator("h5p-player").filter(has_text=title).first
    player.get_by_role("button", name="Mulai").click()
    player.locator("iframe").wait_for()


def stage_of(page: Page) -> Frame:
    """The trusted frame of the piece that was begun."""
    handle = page.locator("h5p-player iframe").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


def fit(page: Page) -> None:
    """Wait until each frame is as high as what is in it: some are processes of their own."""
    stage = stage_of(page)
    package = stage.child_frames[0]
    for _attempt in range(100):
        page.wait_for_timeout(50)
        heights = [
            page.evaluate("document.querySelector('h5p-player iframe').offsetHeight"),
            stage.evaluate("document.querySelector('h5p-stage').offsetHeight"),
            stage.evaluate("document.querySelector('h5p-stage iframe').offsetHeight"),
            max(
                40, package.evaluate("document.body.getBoundingClientRect().height")
            ),  # the least the stage gives
        ]
        if abs(heights[0] - heights[1]) <= 2 and abs(heights[2] - heights[3]) <= 2:
            return
    raise AssertionError(f"the frames never fit what is in them: {heights}")


def pictures(page: Page, name: str) -> None:
    """Pictures of the whole page once its frames fit; in a window as high, so that all is painted."""
    before = page.viewport_size
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        fit(page)
        page.set_viewport_size({"width": width, "height": page.evaluate("document.body.scrollHeight")})
        fit(page)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True, animations="disabled")
    if before:
        page.set_viewport_size(before)


def package_of(page: Page) -> Frame:
    """The frame the package runs in, once it plays."""
    stage = stage_of(page)
    stage.locator("h5p-stage[data-state=playing]").wait_for(timeout=60_000)
    return stage.child_frames[0]
