"""Unit HR imports a dirty file and takes it back; a head is away for a week, and three people see it."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from learning.sample import EDITOR_UNIT, LEARNER, PASSWORD, SUPERVISOR, SignIn
from tests import make
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots
from tests.serving import manage

HR = SignIn(make.nip(801_001), PASSWORD, "Petugas Kepegawaian", "Analis Kepegawaian", EDITOR_UNIT)
ASSISTANT = SignIn(make.nip(801_002), PASSWORD, "Asisten Kepala", "Sekretaris", EDITOR_UNIT)
NEW = make.nip(801_003)
DIRTY = f"""DAFTAR PEGAWAI;;;
NAMA LENGKAP;NIP BARU;KODE UNOR;KEDUDUKAN HUKUM
ORANG BARU, SE;'{NEW};{EDITOR_UNIT.lower()};Aktif
RUSAK OLEH EXCEL;1,90003E+17;{EDITOR_UNIT};Aktif
=cmd|' /C calc'!A0;{make.nip(801_004)};{EDITOR_UNIT};Aktif
Sudah Pergi;{make.nip(801_005)};{EDITOR_UNIT};HAPUS
"""


@pytest.fixture
def staff(site_environment: dict[str, str]) -> Callable[[SignIn, str], None]:
    """Lets somebody be there, with a role over their unit if one is named."""

    def be_there(who: SignIn, role: str = "") -> None:
        manage(
            "shell",
            "--verbosity",
            "0",
            "--command",
            "from learning.people.models import Person, Unit\n"
            "from tests import make\n"
            f"unit = Unit.objects.get(code={who.unit!r})\n"
            f"person = Person.objects.filter(username={who.username!r}).first() or make.person(\n"
            f"    unit, nip={who.username!r}, name={who.name!r}, password={who.password!r})\n"
            f"{role!r} and make.role(person, {role!r}, unit)\n",
            env=site_environment,
        )

    return be_there


@pytest.fixture
def background(site_environment: dict[str, str]) -> Callable[[], None]:
    """Does the work that waits, as the worker beside the server would."""
    return lambda: manage("db_worker", "--batch", "--no-startup-delay", env=site_environment) and None


def test_unit_hr_imports_a_dirty_file_and_takes_it_back(
    open_page: OpenPage,
    staff: Callable[..., None],
    background: Callable[[], None],
    tmp_path: Path,
) -> None:
    staff(HR, "unit_hr")
    file = tmp_path / "pegawai.csv"
    file.write_bytes(DIRTY.encode("utf-16"))
    page = open_page(who=HR, width=DESKTOP)
    page.goto("/redaksi/orang/impor/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bandingkan").click()
    background()

    page.reload()
    main = page.locator("main")
    expect(main).to_contain_text("3 bermasalah")
    expect(main).to_contain_text("digitnya hilang")
    expect(main).to_contain_text("Rumus, bukan teks")
    screenshots(page, "impor-perbedaan")
    page.get_by_role("link", name="1 baru").click()
    expect(main).to_contain_text("Orang Baru, S.E.")

    page.get_by_role("button", name="Terapkan 1 perubahan").click()
    background()
    page.reload()
    expect(main).to_contain_text("1 · diterapkan")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Unduh hasil")).click()
    result = download.value.path().read_text(encoding="utf-8-sig")
    assert f'\'{NEW},"Orang Baru, S.E.",baru,diterapkan' in result
    assert not re.search(r"(^|,)=cmd", result, re.MULTILINE)

    page.goto("/redaksi/orang/?cari=Orang+Baru")
    page.get_by_role("link", name="Orang Baru, S.E.").click()
    screenshots(page, "pegawai-perbaiki")
    page.goto("/redaksi/orang/impor/")
    page.get_by_role("link", name="pegawai.csv").first.click()
    page.get_by_role("button", name="Batalkan impor ini").click()
    background()
    page.reload()
    expect(main).to_contain_text("1 · dibatalkan")
    page.goto("/redaksi/orang/?cari=Orang+Baru")
    expect(page.locator("main")).to_contain_text("Tidak aktif")


def test_a_week_of_delegation_is_seen_by_head_delegate_and_learner(
    open_page: OpenPage, staff: Callable[..., None]
) -> None:
    staff(ASSISTANT)
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()
    head = open_page(who=SUPERVISOR)
    head.goto("/tim/")
    head.get_by_role("link", name="Limpahkan wewenang Anda").click()
    head.get_by_label("NIP orang yang mewakili Anda").fill(ASSISTANT.username)
    head.get_by_label("Ia boleh").select_option(label="melihat dan memutuskan")
    head.get_by_label("Hari pertama").fill(f"{today}")
    head.get_by_label("Hari terakhir").fill(f"{today + dt.timedelta(days=6)}")
    head.get_by_role("button", name="Limpahkan", exact=True).click()
    expect(head.locator("main")).to_contain_text("berlaku hari ini")
    screenshots(head, "pelimpahan")

    delegate = open_page(who=ASSISTANT)
    delegate.goto("/tim/")
    expect(delegate.locator("main")).to_contain_text(f"atas nama {SUPERVISOR.name}")
    expect(delegate.get_by_role("link", name=LEARNER.name).first).to_be_visible()

    learner = open_page(who=LEARNER)
    learner.goto("/belajar/")
    learner.get_by_role("link", name="Siapa atasan saya?").click()
    expect(learner.locator("main")).to_contain_text(f"{ASSISTANT.name} mewakili {SUPERVISOR.name}")
    screenshots(learner, "atasan-saya")

    head.get_by_role("button", name=re.compile("Akhiri sekarang")).click()
    learner.reload()
    expect(learner.locator("main")).to_contain_text(SUPERVISOR.name)
    expect(learner.locator("main")).not_to_contain_text("mewakili")
