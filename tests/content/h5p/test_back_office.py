"""Packages in the back office: uploaded, described, replaced, chosen, kept while a page shows them."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from content import groups
from content.models import Package
from tests import make, make_h5p, make_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    make_pages.home()
    person = make.person()
    person.groups.add(groups.make_groups()[groups.EDITORS])
    client.force_login(person)
    return client


def upload(name: str = "kuis.h5p", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_h5p.package() if data is None else data)


def test_an_editor_uploads_several_and_sees_at_once_what_each_is(editor: Client) -> None:
    bad = upload("buruk.h5p", make_h5p.package({"content/a.svg": b"<svg/>"}))
    page = editor.post(reverse("h5p:add"), {"files": [upload(), bad]})
    text = page.content.decode()
    assert page.status_code == 200
    package = Package.objects.get()
    assert package.current and package.current.uploaded_by
    for expected in (
        "BelajarUji (BelajarUji 1.1.3)",
        "Uji coba",
        "Diunduh pembelajar",
        "Tidak diterima: buruk.h5p",
        "“content/a.svg”: berkas berjenis “svg” tidak diperbolehkan di tempat itu.",
        reverse("h5p:edit", args=[package.pk]),
    ):
        assert expected in text, expected


def test_with_javascript_a_file_gets_its_part_of_the_page(editor: Client) -> None:
    part = editor.post(
        reverse("h5p:add"), {"files": upload()}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert part.status_code == 200
    assert part.content.decode().lstrip().startswith("<section")


def test_an_upload_without_a_file_changes_nothing(editor: Client) -> None:
    assert editor.post(reverse("h5p:add"), {}).status_code == 200
    assert not Package.objects.exists()


def test_only_who_may_add_may_upload(client: Client) -> None:
    make_pages.home()
    made = groups.make_groups()
    person = make.person()
    person.groups.add(made[groups.MODERATORS])
    client.force_login(person)
    assert client.get(reverse("h5p:index")).status_code == 200
    refused = client.post(reverse("h5p:add"), {"files": upload()})
    assert refused.status_code in (302, 403) and not Package.objects.exists()


def test_the_page_of_a_package_tells_what_it_is_and_takes_its_words(editor: Client) -> None:
    package = make_h5p.kept(alternative="")
    url = reverse("h5p:edit", args=[package.pk])
    text = editor.get(url).content.decode()
    assert "BelajarUji 1.1.3" in text and "CC BY" in text and "uji.h5p" in text

    refused = editor.post(url, {"title": "Kuis", "alternative": ""})
    assert refused.status_code == 200 and Package.objects.get().title == "Uji coba"

    editor.post(url, {"title": "Kuis", "alternative": "Tiga soal pilihan ganda."})
    package.refresh_from_db()
    assert (package.title, package.alternative) == ("Kuis", "Tiga soal pilihan ganda.")


def test_a_newer_file_takes_the_place_and_a_bad_one_does_not(editor: Client) -> None:
    package = make_h5p.kept()
    url = reverse("h5p:edit", args=[package.pk])
    words: dict[str, Any] = {"title": "Kuis", "alternative": "Tiga soal."}
    refused = editor.post(url, {**words, "file": upload("rusak.h5p", b"rusak")})
    assert "Ini bukan paket H5P" in refused.content.decode()
    assert package.versions.count() == 1

    editor.post(url, {**words, "file": upload("baru.h5p", make_h5p.package(title="Baru"))})
    package.refresh_from_db()
    assert package.current and (package.current.number, package.current.title) == (2, "Baru")
    assert "baru.h5p" in editor.get(url).content.decode()


def test_a_package_is_chosen_or_uploaded_in_the_dialogue(editor: Client) -> None:
    make_h5p.kept(title="Kuis lama")
    dialogue = editor.get(reverse("h5p_chooser:choose"))
    assert "Kuis lama" in dialogue.json()["html"] and "BelajarUji" in dialogue.json()["html"]

    words = {"title": "Kuis baru", "alternative": "Tiga soal."}
    chosen = editor.post(reverse("h5p_chooser:create"), {**words, "file": upload()})
    assert chosen.json()["step"] == "chosen" and chosen.json()["result"]["title"] == "Kuis baru"

    refused = editor.post(reverse("h5p_chooser:create"), {**words, "file": upload("rusak.h5p", b"rusak")})
    assert "Ini bukan paket H5P" in refused.json()["htmlFragment"]


def test_a_package_nobody_shows_is_deleted(editor: Client) -> None:
    package = make_h5p.kept()
    editor.post(reverse("h5p:delete", args=[package.pk]))
    assert not Package.objects.exists()


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_however_long(
    editor: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_h5p.kept(make_h5p.package(title=f"Kuis {number}"))
    editor.get(reverse("h5p:index"))
    with django_assert_max_num_queries(22):
        text = editor.get(reverse("h5p:index")).content.decode()
    assert text.count("BelajarUji 1.1.3") == count


def test_a_search_finds_a_package(editor: Client) -> None:
    make_h5p.kept(title="Melayani warga")
    make_h5p.kept(make_h5p.package(title="Lain"))
    text = editor.get(reverse("h5p:index"), {"q": "warga"}).content.decode()
    assert "Melayani warga" in text and "Lain" not in text.partition("<tbody>")[2]


class Endless(io.RawIOBase):
    """A body nobody should read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("name", ["h5p:add", "h5p_chooser:create"])
def test_half_a_gigabyte_is_refused_before_a_byte_is_read(editor: Client, name: str) -> None:
    """By its length alone: before the form's secret, the session or the disk are asked."""
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = editor.cookies
    checked.cookies["csrftoken"] = "a" * 32
    environ = {
        "CONTENT_LENGTH": str(500 * 1024 * 1024),
        "CONTENT_TYPE": "multipart/form-data; boundary=batas",
        "wsgi.input": Endless(),
    }
    answer = checked.generic("POST", reverse(name), **environ)
    assert answer.status_code == 413
    assert not Package.objects.exists()


def test_a_package_shown_on_a_page_is_kept_and_told_where(
    editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    package = make_h5p.kept()
    with django_capture_on_commit_callbacks(execute=True):
        page = make_pages.module(steps=[make_pages.step("Latihan", ("package", {"package": package}))])
    answer = editor.post(reverse("h5p:delete", args=[package.pk]), follow=True)
    text = answer.content.decode()
    assert Package.objects.filter(pk=package.pk).exists()
    assert "Tidak dihapus" in text and page.title in text
