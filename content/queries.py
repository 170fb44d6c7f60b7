"""What lists of pages are made of. Each costs the same number of statements however long the list."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, Exists, Prefetch, Q, prefetch_related_objects
from django.http import Http404
from django.utils import timezone
from wagtail.models import Page

from learning import api

if TYPE_CHECKING:
    from content.models import EpisodePage, HomePage, ModulePage, PartnerPage, StudyPage, TrackPage

# Widths a picture is offered in: small phones, phones with dense screens.
PICTURE_FILTERS = ("width-320|format-webp", "width-640|format-webp")
# Kinds of pages that are read along with their address: the most opened ones.
JOINED = ("modulepage", "episodepage", "trackpage")
DEEPEST = 8  # levels of pages an address may name
PAGE_ROWS = ("body", "steps", "quiz", "speakers", "materials", "outcomes")


def _model(name: str) -> Any:
    # Models import this module to fill their contexts, so it finds them by name.
    return apps.get_model("content", name)


def _shown(name: str) -> Any:
    """Live pages. One past its expiry is gone at that moment, not when the worker comes to put it away."""
    return _model(name).objects.live().exclude(expire_at__lte=timezone.now())


def _light(name: str) -> Any:
    """Pages that are shown, without the long fields a list never shows."""
    heavy = [field.name for field in _model(name)._meta.get_fields() if field.name in PAGE_ROWS]
    return _shown(name).defer(*heavy)


def next_episodes(now: dt.datetime, count: int) -> "list[EpisodePage]":
    """The episodes that run or come next, soonest first."""
    # An episode lasts some hours: one that began today may still be live.
    rows = _light("EpisodePage").filter(starts_at__gte=now - dt.timedelta(hours=12)).order_by("starts_at")
    return [each for each in rows[: count + 3] if not each.is_over(now)][:count]


def episodes_in(year: int) -> "list[EpisodePage]":
    """The episodes of one year, oldest first."""
    return list(_light("EpisodePage").filter(year=year).select_related("partner").order_by("starts_at"))


def episode_years() -> list[int]:
    """Years that have episodes, newest first."""
    rows = _shown("EpisodePage").order_by("-year").values_list("year", flat=True)
    return list(rows.distinct())


def episodes_of(partner: "PartnerPage", count: int) -> "list[EpisodePage]":
    """The newest episodes of a partner."""
    return list(_light("EpisodePage").filter(partner=partner).order_by("-starts_at")[:count])


def newest_modules(count: int) -> "list[ModulePage]":
    """The modules published last."""
    return list(_light("ModulePage").order_by("-first_published_at", "-pk")[:count])


def modules_of(track: "TrackPage") -> "list[ModulePage]":
    """The modules of a track, in its order."""
    return list(_light("ModulePage").child_of(track).order_by("path"))


def _tracks() -> Any:
    return _light("TrackPage").select_related("owner_partner").order_by("path")


def tracks_with_modules(count: int | None = None) -> "list[TrackPage]":
    """Tracks that have a module, each with `module_count` and `minutes`."""
    tracks = list(_tracks())
    figures = _figures()
    for track in tracks:
        track.module_count, track.minutes = figures.get(track.path, (0, 0))
    filled = [track for track in tracks if track.module_count]
    return filled[:count] if count else filled


def tracks_of(partner: "PartnerPage") -> "list[TrackPage]":
    """The tracks of one partner, each with `module_count` and `minutes`."""
    figures = _figures()
    tracks = list(_tracks().filter(owner_partner=partner))
    for track in tracks:
        track.module_count, track.minutes = figures.get(track.path, (0, 0))
    return tracks


def _figures() -> dict[str, tuple[int, int]]:
    """Path of a track → (number of modules, planned minutes)."""
    figures: dict[str, tuple[int, int]] = {}
    rows = _shown("ModulePage").values_list("path", "planned_minutes")
    for path, minutes in rows:
        track = path[:-4]  # a child's path is its parent's and four characters more
        modules, total = figures.get(track, (0, 0))
        figures[track] = (modules + 1, total + minutes)
    return figures


def partners_by_kind(kinds: Iterable[Any]) -> "list[tuple[str, list[PartnerPage]]]":
    """(kind in words, its partners) in the order of `kinds`; only real partners with a page."""
    order = {kind.value: position for position, kind in enumerate(kinds)}
    rows = _shown("PartnerPage").annotate(
        track_count=Count("tracks", filter=Q(tracks__live=True), distinct=True)
    )
    partners = sorted(rows, key=lambda each: (order.get(each.kind, 99), each.title))
    return [
        (group[0].get_kind_display(), group)
        for group in (list(rows) for _kind, rows in groupby(partners, key=lambda each: each.kind))
    ]


def pages_along(home: "HomePage", slugs: list[str]) -> list[Any]:
    """The pages below the front page that an address leads through, the last one last; at least one.

    Raises `Http404` when even the first is not there. What is left of the address belongs to the last page.
    """
    paths, path = [], home.url_path
    for slug in slugs[:DEEPEST]:
        path += f"{slug}/"
        paths.append(path)
    # The slugs say nothing new; they let the database use their index.
    rows = Page.objects.filter(slug__in=slugs[:DEEPEST], url_path__in=paths).select_related(*JOINED)
    found = list(rows.order_by("depth"))
    if not found:
        raise Http404
    return found


def whole(page: "Page") -> Any:
    """The page with all fields of its kind, asked for only when `pages_along` did not bring them."""
    name = page.specific_class._meta.model_name
    return getattr(page, name) if name in JOINED else page.specific


def gate_of(module: "ModulePage") -> "ModulePage | None":
    """The module to be completed before this one, in a track of one after the other; None where it is open.

    One without a quiz cannot be completed, so it holds nobody up.
    """
    track = module.path[: -Page.steplen]
    in_order = _model("TrackPage").objects.filter(path=track, is_in_order=True)
    before = _shown("ModulePage").filter(Exists(in_order), path__startswith=track, path__lt=module.path)
    rows = before.defer("steps", "outcomes").order_by("-path")
    return next((each for each in rows if len(each.quiz)), None)


def trail_of(page: "Page") -> list[Any]:
    """The pages above this one, from below the front page down: its breadcrumbs."""
    known: list[Any] | None = getattr(page, "pages_above", None)
    if known is not None:
        return known
    return list(page.get_ancestors().filter(depth__gt=2).order_by("depth"))


def competency_names(page: "StudyPage") -> list[tuple[str, int]]:
    """(name, level) of what the page proves."""
    names = dict(api.competency_choices())
    return [(names.get(code, code), level) for code, level in page.competency_levels]


def pictures_in(step: Any) -> list[Any]:
    """The pictures on one step."""
    if step is None:
        return []
    return [
        child.value["picture"]
        for child in step.value["content"]
        if child.block_type == "picture" and child.value["picture"]
    ]


def prefetch_renditions(step: Any) -> list[Any]:
    """Fetch the sizes of all pictures of a step at once; makes none."""
    pictures = pictures_in(step)
    if pictures:
        wanted = _model("PictureRendition").objects.filter(filter_spec__in=PICTURE_FILTERS)
        prefetch_related_objects(
            pictures, Prefetch("renditions", queryset=wanted, to_attr="prefetched_renditions")
        )
    return pictures
