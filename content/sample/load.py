"""Fills a new installation with content: values, partners, tracks, modules, episodes, articles.

What is already there stays as it is, so it may run again, and beside the work of editors.
"""

import csv
import datetime as dt
import io
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils.text import slugify
from tqdm import tqdm
from wagtail.models import Collection

from content import groups, queries, tree, workflows
from content.models import (
    ArticlePage,
    EpisodeIndexPage,
    EpisodePage,
    Handout,
    HomePage,
    ModulePage,
    PartnerIndexPage,
    PartnerPage,
    Picture,
    Recording,
    TrackIndexPage,
    TrackPage,
    Value,
)
from content.sample import documents, images, videos

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
WIB = ZoneInfo("Asia/Jakarta")
EPISODES_BEGIN = dt.time(9, 0)

CETTAR = ("Cepat", "Efektif-efisien", "Tanggap", "Transparan", "Akuntabel", "Responsif")
BERAKHLAK = (
    "Berorientasi Pelayanan",
    "Akuntabel",
    "Kompeten",
    "Harmonis",
    "Loyal",
    "Adaptif",
    "Kolaboratif",
)
NAWA_BHAKTI_SATYA = (
    "Sejahtera",
    "Kerja",
    "Akses",
    "Cerdas",
    "Sehat",
    "Berkah",
    "Amanah",
    "Harmoni",
    "Lestari",
)
FAMILIES = {"CETTAR": CETTAR, "BerAKHLAK": BERAKHLAK, "Nawa Bhakti Satya": NAWA_BHAKTI_SATYA}

# Nothing is invented about an episode that was really held.
REAL_EPISODE = (
    "Episode yang sungguh diselenggarakan BPSDM Provinsi Jawa Timur. "
    "Judul dan waktunya dari sumber publik; ringkasannya belum ditulis."
)
UNVERIFIED = "belum terverifikasi"
CALLOUTS = {"info": "note", "example": "example", "warning": "warning", "law": "rule", "rule": "rule"}

# Which of our drawn videos stands in for the recording of which made-up episode.
RECORDINGS = {
    "2026-04": "tautan-mencurigakan",
    "2026-06": "antrean",
    "2026-10": "antrean",
    "2026-36": "satu-perubahan-kecil",
    "2026-39": "mendengar-pengaduan",
    "2026-41": "satu-perubahan-kecil",
}

Job = tuple[str, Callable[[], Any]]


def load_content() -> None:
    """All of it, with a progress bar."""
    with tqdm(list(jobs()), desc="konten", unit="", disable=None) as bar:
        for what, work in bar:
            bar.set_postfix_str(what, refresh=False)
            work()


def jobs() -> Iterator[Job]:
    """Everything to do, in order, as (what it is, how to do it): a command can count and show it."""
    yield "pages", tree.make_tree
    yield "values", load_values
    for row in rows("mitra.csv"):
        yield f"partner {row['kode']}", partial(load_partner, row)
    for svg in sorted((HERE / "images").glob("*.svg")):
        yield f"picture {svg.stem}", partial(picture, svg.name)
    for source in sorted((HERE / "documents").glob("*.toml")):
        yield f"document {source.stem}", partial(handout, source.stem)
    for source in sorted((HERE / "videos").glob("*.toml")):
        yield f"video {source.stem}", partial(recording, source.stem)
    for track in read(HERE / "tracks.toml")["tracks"]:
        yield f"track {track['slug']}", partial(load_track, track)
    for source in sorted((HERE / "modules").glob("*.toml")):
        yield f"module {source.stem}", partial(load_module, read(source))
    texts = read(HERE / "episodes.toml")
    for row in rows("kalender_asn_belajar.csv"):
        yield f"episode {row['kode']}", partial(load_episode, row, texts.get(row["kode"], {}))
    for source in sorted((HERE / "articles").glob("*.toml")):
        yield f"article {source.stem}", partial(load_article, read(source))
    yield "groups", groups.make_groups
    yield "workflows", workflows.make_workflows
    yield "picture sizes", draw_renditions


def rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


# --- Values and partners ------------------------------------------------------


def load_values() -> None:
    for family, names in FAMILIES.items():
        for order, name in enumerate(("", *names)):
            Value.objects.get_or_create(family=family, name=name, defaults={"order": order})


def values_named(names: list[str]) -> list[Value]:
    """A family's name means the family as a whole."""
    return list(Value.objects.filter(family__in=names, name=""))


def load_partner(row: dict[str, str]) -> None:
    if PartnerPage.objects.filter(code=row["kode"]).exists():
        return
    parent = PartnerIndexPage.objects.get()
    page = PartnerPage(
        title=row["nama"],
        slug=slugify(row["kode"]),
        code=row["kode"],
        kind=row["jenis"],
        since_year=int(row["tahun_kerja_sama"]) if row["tahun_kerja_sama"] else None,
        scope=row["lingkup"],
        status_data=row["status_data"],
        source=row["sumber"],
    )
    if row["status_data"] == UNVERIFIED:
        # Nobody is called a partner in public before the agreement is found.
        page.live = False
        parent.add_child(instance=page)
        page.save_revision()
    else:
        tree.publish_under(parent, page)


# --- Files --------------------------------------------------------------------


def collection() -> Collection:
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name="Contoh").first()
    return found or root.add_child(name="Contoh")


def picture(name: str) -> Picture:
    """The picture drawn in `images/<name>`."""
    title = Path(name).stem
    found: Picture | None = Picture.objects.filter(title=title, collection=collection()).first()
    if found:
        return found
    png = images.png_of(HERE / "images" / name, 1280)
    made = Picture(title=title, collection=collection())
    made.file.save(f"{title}.png", ImageFile(io.BytesIO(png), name=f"{title}.png"), save=False)
    made._set_image_file_metadata()
    made.save()
    return made


def handout(name: str) -> Handout:
    """The document written in `documents/<name>.toml`."""
    title = str(read(HERE / "documents" / f"{name}.toml")["title"])
    found: Handout | None = Handout.objects.filter(title=title, collection=collection()).first()
    if found:
        return found
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}.pdf"
        documents.render_document(HERE / "documents" / f"{name}.toml", target)
        made = Handout(title=title, collection=collection())
        made.file.save(target.name, ContentFile(target.read_bytes()), save=False)
    made._set_document_file_metadata()
    made.save()
    return made


def recording(name: str) -> Recording:
    """The video drawn in `videos/<name>.toml`, with its captions, transcript and poster."""
    source = HERE / "videos" / f"{name}.toml"
    board = videos.read_storyboard(source)
    found: Recording | None = Recording.objects.filter(title=board.title, collection=collection()).first()
    if found:
        return found
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}.webm"
        videos.render_video(source, HERE / "images", target)
        made = Recording(
            title=board.title,
            type="video",
            collection=collection(),
            transcript=board.transcript.strip(),
            duration=board.seconds,
            width=videos.WIDTH,
            height=videos.HEIGHT,
        )
        made.file.save(target.name, ContentFile(target.read_bytes()), save=False)
    made.captions.save(f"{name}.vtt", ContentFile(videos.captions(source).encode()), save=False)
    if board.slides[0].image:
        poster = images.png_of(HERE / "images" / board.slides[0].image, videos.WIDTH)
        made.thumbnail.save(f"{name}.webp", ContentFile(_webp(poster)), save=False)
    made.save()
    return made


def _webp(png: bytes) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(target, "WEBP", quality=70)
    return target.getvalue()


def draw_renditions() -> None:
    """Draw all sizes now: nobody's first visit waits for them."""
    for each in Picture.objects.filter(collection=collection()):
        each.get_renditions(*queries.PICTURE_FILTERS)


# --- Tracks and modules -------------------------------------------------------


def load_track(track: dict[str, Any]) -> None:
    parent = TrackIndexPage.objects.get()
    if TrackPage.objects.child_of(parent).filter(slug=track["slug"]).exists():
        return
    page = TrackPage(
        title=track["title"],
        slug=track["slug"],
        owner_partner=PartnerPage.objects.get(code=track["owner"]),
        summary=track["summary"],
        introduction=track["intro_html"],
    )
    page.values = values_named(track.get("values", []))
    tree.publish_under(parent, page)


def load_module(module: dict[str, Any]) -> None:
    parent = TrackPage.objects.get(slug=module["track"])
    if ModulePage.objects.child_of(parent).filter(slug=module["slug"]).exists():
        return
    planned = int(module["planned_minutes"])
    page = ModulePage(
        title=module["title"],
        slug=module["slug"],
        summary=module["summary"],
        planned_minutes=planned,
        minimum_minutes=int(module.get("minimum_minutes", max(1, planned // 2))),
        pass_mark=int(module["pass_mark"]),
        competencies=competencies(module["competencies"]),
        outcomes=[("outcome", text) for text in module["outcomes"]],
        steps=[
            ("step", {"title": step["title"], "content": [block(each) for each in step["blocks"]]})
            for step in module["steps"]
        ],
        quiz=[question(each) for each in module["questions"]],
    )
    page.values = values_named(module.get("values", []))
    tree.publish_under(parent, page)


def competencies(pairs: list[dict[str, Any]]) -> list[tuple[str, dict[str, str]]]:
    return [("competency", {"code": pair["code"], "level": str(pair.get("level", 1))}) for pair in pairs]


def block(each: dict[str, Any]) -> tuple[str, Any]:
    """One block of a step, as the page stores it."""
    kind = each["type"]
    if kind == "text":
        return "text", each["html"]
    if kind == "image":
        found = picture(each["file"])
        value = {"image": found, "alt_text": each["alt"], "decorative": False}
        return "picture", {"picture": value, "caption": each.get("caption", "")}
    if kind == "video":
        return "video", {"video": recording(each["file"]), "caption": each.get("caption", "")}
    if kind == "document":
        return "document", {"document": handout(each["file"]), "title": each.get("title", "")}
    if kind == "callout":
        callout = {"kind": CALLOUTS[each["tone"]], "title": each["title"], "text": each["html"]}
        return "callout", callout
    if kind == "accordion":
        parts = [{"title": item["title"], "text": item["html"]} for item in each["items"]]
        return "accordion", {"parts": parts}
    if kind == "reflection":
        return "reflection", {"question": each["prompt"], "hint": each.get("hint", "")}
    raise ValueError(f"unknown block: {kind}")


def question(each: dict[str, Any]) -> tuple[str, Any]:
    """One question, as the page stores it."""
    if each["type"] == "true_false":
        right = next(choice["text"] for choice in each["choices"] if choice["correct"])
        return "true_false", {
            "text": each["text"],
            "answer": "true" if right == "Benar" else "false",
            "explanation": each["explanation"],
        }
    if each["type"] == "pool":
        questions_in_it = [question(one) for one in each["questions"]]
        return "pool", {"title": each["title"], "draw": each["draw"], "questions": questions_in_it}
    for part in ("items", "pairs", "accepted"):
        if part in each:
            return each["type"], {name: each[name] for name in ("text", part, "explanation")}
    return each["type"], {
        "text": each["text"],
        "choices": [{"text": choice["text"], "is_correct": choice["correct"]} for choice in each["choices"]],
        "explanation": each["explanation"],
    }


# --- Episodes and articles ----------------------------------------------------


def load_episode(row: dict[str, str], text: dict[str, Any]) -> None:
    series, year = int(row["seri"]), int(row["tahun"])
    if EpisodePage.objects.filter(series=series, year=year).exists():
        return
    day = dt.date.fromisoformat(row["tanggal"])
    planned = int(row["menit"])
    made_up = row["status_data"] == "rekaan"
    page = EpisodePage(
        title=row["judul"],
        slug=f"seri-{series}-{year}",
        series=series,
        year=year,
        starts_at=dt.datetime.combine(day, EPISODES_BEGIN, WIB),
        summary=text.get("summary")
        or f"Episode ASN Belajar Seri {series} tahun {year}: {row['judul']}"[:400],
        planned_minutes=planned,
        jp=int(row["jp"]),
        partner=PartnerPage.objects.filter(code=row["mitra"]).first(),
        recording=recording(RECORDINGS[row["kode"]]) if made_up and row["kode"] in RECORDINGS else None,
        competencies=competencies([{"code": code} for code in row["kompetensi"].split(";")]),
        body=[("text", text["html"])] if text.get("html") else [],
        status_data=row["status_data"],
        source=row["sumber"],
    )
    tree.publish_under(EpisodeIndexPage.objects.get(), page)


def load_article(article: dict[str, Any]) -> None:
    parent = ArticlePage.objects.child_of(HomePage.objects.get()).get(slug="artikel")
    if ArticlePage.objects.child_of(parent).filter(slug=article["slug"]).exists():
        return
    tree.publish_under(
        parent,
        ArticlePage(
            title=article["title"],
            slug=article["slug"],
            summary=article["summary"],
            body=[block(each) for each in article["blocks"]],
        ),
    )
