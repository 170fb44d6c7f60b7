"""What one person has played, for those who may see it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from learning.people.models import Person
from learning.plays.models import Play


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


def has_plays(activity_id: int) -> bool:
    """Has anybody played a piece of the activity?"""
    return Play.objects.filter(activity=activity_id).exists()
