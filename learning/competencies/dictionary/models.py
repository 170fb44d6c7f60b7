"""The versions of the dictionary of competencies."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class DictionaryVersion(models.Model):
    """The whole dictionary as it was published: only ever added. Decisions name the version they rest on."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    published_at = models.DateTimeField(_("published"))
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    rows = models.JSONField(_("dictionary"))
    sha256 = models.CharField(max_length=64)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of the dictionary")
        verbose_name_plural = _("versions of the dictionary")
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return str(self.number)
