"""Steps of a workflow with a due date, and the links by which a partner's expert approves a text."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, Task, TaskState

DAYS = (MinValueValidator(1), MaxValueValidator(60))


class DatedApprovalTask(AbstractGroupApprovalTask):  # type: ignore[misc]  # Wagtail is untyped
    """A group approves, within some days."""

    days = models.PositiveSmallIntegerField(
        _("days to decide"), default=3, validators=DAYS, help_text=_("Counted from the day it arrives here.")
    )

    admin_form_fields: ClassVar[list[str]] = [*AbstractGroupApprovalTask.admin_form_fields, "days"]

    class Meta:
        verbose_name = _("approval by a group, with a due date")
        verbose_name_plural = _("approvals by a group, with a due date")


class PartnerSignOffTask(Task):  # type: ignore[misc]  # Wagtail is untyped
    """An expert of the partner approves by a secret link and needs no account.

    Meanwhile nobody changes the page: what is approved is what was shown.
    """

    days = models.PositiveSmallIntegerField(
        _("days to decide"), default=7, validators=DAYS, help_text=_("As long as a link is good for.")
    )

    admin_form_fields: ClassVar[list[str]] = [*Task.admin_form_fields, "days"]

    class Meta:
        verbose_name = _("sign-off by a partner")
        verbose_name_plural = _("sign-offs by partners")

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        return True

    @classmethod
    def get_description(cls) -> str:
        return str(_("An expert of the partner approves by a secret link that expires; no account is needed"))


def due_at(state: TaskState) -> dt.datetime | None:
    """When a step of a workflow is to be decided, if its task says so."""
    days = getattr(state.task.specific, "days", None)
    return state.started_at + dt.timedelta(days=days) if days else None


class SignOff(models.Model):
    """One link to one revision for one expert, and what came of it. Of the link only a hash is kept."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")

    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="sign_offs")
    page_title = models.CharField(_("title"), max_length=255)
    task_state = models.ForeignKey(TaskState, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revision_number = models.PositiveBigIntegerField(_("revision"))
    revision_hash = models.CharField(_("hash of the revision (SHA-256)"), max_length=64)
    organisation = models.CharField(_("organisation"), max_length=160)
    expert = models.CharField(_("expert"), max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    issued_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    decided_name = models.CharField(_("name given"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    comment = models.TextField(_("comment"), max_length=4000, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering: ClassVar[list[str]] = ["-issued_at", "-pk"]
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_name="")
                | (~Q(outcome="") & ~Q(decided_name="") & Q(decided_at__isnull=False)),
                name="a_decided_sign_off_has_name_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | ~Q(comment=""), name="a_returned_sign_off_says_why"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="a_sign_off_expires_after_its_issue"
            ),
        )

    def __str__(self) -> str:
        return f"{self.page_title} · {self.expert}"
