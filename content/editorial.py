"""What editors ask about their own work: what waits, what goes live, what is old, how the last one did."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, QuerySet
from django.db.models.functions import Coalesce
from wagtail.models import Page, Revision, TaskState
from wagtail.permissions import page_permission_policy

from content.models import EpisodePage, PartnerSignOffTask
from content.models.sign_offs import due_at
from learning import api
from learning.api import ActivityFigures


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page at a step of its workflow."""

    page: Page
    task: str
    since: dt.datetime
    due: dt.datetime | None
    is_at_partner: bool

    def is_late(self, now: dt.datetime) -> bool:
        return self.due is not None and self.due < now


@dataclass(frozen=True, slots=True)
class GoesLive:
    """A page that appears, or an episode that begins, at a time."""

    page: Page
    at: dt.datetime
    is_episode: bool


def editable(user: Any) -> "QuerySet[Page]":
    """The pages `user` may change or publish."""
    pages: QuerySet[Page] = page_permission_policy.instances_user_has_any_permission_for(
        user, ["change", "publish"]
    )
    return pages


def waiting_for(user: Any, count: int = 20) -> list[Waiting]:
    """Pages that wait for this user's decision, and pages of theirs that wait for a partner; oldest first."""
    mine = TaskState.objects.reviewable_by(user)
    at_partner = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__in=PartnerSignOffTask.objects.all(),
        workflow_state__object_id__in=[str(pk) for pk in editable(user).values_list("pk", flat=True)],
    )
    states = sorted({*mine[:count], *at_partner[:count]}, key=lambda each: each.started_at)[:count]
    found = []
    for state in states:
        page = state.revision.content_object
        if isinstance(page, Page):
            task = state.task.specific
            found.append(
                Waiting(
                    page, task.name, state.started_at, due_at(state), isinstance(task, PartnerSignOffTask)
                )
            )
    return found


def going_live(user: Any, now: dt.datetime, until: dt.datetime, count: int = 20) -> list[GoesLive]:
    """What appears by schedule and which episodes begin until then; soonest first."""
    mine = editable(user)
    scheduled = Revision.page_revisions.filter(approved_go_live_at__range=(now, until)).order_by(
        "approved_go_live_at"
    )
    times = {int(key): at for key, at in scheduled.values_list("object_id", "approved_go_live_at")[:200]}
    pages = [GoesLive(page, times[page.pk], False) for page in mine.filter(pk__in=times)[:count]]
    episodes = EpisodePage.objects.live().filter(starts_at__range=(now, until), pk__in=mine.values("pk"))
    pages += [GoesLive(page, page.starts_at, True) for page in episodes[:count]]
    return sorted(pages, key=lambda each: each.at)[:count]


def to_review(user: Any, until: dt.date) -> "QuerySet[Page]":
    """Live pages whose review date is `until` or before, the oldest first, each with `review_by`."""
    dated = (
        editable(user)
        .filter(live=True)
        .annotate(
            review_by=Coalesce(
                "modulepage__review_by",
                "episodepage__review_by",
                "articlepage__review_by",
                output_field=DateField(),
            )
        )
    )
    found: QuerySet[Page] = dated.filter(review_by__lte=until).order_by("review_by", "pk")
    return found


def last_episode(user: Any, now: dt.datetime) -> tuple[EpisodePage, ActivityFigures | None] | None:
    """The newest episode of theirs that has begun, and its figures (None: fewer than five people)."""
    episode = (
        EpisodePage.objects.live()
        .filter(starts_at__lte=now, pk__in=editable(user).values("pk"))
        .exclude(activity=None)
        .order_by("-starts_at")
        .first()
    )
    return (episode, api.activity_figures(episode.activity_id)) if episode else None
