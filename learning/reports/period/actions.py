"""What writes period reports: sending one, taking it back, deciding it; accepting freezes it."""

import datetime as dt
import json
import secrets

from django.db import transaction

from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.actions import log_deed
from learning.people.models import Person
from learning.reports.period import rules
from learning.reports.period.content import canonical, content_of, fingerprint
from learning.reports.period.models import PeriodDecision, PeriodReport, PeriodSnapshot, PeriodSubmission
from learning.reports.period.spans import Span
from learning.study.rules import WIB, local_day

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another when read aloud or by eye
GROUPS = 2  # of four letters: 30^8, so that nobody finds a number by trying


class NotPossible(Exception):
    """The report does not stand where this could be done; nothing was changed."""


class NotYours(Exception):
    """No mandate over the person allows to decide; nothing was changed."""


class NeedsReason(ValueError):
    """A report is returned for a reason."""


class AlreadyMoved(Exception):
    """Somebody was faster, or the learner took it back; nothing was decided. `decision` is what stands."""

    def __init__(self, decision: PeriodDecision | None) -> None:
        super().__init__()
        self.decision = decision


def submit_report(*, person: Person, span: Span, note: str, now: dt.datetime) -> PeriodReport:
    """Send the report of `span` with its figures as they stand now. Raises `NotPossible`."""
    today = local_day(now)
    with transaction.atomic():
        # Two windows at once: the second waits here and finds what the first has sent.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        found = PeriodReport.objects.filter(person=person, kind=span.unit, first_day=span.first)
        report = found.select_for_update().first()
        if not rules.may_submit(report.status if report else "", span.last, today):
            raise NotPossible
        if report is None:
            report = PeriodReport(person=person, kind=span.unit, first_day=span.first, last_day=span.last)
        else:
            report.round += 1
        report.status, report.submitted_at, report.decided_at = rules.SUBMITTED, now, None
        report.save()
        PeriodSubmission.objects.create(
            report=report,
            round=report.round,
            at=now,
            note=note.strip(),
            content=canonical(content_of(person, span, now)),
        )
        log_deed(
            actor=person,
            action="submit_period_report",
            subject=person,
            role="self",
            now=now,
            report=report.pk,
            period=span.name,
            round=report.round,
        )
    return report


def withdraw_report(*, person: Person, report_id: int, now: dt.datetime) -> PeriodReport:
    """Take it back before it is decided. Raises `NotPossible`."""
    with transaction.atomic():
        report = PeriodReport.objects.select_for_update().get(pk=report_id, person=person)
        status = rules.after(report.status, rules.WITHDRAW)
        if status is None:
            raise NotPossible
        report.status = status
        report.save(update_fields=["status"])
        log_deed(
            actor=person,
            action="withdraw_period_report",
            subject=person,
            role="self",
            now=now,
            report=report.pk,
            period=report.span.name,
        )
    return report


def decide_report(
    *, by: Person, report_id: int, seen: int, move: str, text: str, now: dt.datetime
) -> PeriodDecision:
    """Accept or return the round that was `seen`. Accepting freezes what was sent, and nothing newer.

    Raises `NotYours`, `NeedsReason`, `AlreadyMoved`.
    """
    text = text.strip()
    with transaction.atomic():
        reports = PeriodReport.objects.select_for_update(of=("self",)).select_related("person__unit")
        report = reports.get(pk=report_id)
        mandate = access.mandate_over(by, report.person, Deed.DECIDE, local_day(now))
        if mandate is None:
            raise NotYours
        status = rules.after(report.status, move) if move in (rules.ACCEPT, rules.RETURN) else None
        if status is None or report.round != seen:
            raise AlreadyMoved(_decision_of(report))
        if status == rules.RETURNED and not text:
            raise NeedsReason
        submission = report.submissions.get(round=report.round)
        decision = PeriodDecision.objects.create(
            submission=submission,
            person_id=report.person_id,
            by=by,
            on_behalf_of_id=mandate.on_behalf_of,
            at=now,
            outcome=status,
            text=text,
        )
        report.status, report.decided_at = status, now
        report.save(update_fields=["status", "decided_at"])
        snapshot = _freeze(report, submission, decision, now) if status == rules.ACCEPTED else None
        _log_decision(report, decision, mandate, snapshot, now)
    return decision


def _decision_of(report: PeriodReport) -> PeriodDecision | None:
    found = PeriodDecision.objects.filter(submission__report=report)
    return found.select_related("by", "on_behalf_of").order_by("-submission__round").first()


def _freeze(
    report: PeriodReport, submission: PeriodSubmission, decision: PeriodDecision, now: dt.datetime
) -> PeriodSnapshot:
    number = _new_number(local_day(now).year)
    text = canonical(
        {
            **json.loads(submission.content),
            "number": number,
            "note": submission.note,
            "accepted": {
                "at": now.astimezone(WIB).isoformat(timespec="seconds"),
                "by": decision.by.name,
                "on_behalf_of": decision.on_behalf_of.name if decision.on_behalf_of else "",
                "text": decision.text,
            },
        }
    )
    return PeriodSnapshot.objects.create(
        decision=decision, report=report, number=number, content=text, sha256=fingerprint(text), at=now
    )


def _new_number(year: int) -> str:
    """ "LK-2026-7F3K-9QMD": drawn, not counted, so that one number tells nothing of another."""
    while True:
        drawn = ["".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(GROUPS)]
        number = "-".join(("LK", str(year), *drawn))
        if not PeriodSnapshot.objects.filter(number=number).exists():
            return number


def _log_decision(
    report: PeriodReport,
    decision: PeriodDecision,
    mandate: Mandate,
    snapshot: PeriodSnapshot | None,
    now: dt.datetime,
) -> None:
    log_deed(
        actor=decision.by,
        action="decide_period_report",
        subject=report.person,
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
        report=report.pk,
        period=report.span.name,
        round=report.round,
        outcome=decision.outcome,
        number=snapshot.number if snapshot else "",
        sha256=snapshot.sha256 if snapshot else "",
    )
