"""What an import found, row by row, and what became of it; the keys of machines that send rows."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SyncToken(models.Model):
    """The key of a staff system that may send people of one subtree. Only its hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("HR sync token")
        verbose_name_plural = _("HR sync tokens")

    def __str__(self) -> str:
        return self.name


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Words for asking after imports."""

    def over(self, before: dt.datetime) -> Self:
        """Those begun before then that nobody writes or reads now: their rows are only looked at."""
        at_work = (ImportRun.State.READING, ImportRun.State.APPLYING, ImportRun.State.UNDOING)
        return self.filter(started_at__lt=before, is_writing=False).exclude(state__in=at_work)


class ImportRun(models.Model):
    """One file, or one call of a staff system: first only compared, then applied, perhaps undone."""

    class Kind(models.TextChoices):
        """What the rows are about."""

        PEOPLE = "people", _("people")
        UNITS = "units", _("units")

    class State(models.TextChoices):
        """Where it stands. Nothing but `applying` and `undoing` changes anybody."""

        WAITING = "waiting", _("waiting")
        READING = "reading", _("reading")
        READY = "ready", _("ready to apply")
        REFUSED = "refused", _("refused")
        APPLYING = "applying", _("applying")
        APPLIED = "applied", _("applied")
        UNDOING = "undoing", _("undoing")
        UNDONE = "undone", _("undone")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    path = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_whole = models.BooleanField(
        _("lists everybody"),
        default=False,
        help_text=_("Whoever is not in the file has left, and is deactivated."),
    )
    started_by = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    token = models.ForeignKey(
        SyncToken, null=True, blank=True, on_delete=models.PROTECT, related_name="runs", db_index=False
    )
    idempotency_key = models.CharField(max_length=64, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(_("started"))
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    done_rows = models.PositiveIntegerField(default=0)
    is_writing = models.BooleanField(default=False)

    objects: ClassVar[ImportRunQuerySet] = ImportRunQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (
            models.UniqueConstraint(
                fields=("is_writing",),
                condition=Q(is_writing=True),
                name="one_import_writes_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("token", "idempotency_key"),
                condition=Q(token__isnull=False),
                name="one_run_for_each_key_of_a_token",
            ),
            models.CheckConstraint(
                condition=Q(started_by__isnull=False) | Q(token__isnull=False),
                name="an_import_is_somebodys",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d}"


class ImportRow(models.Model):
    """What one line of the file asks for, against what we had; and what became of it."""

    class Kind(models.TextChoices):
        """What the row would do."""

        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        MOVED = "moved", _("moved")
        LEAVING = "leaving", _("leaving")
        REACTIVATED = "back", _("active again")
        SAME = "same", _("unchanged")
        PROBLEM = "problem", _("problem")

    class Outcome(models.TextChoices):
        """What it did."""

        WAITING = "", _("not yet applied")
        APPLIED = "applied", _("applied")
        STALE = "stale", _("not applied: changed by somebody since the comparison")
        REFUSED = "refused", _("not applied: the database refused it")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("not undone: changed by somebody since")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(_("NIP or code"), max_length=64, blank=True)
    label = models.CharField(_("name"), max_length=200, blank=True)
    target = models.BigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = ()
        indexes = (models.Index(fields=("run", "kind", "id"), name="rows_of_an_import"),)

    def __str__(self) -> str:
        return f"{self.line} {self.kind}"


class FormerNIP(models.Model):
    """A number somebody once had: a file that still names it means them."""

    nip = models.CharField("NIP", max_length=18, primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="former_nips")
    until = models.DateField(_("until"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("former NIP")
        verbose_name_plural = _("former NIPs")
        constraints = (
            models.CheckConstraint(condition=Q(nip__regex=r"^[0-9]{18}$"), name="former_nip_is_18_digits"),
        )

    def __str__(self) -> str:
        return str(self.person_id)
