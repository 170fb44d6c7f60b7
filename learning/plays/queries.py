"""What one person has played, for those who may see it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from learning.people.models import Person
from learning.plays.models import CompletingPiece, Play


@dataclass(frozen=True, slots=True)
class SelfScored:
    """The last word of one piece about one person; `score` in whole per cent, None for no score."""

    title: str
    activity_title: str
    activity_url: str
    times: int
    finished_at: dt.datetime | None
    last_at: dt.datetime
    raw: Decimal | None
    max: Decimal | None
    score: int | None


def self_scored(person: Person, most: int = 20) -> list[SelfScored]:
    """The pieces `person` has played, newest first: each once, with its best score."""
    plays = (
        Play.objects.filter(person=person, statement_count__gt=0)
        .select_related("activity")
        .defer("state")
        .order_by("-last_at")[: most * 10]
    )
    pieces: dict[tuple[int, str], list[Play]] = {}
    for play in plays:
        pieces.setdefault((play.activity_id, play.piece), []).append(play)
    found = []
    for group in list(pieces.values())[:most]:
        best = max(group, key=lambda play: -1 if play.score is None else play.score)
        last = group[0]
        found.append(
            SelfScored(
                title=last.title,
                activity_title=last.activity.title,
                activity_url=last.activity.path if last.activity.is_open else "",
                times=len(group),
                finished_at=next((play.finished_at for play in group if play.finished_at), None),
                last_at=last.last_at,
                raw=best.raw,
                max=best.max,
                score=best.score,
            )
        )
    return found


def finished_activities(person: Person) -> set[int]:
    """The activities whose completing pieces `person` has all finished."""
    finished = Play.objects.filter(person=person, finished_at__isnull=False)
    same = finished.filter(activity=OuterRef("activity"), piece=OuterRef("piece"))
    pieces = CompletingPiece.objects.filter(activity__in=finished.values("activity")).annotate(
        is_finished=Exists(same)
    )
    finished_by_activity: dict[int, bool] = {}
    for activity_id, is_finished in pieces.values_list("activity_id", "is_finished"):
        finished_by_activity[activity_id] = finished_by_activity.get(activity_id, True) and is_finished
    return {activity_id for activity_id, all_finished in finished_by_activity.items() if all_finished}


def last_revision(person: Person, activity_id: int) -> int | None:
    """The page revision of the last play `person` finished in the activity."""
    plays = Play.objects.filter(person=person, activity=activity_id, finished_at__isnull=False)
    return plays.order_by("-finished_at").values_list("revision", flat=True).first()


def has_plays(activity_id: int) -> bool:
    """Has anybody played a piece of the activity?"""
    return Play.objects.filter(activity=activity_id).exists()
