"""Keeps the index in step with the pages: published, withdrawn, renamed; or all of it anew."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from content.models import (
    ArticlePage,
    EpisodePage,
    ModulePage,
    PartnerPage,
    SearchEntry,
    SearchFacet,
    SearchWord,
    TrackPage,
)
from content.search import engine
from content.search.words import STOP, stems_of, terms_of, words_in

Facet = SearchFacet.Facet
KINDS: dict[type[Any], str] = {
    ModulePage: "module",
    EpisodePage: "episode",
    TrackPage: "track",
    PartnerPage: "partner",
    ArticlePage: "article",
}
# Upper ends of the bands a search may be narrowed to, minutes; what is longer has none.
BANDS = ((15, "15"), (30, "30"), (60, "60"))
LONGER = "61"
BODIES = ("steps", "body", "outcomes", "speakers", "introduction", "about")


def band_of(minutes: int) -> str:
    return next((name for most, name in BANDS if minutes <= most), LONGER)


def text_of(page: Any) -> str:
    """All that may be read on the page, as running text; nothing of its quiz."""
    parts: list[str] = []
    for name in BODIES:
        field = next((each for each in page._meta.fields if each.name == name), None)
        if field is not None:
            parts += field.get_searchable_content(getattr(page, name))
    return " ".join(" ".join(str(part).split()) for part in parts if part)


def summary_of(page: Any) -> str:
    return str(getattr(page, "summary", "") or getattr(page, "scope", "") or page.search_description)


def facets_of(page: Any) -> set[tuple[str, str]]:
    """What a search may be narrowed by to find it. A module has the partner and values of its track, too."""
    found: set[tuple[str, str]] = {(Facet.KIND, KINDS[type(page)])}
    values, partner = [], None
    if isinstance(page, ModulePage | EpisodePage):
        found.add((Facet.DURATION, band_of(page.planned_minutes or 0)))
        for code, level in page.competency_levels:
            found |= {(Facet.COMPETENCY, code), (Facet.LEVEL, str(level))}
        values += page.values.all()
    if isinstance(page, EpisodePage):
        partner = page.partner_id
    if isinstance(page, PartnerPage):
        partner = page.pk
    track = page if isinstance(page, TrackPage) else None
    if isinstance(page, ModulePage):
        track = TrackPage.objects.filter(path=page.path[: -Page.steplen]).first()
    if track is not None:
        partner = track.owner_partner_id
        values += track.values.all()
    if partner:
        found.add((Facet.PARTNER, str(partner)))
    return found | {(Facet.VALUE, str(value.pk)) for value in values}


@transaction.atomic
def index_page(page: Any) -> None:
    """Write the rows of one published page."""
    title, summary, text = str(page.title), summary_of(page), text_of(page)
    entry, _made = SearchEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "kind": KINDS[type(page)],
            "title": title,
            "summary": summary,
            "text": text,
            "minutes": getattr(page, "planned_minutes", None),
        },
    )
    wanted = facets_of(page)
    SearchFacet.objects.filter(entry=entry).delete()
    SearchFacet.objects.bulk_create(
        SearchFacet(entry=entry, facet=facet, value=value) for facet, value in sorted(wanted)
    )
    label = f"{page.label} {title}" if isinstance(page, EpisodePage) else title
    engine.put(page.pk, terms_of(label), terms_of(summary), terms_of(text))
    words = set(words_in(f"{label} {summary} {text}")) - STOP
    SearchWord.objects.bulk_create(
        (SearchWord(word=word, stem=stem) for word in sorted(words) for stem in stems_of(word)),
        ignore_conflicts=True,
        batch_size=500,
    )


def forget(pages: Iterable[int]) -> None:
    SearchEntry.objects.filter(page__in=list(pages)).delete()


def rebuild() -> int:
    """Make the whole index anew; how many pages are in it."""
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    pages = [page for model in KINDS for page in model.objects.live()]
    for page in pages:
        index_page(page)
    return len(pages)


def on_published(sender: type[Page], instance: Page, **_signal: Any) -> None:
    if type(instance) in KINDS:
        index_page(instance)
    if isinstance(instance, TrackPage):  # its partner and values are those of its modules
        for module in ModulePage.objects.live().child_of(instance):
            index_page(module)


def on_unpublished(sender: type[Page], instance: Page, **_signal: Any) -> None:
    forget([instance.pk])


def on_moved(sender: type[Page], instance: Page, **_signal: Any) -> None:
    """A module in another track has another partner."""
    for page in ModulePage.objects.live().descendant_of(instance, inclusive=True):
        index_page(page)


def connect() -> None:
    page_published.connect(on_published, dispatch_uid="index_page")
    page_unpublished.connect(on_unpublished, dispatch_uid="forget_page")
    post_page_move.connect(on_moved, dispatch_uid="index_moved_pages")
