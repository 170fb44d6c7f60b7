"""Removing what is past its retention. What is kept for good, and why, is in `docs/privacy.md`."""

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from learning.people.audit.actions import log_deed
from learning.people.models import ImportRow, ImportRun
from learning.study.models import PermitUse, SignedOut


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data and how long it is kept, in days."""

    name: str
    days: int
    rows: QuerySet  # type: ignore[type-arg]  # of different tables


def rules(now: dt.datetime) -> list[Rule]:
    """What is past its time at `now`, by rule."""

    def before(days: int) -> dt.datetime:
        return now - dt.timedelta(days=days)

    sessions, marks = settings.BELAJAR_RETENTION_SESSION_DAYS, settings.BELAJAR_RETENTION_MARK_DAYS
    imports = settings.BELAJAR_RETENTION_IMPORT_DAYS
    gone = ~Q(session_key__in=Session.objects.filter(expire_date__gte=now).values("session_key"))
    return [
        Rule(
            "address and browser of sign-ins",
            sessions,
            UserSession.objects.filter(gone | Q(last_seen_at__lt=before(sessions))).filter(
                last_seen_at__lt=before(sessions)
            ),
        ),
        Rule("expired sessions", 0, Session.objects.filter(expire_date__lt=now)),
        Rule("marks of signed-out sessions", marks, SignedOut.objects.filter(at__lt=before(marks))),
        Rule("redeemed offline permits", marks, PermitUse.objects.filter(at__lt=before(marks))),
        Rule(
            "rows of imports",
            imports,
            ImportRow.objects.filter(run__in=ImportRun.objects.over(before(imports)).values("pk")),
        ),
    ]


def purge(*, now: dt.datetime, dry_run: bool) -> dict[str, int]:
    """Remove it, or only count it; how many rows by rule. What was removed is logged, not whose."""
    counts = {}
    with transaction.atomic():
        for rule in rules(now):
            counts[rule.name] = rule.rows.count() if dry_run else rule.rows.delete()[0]
        if not dry_run and any(counts.values()):
            log_deed(actor=None, action="purge", now=now, counts=counts)
    return counts
