"""What a learner does with a claim: written, sent, taken back, answered; and a supervisor for them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from learning.competencies import rules as mastery
from learning.competencies.models import Competency, CompetencyRecord, Completion
from learning.people import access
from learning.people.access import Deed
from learning.people.actions import log_deed
from learning.people.models import Person
from learning.people.rules import local_day
from learning.reviews.claims import rules
from learning.reviews.claims.queries import earlier_evidence, evidence_keys
from learning.reviews.decisions import NotAllowed, NotYours
from learning.reviews.declared.evidence import MOST_FILES, Checked
from learning.reviews.filing import filing, keep_files
from learning.reviews.models import Claim, Declaration, Status


class ClaimRefused(ValueError):
    """The claim cannot be taken; `code` says why.

    `competency`, `level`, `open` (another is undecided), `held` (recognised already), `evidence` (there is
    none), `files` (too many), `news` (nothing new since it was not yet recognised), `answer` (is missing).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Content:
    """What a learner says, and what shows it: keys of completions and declarations of their own."""

    competency: str
    level: int
    text: str
    link: str = ""
    answer: str = ""
    completions: Collection[int] = ()
    declarations: Collection[int] = ()


def write_claim(
    *,
    person: Person,
    content: Content,
    files: Sequence[Checked] = (),
    keep: Collection[int] = (),
    claim_id: int | None = None,
    send: bool,
    now: dt.datetime,
) -> Claim:
    """Write a new claim, or a draft or returned one again; with `send` it goes to the supervisor.

    `keep`: evidence that stays in it. Raises `ClaimRefused`, and `NotAllowed` when it is neither.
    """
    with filing() as stored, transaction.atomic():
        if claim_id is None:
            claim = _new(person, content, now)
        else:
            claim = _locked(claim_id, person)
            _change(claim, content)
        _fill(claim, content, files, keep, stored, now)
        if send:
            _send(claim, now)
        elif claim_id is None:
            _log(claim, "make_claim", now)
    return claim


def claim_for(
    *,
    supervisor: Person,
    person: Person,
    content: Content,
    files: Sequence[Checked] = (),
    now: dt.datetime,
) -> Claim:
    """A supervisor submits a claim for somebody they lead; it is marked as theirs.

    Raises `NotYours` and `ClaimRefused`.
    """
    mandate = access.mandate_over(supervisor, person, Deed.DECIDE, local_day(now))
    if mandate is None:
        raise NotYours
    with filing() as stored, transaction.atomic():
        claim = _new(person, content, now, made_by=supervisor)
        _fill(claim, content, files, (), stored, now)
        _check_to_send(claim, now)
        claim.status, claim.submitted_at = rules.SUBMITTED, now
        claim.save(update_fields=["status", "submitted_at"])
        log_deed(
            actor=supervisor,
            action="submit_claim",
            subject=person,
            role=mandate.role,
            on_behalf_of=mandate.on_behalf_of,
            now=now,
            claim=claim.pk,
            round=claim.round,
        )
    return claim


def withdraw_claim(*, person: Person, claim_id: int, now: dt.datetime) -> Claim:
    """Take a claim back into a draft, before its first decision. Raises `NotAllowed`.

    One that was drawn from what rules recognised is not the learner's to take back.
    """
    with transaction.atomic():
        claim = _locked(claim_id, person)
        status = rules.after(claim.status, rules.WITHDRAW)
        if status is None or claim.origin == Claim.Origin.SAMPLE or claim.decisions.exists():
            raise NotAllowed
        claim.status, claim.opened_by, claim.opened_at = status, None, None
        claim.save(update_fields=["status", "opened_by", "opened_at"])
        _log(claim, "withdraw_claim", now)
    return claim


def _new(person: Person, content: Content, now: dt.datetime, made_by: Person | None = None) -> Claim:
    try:
        with transaction.atomic():
            return Claim.objects.create(
                person=person,
                competency=_competency(content),
                level=_level(content),
                origin=Claim.Origin.SUPERVISOR if made_by else Claim.Origin.LEARNER,
                made_by=made_by,
                made_at=now,
            )
    except IntegrityError:
        raise ClaimRefused("open") from None


def _change(claim: Claim, content: Content) -> None:
    """A draft may become about something else; what came back stays about the same competency."""
    if claim.status == rules.DRAFT:
        claim.competency, claim.level = _competency(content), _level(content)
    elif claim.status != rules.RETURNED:
        raise NotAllowed
    elif claim.origin != Claim.Origin.SAMPLE:
        claim.level = _level(content)


def _competency(content: Content) -> Competency:
    found = Competency.objects.filter(code=content.competency, is_active=True).first()
    if found is None:
        raise ClaimRefused("competency")
    return found


def _level(content: Content) -> int:
    if content.level not in range(1, 6):
        raise ClaimRefused("level")
    return content.level


def _fill(
    claim: Claim,
    content: Content,
    files: Sequence[Checked],
    keep: Collection[int],
    stored: list[str],
    now: dt.datetime,
) -> None:
    """What the claim says and rests on. Only the person's own learning is evidence."""
    current = claim.evidence.filter(is_current=True)
    if len(files) + current.filter(pk__in=keep).count() > MOST_FILES:
        raise ClaimRefused("files")
    current.exclude(pk__in=keep).update(is_current=False)
    claim.text, claim.link, claim.answer = content.text, content.link, content.answer
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError:  # a draft became about a competency that has an undecided claim
        raise ClaimRefused("open") from None
    drawn = [claim.record.completion_id] if claim.origin == Claim.Origin.SAMPLE and claim.record else []
    own = Completion.objects.filter(person=claim.person_id, attempt__isnull=False)
    claim.completions.set(own.filter(pk__in=[*content.completions, *drawn]))
    outside = Declaration.objects.filter(person=claim.person_id)
    claim.declarations.set(
        outside.filter(pk__in=content.declarations, status__in=(Status.SUBMITTED, Status.ACCEPTED))
    )
    keep_files(claim, files, stored, now)


def _check_to_send(claim: Claim, now: dt.datetime) -> None:
    """Raises `ClaimRefused` for what no supervisor has to look at."""
    today = local_day(now)
    if claim.origin != Claim.Origin.SAMPLE and claim.status == rules.DRAFT:
        for record in CompetencyRecord.objects.standing(today).filter(
            person=claim.person_id, competency=claim.competency_id, level__gte=claim.level
        ):
            if record.valid_until is None or today < mastery.renewal_opens(record.valid_until):
                raise ClaimRefused("held")
    keys = evidence_keys(claim)
    if not keys:
        raise ClaimRefused("evidence")
    if claim.status == rules.DRAFT:
        earlier = earlier_evidence(claim)
        if earlier is not None and not rules.has_news(keys, earlier):
            raise ClaimRefused("news")


def _send(claim: Claim, now: dt.datetime) -> None:
    status = rules.after(claim.status, rules.SUBMIT)
    if status is None:
        raise NotAllowed
    is_answer = claim.status == rules.RETURNED
    if is_answer and not claim.answer.strip():
        raise ClaimRefused("answer")
    _check_to_send(claim, now)
    if claim.submitted_at is not None:
        claim.round += 1  # whoever looked at what it was before meets that it is another now
    claim.status, claim.submitted_at = status, now
    claim.save(update_fields=["status", "submitted_at", "round"])
    _log(claim, "answer_return" if is_answer else "submit_claim", now)


def _locked(claim_id: int, person: Person) -> Claim:
    """The person's own claim, held until the transaction ends. Raises `Claim.DoesNotExist`."""
    found = Claim.objects.select_for_update(of=("self",)).select_related("competency", "record", "person")
    return found.get(pk=claim_id, person=person)


def _log(claim: Claim, action: str, now: dt.datetime) -> None:
    log_deed(
        actor=claim.person, action=action, subject=claim.person, now=now, claim=claim.pk, round=claim.round
    )
