"""What a supervisor confirms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from learning.study.models import IsMonday


class WeekAcknowledgement(models.Model):
    """A supervisor has seen the week of one of their people, as it then stood."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="acknowledged_weeks")
    week = models.DateField(_("week"))
    seen_s = models.PositiveIntegerField(_("seconds seen"))
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "week"), name="a_week_is_acknowledged_once"),
            models.CheckConstraint(condition=IsMonday("week"), name="acknowledged_week_is_a_monday"),
        )
