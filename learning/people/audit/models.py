"""The log of looks and deeds, and its closed days."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Somebody looked at, or changed, what belongs to another. Only ever added to (audit.guards).

    No address, no browser, no NIP: who, for whom, whose record, what, when. `subject` is the one
    person concerned; a list of people names its `unit` and, in `detail`, the keys of the people shown.
    """

    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(
        "people.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deeds",
        db_index=False,
        help_text=_("Empty: a command on the server."),
    )
    on_behalf_of = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject = models.ForeignKey(
        "people.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="looks_at_me",
        db_index=False,
    )
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    action = models.CharField(_("action"), max_length=40)
    role = models.CharField(_("role"), max_length=40, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = (
            models.Index(fields=("subject", "-at"), name="looks_at_a_person"),
            models.Index(fields=("actor", "-at"), name="deeds_of_a_person"),
            models.Index(fields=("unit", "-at"), name="looks_at_a_unit"),
            models.Index(fields=("action", "-at"), name="deeds_of_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class AuditDay(models.Model):
    """All audit entries of one day (WIB), under one digest that also covers the day before."""

    day = models.DateField(_("day"), primary_key=True)
    entries = models.PositiveIntegerField(_("entries"))
    digest = models.CharField(_("digest"), max_length=64)
    previous = models.CharField(_("digest of the day before"), max_length=64)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("audit day")
        verbose_name_plural = _("audit days")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.digest[:12]}"
