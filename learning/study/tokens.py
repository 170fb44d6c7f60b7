"""The signed study token: who studies what, since when, without a session look-up per report."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing

_signer = signing.Signer(salt="study-token-1")
_permit_signer = signing.Signer(salt="offline-permit-1")


class TokenError(ValueError):
    """Not a token of ours, or changed on its way."""


@dataclass(frozen=True, slots=True)
class Token:
    """One person on one revision of one page, from `issued_at` on."""

    person_id: int
    activity_id: int
    revision: int | None
    issued_at: dt.datetime
    session: str


def session_mark(session_key: str | None) -> str:
    """A mark of a session that does not give the session away."""
    return hashlib.sha256(f"study:{session_key or ''}".encode()).hexdigest()[:16]


def issue(*, person_id: int, activity_id: int, revision: int | None, session: str, now: dt.datetime) -> str:
    """A token for the page a person has just opened."""
    milliseconds = int(now.timestamp() * 1000)
    return _signer.sign_object([person_id, activity_id, revision, milliseconds, session])


def read(text: str) -> Token:
    """The token in `text`; raises `TokenError` when it is not one of ours."""
    try:
        person_id, activity_id, revision, milliseconds, session = _signer.unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TokenError from error
    issued_at = dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    return Token(person_id, activity_id, revision, issued_at, session)


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to study one activity offline from `issued_at` on; redeemed once."""

    person_id: int
    activity_id: int
    revision: int | None
    issued_at: dt.datetime
    nonce: str


def issue_permit(*, person_id: int, activity_id: int, revision: int | None, now: dt.datetime) -> str:
    """A permit for the module a person has just saved for offline use."""
    milliseconds = int(now.timestamp() * 1000)
    return _permit_signer.sign_object([person_id, activity_id, revision, milliseconds, secrets.token_hex(16)])


def read_permit(text: str) -> Permit:
    """The permit in `text`; raises `TokenError` when it is not one of ours."""
    try:
        person_id, activity_id, revision, milliseconds, nonce = _permit_signer.unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TokenError from error
    issued_at = dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    return Permit(person_id, activity_id, revision, issued_at, nonce)
