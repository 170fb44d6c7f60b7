"""What supervisors do with a claim: opened, decided, recognised in bulk, reopened."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from learning.competencies.actions import end_record, recognise
from learning.people.access import Mandate
from learning.people.actions import log_deed
from learning.people.models import Person
from learning.people.rules import local_day
from learning.reviews.claims import gate, rules
from learning.reviews.claims.queries import last_verdict, snapshot_of
from learning.reviews.decisions import (
    AlreadyDecided,
    DecisionRefused,
    NotAllowed,
    NotYours,
    checked_reason,
    next_status,
    write_decision,
)
from learning.reviews.models import Claim, Decision


class Held(Exception):
    """Somebody else has the claim open for themselves; nothing was changed."""

    def __init__(self, by: Person, until: dt.datetime) -> None:
        super().__init__()
        self.by = by
        self.until = until


class TooMany(ValueError):
    """More than `rules.MOST_AT_ONCE` claims at once; nothing was decided."""


def open_claim(*, supervisor: Person, claim_id: int, now: dt.datetime) -> Claim:
    """Take a claim to oneself for half an hour; again, and it is half an hour from now.

    Raises `NotYours`, `Held`, and `AlreadyDecided` when nothing waits.
    """
    with transaction.atomic():
        claim = _locked(claim_id)
        mandate = _mandate(supervisor, claim, now)
        _open(claim, supervisor, now)
        claim.save(update_fields=["status", "opened_by", "opened_at"])
        log_deed(
            actor=supervisor,
            action="open_claim",
            subject=claim.person,
            role=mandate.role,
            on_behalf_of=mandate.on_behalf_of,
            now=now,
            claim=claim.pk,
            round=claim.round,
        )
    return claim


def decide_claim(
    *,
    supervisor: Person,
    claim_id: int,
    seen: int,
    move: str,
    level: int | None = None,
    reason: str = "",
    text: str = "",
    now: dt.datetime,
) -> Decision:
    """Recognise (at `level`, at most the one claimed), return, or say "not yet" (`rules.DECISIONS`).

    `seen`: the round that was looked at. Raises `NotYours`, `AlreadyDecided`, `Held`, or `DecisionRefused`
    with what to change.
    """
    with transaction.atomic():
        claim = _locked(claim_id)
        mandate = _mandate(supervisor, claim, now)
        if claim.round != seen:
            raise AlreadyDecided(claim.decisions.order_by("-round").first())
        _open(claim, supervisor, now)
        status = next_status(claim, move, seen, rules.after)
        reason, text = checked_reason(status, reason, text)
        snapshot = snapshot_of(claim)
        if status == rules.RECOGNISED:
            snapshot["recognised_level"] = _recognise(claim, level, now)
        elif status == rules.NOT_YET and claim.record is not None:
            end_record(record=claim.record, now=now)
        claim.status, claim.opened_by, claim.opened_at = status, None, None
        claim.save()
        return write_decision(
            submission=claim,
            outcome=status,
            reason=reason,
            text=text,
            by=supervisor,
            now=now,
            snapshot=snapshot,
            mandate=mandate,
        )


def reopen_claim(*, actor: Person, claim_id: int, reason: str, text: str, now: dt.datetime) -> Decision:
    """Put a decision in question: it stays as it was, and another is to follow.

    What was recognised holds until then. Raises `NotYours`, `NotAllowed` when nothing is decided, or
    `DecisionRefused`.
    """
    with transaction.atomic():
        claim = _locked(claim_id)
        verdict = last_verdict(claim)
        status = rules.after(claim.status, rules.REOPEN)
        if status is None or verdict is None:
            raise NotAllowed
        mandate = gate.may_reopen(actor, claim, verdict, local_day(now))
        if mandate is None:
            raise NotYours
        reason, text = checked_reason(status, reason, text)
        others = Claim.objects.filter(person=claim.person_id, competency=claim.competency_id)
        if others.filter(status__in=rules.UNDECIDED).exists():
            raise DecisionRefused(_("There is a newer claim of this competency. Decide that one first."))
        snapshot: dict[str, Any] = {"reopens": verdict.pk, "outcome": verdict.outcome}
        claim.round += 1
        decision = write_decision(
            submission=claim,
            outcome=status,
            reason=reason,
            text=text,
            by=actor,
            now=now,
            snapshot=snapshot,
            deed="reopen",
            mandate=mandate,
        )
        claim.round += 1  # the decision that follows
        claim.status, claim.submitted_at = status, now
        claim.save(update_fields=["status", "submitted_at", "round"])
    return decision


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of the claims ticked."""

    recognised: int
    skipped: int


def recognise_many(*, supervisor: Person, claims: Mapping[int, int], now: dt.datetime) -> Bulk:
    """Recognise claims (key → round seen) that a rule backs, each by a decision of its own.

    One that was decided, changed or opened by another meanwhile, or that no rule backs, is skipped. Raises
    `TooMany`, or `NotYours` when one of them is not the supervisor's to decide: then nothing is decided.
    """
    if len(claims) > rules.MOST_AT_ONCE:
        raise TooMany
    found = Claim.objects.filter(pk__in=claims).select_related("person__unit")
    theirs = gate.decidable(supervisor, local_day(now)).filter(pk__in=claims)
    if len(found) != len(claims) or theirs.count() != len(claims):
        raise NotYours
    recognised = 0
    for claim in theirs.rule_backed().order_by("pk"):
        try:
            decide_claim(
                supervisor=supervisor, claim_id=claim.pk, seen=claims[claim.pk], move=rules.RECOGNISE, now=now
            )
        except (AlreadyDecided, Held, NotYours):
            continue
        recognised += 1
    return Bulk(recognised, len(claims) - recognised)


def _mandate(supervisor: Person, claim: Claim, now: dt.datetime) -> Mandate:
    mandate = gate.may_decide(supervisor, claim, local_day(now))
    if mandate is None:
        raise NotYours
    return mandate


def _open(claim: Claim, supervisor: Person, now: dt.datetime) -> None:
    """The claim is the supervisor's alone from `now`, if it waits and nobody else has it."""
    until = claim.held_until(supervisor, now)
    if until is not None and claim.opened_by is not None:
        raise Held(claim.opened_by, until)
    status = rules.after(claim.status, rules.OPEN)
    if status is None:
        raise AlreadyDecided(claim.decisions.order_by("-round").first())
    claim.status, claim.opened_by, claim.opened_at = status, supervisor, now


def _recognise(claim: Claim, level: int | None, now: dt.datetime) -> int:
    """The record of a recognised claim: the one it has, or a new one."""
    level = claim.level if level is None else level
    if not 1 <= level <= claim.level:
        raise DecisionRefused(_("Recognise at most the level that is claimed."))
    record = claim.record
    if record is not None and record.level == level and record.ended_on is None:
        return level
    if record is not None and record.ended_on is None:
        end_record(record=record, now=now)
    claim.record = recognise(person=claim.person, competency=claim.competency, level=level, now=now)
    return level


def _locked(claim_id: int) -> Claim:
    """The claim, held until the transaction ends. Raises `Claim.DoesNotExist`."""
    found = Claim.objects.select_for_update(of=("self",))
    return found.select_related("person__unit", "competency", "record", "opened_by").get(pk=claim_id)
