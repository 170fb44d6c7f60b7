"""What may be uploaded in the back office, and what is refused with a reason."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form
from wagtailmedia.forms import get_media_form

from content import uploads
from content.models import Handout, Picture, Recording
from tests import make, make_pages

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + b"x" * 200


def office(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return target.getvalue()


def errors_of(form: Any) -> dict[str, Any]:
    form.is_valid()
    return dict(form.errors)


def document(name: str, content: bytes) -> dict[str, Any]:
    form = get_document_form(Handout)
    files = {"file": SimpleUploadedFile(name, content)}
    return errors_of(form({"title": "Bahan", "tags": ""}, files, user=make.person(is_superuser=True)))


def recording(kind: str = "video", **changes: Any) -> dict[str, Any]:
    files = {
        "file": SimpleUploadedFile("rekaman.webm", make_pages.WEBM),
        "captions": SimpleUploadedFile("takarir.vtt", make_pages.VTT),
        **changes.pop("files", {}),
    }
    data = {"title": "Rekaman", "transcript": "Selamat pagi.", "tags": "", **changes}
    form = get_media_form(Recording)
    return errors_of(form(data, files, instance=Recording(type=kind), user=make.person(is_superuser=True)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bahan.pdf", PDF),
        ("bahan.docx", office("word/document.xml")),
        ("data.xlsx", office("xl/workbook.xml")),
        ("data.csv", b"nama;nilai\nAyu;90\n"),
    ],
)
def test_a_document_that_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    assert document(name, content) == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kosong.pdf", b""),
        ("bukan.pdf", b"<html>halo</html>"),
        ("program.pdf", b"MZ\x90\x00" + b"\0" * 100),
        ("arsip.docx", office("jahat.exe")),
        ("rusak.xlsx", b"PK\x03\x04rusak"),
        ("biner.csv", b"\x00\x01\x02"),
        ("skrip.html", b"<script></script>"),
        ("program.exe", b"MZ"),
    ],
)
def test_a_document_that_is_not_is_refused(name: str, content: bytes) -> None:
    assert list(document(name, content)) == ["file"]


def test_a_document_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "DOCUMENT_LIMIT", 100)
    assert list(document("bahan.pdf", PDF)) == ["file"]


@pytest.mark.parametrize(
    ("name", "content", "is_taken"),
    [
        ("gambar.png", make_pages.png(), True),
        ("kosong.png", b"", False),
        ("bukan.png", b"bukan gambar", False),
        ("salah.jpg", make_pages.png(), False),
        ("skrip.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
    ],
)
def test_a_picture_is_what_its_name_says(name: str, content: bytes, is_taken: bool) -> None:
    form = get_image_form(Picture)
    files = {"file": SimpleUploadedFile(name, content)}
    errors = errors_of(form({"title": "Gambar", "tags": ""}, files, user=make.person(is_superuser=True)))
    assert list(errors) == ([] if is_taken else ["file"])


def test_a_video_with_captions_and_transcript_is_taken() -> None:
    assert recording() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"files": {"captions": None}}, "captions"),
        ({"files": {"captions": SimpleUploadedFile("takarir.vtt", b"1\nhalo")}}, "captions"),
        ({"transcript": ""}, "transcript"),
        ({"files": {"file": SimpleUploadedFile("rekaman.webm", b"")}}, "file"),
        ({"files": {"file": SimpleUploadedFile("rekaman.mp4", make_pages.WEBM)}}, "file"),
        ({"files": {"file": SimpleUploadedFile("rekaman.avi", make_pages.WEBM)}}, "file"),
        ({"files": {"thumbnail": SimpleUploadedFile("poster.png", b"bukan gambar")}}, "thumbnail"),
    ],
)
def test_a_video_that_shuts_somebody_out_is_refused(changes: dict[str, Any], field: str) -> None:
    assert list(recording(**changes)) == [field]


def test_audio_needs_a_transcript_and_no_captions() -> None:
    mp3 = {"file": SimpleUploadedFile("suara.mp3", b"ID3\x04" + b"\0" * 200), "captions": None}
    assert recording("audio", files=mp3) == {}
    assert list(recording("audio", files=mp3, transcript="")) == ["transcript"]


def test_a_refused_upload_keeps_the_rest_of_the_form(client: Client) -> None:
    client.force_login(make.person(is_superuser=True))
    answer = client.post(
        "/redaksi/media/video/add/",
        {"title": "Rekaman rapat", "transcript": "Selamat pagi.", "file": SimpleUploadedFile("a.webm", b"")},
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="Rekaman rapat"' in html
    assert "Selamat pagi." in html
    assert not Recording.objects.exists()
