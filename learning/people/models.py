"""People, the units they serve in, and the log of looks and deeds."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from learning.people import rules
from learning.people.activation.models import ActivationCode as ActivationCode
from learning.people.attempts import AttemptCount as AttemptCount
from learning.people.audit.models import AuditDay as AuditDay
from learning.people.audit.models import AuditEntry as AuditEntry
from learning.people.importing.models import FormerNIP as FormerNIP
from learning.people.importing.models import ImportRow as ImportRow
from learning.people.importing.models import ImportRun as ImportRun
from learning.people.importing.models import SyncToken as SyncToken
from learning.people.privacy.models import DataRequest as DataRequest
from learning.people.privacy.models import PurposeChoice as PurposeChoice
from learning.people.service import Delegation as Delegation
from learning.people.service import Posting as Posting
from learning.people.service import RoleGrant as RoleGrant
from learning.people.service import SupervisorQuery as SupervisorQuery


class Unit(MP_Node):  # type: ignore[django-manager-missing]  # treebeard is untyped
    """A unit of the province: OPD, bidang, UPT, school. One tree, six levels at most."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    head = models.ForeignKey(
        "people.Person",
        verbose_name=_("head of unit"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="headed_units",
    )

    wagtail_reference_index_ignore = True
    node_order_by: list[str] = []

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    """Words for asking after people."""

    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_unit(self, unit: Unit) -> Self:
        return self.filter(unit=unit)

    def under(self, units: "models.QuerySet[Unit] | list[Unit]") -> Self:
        """People of these units and of every unit below them: ranges of paths, so an index serves."""
        inside = Q(pk__in=[])
        for unit in units:
            inside |= Q(
                unit__path__gte=unit.path,
                unit__path__lt=unit._inc_path(),  # type: ignore[no-untyped-call]
            )
        return self.filter(inside)

    def by_name(self) -> Self:
        return self.order_by("name", "pk")


class PersonManager(BaseUserManager["Person"]):
    """Makes people; asks for them through `PersonQuerySet`."""

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Person":
        person: Person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(username, password, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # of files
    """Somebody who may sign in. The key is ours: a NIP can change, a person does not."""

    class Employment(models.TextChoices):
        """How somebody serves (UU 20/2023 Pasal 5)."""

        PNS = "pns", _("PNS")
        CPNS = "cpns", _("CPNS")
        PPPK = "pppk", _("PPPK")
        NON_ASN = "non_asn", _("non-ASN")

    class PositionKind(models.TextChoices):
        """Jenis jabatan, as SIMASTER Jatim has it (UU 20/2023 Pasal 13)."""

        STRUCTURAL = "structural", _("structural")
        FUNCTIONAL = "functional", _("functional")
        EXECUTING = "executing", _("executing staff")

    class LegalStatus(models.TextChoices):
        """Kedudukan hukum, in the kinds that matter here; the last five do not sign in."""

        ACTIVE = "active", _("active")
        STUDY = "study", _("on study assignment")
        UNPAID_LEAVE = "unpaid_leave", _("on unpaid leave (CLTN)")
        SUSPENDED = "suspended", _("suspended")
        RETIRED = "retired", _("retired")
        DIED = "died", _("died")
        DISMISSED = "dismissed", _("dismissed")
        MOVED_AWAY = "moved_away", _("moved to another agency")

    username = models.CharField(
        _("sign-in name"),
        max_length=64,
        unique=True,
        help_text=_("The NIP of an ASN; a name of their own for partner staff."),
    )
    nip = models.CharField("NIP", max_length=18, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"), blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        db_index=False,  # both indexes below begin with it
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    grade = models.CharField(_("grade"), max_length=10, blank=True)
    employment = models.CharField(
        _("employment"), max_length=10, choices=Employment.choices, default=Employment.PNS
    )
    weekly_goal_minutes = models.PositiveSmallIntegerField(_("own weekly target"), null=True, blank=True)
    weekly_goal_since = models.DateField(
        _("own weekly target since"),
        null=True,
        blank=True,
        help_text=_("A higher target never undoes a week before it that was met."),
    )
    hr_id = models.CharField(
        _("number in the staff system"),
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Stays when the NIP changes."),
    )
    position_kind = models.CharField(
        _("kind of position"), max_length=12, choices=PositionKind.choices, blank=True
    )
    legal_status = models.CharField(
        _("legal status"), max_length=12, choices=LegalStatus.choices, default=LegalStatus.ACTIVE
    )
    is_active = models.BooleanField(_("active"), default=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)

    objects: ClassVar[PersonManager] = PersonManager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.CheckConstraint(
                condition=Q(nip__isnull=True) | Q(nip__regex=r"^[0-9]{18}$"),
                name="nip_is_18_digits",
            ),
        )
        indexes = (
            models.Index(fields=("unit", "name"), name="people_of_a_unit"),
            # The gate reads whole subtrees: from this index alone, without the rows.
            models.Index(fields=("unit", "id"), condition=Q(is_active=True), name="active_people_of_a_unit"),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(",")[0]

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def last_name(self) -> str:
        return self.name.partition(" ")[2]

    @property
    def masked_nip(self) -> str:
        return rules.mask_nip(self.nip or "")


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Words for asking after absences."""

    def counting(self) -> Self:
        """Those that take at least one day: not the ones ended before they began."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=F("first_day")))

    def touching(self, first: dt.date, last: dt.date) -> Self:
        return (
            self.counting()
            .filter(first_day__lte=last, last_day__gte=first)
            .exclude(ended_on__isnull=False, ended_on__lte=first)
        )


class Absence(models.Model):
    """Days a person is away and not expected to study. Never deleted: it ends.

    `ended_on` is the first day it no longer holds; the days that were recorded stay as they were.
    """

    class Kind(models.TextChoices):
        """Why. The leave of a PNS is that of PP 11/2017 Pasal 310, here in the kinds that a goal needs."""

        LEAVE = "leave", _("leave")
        SICK = "sick", _("sick leave")
        MATERNITY = "maternity", _("maternity leave")
        DUTY = "duty", _("official duty elsewhere")
        STUDY_ASSIGNMENT = "study_assignment", _("study assignment")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences", db_index=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.LEAVE)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(_("recorded"))

    objects: ClassVar[AbsenceQuerySet] = AbsenceQuerySet.as_manager()  # type: ignore[assignment]
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_no_earlier_than_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("first_day")),
                name="absence_is_ended_no_earlier_than_it_begins",
            ),
        )
        indexes = (models.Index(fields=("person", "last_day"), name="absences_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.first_day} - {self.last_day}"
