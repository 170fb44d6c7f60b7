"""Who may decide or reopen a claim: what `people.access` says, and that nobody judges their own decision."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from learning.people import access
from learning.people.access import Deed, Mandate, Role
from learning.people.models import Person
from learning.reviews.claims import rules
from learning.reviews.claims.queries import is_reopened, last_verdict
from learning.reviews.models import Claim, ClaimQuerySet, Decision


def may_reopen(viewer: Person, claim: Claim, verdict: Decision, day: dt.date) -> Mandate | None:
    """By which mandate `viewer` puts `verdict` in question: as superior of who decided, or as BPSDM."""
    if viewer.pk in (claim.person_id, verdict.by_id):
        return None
    path = claim.person.unit.path if claim.person.unit else None
    for mandate in access.mandates_of(viewer, day):
        if mandate.role is Role.BPSDM and mandate.reaches(path):
            return mandate
    decider = Person.objects.select_related("unit").get(pk=verdict.on_behalf_of_id or verdict.by_id)
    if access.mandate_over(viewer, decider, Deed.DECIDE, day) is None:
        return None
    return access.mandate_over(viewer, claim.person, Deed.DECIDE, day)


def may_decide(viewer: Person, claim: Claim, day: dt.date) -> Mandate | None:
    """By which mandate `viewer` decides; None when they may not.

    A reopened claim is decided by somebody else than who decided it, or whom that was for.
    """
    if viewer.pk == claim.person_id or not claim.person.is_active:
        return None
    mandate = access.mandate_over(viewer, claim.person, Deed.DECIDE, day)
    if not is_reopened(claim):
        return mandate
    verdict = last_verdict(claim)
    if verdict is None:
        return mandate
    before = {verdict.by_id, verdict.on_behalf_of_id} - {None}
    if mandate is not None and not before & {viewer.pk, mandate.on_behalf_of}:
        return mandate
    return may_reopen(viewer, claim, verdict, day)


def decidable(viewer: Person, day: dt.date | None = None) -> ClaimQuerySet:
    """Claims of the people `viewer` may decide about, less the reopened ones they decided before."""
    verdicts = Decision.objects.filter(claim=OuterRef("pk")).exclude(outcome=rules.REOPENED)
    own = verdicts.filter(Q(by=viewer.pk) | Q(on_behalf_of=viewer.pk))
    claims: ClaimQuerySet = Claim.objects.filter(
        person__in=access.people_for(viewer, Deed.DECIDE, day).values("pk")
    )
    outcomes = Decision.objects.filter(claim=OuterRef("pk")).order_by("-round").values("outcome")
    claims = claims.alias(last=Coalesce(Subquery(outcomes[:1]), Value("")))
    return claims.exclude(Q(last=rules.REOPENED) & Exists(own))
