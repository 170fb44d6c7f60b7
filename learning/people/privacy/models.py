"""Requests about one's own data, and the purposes somebody has agreed to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DataRequest(models.Model):
    """Somebody asks for a correction or a deletion; unit HR or BPSDM answers within 3 x 24 hours.

    Never deleted: it is the proof that the request was heard.
    """

    class Kind(models.TextChoices):
        """What is asked for (UU PDP Pasal 6 and 8)."""

        CORRECTION = "correction", _("correction")
        DELETION = "deletion", _("deletion")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("waiting")
        TAKEN = "taken", _("being looked into")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused, with reason")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.CORRECTION)
    text = models.CharField(_("what should be changed"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(_("asked"))
    handled_by = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", handled_by__isnull=True)
                | (~Q(state="open") & Q(handled_by__isnull=False)),
                name="a_request_in_hand_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "taken"), answered_at__isnull=True)
                | (Q(state__in=("done", "refused"), answered_at__isnull=False) & ~Q(answer="")),
                name="an_answered_request_has_an_answer",
            ),
        )
        indexes = (
            models.Index(
                fields=("asked_at",), condition=Q(answered_at__isnull=True), name="requests_without_answer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"


class PurposeChoice(models.Model):
    """Whether somebody agrees to a purpose beyond the duty of the programme. No row: they do not."""

    class Purpose(models.TextChoices):
        """What needs consent (UU PDP Pasal 20 (2) a): everything else rests on a legal duty."""

        REMINDERS = "reminders", _("reminders by e-mail or notification")
        LEADERBOARD = "leaderboard", _("my name on a leaderboard")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="purpose_choices")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    is_on = models.BooleanField(_("agreed"), default=False)
    changed_at = models.DateTimeField(_("changed"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("choice of a purpose")
        verbose_name_plural = _("choices of purposes")
        constraints = (
            models.UniqueConstraint(fields=("person", "purpose"), name="one_choice_per_person_and_purpose"),
        )

    def __str__(self) -> str:
        return f"{self.purpose}: {self.is_on}"
