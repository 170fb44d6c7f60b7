"""A module without a quiz: its piece gives no score, so the person marks it as done, here without a line."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from learning.sample import LEARNER, SignIn
from tests.browser.conftest import OpenPage
from tests.browser.h5p.conftest import begin, fit, package_of, pictures, stage_of
from tests.serving import manage

MAKE = """
from content.models import TrackPage
from learning.competencies.models import Competency
from tests import make_h5p, make_pages
script = b'''window.BelajarKartu = class extends H5P.EventDispatcher {
  attach($container) { $container.get(0).textContent = "Kartu bacaan"; }
};'''
library = make_h5p.library("BelajarKartu", files={"scripts/main.js": script})
data = make_h5p.package({}, library, mainLibrary="BelajarKartu",
    preloadedDependencies=[make_h5p.dependency("BelajarKartu")])
step = make_pages.step("Kartu", ("package", dict(package=make_h5p.kept(data, title="Kartu bacaan"))))
page = make_pages.module(
    TrackPage.objects.get(slug="teknis"), title="Modul kartu", slug="modul-kartu", steps=[step], quiz=[],
    minimum_minutes=10, competencies=[make_pages.competency(Competency.objects.first(), level=1)],
)
print(page.get_url())
"""


@pytest.fixture(scope="module")
def card_module(site: str, site_environment: dict[str, str]) -> str:
    """The path of a module of one step, which holds a piece that has no points to give."""
    return manage("shell", "--verbosity", "0", "--command", MAKE, env=site_environment).strip()


def test_a_piece_marked_as_done_offline_completes_its_module_at_level_1(
    open_page: OpenPage, card_module: str, studied_before: Callable[[SignIn, str, int], None]
) -> None:
    studied_before(LEARNER, card_module, 10)
    page = open_page(who=LEARNER, allow="ERR_INTERNET_DISCONNECTED")
    page.goto(card_module)
    expect(page.locator(".module-walk")).to_contain_text("Modul ini tanpa kuis")
    begin(page)
    package_of(page)
    fit(page)
    stage = stage_of(page)
    done = stage.get_by_role("button", name="Tandai selesai")
    expect(done).to_be_visible()
    pictures(page, "h5p/tandai-selesai")
    page.context.set_offline(True)
    done.press("Enter")
    expect(done).to_be_hidden()
    expect(stage.locator("[data-part=waiting]")).to_be_visible()
    page.context.set_offline(False)
    result = stage.locator("[data-part=result]")
    expect(result).to_contain_text("Anda telah menyelesaikan materi ini", timeout=30_000)
    expect(stage.locator("[data-part=selfscored]")).to_be_hidden()

    page.goto("/kompetensi/")
    ready = page.locator(".ready-module").filter(has_text="Modul kartu")
    ready.get_by_role("button").click()
    record = page.locator(".competency-record").filter(has_text="Modul kartu")
    expect(record).to_contain_text("Level 1")
    expect(record).to_contain_text("menurut materi itu sendiri")
    expect(record).not_to_contain_text("Nilai kuis")
