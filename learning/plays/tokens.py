"""The signed token of a play: who plays what, so that statements need no session and can come late."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing

from learning.people.models import Person
from learning.plays.models import Play

_signer = signing.Signer(salt="play-token-1")


class TokenError(ValueError):
    """Not a token of ours, or changed on its way."""


@dataclass(frozen=True, slots=True)
class PlayToken:
    """One play of one person, opened at `issued_at`."""

    play_id: uuid.UUID
    person_id: int
    issued_at: dt.datetime


def issue(play: Play, person: Person, now: dt.datetime) -> str:
    return _signer.sign_object([play.pk.hex, person.pk, int(now.timestamp())])


def read(text: str) -> PlayToken:
    """The token in `text`; raises `TokenError` when it is not one of ours."""
    try:
        play_id, person_id, seconds = _signer.unsign_object(text)
        return PlayToken(uuid.UUID(hex=play_id), person_id, dt.datetime.fromtimestamp(seconds, dt.UTC))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TokenError from error
