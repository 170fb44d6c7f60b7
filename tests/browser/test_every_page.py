"""Every kind of page, on a phone and on a desktop: accessible, valid, light, and silent in the console."""

import json
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.kinds import KINDS, Kind
from tests.browser.visit import DESKTOP, HEIGHTS, PHONE, screenshots, settle, weigh
from tests.serving import ROOT

MOST_BYTES = 50_000
HTML = ROOT / "var" / "html"
VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

OURS = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.ours], ids=str)


def opened(kind: Kind, open_page: OpenPage, width: int = PHONE) -> Page:
    """An example of this kind of page, loaded to the end."""
    allow = f"status of {kind.status}" if kind.status >= 400 else None
    page = open_page(width=width, who=kind.who, allow=allow)
    response = page.goto(kind.path)
    if kind.follow:
        href = page.locator(kind.follow).first.get_attribute("href")
        response = page.goto(str(href))
    assert response is not None
    assert response.status == kind.status
    page.wait_for_load_state("networkidle")
    return page


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})


@OURS
def test_a_page_has_no_barrier_on_phone_and_desktop_in_light_and_dark(
    kind: Kind, open_page: OpenPage
) -> None:
    page = opened(kind, open_page)
    screenshots(page, f"pages/{kind.name}")
    barriers: dict[str, list[str]] = {}
    for width in (PHONE, DESKTOP):
        resize(page, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settle(page)
            for rule in Axe().run(page).response["violations"]:
                for node in rule["nodes"]:
                    barrier = f"{rule['id']}: {node['html'][:200]}\n    {node['failureSummary']}"
                    barriers.setdefault(barrier, []).append(f"{width} {scheme}")
    assert not barriers, "\n".join(f"{where} {barrier}" for barrier, where in barriers.items())


@OURS
def test_a_page_never_scrolls_sideways(kind: Kind, open_page: OpenPage) -> None:
    page = opened(kind, open_page)
    for width in (320, PHONE, 640, DESKTOP):  # 640 is a desktop at 200 %
        resize(page, width)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{overflow} px too wide at {width}"


@OURS
def test_a_page_weighs_less_than_50_kb_over_the_wire(kind: Kind, open_page: OpenPage) -> None:
    address = opened(kind, open_page).url
    fresh = open_page(who=kind.who, allow=r"status of 4\d\d" if kind.status >= 400 else None)
    weight = weigh(fresh, address)
    assert sum(weight.values()) < MOST_BYTES, weight


def test_every_page_is_valid_html(open_page: OpenPage) -> None:
    assert VNU.exists(), "the HTML checker is missing: npm ci --ignore-scripts"
    HTML.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for kind in KINDS:
        if not kind.ours:
            continue
        page = opened(kind, open_page)
        file = HTML / f"{kind.name}.html"
        file.write_text(page.request.get(page.url).text(), encoding="utf-8")
        files.append(file)
    checked = subprocess.run(
        ["java", "-jar", str(VNU), "--format", "json", *map(str, files)],
        capture_output=True,
        text=True,
    )
    messages = json.loads(checked.stderr or '{"messages": []}')["messages"]
    complaints = [
        f"{Path(each['url']).name}:{each.get('lastLine')}: {each['message']}\n    {each.get('extract', '')}"
        for each in messages
        if each["type"] == "error" or each.get("subType") == "warning"
    ]
    assert not complaints, "\n".join(complaints)
    assert checked.returncode == 0, checked.stderr


def test_the_back_office_opens_without_a_complaint(open_page: OpenPage) -> None:
    for kind in KINDS:
        if not kind.ours:
            opened(kind, open_page, DESKTOP)
