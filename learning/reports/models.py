"""Roll-ups that reports read instead of the ledger, and what a supervisor sent as a reminder."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from learning.reports.period.models import PeriodDecision as PeriodDecision
from learning.reports.period.models import PeriodReport as PeriodReport
from learning.reports.period.models import PeriodSnapshot as PeriodSnapshot
from learning.reports.period.models import PeriodSubmission as PeriodSubmission
from learning.study.models import IsMonday


class UnitWeek(models.Model):
    """One row per unit and week, of the people who served directly in that unit at the end of that week.

    `learning.reports.rollup` keeps it (docs/decisions/0018). `free` are people of whom the week asked
    nothing; `bucket_N` counts the others by their minutes (`rollup.rules`). `offline_s` and `coarse_s` are
    parts of `measured_s`; `seconds` is the sum of the four kinds.
    """

    unit = models.ForeignKey("people.Unit", on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField(_("week"))
    people = models.PositiveIntegerField(_("people"))
    studied = models.PositiveIntegerField(_("people who studied"))
    met = models.PositiveIntegerField(_("people who met their target"))
    free = models.PositiveIntegerField(_("people of whom the week asked nothing"), default=0)
    seconds = models.BigIntegerField(_("seconds"))
    measured_s = models.BigIntegerField(default=0)
    attended_s = models.BigIntegerField(default=0)
    declared_s = models.BigIntegerField(default=0)
    adjusted_s = models.BigIntegerField(default=0)
    offline_s = models.BigIntegerField(default=0)
    coarse_s = models.BigIntegerField(default=0)
    bucket_0 = models.PositiveIntegerField(default=0)
    bucket_1 = models.PositiveIntegerField(default=0)
    bucket_2 = models.PositiveIntegerField(default=0)
    bucket_3 = models.PositiveIntegerField(default=0)
    bucket_4 = models.PositiveIntegerField(default=0)
    bucket_5 = models.PositiveIntegerField(default=0)
    bucket_6 = models.PositiveIntegerField(default=0)
    bucket_7 = models.PositiveIntegerField(default=0)
    bucket_8 = models.PositiveIntegerField(default=0)
    bucket_9 = models.PositiveIntegerField(default=0)
    bucket_10 = models.PositiveIntegerField(default=0)
    bucket_11 = models.PositiveIntegerField(default=0)
    bucket_12 = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField(_("as of"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            # The week first: a report reads one week, or some, of many units.
            models.UniqueConstraint(fields=("week", "unit"), name="one_row_per_week_and_unit"),
            models.CheckConstraint(condition=IsMonday("week"), name="unit_week_is_a_monday"),
        )


class UnitWeekDue(models.Model):
    """Somewhere below these days something changed: the roll-up of the weeks they touch is to be made anew.

    Written by triggers, in the transaction of the change (`rollup.triggers`); emptied by `rollup.actions`.
    Only ever inserted, so nobody waits for anybody. Without a person and a unit everybody is meant; without
    a day there is no bound on that side. No foreign keys: what was removed since concerns nobody any more.
    """

    person = models.BigIntegerField(null=True)
    unit = models.BigIntegerField(null=True)
    below = models.BooleanField(default=False, help_text=_("The units below are meant too."))
    first = models.DateField(null=True)
    last = models.DateField(null=True)

    wagtail_reference_index_ignore = True


class RollUpRun(models.Model):
    """The one row that says how far the roll-up has read, and who is at it until when."""

    read_until = models.DateTimeField(null=True, help_text=_("Reports received before this are in."))
    held_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_roll_up_run"),)


class Nudge(models.Model):
    """A friendly reminder of one week, sent by whoever leads the person. One a week at most."""

    class Channel(models.TextChoices):
        """How it was sent: by the sender's own WhatsApp, or an e-mail from here."""

        WHATSAPP = "whatsapp", "WhatsApp"
        EMAIL = "email", _("e-mail")

    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="nudges", db_index=False
    )
    week = models.DateField(_("week"))
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    at = models.DateTimeField(_("time"))

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "week"), name="one_reminder_per_person_and_week"),
            models.CheckConstraint(condition=IsMonday("week"), name="reminder_week_is_a_monday"),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("person")), name="nobody_reminds_themselves"
            ),
        )
