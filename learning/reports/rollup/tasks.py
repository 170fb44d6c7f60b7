"""The roll-up as background work: asked for by whoever reads it, and by the scheduler."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from learning.reports.models import RollUpRun
from learning.reports.rollup import actions

FRESH = dt.timedelta(seconds=10)


@task()  # type: ignore[untyped-decorator]
def roll_up() -> None:
    """Brings the roll-up up to date; again changes nothing."""
    actions.roll_up(now=timezone.now())


def ask_for_roll_up(*, now: dt.datetime) -> None:
    """Whoever reads the roll-up sees to it that it is at most seconds behind: asked for once in ten seconds.

    The reader never waits for it: what they are shown says as of when it is. Two statements when it is due,
    one when it is not.
    """
    due = Q(asked_at__isnull=True) | Q(asked_at__lt=now - FRESH) | Q(asked_at__gt=now)
    if RollUpRun.objects.filter(due, pk=1).update(asked_at=now):
        roll_up.enqueue()
