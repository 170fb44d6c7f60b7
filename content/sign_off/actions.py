"""Issuing, withdrawing and using the link by which a partner's expert approves a revision."""

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState

from content.models import PartnerSignOffTask, SignOff
from content.models.sign_offs import due_at

Outcome = SignOff.Outcome
MOST_DAYS = 30


class SignOffRefused(Exception):
    """`code`: not_waiting, unknown, expired, withdrawn, decided, over, changed, no_reason."""

    def __init__(self, code: str, sign_off: SignOff | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.sign_off = sign_off


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that holds: its row, the step that waits for it, the text it shows."""

    sign_off: SignOff
    state: TaskState
    revision: Revision


def hash_of(revision: Revision) -> str:
    """SHA-256 of all a revision holds, however the database orders its keys."""
    text = json.dumps(revision.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def waiting_state(page: Page) -> TaskState | None:
    """The step in which the page waits for its partner, if it does."""
    state: TaskState | None = page.current_workflow_task_state
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return None
    return state if isinstance(state.task.specific, PartnerSignOffTask) else None


@transaction.atomic
def issue_link(
    *, page: Page, by: Any, organisation: str, expert: str, days: int, now: dt.datetime
) -> tuple[SignOff, str]:
    """A link for `expert`, good for `days` (1 to 30), and its secret, which is told this once.

    A link sent before for the same step no longer works. Raises `SignOffRefused("not_waiting")`.
    """
    state = waiting_state(page)
    if state is None:
        raise SignOffRefused("not_waiting")
    SignOff.objects.filter(task_state=state, outcome="", withdrawn_at=None).update(withdrawn_at=now)
    secret = secrets.token_urlsafe(32)
    sign_off = SignOff.objects.create(
        page=page,
        page_title=state.revision.content.get("title", page.title)[:255],
        task_state=state,
        revision=state.revision,
        revision_number=state.revision.pk,
        revision_hash=hash_of(state.revision),
        organisation=organisation,
        expert=expert,
        digest=_digest(secret),
        issued_by=by,
        issued_at=now,
        expires_at=now + dt.timedelta(days=min(max(days, 1), MOST_DAYS)),
    )
    return sign_off, secret


def withdraw(*, sign_off: SignOff, now: dt.datetime) -> None:
    """The link stops working; one already used stays as it is."""
    SignOff.objects.filter(pk=sign_off.pk, outcome="", withdrawn_at=None).update(withdrawn_at=now)


def open_link(*, secret: str, now: dt.datetime) -> Opened:
    """What a secret opens. Raises `SignOffRefused`, which carries it where there is one."""
    return _usable(SignOff.objects.filter(digest=_digest(secret)), now)


@transaction.atomic
def decide(*, secret: str, outcome: str, name: str, comment: str, now: dt.datetime) -> SignOff:
    """The expert approves or returns, once. Raises `SignOffRefused`; then nothing has changed."""
    opened = _usable(SignOff.objects.filter(digest=_digest(secret)).select_for_update(of=("self",)), now)
    sign_off = opened.sign_off
    if outcome == Outcome.RETURNED and not comment.strip():
        raise SignOffRefused("no_reason", sign_off)
    sign_off.outcome, sign_off.decided_name, sign_off.decided_at = outcome, name, now
    sign_off.comment = comment.strip()
    sign_off.save(update_fields=["outcome", "decided_name", "decided_at", "comment"])
    said = _("%(name)s, %(organisation)s, by link") % {"name": name, "organisation": sign_off.organisation}
    said = f"{said}: {sign_off.comment}" if sign_off.comment else said
    if outcome == Outcome.APPROVED:
        opened.state.approve(user=None, comment=said)
    else:
        opened.state.reject(user=None, comment=said)
    return sign_off


def days_left(state: TaskState, now: dt.datetime) -> int:
    """Whole days until the step is due, at least one: what a new link is offered for."""
    due = due_at(state)
    return max((due - now).days, 1) if due else 7


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _usable(found: "QuerySet[SignOff]", now: dt.datetime) -> Opened:
    sign_off = found.first()
    if sign_off is None:
        raise SignOffRefused("unknown")
    if sign_off.outcome:
        raise SignOffRefused("decided", sign_off)
    if sign_off.withdrawn_at:
        raise SignOffRefused("withdrawn", sign_off)
    if sign_off.expires_at <= now:
        raise SignOffRefused("expired", sign_off)
    state, revision = sign_off.task_state, sign_off.revision
    if state is None or revision is None or state.status != TaskState.STATUS_IN_PROGRESS:
        raise SignOffRefused("over", sign_off)
    if hash_of(revision) != sign_off.revision_hash:
        raise SignOffRefused("changed", sign_off)
    return Opened(sign_off, state, revision)
