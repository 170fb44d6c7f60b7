"""What readers ask about acknowledged weeks, what came in after them, and what waits for a supervisor."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.urls import reverse

from learning.people import access
from learning.people.models import Person, PersonQuerySet, Unit
from learning.reviews.claims import gate
from learning.reviews.claims import rules as claim_rules
from learning.reviews.models import (
    Appeal,
    Claim,
    ClaimQuerySet,
    ClaimReminder,
    Declaration,
    SubmissionQuerySet,
    WeekAcknowledgement,
)

DECLARED, APPEAL, CLAIM = "declared", "appeal", "claim"
_ADDRESSES = {
    DECLARED: "learning:review-declared",
    APPEAL: "learning:review-appeal",
    CLAIM: "learning:review-claim",
}


def address(kind: str, submission_id: int) -> str:
    """Where a submission is decided."""
    return reverse(_ADDRESSES[kind], args=[submission_id])


@dataclass(frozen=True, slots=True)
class Seen:
    """A week as its supervisor saw it."""

    week: dt.date
    at: dt.datetime
    seconds: int

    def change(self, seconds: int) -> int:
        """What the week is worth now (`seconds`) beyond what was seen; below zero when it lost some."""
        return seconds - self.seconds


def seen_weeks(person: Person, weeks: Collection[dt.date]) -> dict[dt.date, Seen]:
    """Those of `weeks` that the person's supervisor has seen."""
    found = WeekAcknowledgement.objects.filter(person=person, week__in=weeks)
    return {row[0]: Seen(*row) for row in found.values_list("week", "at", "seen_s")}


def waiting_of_a_person() -> CombinedExpression:
    """How many submissions of each of the people asked for wait: for a query of people."""

    def count(model: type[Declaration] | type[Appeal] | type[Claim]) -> Coalesce:
        rows = model.objects.waiting().filter(person=OuterRef("pk")).order_by().values("person")
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    return count(Declaration) + count(Appeal) + count(Claim)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the supervisor's queue."""

    kind: str
    submission_id: int
    person: Person
    title: str
    submitted_at: dt.datetime
    days: int
    claim: Claim | None = None
    held_by: Person | None = None  # who has it open for themselves

    @property
    def url(self) -> str:
        return address(self.kind, self.submission_id)

    @property
    def is_rule_backed(self) -> bool:
        """A claim that may be recognised with others."""
        return bool(self.claim and getattr(self.claim, "is_rule_backed", False)) and self.held_by is None


Rows = TypeVar("Rows", SubmissionQuerySet, ClaimQuerySet)


def _nearest(viewer: Person, rows: Rows) -> Rows:
    """Of what waits, that of the people whose nearest supervisor `viewer` is (`access.supervisor_of`).

    A head's own goes to the head of the nearest unit above.
    """
    above = Unit.objects.filter(is_active=True, head__is_active=True).exclude(head=OuterRef("person"))
    below = ExpressionWrapper(OuterRef("person__unit__path"), output_field=CharField())
    above = above.alias(below=below).filter(below__startswith=F("path"))
    nearest = above.order_by("-path").values("head")[:1]
    mine = Q(supervisor=viewer.pk)
    if rows.model is Claim:
        handed_up = ClaimReminder.objects.filter(
            claim=OuterRef("pk"), round=OuterRef("round"), step=claim_rules.ESCALATE_AFTER, to=viewer.pk
        )
        mine |= Q(Exists(handed_up))
    found: Rows = rows.alias(supervisor=Subquery(nearest)).filter(mine)
    return found


def people_to_decide(viewer: Person) -> PersonQuerySet:
    """Whose submissions `viewer` may decide: never their own."""
    return access.people_for(viewer, access.Deed.DECIDE)


def waiting(viewer: Person, *, everybody: bool = False) -> QuerySet[Any, tuple[str, int, dt.datetime]]:
    """What waits for `viewer`, oldest first: kind, id, time.

    That of the people whose nearest supervisor they are; with `everybody`, and for who heads no unit but
    acts for somebody who does, of all they may decide about.
    """
    people = people_to_decide(viewer)
    everybody = everybody or not Unit.objects.filter(head=viewer, is_active=True).exists()
    found = []
    for kind, model in ((DECLARED, Declaration), (APPEAL, Appeal)):
        rows = model.objects.waiting().of_people(people)
        if not everybody:
            rows = _nearest(viewer, rows)
        found.append(rows.values_list(Value(kind), "pk", "submitted_at"))
    claims = gate.decidable(viewer).waiting()
    if not everybody:
        claims = _nearest(viewer, claims)
    found.append(claims.values_list(Value(CLAIM), "pk", "submitted_at"))
    return found[0].union(*found[1:], all=True).order_by("submitted_at", "pk")


def lines(rows: Iterable[tuple[str, int, dt.datetime]], now: dt.datetime) -> list[Waiting]:
    """The queue's rows with what they are about, in the same order: three statements at most."""
    rows = list(rows)
    ids = {kind: [pk for each, pk, _at in rows if each == kind] for kind in (DECLARED, APPEAL, CLAIM)}
    declared = Declaration.objects.select_related("person__unit").in_bulk(ids[DECLARED])
    appeals = Appeal.objects.select_related("person__unit", "entry__activity").in_bulk(ids[APPEAL])
    marked = Claim.objects.marked_rule_backed().select_related("person__unit", "competency", "opened_by")
    claims = marked.in_bulk(ids[CLAIM])
    found = []
    for kind, pk, at in rows:
        claim = claims[pk] if kind == CLAIM else None
        about = claim or (declared[pk] if kind == DECLARED else appeals[pk])
        if claim:
            title = claim.competency.name
        else:
            title = declared[pk].title if kind == DECLARED else appeals[pk].entry.activity.title
        is_held = claim and claim.status == claim_rules.IN_REVIEW
        held = claim_rules.locked_until(claim.opened_at, now) if claim and is_held else None
        found.append(
            Waiting(
                kind=kind,
                submission_id=pk,
                person=about.person,
                title=title,
                submitted_at=at,
                days=(now - at).days,
                claim=claim,
                held_by=claim.opened_by if claim and held else None,
            )
        )
    return found


def next_waiting(viewer: Person, kind: str, submission_id: int) -> tuple[str, int] | None:
    """What `viewer` should open after this one: the oldest other that waits."""
    for other, pk, _at in waiting(viewer)[:2]:
        if (other, pk) != (kind, submission_id):
            return other, pk
    return None
