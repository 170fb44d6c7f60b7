"""One rating and one comment of a person for each step; the last word counts."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Feedback(models.Model):
    """How useful a step was to somebody, and what they tell its editors. Never public."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="feedback")
    activity = models.ForeignKey("study.Activity", on_delete=models.PROTECT, related_name="feedback")
    step = models.PositiveSmallIntegerField(_("step"))
    revision = models.PositiveIntegerField(_("page revision"), null=True)
    rating = models.PositiveSmallIntegerField(
        _("rating"), validators=(MinValueValidator(1), MaxValueValidator(5))
    )
    comment = models.TextField(_("comment"), blank=True)
    given_at = models.DateTimeField(_("given"))
    changed_at = models.DateTimeField(_("changed"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "step", "person"), name="one_feedback_per_person_and_step"
            ),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="a_rating_is_1_to_5"),
        )
