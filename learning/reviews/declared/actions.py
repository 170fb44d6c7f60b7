"""What writes declared learning: sent, withdrawn, sent again, decided."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from learning.competencies.actions import complete_declared
from learning.competencies.jp.queries import forms_in_force
from learning.people.actions import log_deed
from learning.people.models import Person
from learning.reviews import rules
from learning.reviews.decisions import (
    NotAllowed,
    check_may_decide,
    checked_reason,
    next_status,
    write_decision,
)
from learning.reviews.declared.evidence import MOST_FILES, Checked
from learning.reviews.filing import filing, keep_files
from learning.reviews.models import Decision, Declaration, DeclaredSpan
from learning.study.declared import credit_declared, credited_by_day
from learning.study.models import Activity, StudyEntry
from learning.study.rules import Span, local_day


class DeclarationRefused(ValueError):
    """What was declared cannot be taken; `code` says why (`span`, `form`, `evidence`, `files`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Content:
    """What a learner says about learning outside."""

    form: int
    title: str
    organiser: str
    learnt: str
    link: str
    spans: Sequence[Span]


def _check(content: Content, files: int, now: dt.datetime) -> None:
    if not 1 <= len(content.spans) <= rules.MOST_SPANS or rules.overlapping(content.spans) is not None:
        raise DeclarationRefused("span")
    if any(rules.why_not_span(span, now) for span in content.spans):
        raise DeclarationRefused("span")
    last = max(local_day(span.start) for span in content.spans)
    if content.form not in {rule.form for rule in forms_in_force(last)}:
        raise DeclarationRefused("form")
    if not files and not content.link:
        raise DeclarationRefused("evidence")
    if files > MOST_FILES:
        raise DeclarationRefused("files")


def _keep(
    declaration: Declaration, content: Content, files: Sequence[Checked], stored: list[str], now: dt.datetime
) -> None:
    """Write spans and files of a declaration; the names of the files in the store go to `stored`."""
    declaration.spans.all().delete()
    DeclaredSpan.objects.bulk_create(
        DeclaredSpan(declaration=declaration, started_at=span.start, ended_at=span.end)
        for span in content.spans
    )
    keep_files(declaration, files, stored, now)


def declare_learning(
    *, person: Person, content: Content, files: Sequence[Checked] = (), now: dt.datetime
) -> Declaration:
    """Send learning outside to the supervisor. Counts nothing yet. Raises `DeclarationRefused`."""
    _check(content, len(files), now)
    with filing() as stored, transaction.atomic():
        declaration = Declaration.objects.create(
            person=person,
            submitted_at=now,
            form=content.form,
            title=content.title,
            organiser=content.organiser,
            learnt=content.learnt,
            link=content.link,
        )
        _keep(declaration, content, files, stored, now)
        _log(declaration, "declare_learning", now)
    return declaration


def resubmit(
    *,
    person: Person,
    declaration_id: int,
    content: Content,
    files: Sequence[Checked] = (),
    keep: Collection[int] = (),
    now: dt.datetime,
) -> Declaration:
    """Send a returned declaration again, changed: the next round. `keep`: evidence that stays in it.

    Raises `DeclarationRefused`, and `NotAllowed` when it was not returned.
    """
    with filing() as stored, transaction.atomic():
        declaration = _locked(declaration_id, person)
        status = rules.after(declaration.status, rules.RESUBMIT)
        if status is None:
            raise NotAllowed
        current = declaration.evidence.filter(is_current=True)
        _check(content, len(files) + current.filter(pk__in=keep).count(), now)
        current.exclude(pk__in=keep).update(is_current=False)
        declaration.status, declaration.submitted_at = status, now
        declaration.round += 1
        declaration.form, declaration.title = content.form, content.title
        declaration.organiser, declaration.learnt = content.organiser, content.learnt
        declaration.link = content.link
        declaration.save()
        _keep(declaration, content, files, stored, now)
        _log(declaration, "resubmit_declaration", now)
    return declaration


def withdraw(*, person: Person, declaration_id: int, now: dt.datetime) -> Declaration:
    """Take back what is not decided for good. Raises `NotAllowed`."""
    with transaction.atomic():
        declaration = _locked(declaration_id, person)
        status = rules.after(declaration.status, rules.WITHDRAW)
        if status is None:
            raise NotAllowed
        declaration.status = status
        declaration.save(update_fields=["status"])
        _log(declaration, "withdraw_declaration", now)
    return declaration


def decide(
    *,
    supervisor: Person,
    declaration_id: int,
    seen: int,
    move: str,
    reason: str = "",
    text: str = "",
    now: dt.datetime,
) -> Decision:
    """Accept, return or decline (`rules.ACCEPT` …) the round (`seen`) the supervisor looked at.

    Accepted, it becomes ledger rows, a completion and JP in this transaction. Raises `NotYours`,
    `AlreadyDecided`, or `DecisionRefused` for a refusal without a reason.
    """
    with transaction.atomic():
        declaration = (
            Declaration.objects.select_for_update(of=("self",))
            .select_related("person")
            .get(pk=declaration_id)
        )
        check_may_decide(supervisor, declaration)
        status = next_status(declaration, move, seen)
        reason, text = checked_reason(status, reason, text)
        snapshot = _snapshot(declaration)
        if status == rules.ACCEPTED:
            entries = _credit(declaration, supervisor, now)
            snapshot["entries"] = [str(entry.pk) for entry in entries]
            snapshot["credited_s"] = sum(entry.credited_s for entry in entries)
        declaration.status = status
        declaration.save(update_fields=["status", "activity"])
        return write_decision(
            submission=declaration,
            outcome=status,
            reason=reason,
            text=text,
            by=supervisor,
            now=now,
            snapshot=snapshot,
        )


def _credit(declaration: Declaration, supervisor: Person, now: dt.datetime) -> list[StudyEntry]:
    """Ledger rows, completion and JP of an accepted declaration."""
    spans = [each.span for each in declaration.spans.all()]
    activity = Activity.objects.create(
        kind=Activity.Kind.OUTSIDE,
        title=declaration.title,
        path=reverse("learning:declared", args=[declaration.pk]),
        planned_minutes=max(1, sum(span.seconds for span in spans) // 60),
        is_open=False,
    )
    entries = credit_declared(
        person=declaration.person, activity=activity, spans=spans, actor=supervisor, now=now
    )
    counted = sum(entry.claimed_s for entry in entries if entry.reason != "overlap")
    activity.planned_minutes = max(1, counted // 60)  # the hours of a programme count nothing twice either
    activity.save(update_fields=["planned_minutes"])
    declaration.activity = activity
    complete_declared(
        person=declaration.person,
        activity=activity,
        form=declaration.form,
        days=credited_by_day(activity.pk, declaration.person_id),
        ended_at=max(span.end for span in spans),
        now=now,
    )
    return entries


def _snapshot(declaration: Declaration) -> dict[str, object]:
    """What the supervisor had in front of them."""
    return {
        "form": declaration.form,
        "title": declaration.title,
        "organiser": declaration.organiser,
        "learnt": declaration.learnt,
        "link": declaration.link,
        "spans": [
            [each.started_at.isoformat(), each.ended_at.isoformat()] for each in declaration.spans.all()
        ],
        "evidence": [
            {"id": each.pk, "name": each.name, "size": each.size, "sha256": each.sha256}
            for each in declaration.evidence.filter(is_current=True)
        ],
    }


def _locked(declaration_id: int, person: Person) -> Declaration:
    """The person's own declaration, held until the transaction ends. Raises `Declaration.DoesNotExist`."""
    declaration: Declaration = Declaration.objects.select_for_update(of=("self",)).get(
        pk=declaration_id, person=person
    )
    return declaration


def _log(declaration: Declaration, action: str, now: dt.datetime) -> None:
    log_deed(
        actor=declaration.person,
        action=action,
        subject=declaration.person,
        now=now,
        declaration=declaration.pk,
        round=declaration.round,
    )
