"""Roll-ups that reports read instead of the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from learning.reports.period.models import PeriodDecision as PeriodDecision
from learning.reports.period.models import PeriodReport as PeriodReport
from learning.reports.period.models import PeriodSnapshot as PeriodSnapshot
from learning.reports.period.models import PeriodSubmission as PeriodSubmission
from learning.study.models import IsMonday


class UnitWeek(models.Model):
    """One row per unit and week, of the people directly in that unit."""

    unit = models.ForeignKey("people.Unit", on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField(_("week"))
    people = models.PositiveIntegerField(_("people"))
    studied = models.PositiveIntegerField(_("people who studied"))
    met = models.PositiveIntegerField(_("people who met their target"))
    free = models.PositiveIntegerField(_("people of whom the week asked nothing"), default=0)
    seconds = models.BigIntegerField(_("seconds"))
    as_of = models.DateTimeField(_("as of"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "week"), name="one_row_per_unit_and_week"),
            models.CheckConstraint(condition=IsMonday("week"), name="unit_week_is_a_monday"),
        )
