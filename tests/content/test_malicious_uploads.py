"""Files that mean harm, one by one: `docs/security/uploads.md` names each with its test."""

import io
import json
import struct
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.images.forms import get_image_form

from content import archives, uploads
from content.models import ModulePage, Picture
from tests import make, make_pages
from tests.content.test_uploads import document, errors_of, office, recording

pytestmark = pytest.mark.django_db

GPS = 0x8825


def camera_picture() -> bytes:
    """A JPEG that says where it was taken, with a script and an archive behind it."""
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Merek Ponsel"
    exif.get_ifd(GPS).update({1: "S", 2: (7.0, 15.0, 0.0), 3: "E", 4: (112.0, 45.0, 0.0)})
    Image.new("RGB", (40, 20), "teal").save(target, "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    return target.getvalue() + office("muatan.exe") + b"<script>alert(2)</script>"


def upload_picture(
    name: str, content: bytes, kind: str = "image/jpeg"
) -> tuple[dict[str, Any], Picture | None]:
    form = get_image_form(Picture)
    files = {"file": SimpleUploadedFile(name, content, kind)}
    filled = form({"title": "Gambar", "tags": ""}, files, user=make.person(is_superuser=True))
    errors = errors_of(filled)
    return errors, None if errors else filled.save()


def test_a_picture_keeps_neither_its_place_nor_what_hides_behind_it() -> None:
    sent = camera_picture()
    assert b"Merek Ponsel" in sent
    errors, picture = upload_picture("foto.jpg", sent)
    assert errors == {}
    assert picture
    with picture.file.open("rb") as file:
        kept = file.read()
    for secret in (b"Merek", b"script", b"muatan", b"Exif", b"GPS"):
        assert secret not in kept
    with Image.open(io.BytesIO(kept)) as seen:
        assert seen.size == (20, 40)  # turned upright, as it was meant
        assert not seen.getexif()
    assert (picture.width, picture.height) == (20, 40)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.webp", "WEBP"), ("a.gif", "GIF"), ("a.avif", "AVIF")]
)
def test_pictures_of_every_kind_are_written_anew(name: str, kind: str) -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(target, kind)
    errors, picture = upload_picture(name, target.getvalue() + b"<script>", f"image/{kind.lower()}")
    assert errors == {}
    assert picture
    with picture.file.open("rb") as file:
        assert b"<script>" not in file.read()


def test_an_animation_goes_on_moving() -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("teal", "red", "white")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=100, comment=b"rahasia")
    clean = uploads.written_anew(SimpleUploadedFile("a.gif", target.getvalue(), "image/gif"))
    content = clean.read()
    assert b"rahasia" not in content
    with Image.open(io.BytesIO(content)) as seen:
        assert seen.n_frames == 3


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_PIXELS", 100)
    errors, _picture = upload_picture("bom.png", make_pages.png(20, 20), "image/png")
    assert list(errors) == ["file"]


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 20_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("makro.docx", office("word/document.xml", "word/vbaProject.bin")),
        ("kontrol.docx", office("word/document.xml", "word/activeX/activeX1.xml")),
        ("makro.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")),
        ("makro.odt", office("content.xml", "Basic/Standard/Module1.xml")),
        ("jalur.docx", office("word/document.xml", "../../etc/cron.d/jahat")),
        ("bom.docx", bomb()),
        ("skrip.pdf", b"<html><script>alert(1)</script></html>%PDF-1.7"),
        ("laman.csv", b"\x00<script>"),
    ],
)
def test_a_document_that_brings_more_than_text_is_refused(name: str, content: bytes) -> None:
    assert list(document(name, content)) == ["file"]


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def mp4(handler: bytes) -> bytes:
    head = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    return head + box(b"mdat", b"vide" * 20) + box(b"moov", box(b"trak", box(b"hdlr", b"\0" * 8 + handler)))


@pytest.mark.parametrize(
    ("name", "content", "is_taken"),
    [
        ("a.mp4", mp4(b"vide"), True),
        ("a.mp4", mp4(b"soun"), False),
        ("a.mp4", box(b"ftyp", b"isom\0\0\2\0isomiso2mp41"), False),
        ("a.mp4", box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + b"\0\0\0\1moovpendek", False),
        ("a.webm", make_pages.WEBM.replace(b"V_VP9", b"A_OPU"), False),
    ],
)
def test_a_video_has_something_to_see(name: str, content: bytes, is_taken: bool) -> None:
    errors = recording(files={"file": SimpleUploadedFile(name, content)})
    assert list(errors) == ([] if is_taken else ["file"])


def zipped(*entries: tuple[str, bytes], mode: int = 0, count: int = 0) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, content)
        for number in range(count):
            archive.writestr(str(number), b"")
    return target


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (zipped(("../naik.txt", b"")), "jalur yang ganjil"),
        (zipped(("a/../../naik.txt", b"")), "jalur yang ganjil"),
        (zipped(("/etc/passwd", b"")), "jalur yang ganjil"),
        (zipped(("C:/windows.txt", b"")), "jalur yang ganjil"),
        (zipped(("baris\nbaru.txt", b"")), "jalur yang ganjil"),
        (zipped(("A.txt", b""), ("a.TXT", b"")), "bernama sama"),
        (zipped(("tautan", b"/etc/passwd"), mode=0o120777), "tautan"),
        (zipped(count=2001), "Terlalu banyak"),
        (zipped(("nol", b"0" * 3_000_000)), "bom dekompresi"),
        (io.BytesIO(b"PK\x03\x04rusak"), "rusak"),
        (io.BytesIO(b""), "rusak"),
    ],
)
def test_an_archive_that_could_do_harm_is_refused_before_it_is_unpacked(
    file: io.BytesIO, reason: str
) -> None:
    with pytest.raises(archives.Refused, match=reason):
        archives.opened(file, archives.Limits())


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    content = zipped(("a.txt", b"x" * 1000)).getvalue()
    lie = content.replace(struct.pack("<I", 1000), struct.pack("<I", 10))
    archive = archives.opened(io.BytesIO(lie), archives.Limits())
    with pytest.raises(archives.Refused, match="rusak"):
        archives.read(archive, "a.txt", archives.Limits())


def test_pasted_html_loses_its_scripts_and_its_trackers() -> None:
    """What an editor pastes is posted as Draftail's JSON: made by hand here, with all a page may bring."""
    links = [
        {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(3)"}},
        {
            "type": "LINK",
            "mutability": "MUTABLE",
            "data": {"url": "https://contoh.example/", "onmouseover": "alert(4)", "style": "x"},
        },
        {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"src": "https://lacak.example/pixel.gif"}},
        {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": "https://lacak.example/"}},
    ]
    text = "Satu dua tiga empat <script>alert(2)</script>"
    ranges = [{"offset": 5 * n, "length": 4, "key": n} for n in range(4)]
    pasted = {
        "blocks": [
            {
                "key": "a",
                "text": text,
                "type": "unstyled",
                "depth": 0,
                "data": {"onclick": "alert(1)"},
                "inlineStyleRanges": [{"offset": 0, "length": 4, "style": "CODE"}],
                "entityRanges": ranges,
            }
        ],
        "entityMap": {str(n): link for n, link in enumerate(links)},
    }
    content = ModulePage._meta.get_field("steps").stream_block.child_blocks["step"].child_blocks["content"]
    field = content.child_blocks["text"].field
    value = field.widget.value_from_datadict({"t": json.dumps(pasted)}, {}, "t")
    page = make_pages.module(steps=[("step", {"title": "Satu", "content": [("text", value)]})])
    html = Client().get(page.url).content.decode()
    prose = html[html.index("Satu</a>") - 80 : html.index("&lt;/script&gt;") + 20]
    assert 'href="https://contoh.example/"' in prose
    assert "&lt;script&gt;alert(2)" in prose  # as text: it is read, not run
    for word in ("lacak.example", "alert(1", "alert(3", "alert(4", "javascript:", "style=", "<script"):
        assert word not in prose, word
