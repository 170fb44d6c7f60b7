"""What readers ask about acknowledged weeks, what came in after them, and what waits for a supervisor."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.urls import reverse

from learning.people import access
from learning.people.models import Person, PersonQuerySet, Unit
from learning.reviews.models import Appeal, Declaration, SubmissionQuerySet, WeekAcknowledgement

DECLARED, APPEAL = "declared", "appeal"


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

    def count(model: type[Declaration] | type[Appeal]) -> Coalesce:
        rows = model.objects.waiting().filter(person=OuterRef("pk")).order_by().values("person")
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    return count(Declaration) + count(Appeal)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the supervisor's queue."""

    kind: str
    submission_id: int
    person: Person
    title: str
    submitted_at: dt.datetime
    days: int

    @property
    def url(self) -> str:
        name = "learning:review-declared" if self.kind == DECLARED else "learning:review-appeal"
        return reverse(name, args=[self.submission_id])


def _nearest(viewer: Person, rows: SubmissionQuerySet) -> SubmissionQuerySet:
    """Of what waits, that of the people whose nearest supervisor `viewer` is (`access.supervisor_of`).

    A head's own goes to the head of the nearest unit above.
    """
    above = Unit.objects.filter(is_active=True, head__is_active=True).exclude(head=OuterRef("person"))
    below = ExpressionWrapper(OuterRef("person__unit__path"), output_field=CharField())
    above = above.alias(below=below).filter(below__startswith=F("path"))
    nearest = above.order_by("-path").values("head")[:1]
    found: SubmissionQuerySet = rows.alias(supervisor=Subquery(nearest)).filter(supervisor=viewer.pk)
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
    return found[0].union(found[1], all=True).order_by("submitted_at", "pk")


def lines(rows: Iterable[tuple[str, int, dt.datetime]], now: dt.datetime) -> list[Waiting]:
    """The queue's rows with what they are about, in the same order: two statements at most."""
    rows = list(rows)
    ids = {kind: [pk for each, pk, _at in rows if each == kind] for kind in (DECLARED, APPEAL)}
    declared = Declaration.objects.select_related("person__unit").in_bulk(ids[DECLARED])
    appeals = Appeal.objects.select_related("person__unit", "entry__activity").in_bulk(ids[APPEAL])
    return [
        Waiting(
            kind=kind,
            submission_id=pk,
            person=(declared if kind == DECLARED else appeals)[pk].person,
            title=declared[pk].title if kind == DECLARED else appeals[pk].entry.activity.title,
            submitted_at=at,
            days=(now - at).days,
        )
        for kind, pk, at in rows
    ]


def next_waiting(viewer: Person, kind: str, submission_id: int) -> tuple[str, int] | None:
    """What `viewer` should open after this one: the oldest other that waits."""
    for other, pk, _at in waiting(viewer)[:2]:
        if (other, pk) != (kind, submission_id):
            return other, pk
    return None
