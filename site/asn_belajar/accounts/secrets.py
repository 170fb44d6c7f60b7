"""Secrets of second steps are kept sealed: a copy of the database alone opens nothing."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _seal() -> MultiFernet:
    """Seals with SECRET_KEY; opens also what SECRET_KEY_FALLBACKS sealed (key rotation)."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second-factor:{_text(key)}".encode()).digest()))
            for key in keys
        ]
    )


def _text(key: str | bytes) -> str:
    return key.decode() if isinstance(key, bytes) else key


def seal_secret(text: str) -> str:
    """AES-128-CBC with HMAC-SHA256 (Fernet)."""
    return _seal().encrypt(text.encode()).decode()


def open_secret(sealed: str) -> str:
    """The secret; one that nobody knows when it was sealed under a key we no longer have."""
    try:
        return _seal().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return base64.b32encode(secrets.token_bytes(20)).decode()
