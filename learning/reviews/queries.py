"""What readers ask about acknowledgements."""

import datetime as dt

from learning.people.models import Person
from learning.reviews.models import WeekAcknowledgement


def acknowledged_at(person: Person, week: dt.date) -> dt.datetime | None:
    """When the person's week was acknowledged; None when it was not."""
    return WeekAcknowledgement.objects.filter(person=person, week=week).values_list("at", flat=True).first()
