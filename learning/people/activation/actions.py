"""Prints letters and takes their codes."""

import datetime as dt
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from learning.people.actions import log_deed
from learning.people.activation import rules
from learning.people.activation.models import ActivationCode
from learning.people.activation.queries import people_to_serve
from learning.people.models import Person
from learning.people.rules import NIPError, read_nip


class ActivationRefused(Exception):
    """The code opens nothing; `code` says why: `wrong`, or, to whom holds the paper, `used` or `expired`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    """What is printed for one person. The code exists here and on the paper, nowhere else."""

    person: Person
    code: str
    expires_at: dt.datetime


@transaction.atomic
def issue_letters(*, by: Person, people: Iterable[int], now: dt.datetime) -> list[Letter]:
    """New letters for those of `people` (keys) that `by` may serve, by name; older ones open nothing more."""
    asked = list(people)
    # Held until the end: of two who print for somebody at once, the second replaces the letter of the first.
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=asked).order_by("pk")
    list(held.values_list("pk"))
    wanted = list(people_to_serve(by, now).filter(pk__in=asked).select_related("unit").by_name())
    ActivationCode.objects.filter(person__in=wanted, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=now
    )
    expires_at = now + dt.timedelta(days=settings.BELAJAR_ACTIVATION_DAYS)
    letters = [Letter(person, _new_code(), expires_at) for person in wanted]
    ActivationCode.objects.bulk_create(
        ActivationCode(
            person=letter.person,
            digest=rules.digest(letter.code),
            issued_by=by,
            issued_at=now,
            expires_at=expires_at,
        )
        for letter in letters
    )
    for letter in letters:
        log_deed(actor=by, action="issue_letter", subject=letter.person, now=now)
    return letters


def _new_code() -> str:
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LENGTH))


def check_code(*, nip: str, text: str, now: dt.datetime) -> ActivationCode:
    """The open code that `text` is, if it belongs to the person with this NIP.

    Raises `ActivationRefused`. Whatever is wrong, the same one look-up is made: by the code, never by the
    NIP, so that nobody learns whether a NIP is known. `used` and `expired` only to whom holds the paper.
    """
    code = rules.read_code(text)
    found = ActivationCode.objects.select_related("person").filter(digest=rules.digest(code or "")).first()
    try:
        wanted = read_nip(nip).text
    except NIPError:
        wanted = nip.strip()
    if found is None or not found.person.is_active or not _belongs_to(found.person, wanted):
        raise ActivationRefused("wrong")
    if found.used_at or found.voided_at:
        raise ActivationRefused("used")
    if found.expires_at <= now:
        raise ActivationRefused("expired")
    return found


def _belongs_to(person: Person, wanted: str) -> bool:
    return any(
        hmac.compare_digest(name.encode(), wanted.encode()) for name in (person.nip, person.username) if name
    )


def use_code(*, code_id: int, now: dt.datetime) -> Person:
    """Take the code: it opens the account this once. `ActivationRefused` when it was taken meanwhile."""
    taken = ActivationCode.objects.open_at(now).filter(pk=code_id, person__is_active=True)
    with transaction.atomic():
        # Locked, then written: an UPDATE that joins would not look again at a code taken meanwhile.
        code = taken.select_related("person").select_for_update(of=("self",), no_key=True).first()
        if code is None:
            raise ActivationRefused("used")
        code.used_at = now
        code.save(update_fields=["used_at"])
        log_deed(actor=code.person, action="activate", now=now)
    return code.person
