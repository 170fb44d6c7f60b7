"""What a day does with claims: what was recognised for a time lapses, a sample is drawn, reminders go out.

Each may run again: what was done for a claim is not done twice. None of it decides anything.
"""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.competencies.models import CompetencyRecord
from learning.people import access
from learning.people.actions import log_deed
from learning.people.models import Person, PurposeChoice
from learning.people.rules import local_day
from learning.reviews.claims import rules
from learning.reviews.models import Claim, ClaimReminder, SampleRate

log = logging.getLogger(__name__)

LOOK_BACK = dt.timedelta(days=14)  # a worker that stood still for so long misses nothing


def lapse_claims(*, now: dt.datetime) -> int:
    """Claims whose recognition was for a time that is over; how many lapsed."""
    over = Claim.objects.filter(status=rules.RECOGNISED, record__valid_until__lt=local_day(now))
    count = 0
    for claim in over.select_related("person").iterator(chunk_size=500):
        with transaction.atomic():
            moved = Claim.objects.filter(pk=claim.pk, status=rules.RECOGNISED).update(status=rules.LAPSED)
            if moved:
                log_deed(actor=None, action="lapse_claim", subject=claim.person, now=now, claim=claim.pk)
                count += 1
    return count


def lot_of(record_id: int) -> int:
    """The number (0 to 9,999) that was drawn for a recognition: the same each time, foreseen by nobody
    who does not know the site's secret key."""
    return int(
        salted_hmac("learning.reviews.claims.sample", str(record_id), algorithm="sha256").hexdigest(), 16
    ) % (10_000)


def draw_sample(*, now: dt.datetime) -> int:
    """Make claims of the share of rule-made recognitions that a supervisor looks at; how many.

    What was recognised stands meanwhile. Somebody with an undecided claim of the same competency is passed
    over: it is being looked at already.
    """
    rates = list(SampleRate.objects.values_list("valid_from", "percent"))
    records = CompetencyRecord.objects.filter(
        recognised_on__gte=local_day(now) - LOOK_BACK, completion__isnull=False, ended_on__isnull=True
    ).exclude(Exists(Claim.objects.filter(record=OuterRef("pk"))))
    drawn = []
    for pk, day in records.values_list("pk", "recognised_on").iterator(chunk_size=2000):
        percent = next((share for since, share in rates if since <= day), 0)
        if rules.in_sample(lot_of(pk), percent):
            drawn.append(pk)
    return sum(_draw(pk, now) for pk in drawn)


def _draw(record_id: int, now: dt.datetime) -> bool:
    record = CompetencyRecord.objects.select_related("completion", "person").get(pk=record_id)
    assert record.completion is not None  # noqa: S101 - asked for above
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                person=record.person,
                competency_id=record.competency_id,
                level=record.level,
                status=rules.SUBMITTED,
                origin=Claim.Origin.SAMPLE,
                text=_("Drawn by lot from what was recognised by passing a module."),
                made_at=now,
                submitted_at=now,
                record=record,
            )
            claim.completions.add(record.completion)
            log_deed(
                actor=None,
                action="draw_claim",
                subject=record.person,
                now=now,
                claim=claim.pk,
                record=record.pk,
            )
    except IntegrityError:
        return False
    return True


def remind(*, now: dt.datetime) -> int:
    """Remind who should decide after 3 and 7 days, and their superior after 14; how many reminders.

    In the queue always; by e-mail to whom agreed to reminders, one letter for all their claims.
    """
    since = now - dt.timedelta(days=rules.REMIND_AFTER[0])
    waiting = Claim.objects.waiting().filter(submitted_at__lte=since)
    letters: dict[Person, list[ClaimReminder]] = {}
    count = 0
    for claim in waiting.select_related("person__unit", "competency").order_by("submitted_at", "pk"):
        assert claim.submitted_at is not None  # noqa: S101 - a_claim_beyond_a_draft_was_submitted
        step = rules.step_due(claim.submitted_at, now)
        if claim.reminders.filter(round=claim.round, step=step).exists():
            continue
        to = _reminded(claim, step, local_day(now))
        if to is None:
            continue
        made, is_new = ClaimReminder.objects.get_or_create(
            claim=claim, round=claim.round, step=step, defaults={"to": to, "at": now}
        )
        if is_new:
            count += 1
            letters.setdefault(to, []).append(made)
    for person, reminders in letters.items():
        _write(person, reminders)
    return count


def _reminded(claim: Claim, step: int, day: dt.date) -> Person | None:
    """Who leads the learner; after 14 days who leads them."""
    leader = access.supervisor_of(claim.person, day)
    if leader is None or step < rules.ESCALATE_AFTER:
        return leader
    leader = Person.objects.select_related("unit").get(pk=leader.pk)
    return access.supervisor_of(leader, day)


def _write(person: Person, reminders: list[ClaimReminder]) -> None:
    choice = PurposeChoice.objects.filter(person=person, purpose=PurposeChoice.Purpose.REMINDERS, is_on=True)
    if not person.email or not choice.exists():
        return
    n = len(reminders)
    subject = ngettext("%(n)d competency claim waits for you", "%(n)d competency claims wait for you", n)
    lines = [
        f"- {each.claim.competency.name}, {_('level %(level)d') % {'level': each.claim.level}}"
        for each in reminders[: rules.MOST_LINES]
    ]
    if n > rules.MOST_LINES:
        lines.append(_("and %(n)d more") % {"n": n - rules.MOST_LINES})
    body = _(
        "Dear %(name)s,\n\nthese claims of your staff have waited for some days:\n\n%(lines)s\n\n"
        "Please look at them when you find the time: %(url)s\n\n"
        "You receive this because you agreed to reminders. You can change that on your account page."
    ) % {
        "name": person.name,
        "lines": "\n".join(lines),
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('learning:reviews')}",
    }
    try:
        send_mail(subject % {"n": n}, body, None, [person.email])
    except OSError:
        log.exception("a reminder of claims could not be sent")
        return
    ClaimReminder.objects.filter(pk__in=[each.pk for each in reminders]).update(is_mailed=True)
