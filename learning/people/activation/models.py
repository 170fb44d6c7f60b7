"""One row per letter. The code itself is on the paper only."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ActivationCodeQuerySet(models.QuerySet["ActivationCode"]):
    """Words for asking after codes."""

    def open_at(self, now: dt.datetime) -> Self:
        """Those that still open an account."""
        return self.filter(used_at__isnull=True, voided_at__isnull=True, expires_at__gt=now)


class ActivationCode(models.Model):
    """A letter was printed: until when its code holds, and what became of it. Never deleted."""

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="activation_codes", db_index=False
    )
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField(_("printed"))
    expires_at = models.DateTimeField(_("holds until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    voided_at = models.DateTimeField(_("replaced by a newer letter"), null=True, blank=True)

    objects: ClassVar[ActivationCodeQuerySet] = ActivationCodeQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("activation letter")
        verbose_name_plural = _("activation letters")
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="one_letter_of_a_person_is_out",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="letter_holds_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(voided_at__isnull=True),
                name="used_letter_is_not_replaced",
            ),
        )
        indexes = (models.Index(fields=("person", "-issued_at"), name="letters_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.issued_at:%Y-%m-%d}"
