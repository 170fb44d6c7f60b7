"""An editor brings packages: dropped or chosen, several at once, each told what it is; then tries one."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from learning.sample import EDITOR
from tests import make_h5p
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots

ADD = "/redaksi/h5p/new/"


@pytest.fixture
def desk(tmp_path: Path) -> list[Path]:
    """Two good packages and one that is none."""
    contents = {
        "loket.h5p": make_h5p.package(title="Loket tanpa antre"),
        "surat.h5p": make_h5p.package(title="Surat yang jelas"),
        "buruk.h5p": make_h5p.package({"content/a.svg": b"<svg/>"}),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in contents]


def told(page: Page) -> list[str]:
    return [each.strip() for each in page.locator(".h5p-upload-result h2").all_inner_texts()]


def test_several_files_are_sent_one_by_one_and_each_is_told(open_page: OpenPage, desk: list[Path]) -> None:
    page = open_page(who=EDITOR, width=DESKTOP)
    page.goto(ADD)
    page.locator("#h5p-files").set_input_files(desk)
    results = page.locator(".h5p-upload-result[data-state]")
    expect(results).to_have_count(3, timeout=60_000)
    assert sorted(told(page)) == ["Loket tanpa antre", "Surat yang jelas", "Tidak diterima: buruk.h5p"]
    expect(page.get_by_text("berkas berjenis “svg” tidak diperbolehkan")).to_be_visible()
    screenshots(page, "h5p-upload")

    results.filter(has_text="Loket tanpa antre").get_by_role("link").click()
    expect(page.get_by_text("BelajarUji 1.1.3").first).to_be_visible()
    page.locator("[name=alternative]").fill("Lima warga menunggu; pilih siapa yang dilayani dahulu.")
    page.get_by_role("button", name="Simpan").first.click()
    page.wait_for_url("**/redaksi/h5p/")
    expect(page.get_by_role("row").filter(has_text="Loket tanpa antre")).to_contain_text("ada")
    screenshots(page, "h5p-list")


def test_a_file_is_dropped_on_the_page(open_page: OpenPage) -> None:
    page = open_page(who=EDITOR, width=DESKTOP)
    page.goto(ADD)
    data = list(make_h5p.package(title="Dijatuhkan"))
    page.evaluate(
        """data => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(data)], "jatuh.h5p"));
            const area = document.querySelector(".h5p-upload-area");
            const how = { bubbles: true, cancelable: true, dataTransfer: carried };
            const kinds = ["dragenter", "dragover", "drop"];
            for (const kind of kinds) area.dispatchEvent(new DragEvent(kind, how));
        }""",
        data,
    )
    expect(page.locator(".h5p-upload-result[data-state=taken]")).to_contain_text("Dijatuhkan", timeout=60_000)


def test_a_file_too_large_is_not_even_sent(open_page: OpenPage) -> None:
    page = open_page(who=EDITOR, width=DESKTOP)
    page.goto(ADD)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate("document.querySelector('h5p-upload').dataset.limit = '10'")
    page.locator("#h5p-files").set_input_files(
        {"name": "besar.h5p", "mimeType": "application/zip", "buffer": b"x" * 11}
    )
    expect(page.get_by_text("Berkas ini terlalu besar.")).to_be_visible()
    assert "POST" not in sent


def test_without_javascript_the_form_sends_them_together(open_page: OpenPage, desk: list[Path]) -> None:
    page = open_page(who=EDITOR, width=DESKTOP, javascript=False)
    page.goto(ADD)
    page.locator("#h5p-files").set_input_files(desk[1:])
    page.locator("h5p-upload button[type=submit]").click()
    assert told(page) == ["Surat yang jelas", "Tidak diterima: buruk.h5p"]
