"""How often somebody may try: counted in the database, so that all processes and machines count together.

One statement takes a try from every limit concerned, one gives it back when the try was right. Names and
addresses are kept only as hashes. A cache needs a lock and eight statements a limit (docs/decisions/0012).
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class AttemptCount(models.Model):
    """Tries of one kind, by one person or from one address, in a window that ends at `ends_at_s`."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(_("tries"))
    ends_at_s = models.BigIntegerField(_("counted until (seconds since 1970)"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("count of tries")
        verbose_name_plural = _("counts of tries")

    def __str__(self) -> str:
        return f"{self.count}"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries of `what` by `whom` in `seconds`."""

    what: str
    whom: str
    most: int
    seconds: int

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.what}:{self.whom}".encode()).hexdigest()


_TAKE = """
INSERT INTO people_attemptcount AS known (key, count, ends_at_s) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends_at_s <= %s THEN 1 ELSE known.count + 1 END,
    ends_at_s = CASE WHEN known.ends_at_s <= %s THEN excluded.ends_at_s ELSE known.ends_at_s END
RETURNING key, count
"""


def take(limits: Iterable[Limit], *, now: dt.datetime) -> bool:
    """Count one try against each of `limits`; False when one of them is used up. One statement."""
    known = {limit.key: limit for limit in limits}
    at = int(now.timestamp())
    values: list[str | int] = []
    for key in sorted(known):  # always in one order: two requests never wait for each other
        values += [key, at + known[key].seconds]
    rows = ", ".join(["(%s, 1, %s)"] * len(known))
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(rows=rows), [*values, at, at])
        return all(count <= known[key].most for key, count in cursor.fetchall())


def give_back(limits: Iterable[Limit]) -> None:
    """The try was right: it does not count. One statement."""
    keys = [limit.key for limit in limits]
    AttemptCount.objects.filter(pk__in=keys, count__gt=0).update(count=models.F("count") - 1)


def forget_old(*, now: dt.datetime) -> int:
    """Remove counts whose window is over; how many there were."""
    return AttemptCount.objects.filter(ends_at_s__lte=int(now.timestamp())).delete()[0]
