"""The day of claims as background work (claims.daily)."""

from django.utils import timezone
from django_tasks import task

from learning.reviews.claims import daily


@task()  # type: ignore[untyped-decorator]
def every_day() -> None:
    """Lapse, draw, remind."""
    now = timezone.now()
    daily.lapse_claims(now=now)
    daily.draw_sample(now=now)
    daily.remind(now=now)
