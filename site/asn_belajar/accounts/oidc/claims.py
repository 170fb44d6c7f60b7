"""What an identity provider may tell us, and how we know that it was the one we asked."""

from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from learning.people.rules import NIPError, read_nip

# Signatures that need the provider's private key. Never "none", never one made with a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCKS_DIFFER_S = 60


class UnknownKey(OAuth2Error):  # type: ignore[misc]  # allauth is untyped
    """The token names a key that is not among those we have: they may have been renewed."""


def read_id_token(
    token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7); `OAuth2Error` when it is not for us."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("the ID token is not signed as agreed")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(header, keys),
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            audience=client_id,
            leeway=CLOCKS_DIFFER_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise OAuth2Error(f"the ID token is not valid: {type(error).__name__}") from error
    if not nonce or claims.get("nonce") != nonce:
        raise OAuth2Error("the ID token answers another question")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise OAuth2Error("the ID token was made for another party")
    return claims


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    known = [key for key in keys.get("keys", []) if key.get("use", "sig") == "sig"]
    if header.get("kid"):
        known = [key for key in known if key.get("kid") == header["kid"]]
    fitting = [key for key in known if key.get("alg", header["alg"]) == header["alg"]]
    if len(fitting) != 1:
        raise UnknownKey("no key fits the ID token")
    return jwt.PyJWK(dict(fitting[0]), algorithm=header["alg"]).key


def nip_in(claims: Mapping[str, Any], names: list[str]) -> str | None:
    """The first of the claims `names` that reads as a NIP; None when none does."""
    for name in names:
        try:
            return read_nip(str(claims.get(name) or "")).text
        except NIPError:
            continue
    return None
