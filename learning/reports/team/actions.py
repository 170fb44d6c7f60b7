"""What a supervisor sends: one friendly reminder a week, never to whoever has met the target."""

import datetime as dt
from functools import partial

from django.db import IntegrityError, transaction

from learning.people import access
from learning.people.access import Deed
from learning.people.actions import log_deed
from learning.people.models import Person, PurposeChoice
from learning.people.privacy.actions import agreed_to
from learning.reports.models import Nudge
from learning.study import rules
from learning.study.queries import week_of_person


class NudgeRefused(Exception):
    """No reminder; `code` says why: not_yours, not_this_week, met, free, already, no_email."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def why_no_nudge(person: Person, week: dt.date, now: dt.datetime) -> str:
    """Why `person` is not to be reminded of `week` now; empty when they may be."""
    if week != rules.week_of(rules.local_day(now)):
        return "not_this_week"
    found = week_of_person(person, week)
    if found.is_free:
        return "free"
    if found.is_met:
        return "met"
    if Nudge.objects.filter(person=person, week=week).exists():
        return "already"
    return ""


def may_be_mailed(person: Person) -> bool:
    """Is an address known, and did they agree to reminders by e-mail (UU PDP Pasal 20)?"""
    return bool(person.email) and PurposeChoice.Purpose.REMINDERS in agreed_to(person)


def send_nudge(*, supervisor: Person, person: Person, week: dt.date, channel: str, now: dt.datetime) -> Nudge:
    """Keep that `person` was reminded of `week`; by e-mail it is also sent from here. Raises `NudgeRefused`.

    Of two who remind at the same moment the second is refused.
    """
    mandate = access.mandate_over(supervisor, person, Deed.DECIDE, rules.local_day(now))
    if mandate is None:
        raise NudgeRefused("not_yours")
    if why := why_no_nudge(person, week, now):
        raise NudgeRefused(why)
    if channel == Nudge.Channel.EMAIL and not may_be_mailed(person):
        raise NudgeRefused("no_email")
    try:
        with transaction.atomic():
            nudge = Nudge.objects.create(person=person, week=week, by=supervisor, channel=channel, at=now)
            log_deed(
                actor=supervisor,
                action="nudge",
                subject=person,
                role=mandate.role,
                on_behalf_of=mandate.on_behalf_of,
                now=now,
                week=week.isoformat(),
                channel=channel,
            )
    except IntegrityError:
        raise NudgeRefused("already") from None
    if channel == Nudge.Channel.EMAIL:
        from learning.reports.team.tasks import send_by_email

        transaction.on_commit(partial(send_by_email.enqueue, nudge.pk))
    return nudge
