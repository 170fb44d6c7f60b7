"""Learning outside, from the certificate to the JP; and minutes that were not credited, appealed."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from learning.sample import LEARNER, SUPERVISOR
from learning.sample_submissions import empty_page
from learning.study.rules import WIB
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots
from tests.serving import manage


def no_barrier(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "sertifikat-seminar.pdf"
    file.write_bytes(empty_page())
    return file


def decide(page: Page, title: str, decision: str, words: str = "", minutes: str = "") -> None:
    """The supervisor opens the submission from the queue and decides it with the keyboard."""
    page.goto("/tim/verifikasi/")
    page.get_by_role("link", name=title).first.press("Enter")
    page.get_by_label(decision, exact=True).press("Space")
    if words:
        page.get_by_label("Dengan kata-kata Anda").fill(words)
    if minutes:
        page.get_by_label("Menit yang dicatat").fill(minutes)
    page.get_by_role("button", name="Catat keputusan").press("Enter")
    expect(page.locator("main")).to_contain_text("Keputusan Anda sudah dicatat")


@pytest.mark.parametrize("javascript", [True, False])
def test_learning_outside_is_declared_returned_sent_again_and_counted(
    open_page: OpenPage, certificate: Path, javascript: bool
) -> None:
    # Two hours of a night in a past week, when no sample person studies: each run its own.
    day = (dt.datetime.now(WIB) - dt.timedelta(days=10)).date()
    hour = 1 if javascript else 3
    title = f"Seminar tata naskah {'satu' if javascript else 'dua'}"
    page = open_page(who=LEARNER, javascript=javascript, allow="status of 422")
    page.goto("/belajar/")
    page.get_by_role("link", name="Laporkan belajar di luar").click()
    page.get_by_label("Bentuk pembelajaran").select_option("9")
    page.get_by_label("Judul", exact=True).fill(title)
    page.get_by_label("Penyelenggara").fill("Biro Organisasi")
    first = page.get_by_role("group", name="Hari ke-1", exact=True)
    first.get_by_label("Hari", exact=True).fill(day.isoformat())
    first.get_by_label("Dari pukul").fill(f"{hour:02d}:00")
    first.get_by_label("Sampai pukul").fill(f"{hour + 2:02d}:00")
    page.get_by_label("Yang Anda pelajari").fill("Susunan naskah dinas yang baru.")
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    expect(page.locator("main")).to_contain_text("Tambahkan berkas atau tautan sebagai bukti dukung.")
    page.get_by_label("Bukti dukung", exact=True).set_input_files(certificate)
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    expect(page.locator("main")).to_contain_text("Baru dihitung setelah disetujui")
    expect(page.locator("main")).to_contain_text("Menunggu verifikasi")
    own = page.url
    before = page.request.get("/api/v1/me").json()["week"]["seconds"]

    boss = open_page(who=SUPERVISOR, width=DESKTOP, javascript=javascript)
    decide(boss, title, "Kembalikan untuk perbaikan", "Tanggal pada sertifikat tidak terbaca.")

    page.goto(own)
    expect(page.locator("main")).to_contain_text("Tanggal pada sertifikat tidak terbaca.")
    page.get_by_role("link", name="Perbaiki dan kirim lagi").click()
    if javascript:
        no_barrier(page)
        screenshots(page, "belajar-di-luar-perbaiki")
    expect(page.get_by_label("Judul", exact=True)).to_have_value(title)
    page.get_by_label("Bukti dukung", exact=True).set_input_files(certificate)
    page.get_by_role("button", name="Kirim lagi").click()
    expect(page.locator("main")).to_contain_text("Menunggu verifikasi")
    assert page.request.get("/api/v1/me").json()["week"]["seconds"] == before

    decide(boss, title, "Setujui")

    page.goto(own)
    expect(page.locator("main")).to_contain_text(re.compile(r"120\smenit 0\sdetik dan 4 JP dihitung"))
    screenshots(page, "belajar-di-luar")
    page.get_by_role("link", name="Lihat barisnya di buku belajar").click()
    expect(page.locator("main")).to_contain_text(title)
    expect(page.locator(".ledger-kinds")).to_contain_text(re.compile(r"Dilaporkan sendiri\s*(120|240)\smnt"))
    page.goto(f"/jp/?tahun={day.year}")
    page.locator("summary", has_text=title).click()
    award = page.locator("details", has_text=title)
    expect(award).to_contain_text("1 hari × 4 JP = 4 JP")
    expect(award).to_contain_text("atasan langsung")


def test_an_appeal_accepted_in_part_is_a_new_row(
    open_page: OpenPage, site_environment: dict[str, str]
) -> None:
    """Ten minutes beyond the ceiling of a short module, four of which the supervisor gives back."""
    manage(
        "shell",
        "--verbosity",
        "0",
        "--command",
        "import datetime as dt\n"
        "from django.utils import timezone\n"
        "from learning.people.models import Person\n"
        "from tests import make\n"
        f"person = Person.objects.get(username={LEARNER.username!r})\n"
        "module = make.activity(title='Modul singkat', planned_minutes=5, path='')\n"
        "start = timezone.now() - dt.timedelta(hours=3)\n"
        "make.study(person, module, start, 10, session='a')\n"
        "make.study(person, module, start + dt.timedelta(minutes=11), 10, session='b')\n",
        env=site_environment,
    )
    page = open_page(who=LEARNER)
    page.goto("/buku-belajar/?tampil=refused")
    page.locator("tr", has_text="Modul singkat").get_by_role("link", name="Keberatan").click()
    no_barrier(page)
    screenshots(page, "keberatan")
    page.get_by_label("Mengapa waktu ini seharusnya dihitung?").fill("Saya mengulang modul ini bersama tim.")
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    expect(page.locator("main")).to_contain_text("Menunggu verifikasi")
    own = page.url

    boss = open_page(who=SUPERVISOR, width=DESKTOP)
    decide(boss, "Modul singkat", "Setujui sebagian", "Empat menit terlihat di kuis.", "4")

    page.goto(own)
    expect(page.locator("main")).to_contain_text(re.compile(r"4\smenit 0\sdetik tercatat sebagai baris baru"))
    page.get_by_role("link", name="Kembali ke buku belajar pekan itu").click()
    expect(page.locator("main")).to_contain_text("Keberatan disetujui: Empat menit terlihat di kuis.")
    expect(page.locator("main")).to_contain_text("Keberatan: disetujui")
    boss.goto("/tim/verifikasi/")
    screenshots(boss, "verifikasi")


def test_the_second_decider_loses_no_word(open_page: OpenPage, certificate: Path) -> None:
    """The same submission open in two windows: the later decision is told of the first and keeps its text."""
    boss = open_page(who=SUPERVISOR, width=DESKTOP, allow="status of 409")
    boss.goto("/tim/verifikasi/")
    href = boss.locator("main a[href*='/luar/']").first.get_attribute("href")
    boss.goto(str(href))
    screenshots(boss, "verifikasi-luar")
    other: Any = boss.context.new_page()
    other.goto(str(href))
    for window, text in ((boss, "Mohon dilengkapi."), (other, "Sudah bagus, tetapi kurang nama.")):
        window.get_by_label("Kembalikan untuk perbaikan", exact=True).check()
        window.get_by_label("Dengan kata-kata Anda").fill(text)
        window.get_by_role("button", name="Catat keputusan").click()
    expect(other.locator("main")).to_contain_text("Keputusan Anda tidak dicatat")
    expect(other.locator("main")).to_contain_text("Mohon dilengkapi.")
    expect(other.get_by_label("Yang Anda tulis")).to_have_value("Sudah bagus, tetapi kurang nama.")
    no_barrier(other)
