"""What editors read of the feedback: figures by step from five people on, comments without names."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count

from learning.people.models import Person
from learning.study.feedback.models import Feedback
from learning.study.rules import local_day

FEWEST = 5  # people, below which a mean would be about single ones
COMMENTS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How many rated a step, and their mean, 1 to 5; None below five."""

    step: int
    people: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody told the editors; neither who nor with which rating."""

    step: int
    day: dt.date
    text: str


def own_feedback(person: Person, activity_id: int, step: int) -> Feedback | None:
    """What the person said of the step."""
    return Feedback.objects.filter(person=person, activity_id=activity_id, step=step).first()


def figures_by_step(activity_id: int) -> list[StepFigures]:
    rows = (
        Feedback.objects.filter(activity_id=activity_id)
        .values("step")
        .annotate(people=Count("pk"), mean=Avg("rating"))
        .order_by("step")
    )
    return [
        StepFigures(row["step"], row["people"], row["mean"] if row["people"] >= FEWEST else None)
        for row in rows
    ]


def comments_on(activity_id: int) -> list[Comment]:
    """The newest comments."""
    rows = Feedback.objects.filter(activity_id=activity_id).exclude(comment="").order_by("-changed_at")
    return [
        Comment(row.step, local_day(row.changed_at), row.comment)
        for row in rows.only("step", "changed_at", "comment")[:COMMENTS_SHOWN]
    ]
