"""What every decision of a supervisor has in common: who may, once, and what is kept of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from learning.people import access
from learning.people.access import Mandate
from learning.people.actions import log_deed
from learning.people.models import Person
from learning.people.rules import local_day
from learning.reviews import rules
from learning.reviews.claims import rules as claim_rules
from learning.reviews.models import Appeal, Claim, Decision, Declaration
from learning.reviews.queries import people_to_decide


class NotYours(Exception):
    """The submission is of nobody the supervisor leads (or the supervisor's own); nothing was decided."""


class NotAllowed(Exception):
    """The submission does not stand where this could be done; nothing was changed."""


class AlreadyDecided(Exception):
    """Somebody was faster, or the learner took it back or changed it; nothing was decided.

    `decision` is what stands, None when the learner moved it.
    """

    def __init__(self, decision: Decision | None) -> None:
        super().__init__()
        self.decision = decision


class DecisionRefused(ValueError):
    """The decision cannot stand like this; the message says why."""


def check_may_decide(supervisor: Person, submission: Declaration | Appeal | Claim) -> None:
    """Raises `NotYours` unless `supervisor` leads the learner."""
    if not people_to_decide(supervisor).filter(pk=submission.person_id).exists():
        raise NotYours


def next_status(
    submission: Declaration | Appeal | Claim,
    move: str,
    seen: int,
    after: Callable[[str, str], str | None] = rules.after,
) -> str:
    """Where `move` leads a locked submission in the round that was seen. Raises `AlreadyDecided`."""
    status = after(submission.status, move)
    if status is None or submission.round != seen:
        raise AlreadyDecided(submission.decisions.order_by("-round").first())
    return status


def write_decision(
    *,
    submission: Declaration | Appeal | Claim,
    outcome: str,
    reason: str,
    text: str,
    by: Person,
    now: dt.datetime,
    snapshot: dict[str, Any],
    deed: str = "decide",
    mandate: Mandate | None = None,
) -> Decision:
    """Add the decision and its line in the audit log, in the transaction that does what it says.

    `mandate`: by which it is made, when it is not that of a supervisor.
    """
    about = type(submission).__name__.lower()
    mandate = mandate or access.mandate_over(by, submission.person, access.Deed.DECIDE, local_day(now))
    decision = Decision.objects.create(
        **{about: submission},
        round=submission.round,
        person_id=submission.person_id,
        by=by,
        on_behalf_of_id=mandate.on_behalf_of if mandate else None,
        at=now,
        outcome=outcome,
        reason=reason,
        text=text,
        snapshot=snapshot,
    )
    which: dict[str, Any] = {about: submission.pk}
    log_deed(
        actor=by,
        action=f"{deed}_{about}",
        subject=submission.person,
        role=mandate.role if mandate else "",
        on_behalf_of=mandate.on_behalf_of if mandate else None,
        now=now,
        **which,
        round=submission.round,
        outcome=outcome,
        reason=reason,
        decision=decision.pk,
    )
    return decision


def checked_reason(outcome: str, reason: str, text: str) -> tuple[str, str]:
    """Reason and text as they are kept. Raises `DecisionRefused` for a refusal without either."""
    text = text.strip()
    is_yes = outcome in (rules.ACCEPTED, claim_rules.RECOGNISED)
    if not is_yes and not reason and not text:
        raise DecisionRefused(_("Choose a reason, or write one."))
    return ("" if is_yes else reason), text
