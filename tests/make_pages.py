"""Makes pages a test is about: `make_pages.module(quiz=[…])`. Say only what matters."""

import datetime as dt
import io
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from content import tree
from content.models import (
    EpisodeIndexPage,
    EpisodePage,
    HomePage,
    ModulePage,
    PartnerIndexPage,
    PartnerPage,
    Picture,
    Recording,
    TrackIndexPage,
    TrackPage,
)
from learning.competencies.models import Competency
from learning.study.rules import WIB
from tests import make

_numbers = count(1)

VTT = b"WEBVTT\n\n00:00.000 --> 00:04.000\nSelamat pagi.\n"
# The first bytes of a WebM file: enough for whoever looks at signatures.
WEBM = (
    b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x86\x81\x01\x42\x82\x84webm"
    + b"\0" * 16
    + b"V_VP9"
    + b"\0" * 43
)

SINGLE = (
    "single",
    {
        "text": "Apa arti T yang pertama dalam CETTAR?",
        "choices": [
            {"text": "Tanggap", "is_correct": True},
            {"text": "Tertutup", "is_correct": False},
            {"text": "Tergesa", "is_correct": False},
        ],
        "explanation": "Huruf T pertama berarti tanggap.",
    },
)
MULTIPLE = (
    "multiple",
    {
        "text": "Mana yang termasuk nilai BerAKHLAK?",
        "choices": [
            {"text": "Loyal", "is_correct": True},
            {"text": "Adaptif", "is_correct": True},
            {"text": "Acuh", "is_correct": False},
        ],
        "explanation": "Loyal dan Adaptif termasuk BerAKHLAK.",
    },
)
TRUE_FALSE = (
    "true_false",
    {"text": "Satu JP sama dengan 45 menit.", "answer": "true", "explanation": "Satu JP memang 45 menit."},
)

ORDERING = (
    "ordering",
    {
        "text": "Urutkan tahap pengaduan.",
        "items": ["Catat", "Telaah", "Jawab"],
        "explanation": "Pengaduan dicatat lebih dahulu.",
    },
)
MATCHING = (
    "matching",
    {
        "text": "Pasangkan istilah dengan ranahnya.",
        "pairs": [
            {"left": "Loyal", "right": "Nilai dasar"},
            {"left": "Adaptif", "right": "nilai  dasar"},  # the same, typed differently
            {"left": "SPBE", "right": "Sistem"},
        ],
        "explanation": "Dua yang pertama adalah nilai.",
    },
)
SHORT_TEXT = (
    "short_text",
    {
        "text": "Apa nama kafe kecil di kantor?",
        "accepted": ["Kafé Kecil", "warung sudut"],
        "explanation": "Namanya tertulis di pintu.",
    },
)


def pool(draw: int, *questions: tuple[str, Any]) -> tuple[str, Any]:
    """A pool of which each attempt asks `draw` questions."""
    return "pool", {"title": "Bekal", "draw": draw, "questions": list(questions)}


def home() -> HomePage:
    return tree.make_tree()


def partner(**fields: Any) -> PartnerPage:
    """A university that has a page."""
    home()
    number = next(_numbers)
    fields = {
        "title": f"Universitas {number}",
        "slug": f"universitas-{number}",
        "code": f"UNIV-{number}",
        "kind": "perguruan_tinggi",
        **fields,
    }
    return tree.publish_under(PartnerIndexPage.objects.get(), PartnerPage(**fields))


def track(**fields: Any) -> TrackPage:
    """A track of a partner of its own."""
    number = next(_numbers)
    fields = {"title": f"Alur {number}", "slug": f"alur-{number}", "summary": "Ringkas.", **fields}
    fields.setdefault("owner_partner", None)
    fields["owner_partner"] = fields["owner_partner"] or partner()
    return tree.publish_under(TrackIndexPage.objects.get(), TrackPage(**fields))


def step(title: str = "Langkah", *content: tuple[str, Any]) -> tuple[str, Any]:
    blocks = list(content) or [("text", "<p>Isi langkah.</p>")]
    return "step", {"title": title, "content": blocks}


def competency(competency: Competency | None = None, level: int = 2) -> tuple[str, Any]:
    return "competency", {"code": (competency or make.competency()).code, "level": str(level)}


def unpublished_module(parent: TrackPage | None = None, **fields: Any) -> ModulePage:
    """A module of two steps and three questions, a draft."""
    parent = parent or track()
    number = next(_numbers)
    fields = {
        "title": f"Modul {number}",
        "slug": f"modul-{number}",
        "summary": "Ringkasan modul.",
        "planned_minutes": 20,
        "minimum_minutes": 10,
        "steps": [step("Langkah satu"), step("Langkah dua")],
        "quiz": [SINGLE, MULTIPLE, TRUE_FALSE],
        **fields,
    }
    fields.setdefault("competencies", None)
    fields["competencies"] = fields["competencies"] or [competency()]
    page = ModulePage(live=False, **fields)
    TrackPage.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision()
    return page


def module(parent: TrackPage | None = None, **fields: Any) -> ModulePage:
    """The same, published."""
    page = unpublished_module(parent, **fields)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def episode(**fields: Any) -> EpisodePage:
    """A published episode on a Thursday at 09.00 WIB."""
    home()
    number = next(_numbers)
    fields = {
        "title": f"Episode {number}",
        "slug": f"episode-{number}",
        "series": number,
        "year": 2026,
        "starts_at": dt.datetime(2026, 11, 26, 9, 0, tzinfo=WIB),
        "summary": "Ringkasan episode.",
        "planned_minutes": 135,
        **fields,
    }
    fields.setdefault("competencies", None)
    fields["competencies"] = fields["competencies"] or [competency()]
    return tree.publish_under(EpisodeIndexPage.objects.get(), EpisodePage(**fields))


def png(width: int = 640, height: int = 360) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(target, "PNG")
    return target.getvalue()


def picture(**fields: Any) -> Picture:
    """A teal rectangle."""
    number = next(_numbers)
    fields = {"title": f"Gambar {number}", **fields}
    return Picture.objects.create(file=ImageFile(io.BytesIO(png()), name=f"gambar-{number}.png"), **fields)


def video(**fields: Any) -> Recording:
    """A video with captions and transcript."""
    number = next(_numbers)
    fields = {
        "title": f"Video {number}",
        "type": "video",
        "transcript": "Selamat pagi.",
        "captions": ContentFile(VTT, name="takarir.vtt"),
        **fields,
    }
    return Recording.objects.create(file=ContentFile(WEBM, name=f"video-{number}.webm"), **fields)
