"""A competency claim through every state: the learner, the head, a delegate, the head's superior."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from learning.sample import LEARNER, PASSWORD, SUPERVISOR, SignIn
from learning.sample_submissions import empty_page
from tests.browser.conftest import OpenPage
from tests.browser.visit import DESKTOP, screenshots
from tests.serving import manage

DELEGATE = SignIn("190001011926012001", PASSWORD, "Wahyu Delegasi Uji", "Penelaah Teknis Kebijakan", "")
SUPERIOR = SignIn("190001021926012002", PASSWORD, "Atasan Kepala Uji", "Kepala Dinas", "")
EVERYBODY = f"""
import datetime as dt
from django.utils import timezone
from learning.people.models import Delegation, Person, Unit
from learning.sample import PASSWORD
head = Person.objects.select_related("unit").get(username={SUPERVISOR.username!r})
above = Unit.objects.get(path=head.unit.path[:-Unit.steplen])
for username, name, position, unit in (
    ({DELEGATE.username!r}, {DELEGATE.name!r}, {DELEGATE.position!r}, head.unit),
    ({SUPERIOR.username!r}, {SUPERIOR.name!r}, {SUPERIOR.position!r}, above),
):
    Person.objects.create_user(username, PASSWORD, nip=username, name=name, position=position, unit=unit)
Unit.objects.filter(pk=above.pk).update(head=Person.objects.get(username={SUPERIOR.username!r}))
today = timezone.localdate()
Delegation.objects.create(
    giver=head, delegate=Person.objects.get(username={DELEGATE.username!r}), unit=head.unit, may_decide=True,
    first_day=today, last_day=today + dt.timedelta(days=1), recorded_at=timezone.now(),
)
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "laporan.pdf"
    file.write_bytes(empty_page())
    return file


def no_barrier(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def record(page: Page, decision: str, words: str = "") -> None:
    page.get_by_label(decision, exact=True).check()
    if words:
        page.get_by_label("Dengan kata-kata Anda").first.fill(words)
    page.get_by_role("button", name="Catat keputusan").click()


def test_a_claim_goes_through_every_state(
    open_page: OpenPage, site_environment: dict[str, str], report: Path
) -> None:
    manage("shell", "--verbosity", "0", "--command", EVERYBODY, env=site_environment)

    # Draft, sent, taken back, sent again.
    page = open_page(who=LEARNER)
    page.goto("/kompetensi/")
    expect(page.locator("main")).to_contain_text("Kesenjangan kompetensi")
    screenshots(page, "kompetensi")
    page.get_by_role("link", name="Tulis klaim", exact=True).first.click()
    page.get_by_label("Kompetensi", exact=True).select_option("TEK-RIS")
    page.get_by_label("Level", exact=True).select_option("2")
    page.get_by_label("Yang menunjukkan bahwa Anda menguasainya").fill("Saya menyusun daftar risiko bidang.")
    page.get_by_role("button", name="Simpan sebagai draf").click()
    expect(page.locator("main")).to_contain_text("Draf")
    page.get_by_role("link", name="Lanjutkan menulis").click()
    page.get_by_label("Bukti dukung", exact=True).set_input_files(report)
    no_barrier(page)
    screenshots(page, "klaim-tulis")
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    expect(page.locator("main")).to_contain_text("Menunggu verifikasi")
    own = page.url
    page.get_by_role("button", name="Tarik kembali").click()
    expect(page.locator("main")).to_contain_text("kini menjadi draf lagi")
    page.get_by_role("link", name="Lanjutkan menulis").click()
    page.get_by_role("button", name="Kirim kepada atasan langsung").click()
    expect(page.locator("main")).to_contain_text("Menunggu verifikasi")

    # The delegate opens it: the head sees the name, and cannot decide.
    acting = open_page(who=DELEGATE, width=DESKTOP)
    acting.goto("/tim/verifikasi/")
    acting.get_by_role("link", name="Manajemen Risiko").first.click()
    review = acting.url
    expect(acting.locator("main")).to_contain_text(re.compile("atas nama", re.IGNORECASE))
    acting.get_by_role("button", name="Mulai meninjau").click()
    head = open_page(who=SUPERVISOR, allow="status of 409")
    head.goto(review)
    expect(head.locator("main")).to_contain_text(f"{DELEGATE.name} sedang meninjaunya")
    expect(head.get_by_role("button", name="Catat keputusan")).to_have_count(0)
    no_barrier(head)
    screenshots(head, "klaim-dikunci")
    no_barrier(acting)
    screenshots(acting, "klaim-tinjau")
    record(acting, "Kembalikan untuk perbaikan", "Sebutkan risiko yang Anda nilai sendiri.")
    expect(acting.locator("main")).to_contain_text("Keputusan Anda sudah dicatat")

    # Returned, answered once.
    page.goto(own)
    expect(page.locator("main")).to_contain_text("Sebutkan risiko yang Anda nilai sendiri.")
    expect(page.locator("main")).to_contain_text("atas nama")
    page.get_by_role("link", name="Jawab dan kirim lagi").click()
    page.get_by_label("Jawaban Anda atas pengembalian").fill("Risiko arsip dan jaringan, baris 4 dan 9.")
    page.get_by_role("button", name="Kirim lagi").click()
    expect(page.locator("main")).to_contain_text("Menunggu verifikasi")
    expect(page.get_by_role("button", name="Tarik kembali")).to_have_count(0)

    # Two deciders: the head has the form open when the delegate, half an hour later, decides.
    head.goto(review)
    head.get_by_role("button", name="Mulai meninjau").click()
    head.get_by_label("Belum dapat diakui", exact=True).check()
    head.get_by_label("Dengan kata-kata Anda").first.fill("Kalimat kepala bidang yang tidak boleh hilang.")
    later = (
        "import datetime as dt; from learning.reviews.models import Claim; from django.db.models import F; "
    )
    later += (
        "Claim.objects.filter(status='in_review').update(opened_at=F('opened_at') - dt.timedelta(minutes=31))"
    )
    manage("shell", "--verbosity", "0", "--command", later, env=site_environment)
    acting.goto(review)
    acting.get_by_role("button", name="Mulai meninjau").click()
    record(acting, "Akui")
    expect(acting.locator("main")).to_contain_text("Keputusan Anda sudah dicatat")
    head.get_by_role("button", name="Catat keputusan").click()
    expect(head.locator("main")).to_contain_text("Keputusan Anda tidak dicatat")
    expect(head.locator("main")).to_contain_text(f"Keputusan pertama: diakui, oleh {DELEGATE.name}")
    expect(head.get_by_label("Yang Anda tulis")).to_have_value(
        "Kalimat kepala bidang yang tidak boleh hilang."
    )
    screenshots(head, "klaim-terlambat")
    page.goto("/kompetensi/")
    expect(page.locator(".competency-list")).to_contain_text("Manajemen Risiko")

    # The head's superior puts it in question; another decision follows; the old one stays.
    superior = open_page(who=SUPERIOR, width=DESKTOP)
    superior.goto(review)
    superior.locator("summary", has_text="Pertanyakan keputusan ini").click()
    superior.get_by_label("Ada fakta yang belum diketahui saat keputusan diambil.").check()
    superior.get_by_role("button", name="Buka kembali").click()
    expect(superior.locator("main")).to_contain_text("Dibuka kembali")
    head.goto(review)
    expect(head.get_by_role("button", name="Mulai meninjau")).to_have_count(0)  # his own authority decided it
    superior.get_by_role("button", name="Mulai meninjau").click()
    record(superior, "Belum dapat diakui", "Daftar risiko itu disusun bersama; tunjukkan bagian Anda.")
    page.goto(own)
    expect(page.locator(".decision")).to_have_count(4)  # returned, recognised, reopened, not yet
    expect(page.locator("main")).to_contain_text("Belum diakui")
    screenshots(page, "klaim-riwayat")
    page.goto("/kompetensi/")
    expect(page.locator(".competency-list")).not_to_contain_text("Manajemen Risiko")
