"""Keeps activities in step with pages: published, moved, withdrawn."""

from typing import Any

from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from content.models import EpisodePage, ModulePage, StudyPage
from learning import api

STUDIED = (ModulePage, EpisodePage)


def publish(page: StudyPage) -> None:
    """Open the activity of a page, or tell it what the page now says of itself."""
    activity_id = api.publish_activity(
        activity_id=page.activity_id,
        kind=page.activity_kind,
        title=page.activity_title[:255],
        path=page.get_url() or "",
        planned_minutes=page.planned_minutes,
        minimum_minutes=page.activity_minimum_minutes,
        starts_at=page.activity_starts_at,
        competencies=page.competency_levels,
        pieces=page.completing_pieces,
    )
    if page.activity_id != activity_id:
        # Not save(): publishing is over, and a save would make it look changed again.
        type(page).objects.filter(pk=page.pk).update(activity_id=activity_id)
        page.activity_id = activity_id


def on_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, STUDIED):
        publish(instance)


def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, STUDIED) and instance.activity_id:
        api.close_activity(instance.activity_id)


def on_moved(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Addresses below a moved or renamed page have changed with it."""
    for model in STUDIED:
        for page in model.objects.live().descendant_of(instance, inclusive=True):
            if page.activity_id:
                publish(page)


def connect() -> None:
    page_published.connect(on_published, dispatch_uid="open_activity")
    page_unpublished.connect(on_unpublished, dispatch_uid="close_activity")
    page_slug_changed.connect(on_moved, dispatch_uid="readdress_activities")
    post_page_move.connect(on_moved, dispatch_uid="readdress_moved_activities")
