"""An identity provider in memory: it answers what a real one would, or what an attacker would like."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from asn_belajar.accounts.oidc.matching import SocialAdapter
from asn_belajar.settings.identity import openid_providers
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

ISSUER = "https://sso.contoh.example/realms/jatim"
CLIENT_ID = "asn-belajar"


def key_pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    jwk: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**jwk, "kid": kid, "use": "sig", "alg": "RS256"}


@dataclass
class Provider:
    """Its key, what it says about the person (`claims`), and what goes wrong (`spoil` changes the token)."""

    key: rsa.RSAPrivateKey
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    config: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    kid: str = "satu"
    signing_key: Any = None
    replayed: str = ""
    answered: str = ""  # the last ID token
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    nonce: str = ""
    broken: bool = False

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "u-1",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            **({"nonce": self.nonce} if self.nonce else {}),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.signing_key if self.signing_key is not None else self.key
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": self.kid})

    def answer(self, method: str, url: str, **request: Any) -> requests.Response:
        self.asked.append((url, request.get("data") or {}))
        if self.broken:
            raise requests.ConnectionError
        if not str(url).startswith(ISSUER):
            raise requests.exceptions.MissingSchema
        path = url.removeprefix(ISSUER)
        found: Any
        if path == "/.well-known/openid-configuration":
            found = {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/auth",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
                "userinfo_endpoint": f"{ISSUER}/userinfo",
                **self.config,
            }
        elif path == "/jwks":
            found = {"keys": [public_jwk(self.key, "satu")]}
        elif path == "/token":
            self.answered = self.replayed or self.id_token()
            found = {"access_token": "akses", "token_type": "Bearer", "id_token": self.answered}
        else:
            assert path == "/userinfo", url
            found = self.userinfo or {"sub": "u-1"}
        response = requests.Response()
        response.status_code = 200
        response.headers["content-type"] = "application/json"
        response._content = json.dumps(found).encode()
        return response

    def install(self, settings: Any, monkeypatch: Any, **entry: Any) -> None:
        """Known to the site as "jatim", and reached instead of the network."""
        entry = {"id": "jatim", "name": "Akun Pemprov", "issuer": ISSUER, "client_id": CLIENT_ID, **entry}
        settings.SOCIALACCOUNT_PROVIDERS = openid_providers([entry])
        provider = self

        class Session(requests.Session):
            def request(self, method: str, url: str, **details: Any) -> requests.Response:  # type: ignore[override]
                return provider.answer(method, url, **details)

        monkeypatch.setattr(SocialAdapter, "get_requests_session", lambda self: Session())

    def sign_in(self, client: Client, *, next: str = "", **changed: str) -> HttpResponse:  # noqa: A002
        """Through the whole dance; `changed` replaces parameters of the answer, "" leaves one out."""
        asked = client.get("/akun/oidc/jatim/login/", {"next": next} if next else {})
        assert asked.status_code == 302, asked.status_code
        question = {name: values[0] for name, values in parse_qs(urlsplit(asked["Location"]).query).items()}
        self.nonce = question["nonce"]
        answer = {"code": "kode", "state": question["state"], **changed}
        return client.get(
            "/akun/oidc/jatim/login/callback/", {name: text for name, text in answer.items() if text}
        )
