"""What is let in as evidence, and what is left of it."""

import io
import zipfile

import pytest
from PIL import Image

from learning.reviews.declared import evidence
from learning.reviews.declared.evidence import EvidenceRefused, checked, file_name
from tests.make_reviews import PDF, picture, upload

SCRIPT = b"<script>alert(document.cookie)</script>"


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("index.html", SCRIPT)
    return target.getvalue()


def test_a_whole_pdf_is_kept_as_it_is() -> None:
    file = checked(upload("Sertifikat Ayu.pdf"))

    assert (file.name, file.kind, file.content) == ("Sertifikat Ayu.pdf", "application/pdf", PDF)
    assert len(file.sha256) == 64


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("halaman.html", b"<!doctype html>" + SCRIPT),
        ("gambar.svg", b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"),
        ("gambar.png", b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"),
        ("halaman.pdf", b"<!doctype html>" + SCRIPT),
        ("polyglot.pdf", b"%PDF-1.4\n" + SCRIPT + PDF[9:]),
        ("polyglot.pdf", PDF + SCRIPT),
        ("polyglot.pdf", PDF[:-6] + zipped() + b"%%EOF"),
        ("polyglot.pdf", SCRIPT + PDF),
        ("terpotong.pdf", PDF[:-6]),
        ("kosong.pdf", b""),
        ("program.exe", b"MZ" + b"\0" * 100),
        ("gambar.jpg", picture("PNG")),
        ("gambar.png", picture("PNG")[:60]),
        ("tanpa-akhiran", PDF),
    ],
)
def test_anything_else_is_refused_with_a_sentence(name: str, content: bytes) -> None:
    with pytest.raises(EvidenceRefused, match=f"“{name}”"):
        checked(upload(name, content))


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = PDF.replace(b"\n1 0", b"\n" + b"%" * evidence.LIMIT + b"\n1 0")
    with pytest.raises(EvidenceRefused, match="terlalu besar"):
        checked(upload("besar.pdf", whole))
    monkeypatch.setattr(evidence, "LIMIT", len(whole))
    assert checked(upload("besar.pdf", whole)).content == whole


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_PIXELS", 40 * 30 - 1)
    with pytest.raises(EvidenceRefused, match="Ukuran gambar"):
        checked(upload("besar.png", picture("PNG")))


@pytest.mark.parametrize(("name", "kind"), [("foto.jpg", "JPEG"), ("foto.PNG", "PNG")])
def test_a_picture_is_written_anew_without_what_hides_in_it(name: str, kind: str) -> None:
    content = picture(kind, note=SCRIPT) + SCRIPT
    assert b"KAMERA-RAHASIA" in content

    file = checked(upload(name, content))

    assert b"KAMERA" not in file.content
    assert b"script" not in file.content
    with Image.open(io.BytesIO(file.content)) as clean:
        assert (clean.format, clean.size, dict(clean.getexif())) == (kind, (40, 30), {})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ayu\\surat tugas.pdf", "surat tugas.pdf"),
        ('a"\r\nSet-Cookie: x.pdf', "a Set-Cookie x.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    assert file_name(name) == kept
