"""Every way in, in the real browser: passkey, app, recovery code, another provider, letter; and out again."""

import re
import time
from collections.abc import Callable

import pypdf
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from learning.sample import EDITOR, LEARNER, SUPERVISOR, SignIn
from tests.browser.visit import DESKTOP, HEIGHTS, PHONE, screenshots, settle

Visit = Callable[..., Page]
Ask = Callable[[str], str]


def is_open_to_all(page: Page, name: str) -> None:
    """No barrier, no sideways scrolling, on a phone and on a desktop; a picture of both is kept."""
    screenshots(page, f"sign-in/{name}")
    before = page.viewport_size
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        settle(page)
        found = Axe().run(page).response["violations"]
        assert not found, [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name}: {overflow} px too wide at {width}"
    assert before
    page.set_viewport_size(before)


def enter(page: Page, who: SignIn, password: str = "") -> None:
    page.goto("/akun/login/")
    page.get_by_label("NIP").fill(who.username)
    page.get_by_label("Kata sandi").fill(password or who.password)
    page.get_by_role("button", name="Masuk", exact=True).click()


def leave(page: Page) -> None:
    page.goto("/akun/logout/")
    page.locator("main").get_by_role("button", name="Keluar").click()
    page.wait_for_url(re.compile(r"/$"))


def code_of(secret: str, *, step: int = 0) -> str:
    """What the app shows now, or `step` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def test_a_learner_sets_up_a_passkey_and_signs_in_with_nothing_else(
    visit: Visit, authenticator: Callable[[Page], None]
) -> None:
    page = visit()
    authenticator(page)
    enter(page, LEARNER)
    page.wait_for_url("**/belajar/")
    page.goto("/akun/2fa/")
    is_open_to_all(page, "two-step")
    page.get_by_role("link", name="Siapkan kunci sandi").click()
    is_open_to_all(page, "passkey-new")
    page.get_by_label("Nama kunci sandi ini").fill("Ponsel uji")
    page.get_by_role("button", name="Buat kunci sandi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")
    is_open_to_all(page, "recovery-codes")
    assert page.locator(".codes li").count() == 10
    page.goto("/akun/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Ponsel uji")
    is_open_to_all(page, "passkeys")

    leave(page)
    page.goto("/akun/login/?next=/buku-belajar/")
    page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    page.wait_for_url("**/buku-belajar/")
    expect(page.locator("account-corner")).to_contain_text(LEARNER.name)

    # The password alone is no longer enough; the passkey is the second step too.
    leave(page)
    enter(page, LEARNER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Langkah kedua")
    is_open_to_all(page, "second-step")
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingat perangkat ini?")
    is_open_to_all(page, "remember")
    page.get_by_role("button", name="Ya, sampai").click()
    page.wait_for_url("**/belajar/")
    leave(page)
    enter(page, LEARNER)
    page.wait_for_url("**/belajar/")

    # A rename, and a removal after which the password is enough again.
    page.goto("/akun/2fa/webauthn/")
    page.get_by_role("link", name="Ubah nama Ponsel uji").click()
    is_open_to_all(page, "passkey-rename")
    page.get_by_label("Nama kunci sandi ini").fill("Ponsel lama")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("link", name="Lepas Ponsel lama").click()
    is_open_to_all(page, "passkey-remove")
    page.get_by_role("button", name="Lepas kunci sandi").click()
    expect(page.locator("main")).to_contain_text("Kunci sandi sudah dilepas.")


def test_staff_set_up_an_app_before_anything_else_and_use_it_and_a_recovery_code(visit: Visit) -> None:
    page = visit(width=DESKTOP)
    enter(page, SUPERVISOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Langkah kedua saat masuk")
    is_open_to_all(page, "explained")
    page.goto("/tim/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Langkah kedua saat masuk")
    page.get_by_role("link", name="Siapkan aplikasi").click()
    is_open_to_all(page, "app-new")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Kode", exact=True).fill("000000")
    page.get_by_role("button", name="Siapkan").click()
    expect(page.locator("main")).to_contain_text("tidak cocok")
    assert page.locator(".secret").inner_text() == secret
    page.get_by_label("Kode", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Siapkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")
    spare = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="Sudah saya simpan").click()
    page.goto("/tim/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tim saya")

    leave(page)
    enter(page, SUPERVISOR)
    page.get_by_label("Kode dari aplikasi").fill(code_of(secret, step=1))
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_role("button", name="Tidak, tanyakan lagi").click()
    page.wait_for_url("**/belajar/")

    leave(page)
    enter(page, SUPERVISOR)
    page.get_by_label("Kode dari aplikasi").fill(spare)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_role("button", name="Tidak, tanyakan lagi").click()
    page.wait_for_url("**/belajar/")

    # The spent code does not work again, and the only second step of staff cannot be removed.
    page.goto("/akun/2fa/totp/deactivate/")
    expect(page.locator("main")).to_contain_text("Peran Anda mewajibkan langkah kedua")
    is_open_to_all(page, "app-remove")
    page.goto("/akun/2fa/recovery-codes/")
    expect(page.locator("main")).to_contain_text("Tersisa 9 kode")
    is_open_to_all(page, "recovery-codes-left")
    leave(page)
    enter(page, SUPERVISOR)
    page.get_by_label("Kode dari aplikasi").fill(spare)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.locator("main")).to_contain_text("sudah dipakai")


def over_there(page: Page, name: str) -> None:
    """Sign in at the provider, and allow what it asks."""
    page.goto("/akun/login/")
    page.get_by_role("link", name="Masuk dengan Akun Pemprov").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("apa saja")
    page.get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()


def test_another_provider_opens_the_account_with_the_same_nip(
    visit: Visit, ask: Ask, identity_provider: None
) -> None:
    matched = visit()
    over_there(matched, "ayu")
    matched.wait_for_url("**/belajar/")
    expect(matched.locator("account-corner")).to_contain_text(LEARNER.name)
    matched.goto("/akun/3rdparty/")
    expect(matched.locator("main")).to_contain_text("Akun Pemprov")
    is_open_to_all(matched, "providers")

    unknown = visit()
    over_there(unknown, "asing")
    expect(unknown.locator("main")).to_contain_text("NIP Anda belum ada dalam data kepegawaian kami")
    is_open_to_all(unknown, "provider-unknown")
    assert ask("print(Person.objects.filter(nip='190012312020121999').count())") == "0"

    ask(f"Person.objects.filter(username='{EDITOR.username}').update(is_active=False)")
    deactivated = visit()
    over_there(deactivated, "wahyu")
    expect(deactivated.get_by_role("heading", level=1)).to_have_text("Akun ini tidak aktif")
    deactivated.goto("/belajar/")
    expect(deactivated).to_have_url(re.compile("/akun/login/"))
    ask(f"Person.objects.filter(username='{EDITOR.username}').update(is_active=True)")


def test_a_letter_opens_an_account(visit: Visit, ask: Ask, tmp_path, authenticator) -> None:
    """Printed by unit HR, read from the PDF, typed on a phone, good for one use."""
    unit, first, second = ask(
        "import datetime as dt\n"
        "from django.contrib.auth.hashers import make_password\n"
        f"hr = Person.objects.get(username='{LEARNER.username}')\n"
        "RoleGrant.objects.create(person=hr, role='unit_hr', unit=hr.unit, first_day=dt.date(2026, 1, 1))\n"
        "people = Person.objects.filter(unit=hr.unit).exclude(pk=hr.pk).exclude(headed_units__gt=0)\n"
        "chosen = list(people.order_by('pk')[:2])\n"
        "people.filter(pk__in=[p.pk for p in chosen]).update(password='!', last_login=None)\n"
        "others = Person.objects.filter(unit=hr.unit).exclude(pk__in=[p.pk for p in chosen])\n"
        "others.update(last_login='2026-01-02T00:00Z')\n"
        "print(hr.unit_id, *(p.nip for p in chosen))"
    ).split()
    hr = visit(width=DESKTOP)
    authenticator(hr)
    enter(hr, LEARNER)
    hr.get_by_role("link", name="Siapkan kunci sandi").click()
    hr.get_by_role("button", name="Buat kunci sandi").click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")  # kept, before they go on
    hr.goto("/surat-aktivasi/")
    is_open_to_all(hr, "letters")
    hr.goto(f"/surat-aktivasi/{unit}/")
    is_open_to_all(hr, "letters-of-unit")
    with hr.expect_download() as download:
        hr.get_by_role("button", name="Cetak 2 surat").click()
    file = tmp_path / "surat.pdf"
    download.value.save_as(file)
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    codes = re.findall(r"\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b", text)
    names = ask(
        f"print(*(p.nip for p in Person.objects.filter(nip__in=['{first}', '{second}']).by_name()))"
    ).split()
    letters = dict(zip(names, codes, strict=True))

    phone = visit()
    phone.goto(f"/akun/aktivasi/#{letters[first]}")  # as the QR code opens it
    expect(phone.get_by_label("Kode aktivasi")).to_have_value(letters[first])
    expect(phone).to_have_url(re.compile(r"/akun/aktivasi/$"))
    is_open_to_all(phone, "activation")
    phone.get_by_label("NIP").fill(second)
    phone.get_by_role("button", name="Lanjutkan").click()
    expect(phone.get_by_role("alert")).to_contain_text("NIP dan kode tidak sesuai")
    phone.get_by_label("NIP").fill(f"{first[:8]} {first[8:]}")
    phone.get_by_label("Kode aktivasi").fill(letters[first].lower().replace("-", " "))
    phone.get_by_role("button", name="Lanjutkan").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Pilih cara Anda masuk")
    is_open_to_all(phone, "activation-choose")
    fields = phone.locator("input[type=password]")
    for place in range(2):
        fields.nth(place).fill("sawah-hijau-di-lereng")
    phone.get_by_role("button", name="Simpan dan masuk").click()
    phone.wait_for_url("**/belajar/")
    leave(phone)

    again = visit()
    again.goto("/akun/aktivasi/")
    again.get_by_label("NIP").fill(first)
    again.get_by_label("Kode aktivasi").fill(letters[first])
    again.get_by_role("button", name="Lanjutkan").click()
    expect(again.get_by_role("alert")).to_contain_text("sudah dipakai")

    other = visit()
    authenticator(other)
    other.goto("/akun/aktivasi/")
    other.get_by_label("NIP").fill(second)
    other.get_by_label("Kode aktivasi").fill(letters[second])
    other.get_by_role("button", name="Lanjutkan").click()
    other.get_by_role("button", name="Buat kunci sandi dan masuk").click()
    other.wait_for_url("**/belajar/")
    leave(other)
    other.goto("/akun/login/")
    other.get_by_role("button", name="Masuk dengan kunci sandi").click()
    other.wait_for_url("**/belajar/")


def test_who_lost_a_phone_signs_out_everywhere(visit: Visit, ask: Ask) -> None:
    username = ask(
        "person = Person.objects.filter(unit__isnull=False, headed_units=None, role_grants=None, groups=None)"
        ".exclude(nip='190003152020032001').order_by('-pk').first()\n"
        "person.set_password('sawah-hijau-di-lereng'); person.save(); print(person.username)"
    )
    who = SignIn(username, "sawah-hijau-di-lereng", "", "", "")
    laptop, phone, tablet = visit(width=DESKTOP), visit(), visit()
    for page in (laptop, phone, tablet):
        enter(page, who)
        page.wait_for_url("**/belajar/")
    laptop.goto("/akun/sessions/")
    is_open_to_all(laptop, "sessions")
    assert laptop.locator(".session-list li").count() == 3
    laptop.locator(".session-list").get_by_role("button").first.click()
    expect(laptop.locator("main")).to_contain_text("Perangkat sudah dikeluarkan.")
    assert laptop.locator(".session-list li").count() == 2
    laptop.get_by_role("button", name="Keluar dari semua perangkat, termasuk ini").click()
    expect(laptop).to_have_url(re.compile("/akun/login/"))
    for page in (laptop, phone, tablet):
        page.goto("/belajar/")
        expect(page).to_have_url(re.compile("/akun/login/"))


def test_without_javascript_the_password_and_the_code_still_open_the_door(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/akun/login/")
    expect(page.get_by_role("button", name="Masuk dengan kunci sandi")).to_be_hidden()
    page.goto("/akun/aktivasi/")
    expect(page.get_by_label("Kode aktivasi")).to_be_visible()
