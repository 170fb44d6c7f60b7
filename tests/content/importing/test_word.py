"""A Word document becomes a draft, or is refused with the reason and leaves nothing behind."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from wagtail.models import UploadedFile as KeptFile

from content.archives import Refused
from content.groups import EDITORS, make_groups
from content.importing.word import read_word
from content.models import ModulePage, Picture, TrackPage
from tests import make, make_pages

pytestmark = pytest.mark.django_db


def word(build: Callable[[Any], None]) -> io.BytesIO:
    document = Document()
    build(document)
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return target


def handbook(document: Any) -> None:
    document.add_heading("Melayani warga", 0)
    document.add_heading("Mendengar", 1)
    document.add_paragraph("Dengarkan <dulu> & ").add_run("catat").bold = True
    document.add_heading("Cara", 2)
    document.add_paragraph("Sapa", style="List Bullet")
    document.add_paragraph("Tanya", style="List Bullet")
    document.add_paragraph("Pertama", style="List Number")
    document.add_heading("Menjawab", 1)
    table = document.add_table(2, 2)
    for cell, text in zip(table.rows[0].cells, ("Apa", "Kapan"), strict=True):
        cell.text = text
    table.rows[1].cells[0].text = "Surat\nTelepon"
    document.add_picture(io.BytesIO(make_pages.png(40, 20)))
    document.add_paragraph("Penutup")


@pytest.fixture
def track() -> TrackPage:
    return make_pages.track()


@pytest.fixture
def editor(client: Client, track: TrackPage) -> Client:
    make_groups()
    person = make.person()
    person.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(person)
    return client


def send(client: Client, track: TrackPage, file: io.BytesIO, name: str = "modul.docx") -> Any:
    return client.post(
        f"/redaksi/impor-word/{track.pk}/", {"file": SimpleUploadedFile(name, file.getvalue())}
    )


def test_headings_lists_tables_and_pictures_come_along() -> None:
    draft = read_word(word(handbook), "modul.docx")
    first, second = draft.steps
    assert (draft.title, first.title, second.title) == ("Melayani warga", "Mendengar", "Menjawab")
    assert [each["value"] for each in first.blocks] == [
        "<p>Dengarkan &lt;dulu&gt; &amp; <b>catat</b></p><h3>Cara</h3>"
        "<ul><li>Sapa</li><li>Tanya</li></ul><ol><li>Pertama</li></ol>"
    ]
    assert [each["type"] for each in second.blocks] == ["table", "picture", "text"]
    table = second.blocks[0]["value"]
    assert [column["heading"] for column in table["columns"]] == ["Apa", "Kapan"]
    assert table["rows"] == [{"values": ["<p>Surat</p><p>Telepon</p>", ""]}]
    assert draft.pictures[0].extension == "png"


def test_first_a_look_then_a_draft_that_opens_in_the_editor(editor: Client, track: TrackPage) -> None:
    answer = send(editor, track, word(handbook))
    assert answer.status_code == 302
    html = editor.get(answer["Location"]).content.decode()
    assert "Menjawab" in html
    assert "Apa yang tampak pada gambar 1?" in html
    assert not ModulePage.objects.exists()
    assert not Picture.objects.exists()
    other = Client()
    other.force_login(make.person(is_superuser=True))
    assert other.get(answer["Location"]).status_code == 404  # the document of somebody else

    made = editor.post(answer["Location"], {"alt-1": "Loket  pelayanan"})
    page = ModulePage.objects.get()
    assert made["Location"] == f"/redaksi/pages/{page.pk}/edit/"
    assert editor.get(made["Location"]).status_code == 200
    assert not page.live
    stored = page.get_latest_revision_as_object().steps
    picture = stored[1].value["content"][1].value["picture"]
    assert picture.contextual_alt_text == "Loket pelayanan"
    assert not KeptFile.objects.exists()
    assert editor.post(answer["Location"]).status_code == 404  # made once
    assert ModulePage.objects.count() == 1


def test_a_picture_without_alt_text_may_be_kept_but_not_published(editor: Client, track: TrackPage) -> None:
    look = send(editor, track, word(handbook))["Location"]
    editor.post(look, {"alt-1": ""})
    page = ModulePage.objects.get()
    block = ModulePage._meta.get_field("steps").stream_block
    with pytest.raises(ValidationError):
        block.clean(page.steps)


def macro() -> io.BytesIO:
    file = word(handbook)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return file


def broken() -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<rusak")
        archive.writestr("[Content_Types].xml", "<rusak")
    return target


@pytest.mark.parametrize(
    ("file", "name", "reason"),
    [
        (macro(), "modul.docx", "Ada makro"),
        (macro(), "modul.docm", "makro (.docm)"),
        (word(handbook), "modul.doc", "Hanya .docx"),
        (word(lambda document: None), "kosong.docx", "Tidak ada teks"),
        (io.BytesIO(b"PK\x03\x04"), "modul.docx", "rusak"),
        (io.BytesIO(b"<html>"), "modul.docx", "rusak"),
        (broken(), "modul.docx", "rusak"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    editor: Client, track: TrackPage, file: io.BytesIO, name: str, reason: str
) -> None:
    answer = send(editor, track, file, name)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not KeptFile.objects.exists()


def test_links_that_run_something_lose_their_target() -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("Lihat ")
        for url in ("javascript:alert(1)", "https://contoh.example/?a=1&b=2"):
            part = document.part.relate_to(
                url,
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
                is_external=True,
            )
            link = paragraph._p.makeelement(
                "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}hyperlink",
                {"{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id": part},
            )
            link.append(document.add_paragraph().add_run("sini")._r)
            paragraph._p.append(link)

    draft = read_word(word(build), "modul.docx")
    assert draft.steps[0].blocks[0]["value"] == (
        '<p>Lihat sini<a href="https://contoh.example/?a=1&amp;b=2">sini</a></p>'
    )
    assert draft.notes == ["1 tautan yang tidak menuju alamat luar"]


def test_a_track_of_somebody_else_takes_no_module(track: TrackPage) -> None:
    client = Client()
    client.force_login(make.person())
    assert send(client, track, word(handbook)).status_code in (302, 403)
    assert not KeptFile.objects.exists()
    with pytest.raises(Refused):
        read_word(io.BytesIO(b""), "a.docx")
