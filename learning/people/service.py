"""Who serves where, who acts for whom and who holds which role: everything here has its days."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PostingQuerySet(models.QuerySet["Posting"]):
    """Words for asking after postings."""

    def on(self, day: dt.date) -> Self:
        """Those that hold on `day`; one without a first day has held since before we knew."""
        return self.filter(
            Q(first_day__isnull=True) | Q(first_day__lte=day),
            Q(last_day__isnull=True) | Q(last_day__gte=day),
        )

    def acting(self) -> Self:
        """Those held beside one's own: Plt and Plh."""
        return self.exclude(kind=Posting.Kind.DEFINITIVE)


class Posting(models.Model):
    """A position somebody holds or held in a unit. Never deleted: it gets a last day.

    The definitive one that runs is also what `Person.unit` and `Person.position` say. A person without any
    posting has been in `Person.unit` for as long as we know. A Plt or Plh that `leads_unit` is the supervisor
    of that unit and all below it on its days, beside or instead of `Unit.head`.
    """

    class Kind(models.TextChoices):
        """How it is held: Plt while the post is vacant, Plh while its holder is away (SE BKN 1/SE/I/2021)."""

        DEFINITIVE = "definitive", _("definitive")
        PLT = "plt", _("acting (Plt)")
        PLH = "plh", _("daily acting (Plh)")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="postings")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DEFINITIVE)
    position = models.CharField(_("position"), max_length=120, blank=True)
    leads_unit = models.BooleanField(_("leads the unit"), default=False)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    import_run = models.ForeignKey(
        "people.ImportRun", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    objects: ClassVar[PostingQuerySet] = PostingQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__isnull=True)
                | Q(first_day__isnull=True)
                | Q(last_day__gte=F("first_day")),
                name="posting_ends_no_earlier_than_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(kind="definitive") | Q(first_day__isnull=False),
                name="acting_posting_has_a_first_day",
            ),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(kind="definitive", last_day__isnull=True),
                name="one_definitive_posting_runs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.first_day} - {self.last_day}"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Words for asking after delegations."""

    def on(self, day: dt.date) -> Self:
        """Those that hold on `day`. It ends by itself: nothing has to run for that."""
        return self.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day), first_day__lte=day, last_day__gte=day
        )

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Those that hold on at least one of these days."""
        return self.filter(first_day__lte=last, last_day__gte=first).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=F("first_day")),
            Q(ended_on__isnull=True) | Q(ended_on__gt=first),
        )


class Delegation(models.Model):
    """The head of a unit lets somebody read, or also decide, for it and all below it, for some days.

    Only the head gives it; whoever holds it cannot give it on. `ended_on`: the first day it no longer holds.
    """

    giver = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="delegations_held")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="delegations")
    may_decide = models.BooleanField(_("may decide"), default=False)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))

    objects: ClassVar[DelegationQuerySet] = DelegationQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = (
            models.CheckConstraint(condition=~Q(giver=F("delegate")), name="nobody_delegates_to_themselves"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="delegation_ends_no_earlier_than_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("first_day")),
                name="delegation_is_ended_no_earlier_than_it_begins",
            ),
        )
        indexes = (models.Index(fields=("delegate", "last_day"), name="delegations_of_a_delegate"),)

    def __str__(self) -> str:
        return f"{self.first_day} - {self.last_day}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Words for asking after roles."""

    def on(self, day: dt.date) -> Self:
        """Those that hold on `day`."""
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)


class RoleGrant(models.Model):
    """A role beyond learner and supervisor, given by somebody for some days. Taken back by a last day."""

    class Role(models.TextChoices):
        """What may be granted."""

        UNIT_HR = "unit_hr", _("unit HR")
        BPSDM = "bpsdm", _("BPSDM admin")
        AUDITOR = "auditor", _("auditor")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    unit = models.ForeignKey(
        "people.Unit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_grants",
        help_text=_("The role reaches this unit and all below it; empty means everybody."),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects: ClassVar[RoleGrantQuerySet] = RoleGrantQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="role_ends_no_earlier_than_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(role="unit_hr") | Q(unit__isnull=False), name="unit_hr_has_a_unit"
            ),
        )

    def __str__(self) -> str:
        return self.role


class SupervisorQuery(models.Model):
    """Somebody says that the supervisor shown to them is not theirs; unit HR answers. Never deleted."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="supervisor_queries")
    shown = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.CharField(_("what is wrong"), max_length=500)
    asked_at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("question about the supervisor")
        verbose_name_plural = _("questions about the supervisor")
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(answered_at__isnull=True),
                name="one_question_about_the_supervisor_is_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="an_answered_question_has_an_answer_and_a_name",
            ),
        )

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
