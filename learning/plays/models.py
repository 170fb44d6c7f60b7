"""Interactive pieces as people played them: each sitting, and what the piece said about it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Play(models.Model):
    """One person's sitting with one piece, issued by the server; its id is the registration of xAPI.

    All that a piece says of itself is testimony from a browser: the score is self-scored, always.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="plays")
    activity = models.ForeignKey("study.Activity", on_delete=models.PROTECT, related_name="plays")
    revision = models.PositiveIntegerField(_("page revision"), null=True)
    piece = models.CharField(_("piece"), max_length=64)
    version = models.CharField(_("version"), max_length=64)
    number = models.PositiveIntegerField(_("attempt"))
    iri = models.CharField(_("address of the piece"), max_length=255)
    title = models.CharField(_("title"), max_length=255)
    library = models.CharField(_("type"), max_length=255)
    started_at = models.DateTimeField(_("started"))
    last_at = models.DateTimeField(_("last sign"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    raw = models.DecimalField(_("points"), max_digits=10, decimal_places=2, null=True)
    max = models.DecimalField(_("most points"), max_digits=10, decimal_places=2, null=True)
    score = models.PositiveSmallIntegerField(_("self-scored per cent"), null=True)
    statement_count = models.PositiveIntegerField(_("statements"), default=0)
    state = models.JSONField(_("where the person was"), default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "activity", "piece", "number"), name="plays_of_a_piece_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(raw__isnull=True, max__isnull=True, score__isnull=True)
                | Q(raw__gte=0, raw__lte=F("max"), max__gt=0, score__gte=0, score__lte=100),
                name="a_self_score_is_a_share_of_the_points",
            ),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("started_at")), name="a_play_ends_after_it_began"
            ),
        )
        indexes = (models.Index(fields=("person", "-last_at"), name="plays_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class CompletingPiece(models.Model):
    """A piece that belongs to the end of an activity without a quiz: all of them finished, it is done."""

    activity = models.ForeignKey("study.Activity", on_delete=models.CASCADE, related_name="completing_pieces")
    piece = models.CharField(_("piece"), max_length=64)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("piece that completes")
        verbose_name_plural = _("pieces that complete")
        constraints = (
            models.UniqueConstraint(fields=("activity", "piece"), name="a_piece_completes_an_activity_once"),
        )

    def __str__(self) -> str:
        return self.piece


class Statement(models.Model):
    """One statement, whole as xAPI wants it (`body`), with what we ask for in columns. Never edited."""

    id = models.UUIDField(primary_key=True, editable=False)
    play = models.ForeignKey(Play, on_delete=models.PROTECT, related_name="statements", db_index=False)
    verb = models.CharField(_("verb"), max_length=20)
    is_root = models.BooleanField(_("of the whole piece"))
    score = models.PositiveSmallIntegerField(_("self-scored per cent"), null=True)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))
    body = models.JSONField(_("statement"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = (
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100),
                name="a_statement_scores_0_to_100",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("received_at")), name="a_statement_is_not_from_the_future"
            ),
        )
        indexes: ClassVar = (models.Index(fields=("play", "received_at"), name="statements_of_a_play"),)

    def __str__(self) -> str:
        return f"{self.verb} ({self.id})"
