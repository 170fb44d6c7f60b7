"""When the public site has changed: said by whoever changes it, heard by every process that keeps pages.

The truth is one number in the database, raised in the transaction of the change itself. The bell is a file
that grows by one letter when that transaction is over: to look at its length costs two microseconds, so a
process on this machine hears of a change at its next request without asking the database
(docs/decisions/0014).
"""

import datetime as dt
import logging
import os
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from content.models import EpisodePage, PictureRendition, SearchEntry, SearchFacet, SearchWord
from content.models.editions import Edition
from content.models.episodes import DOORS_OPEN

log = logging.getLogger(__name__)

# What an editor's save of a draft writes on the page itself; visitors see none of it.
OF_DRAFTS = frozenset(
    {"latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes"}
)
# A rendition is made while its page is drawn; the index is made of pages that tell by themselves.
UNSEEN = (Edition, PictureRendition, SearchEntry, SearchFacet, SearchWord)
# Learning's, known by name: what a page proves is said in the words of this table.
COMPETENCY = "competencies.Competency"


def current() -> int:
    """The number of the edition. One statement."""
    return Edition.objects.values_list("number", flat=True).first() or 0


def renew(**_signal: Any) -> None:
    """Visitors may see something new once this transaction is over."""
    if not Edition.objects.update(number=F("number") + 1):
        Edition.objects.create(number=1)
    transaction.on_commit(ring)


def ring() -> None:
    """Tell the processes of this machine. Those who cannot hear it ask the database a second later."""
    try:
        with open(settings.BELAJAR_PAGES_BELL, "ab") as bell:  # noqa: PTH123 - appending is one system call
            bell.write(b".")
    except OSError:
        log.exception("nobody can be told at once that pages have changed")


def heard() -> int:
    """How often the bell was rung. No statement."""
    try:
        return os.stat(settings.BELAJAR_PAGES_BELL).st_size  # noqa: PTH116 - the cheapest way to ask
    except OSError:
        return 0


def next_change(now: dt.datetime) -> dt.datetime | None:
    """The next moment at which pages change by themselves: an episode begins or ends, a page expires."""
    longest = dt.timedelta(hours=12)
    episodes = EpisodePage.objects.live().filter(starts_at__gt=now - longest).order_by("starts_at")
    moments = [
        moment
        for starts_at, minutes in episodes.values_list("starts_at", "planned_minutes")[:10]
        for moment in (starts_at - DOORS_OPEN, starts_at + dt.timedelta(minutes=minutes or 0))
    ]
    moments.append(Page.objects.live().filter(expire_at__gt=now).aggregate(first=Min("expire_at"))["first"])
    return min((moment for moment in moments if moment and moment > now), default=None)


def on_saved(sender: type[Any], **signal: Any) -> None:
    """Pages tell by their own signals when they are published; here is the rest that shows on them."""
    if issubclass(sender, Page):
        fields = signal.get("update_fields")
        if (fields is None or not OF_DRAFTS.issuperset(fields)) and signal["instance"].live:
            renew()
    elif sender._meta.app_label == "content" and sender not in UNSEEN and not signal.get("raw"):
        renew()


def on_deleted(sender: type[Any], **_signal: Any) -> None:
    if issubclass(sender, Page) or (sender._meta.app_label == "content" and sender not in UNSEEN):
        renew()


def connect() -> None:
    """After all that keeps activities in step: a new edition must not begin before its pages are whole."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(renew, dispatch_uid="new_edition")
    post_save.connect(on_saved, dispatch_uid="new_edition_when_saved")
    post_delete.connect(on_deleted, dispatch_uid="new_edition_when_deleted")
    for sender in (PageViewRestriction, Site, COMPETENCY):
        post_save.connect(renew, sender=sender, dispatch_uid=f"new_edition_for_{sender}")
        post_delete.connect(renew, sender=sender, dispatch_uid=f"new_edition_without_{sender}")
    m2m_changed.connect(
        renew, sender=PageViewRestriction.groups.through, dispatch_uid="new_edition_for_groups"
    )
