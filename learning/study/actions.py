"""What writes the ledger: measured intervals, page visits, the weekly target."""

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from learning.people.models import Person
from learning.study import beat, rules
from learning.study.book import Book, Outcome, StudyRefused
from learning.study.models import Activity, Channel, PageVisit, PermitUse, SignedOut, StudyPolicy
from learning.study.rules import Report, Span
from learning.study.tokens import Permit, Token
from learning.study.turn import my_turn

__all__ = [
    "Interval",
    "Outcome",
    "Receipt",
    "StudyRefused",
    "close_activity",
    "current_policy",
    "end_session",
    "publish_activity",
    "record_intervals",
    "record_offline",
    "record_visit",
    "set_own_target",
]

_VISITS = uuid.UUID("6f0b2f1e-6c0c-5b7e-9d56-0c1a7f9f4a10")


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of study as a client reports it: `length_ms` so far, from `offset_ms` of its token."""

    key: uuid.UUID
    offset_ms: int
    length_ms: int
    step: int = 1
    evidence: str = "input"


def current_policy(now: dt.datetime) -> StudyPolicy:
    """The version of the policy in force at `now`."""
    policy = StudyPolicy.objects.filter(valid_from__lte=now).order_by("-valid_from", "-version").first()
    if policy is None:
        raise LookupError("no study policy is in force")
    return policy


_LIMITS_KEPT_S = 10.0
_limits: dict[str, tuple[float, StudyPolicy, rules.Limits]] = {}


def current_limits(now: dt.datetime) -> rules.Limits:
    """The limits in force at `now`, asked of the database every ten seconds at most."""
    kept = _limits.get(connection.alias)
    if kept is None or time.monotonic() - kept[0] > _LIMITS_KEPT_S or kept[1].valid_from > now:
        policy = current_policy(now)
        kept = _limits[connection.alias] = (time.monotonic(), policy, policy.limits())
    return kept[2]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one report."""

    outcomes: list[Outcome]
    activity_s: int
    week_s: int
    minimum_reached: bool


def record_intervals(*, token: Token, intervals: Sequence[Interval], now: dt.datetime) -> Receipt:
    """Credit what a client reports for one token: all of the batch, or nothing of it.

    Raises `StudyRefused` when the batch is not to be believed (future, too long, closed
    activity, stale token); an interval that is merely worth less keeps its row and a reason.
    """
    spans = {interval.key: _span(token, interval, now) for interval in intervals}
    if len(intervals) == 1 and (receipt := _beat(token, intervals[0], spans[intervals[0].key], now)):
        return receipt
    with my_turn(connection), transaction.atomic():
        book = Book.open(
            person_id=token.person_id,
            activity_id=token.activity_id,
            session=token.session,
            now=now,
            spans=list(spans.values()),
            keys=list(spans),
        )
        outcomes = []
        for interval in sorted(intervals, key=lambda each: spans[each.key].start):
            outcomes.append(
                book.claim(
                    key=interval.key,
                    span=spans[interval.key],
                    channel=Channel.LIVE,
                    revision=token.revision,
                    evidence=interval.evidence,
                )
            )
            book.activity.last_step = interval.step
        book.save()
        return _receipt(book, outcomes, now)


def record_offline(
    *, permit: Permit, person: Person, intervals: Sequence[Interval], now: dt.datetime
) -> Receipt:
    """Credit what was studied offline under `permit`: inside [its issue, now], marked offline.

    A permit is redeemed once, by its own person, within 14 days. The same report again changes
    nothing and answers the same; any other raises `StudyRefused` with `permit_used`. So do somebody
    else's (`permit_of_another`) and one too old (`permit_expired`): refused whole.
    """
    if permit.person_id != person.pk:
        raise StudyRefused(403, "permit_of_another", _("This offline permit belongs to another account."))
    if (now - permit.issued_at).total_seconds() > rules.OFFLINE_LATE_S:
        raise StudyRefused(403, "permit_expired", _("This offline permit is older than 14 days."))
    spans = {interval.key: _placed(permit.issued_at, interval) for interval in intervals}
    for key, span in spans.items():
        if span.end > now:
            raise StudyRefused(422, "in_the_future", _("The report lies in the future."), [key])
    with transaction.atomic():
        book = Book.open(
            person_id=person.pk,
            activity_id=permit.activity_id,
            session="",
            now=now,
            spans=list(spans.values()),
            keys=list(spans),
        )
        keys = sorted(f"{each.key} {each.offset_ms}+{each.length_ms}" for each in intervals)
        used, is_first = PermitUse.objects.get_or_create(
            nonce=permit.nonce, defaults={"person": person, "keys": keys, "at": now}
        )
        if not is_first and used.keys != keys:
            raise StudyRefused(403, "permit_used", _("This offline permit was used before."))
        outcomes = []
        for interval in sorted(intervals, key=lambda each: spans[each.key].start):
            outcomes.append(
                book.claim(
                    key=interval.key,
                    span=spans[interval.key],
                    channel=Channel.OFFLINE,
                    revision=permit.revision,
                    evidence=interval.evidence,
                )
            )
            book.activity.last_step = interval.step
        book.save()
        return _receipt(book, outcomes, now)


def _receipt(book: Book, outcomes: list[Outcome], now: dt.datetime) -> Receipt:
    """What the book came to, as the client is told."""
    week = book.week(rules.local_day(now))
    activity = book.activity
    minimum = activity.minimum_minutes * 60
    return Receipt(
        outcomes=outcomes,
        activity_s=activity.credited_s + activity.added_s,
        week_s=week.seconds + sum(week.added),
        minimum_reached=activity.credited_s < minimum <= activity.credited_s + activity.added_s,
    )


def _beat(token: Token, interval: Interval, span: Span, now: dt.datetime) -> Receipt | None:
    """The common report, the short way; None when the book must decide."""
    report = Report(
        person_id=token.person_id,
        activity_id=token.activity_id,
        session=token.session,
        revision=token.revision,
        key=interval.key,
        span=span,
        step=interval.step,
        evidence=interval.evidence,
        now=now,
        limits=current_limits(now),
    )
    done = beat.credit(report) if beat.is_possible(report) else None
    if done is None:
        return None
    outcome = Outcome(interval.key, done.claimed_s, done.credited_s, done.reason, is_known=False)
    minimum = done.minimum_minutes * 60
    return Receipt(
        outcomes=[outcome],
        activity_s=done.activity_s,
        week_s=done.week_s,
        minimum_reached=done.activity_s - done.growth_s < minimum <= done.activity_s,
    )


def _placed(issued_at: dt.datetime, interval: Interval) -> Span:
    """An interval by the server's clock: its offset is monotonic time since the issue."""
    start = issued_at + dt.timedelta(milliseconds=interval.offset_ms)
    return Span(start, start + dt.timedelta(milliseconds=interval.length_ms))


def _span(token: Token, interval: Interval, now: dt.datetime) -> Span:
    """Where an interval lies in server time; refuses what cannot be."""
    span = _placed(token.issued_at, interval)
    if (span.end - now).total_seconds() > rules.DRIFT_S:
        raise StudyRefused(422, "in_the_future", _("The report lies in the future."), [interval.key])
    if (span.end - token.issued_at).total_seconds() > rules.TOKEN_LIFE_S:
        raise StudyRefused(
            401, "token_invalid", _("This page was opened too long ago. Load it again."), [interval.key]
        )
    return span


def record_visit(
    *,
    person: Person,
    activity_id: int | None,
    revision: int | None = None,
    step: int = 1,
    now: dt.datetime,
) -> Outcome | None:
    """Without JavaScript: a page was opened, so the one before it is closed and credited.

    `activity_id` None closes the last page without opening another (my week, the ledger).
    """
    if activity_id is None and not PageVisit.objects.filter(person=person, activity__isnull=False).exists():
        return None  # nothing is open, nothing is opened: a page of somebody with JavaScript writes nothing
    with my_turn(connection), transaction.atomic():
        visit = PageVisit.objects.select_related("activity").filter(person=person).first()
        outcome = None
        if visit is not None and visit.activity is not None:
            elapsed = int((now - visit.opened_at).total_seconds())
            limits = current_policy(now).limits()
            claimed = min(elapsed, limits.entry_s)
            if claimed > 0 and visit.activity.is_open:
                span = Span(visit.opened_at, visit.opened_at + dt.timedelta(seconds=claimed))
                book = Book.open(
                    person_id=person.pk, activity_id=visit.activity.pk, session="", now=now, spans=[span]
                )
                outcome = book.claim(
                    key=uuid.uuid5(_VISITS, f"{person.pk}:{visit.opened_at.isoformat()}"),
                    span=span,
                    channel=Channel.COARSE,
                    revision=visit.revision,
                    evidence="page",
                    bounds=rules.coarse_bounds(elapsed, limits),
                )
                book.activity.last_step = visit.step
                book.save()
        if activity_id is not None and not Activity.objects.filter(pk=activity_id).exists():
            activity_id = None
        PageVisit.objects.update_or_create(
            person=person,
            defaults={"activity_id": activity_id, "revision": revision, "step": step, "opened_at": now},
        )
    return outcome


def end_session(*, session: str, now: dt.datetime) -> None:
    """Remember that a session ended: its study tokens credit nothing after this."""
    SignedOut.objects.get_or_create(session=session, defaults={"at": now})


def publish_activity(
    *,
    activity_id: int | None,
    kind: str,
    title: str,
    path: str,
    planned_minutes: int,
    minimum_minutes: int,
    starts_at: dt.datetime | None,
) -> Activity:
    """Make or bring up to date the activity that a published page presents."""
    known = Activity.objects.filter(pk=activity_id).first() if activity_id else None
    activity = known or Activity()
    activity.kind = kind
    activity.title = title
    activity.path = path
    activity.planned_minutes = planned_minutes
    activity.minimum_minutes = minimum_minutes
    activity.starts_at = starts_at
    activity.is_open = True
    activity.save()
    return activity


def close_activity(*, activity_id: int) -> None:
    """No more study on this activity; its records stay."""
    Activity.objects.filter(pk=activity_id).update(is_open=False)


def set_own_target(*, person: Person, minutes: int | None, today: dt.date) -> None:
    """The learner's own weekly target from this week on; the unit's stays the least."""
    if minutes == person.weekly_goal_minutes:
        return
    person.weekly_goal_minutes = minutes
    person.weekly_goal_since = today if minutes else None
    person.save(update_fields=["weekly_goal_minutes", "weekly_goal_since"])
