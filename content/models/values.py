"""The values the programme lives by, as tags that editors may change (DOMAIN 3.4)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel


class Value(models.Model):
    """One value of one family: "Tanggap" of CETTAR, "Kolaboratif" of BerAKHLAK."""

    family = models.CharField(_("family"), max_length=60)
    name = models.CharField(
        _("name"), max_length=60, blank=True, help_text=_("Empty: the family as a whole.")
    )
    description = models.CharField(_("description"), max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels: ClassVar[list[FieldPanel]] = [
        FieldPanel("family"),
        FieldPanel("name"),
        FieldPanel("description"),
        FieldPanel("order"),
    ]

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering: ClassVar[list[str]] = ["family", "order", "name"]
        constraints = (
            models.UniqueConstraint(fields=("family", "name"), name="one_value_per_family_and_name"),
        )

    def __str__(self) -> str:
        return f"{self.family}: {self.name}" if self.name else self.family
