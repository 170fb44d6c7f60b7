"""Keys of staff systems: made once, shown once, kept as a hash, taken back at any time."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from learning.people.audit.actions import log_deed
from learning.people.importing.models import SyncToken
from learning.people.models import Person, Unit

PREFIX = "asnb_"  # so that one that leaks can be found by scanners


def _digest(secret: str) -> str:
    """No salt, no slow hash: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(*, name: str, unit: Unit | None, by: Person, now: dt.datetime) -> tuple[SyncToken, str]:
    """A key for `unit` and all below (None: everybody), and its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = SyncToken.objects.create(
            name=name, digest=_digest(secret), unit=unit, made_by=by, made_at=now
        )
        log_deed(actor=by, action="make_sync_token", unit=unit, now=now, token=token.pk, name=name)
    return token, secret


def revoke_token(*, token: SyncToken, by: Person | None, now: dt.datetime) -> SyncToken:
    """It opens nothing from now on. What came by it stays."""
    with transaction.atomic():
        if SyncToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            log_deed(actor=by, action="revoke_sync_token", unit=token.unit, now=now, token=token.pk)
    token.refresh_from_db(fields=["revoked_at"])
    return token


def token_of(secret: str) -> SyncToken | None:
    """The key of this secret, unless it was taken back or its unit is closed."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    found = SyncToken.objects.select_related("unit", "made_by").filter(
        digest=_digest(secret), revoked_at=None, made_by__is_active=True
    )
    token = found.first()
    return None if token is None or (token.unit and not token.unit.is_active) else token
