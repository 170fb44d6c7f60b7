"""Makes what is submitted to a supervisor: files of evidence, declarations, appeals."""

import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from learning.people.models import Person
from learning.reviews.appeals.actions import appeal
from learning.reviews.declared.actions import Content, declare_learning
from learning.reviews.declared.evidence import Checked, checked
from learning.reviews.models import Appeal, Declaration
from learning.study.models import StudyEntry
from learning.study.rules import WIB, Span
from tests import make

SEMINAR, SELF_STUDY = 9, 22
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def upload(
    name: str = "sertifikat.pdf", content: bytes = PDF, kind: str = "application/pdf"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def picture(kind: str = "JPEG", *, note: bytes = b"", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture with a place and a camera in its metadata, and `note` in its comment."""
    image = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "KAMERA-RAHASIA"
    exif[0x8825] = {1: "S", 2: (7.0, 15.0, 0.0)}
    target = io.BytesIO()
    image.save(target, kind, exif=exif, **({"comment": note} if kind == "JPEG" else {}))
    return target.getvalue()


def at(text: str) -> dt.datetime:
    """ "2026-11-24 09:00" in WIB."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=WIB)


def content(*spans: tuple[str, int], **fields: Any) -> Content:
    """A seminar of two hours last Tuesday, or what is said otherwise; `spans`: start and minutes."""
    starts = spans or (("2026-11-24 09:00", 120),)
    values: dict[str, Any] = {
        "form": SEMINAR,
        "title": "Seminar pelayanan publik",
        "organiser": "BKD Provinsi Jawa Timur",
        "learnt": "Antrean dapat dibagi menurut jenis layanan.",
        "link": "",
        **fields,
    }
    return Content(
        **values,
        spans=[Span(at(start), at(start) + dt.timedelta(minutes=minutes)) for start, minutes in starts],
    )


def evidence() -> list[Checked]:
    return [checked(upload())]


def declared(person: Person, *spans: tuple[str, int], now: dt.datetime, **fields: Any) -> Declaration:
    return declare_learning(person=person, content=content(*spans, **fields), files=evidence(), now=now)


def overlapped(person: Person, now: dt.datetime) -> tuple[StudyEntry, StudyEntry]:
    """Two rows an hour ago: ten minutes credited, and ten of which five overlap them."""
    make.study(person, make.activity(title="Modul satu"), now - dt.timedelta(minutes=70), 10)
    make.study(person, make.activity(title="Modul dua"), now - dt.timedelta(minutes=65), 10, session="lain")
    credited, refused = StudyEntry.objects.of(person.pk).order_by("started_at")
    return credited, refused


def ceiling(person: Person, now: dt.datetime) -> StudyEntry:
    """A row of ten minutes beyond the ceiling of its activity, of which nothing counts."""
    module = make.activity(title="Modul pendek", planned_minutes=5)
    make.study(person, module, now - dt.timedelta(minutes=70), 10)
    make.study(person, module, now - dt.timedelta(minutes=55), 10, session="lagi")
    return StudyEntry.objects.of(person.pk).get(credited_s=0)


def appealed(person: Person, now: dt.datetime, text: str = "Saya membaca modul ini.") -> Appeal:
    return appeal(person=person, entry_id=ceiling(person, now).pk, text=text, now=now)
