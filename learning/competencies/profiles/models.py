"""What a position asks of whoever holds it, and how people see themselves."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LEVELS = (MinValueValidator(1), MaxValueValidator(5))


class PositionProfile(models.Model):
    """The competencies of a position from one day on; a later row of the same position takes its place."""

    key = models.CharField(max_length=120)
    position = models.CharField(_("position"), max_length=120)
    valid_from = models.DateField(_("valid from"))
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("position profile")
        verbose_name_plural = _("position profiles")
        ordering: ClassVar[list[str]] = ["position", "-valid_from"]
        constraints = (
            models.UniqueConstraint(fields=("key", "valid_from"), name="one_profile_per_position_and_day"),
        )

    def __str__(self) -> str:
        return self.position


class ProfileLevel(models.Model):
    """The level of one competency that a position asks for."""

    profile = models.ForeignKey(PositionProfile, on_delete=models.CASCADE, related_name="levels")
    competency = models.ForeignKey("competencies.Competency", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), validators=LEVELS)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("profile", "competency"), name="a_profile_asks_once_for_each"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="profile_level_is_1_to_5"),
        )


class SelfAssessment(models.Model):
    """How somebody sees their own level. Kept apart: it proves nothing and closes no gap.

    Only the latest of a competency is shown; the earlier ones stay.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="self_assessments")
    competency = models.ForeignKey("competencies.Competency", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), validators=LEVELS)
    at = models.DateTimeField(_("time"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        constraints = (
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="own_level_is_1_to_5"),
        )
