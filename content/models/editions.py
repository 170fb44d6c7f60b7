"""The edition of the public site: a number that grows with every change visitors may see."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Edition(models.Model):
    """One row. Pages kept under another number than this are old (`content/editions.py`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar[tuple[models.CheckConstraint, ...]] = (
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_edition"),
        )

    def __str__(self) -> str:
        return str(self.number)
