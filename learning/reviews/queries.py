"""What readers ask about acknowledgements, and what came in after them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from learning.people.models import Person
from learning.reviews.models import WeekAcknowledgement


@dataclass(frozen=True, slots=True)
class Seen:
    """A week as its supervisor saw it."""

    week: dt.date
    at: dt.datetime
    seconds: int

    def change(self, seconds: int) -> int:
        """What the week is worth now (`seconds`) beyond what was seen; below zero when it lost some."""
        return seconds - self.seconds


def seen_weeks(person: Person, weeks: Collection[dt.date]) -> dict[dt.date, Seen]:
    """Those of `weeks` that the person's supervisor has seen."""
    found = WeekAcknowledgement.objects.filter(person=person, week__in=weeks)
    return {row[0]: Seen(*row) for row in found.values_list("week", "at", "seen_s")}
