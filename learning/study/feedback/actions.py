"""What writes feedback."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from learning.people.models import Person
from learning.study.feedback.models import Feedback
from learning.study.models import ActivityTotal

LONGEST_COMMENT = 1000  # characters


class FeedbackRefused(Exception):
    """Feedback that is not taken; the message is for people."""


def give_feedback(
    *,
    person: Person,
    activity_id: int,
    step: int,
    revision: int | None,
    rating: int,
    comment: str,
    now: dt.datetime,
) -> Feedback:
    """Rate a step (1 to 5) and comment on it; a second time changes the first.

    Raises `FeedbackRefused` for whoever has not studied here.
    """
    comment = comment.strip()
    if not 1 <= rating <= 5 or len(comment) > LONGEST_COMMENT or "\0" in comment:
        raise FeedbackRefused(_("This rating or comment cannot be taken."))
    if not ActivityTotal.objects.filter(person=person, activity_id=activity_id).exists():
        raise FeedbackRefused(_("Study a little here first: then your rating counts."))
    told = {"rating": rating, "comment": comment, "revision": revision, "changed_at": now}
    with transaction.atomic():
        feedback, _made = Feedback.objects.update_or_create(
            person=person,
            activity_id=activity_id,
            step=step,
            defaults=told,
            create_defaults={**told, "given_at": now},
        )
    return feedback
