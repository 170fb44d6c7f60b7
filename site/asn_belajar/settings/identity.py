"""Which other identity providers people may sign in with; read from `IDENTITY_PROVIDERS` (JSON).

[{"id": "jatim", "name": "Akun Pemprov Jatim", "issuer": "https://sso.example/realms/jatim",
  "client_id": "asn-belajar", "secret": "…", "claims": {"nip": ["nip", "employee_number"]}}]

claims.nip      the claims that may hold the NIP, the first that reads as one counts. Name none that people
                can change themselves over there: it decides whose account is opened
scope           more than openid and profile, when the NIP needs it
second_factor   true: the provider itself asks for a second step, so staff need none of ours
groups          {"claim": "role", "map": {"over there": "group here"}}; whatever is not mapped is ignored
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NIP_CLAIMS = ["nip", "employee_number", "preferred_username"]
KNOWN = {"id", "name", "issuer", "client_id", "secret", "claims", "scope", "second_factor", "groups"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def openid_providers(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`SOCIALACCOUNT_PROVIDERS` for these; raises `ImproperlyConfigured` naming what is wrong."""
    apps = [_app(entry) for entry in entries]
    if len({app["provider_id"] for app in apps}) < len(apps):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS: every id may be there once.")
    return {"openid_connect": {"APPS": apps}}


def _app(entry: Mapping[str, Any]) -> dict[str, Any]:
    missing = {"id", "name", "issuer", "client_id"} - entry.keys()
    unknown = entry.keys() - KNOWN
    if missing or unknown:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {sorted(missing or unknown)} missing or unknown.")
    address = urlsplit(entry["issuer"])
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {entry['issuer']} must begin with https.")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", entry["id"]):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: the id {entry['id']!r} may have a-z, 0-9 and -.")
    groups = entry.get("groups", {})
    if groups and groups.keys() != {"claim", "map"}:
        raise ImproperlyConfigured("IDENTITY_PROVIDERS: groups has a claim and a map.")
    return {
        "provider_id": entry["id"],
        "name": entry["name"],
        "client_id": entry["client_id"],
        "secret": entry.get("secret", ""),
        "settings": {
            "issuer": entry["issuer"],
            "server_url": entry["issuer"].rstrip("/") + "/.well-known/openid-configuration",
            "scope": entry.get("scope", ["openid", "profile"]),
            "claims": {"nip": entry.get("claims", {}).get("nip", NIP_CLAIMS)},
            "second_factor": bool(entry.get("second_factor", False)),
            "groups": groups,
        },
    }
