"""The answers of the study API as its OpenAPI document shows them: every code, with an example.

`tests/learning/test_openapi.py` provokes each of them and compares. Messages are as the site says
them, in Indonesian.
"""

from typing import Any

KEY = "01932f3e-7a10-7c31-8f6e-0d6a5c2b9e41"

# code: (status, message, whether it names the intervals it is about)
PROBLEMS: dict[str, tuple[int, str, bool]] = {
    "malformed": (400, "Laporan belajar tidak dapat dibaca.", True),
    "token_invalid": (401, "Halaman ini dibuka terlalu lama. Muat ulang halaman.", False),
    "signed_out": (401, "Silakan masuk terlebih dahulu.", False),
    "activity_closed": (403, "Kegiatan belajar ini sudah ditutup.", False),
    "other_site": (403, "Permintaan ini datang dari situs lain. Buka ASN Belajar langsung.", False),
    "person_inactive": (403, "Akun ini tidak aktif.", False),
    "permit_invalid": (403, "Izin luring ini tidak sah.", False),
    "permit_of_another": (403, "Izin luring ini milik akun lain.", False),
    "permit_expired": (403, "Izin luring ini sudah lebih dari 14 hari.", False),
    "permit_used": (403, "Izin luring ini sudah pernah dipakai.", False),
    "too_large": (413, "Laporan belajar terlalu besar.", False),
    "in_the_future": (422, "Waktu pada laporan belajar melampaui waktu sekarang.", True),
    "too_long": (422, "Ada selang belajar yang lebih dari 15 menit.", True),
    "invalid": (422, "Permintaan tidak dapat dibaca.", False),
    "too_often": (
        429,
        "Laporan terlalu sering dikirim. Laporan akan dikirim lagi satu menit kemudian.",
        False,
    ),
    "failed": (500, "Laporan belajar belum dapat diterima dan akan dikirim lagi.", False),
    "busy": (503, "Laporan belajar belum dapat diterima dan akan dikirim lagi.", False),
    "maintenance": (503, "Situs sedang ditutup sementara. Menit Anda akan dikirim lagi.", False),
}


def _interval(outcome: str, claimed_s: int, credited_s: int, reason: str = "", sentence: str = "") -> Any:
    return {
        "key": KEY,
        "outcome": outcome,
        "claimed_s": claimed_s,
        "credited_s": credited_s,
        "reason": reason,
        "sentence": sentence,
    }


def _receipt(interval: Any) -> Any:
    return {
        "intervals": [interval],
        "activity_s": 720,
        "week_s": 1980,
        "minimum_reached": False,
        "next_ms": 61_480,
    }


_OVERLAP = ("overlap", "tumpang tindih dengan waktu yang sudah tercatat")
RECEIPTS = {
    "credited": _receipt(_interval("credited", 61, 61)),
    "clipped": _receipt(_interval("clipped", 90, 30, *_OVERLAP)),
    "refused": _receipt(_interval("refused", 60, 0, *_OVERLAP)),
    "known": _receipt(_interval("known", 61, 61)),
}

PERMITS = {"issued": {"permit": "WzcsMTIs…:signature", "expires_at": "2026-12-09T10:00:00+07:00"}}

_STUDY = {
    "token": "WzcsMTIs…:signature",
    "activity_s": 720,
    "minimum_s": 900,
    "ceiling_s": 3600,
    "last_step": 3,
    "has_passed": False,
    "is_complete": False,
    "idle_s": 120,
    "quiz_idle_s": 300,
    "tick_ms": 15_000,
    "next_ms": 61_480,
}
_NOBODY = {
    "signed_in": False,
    "person": "",
    "name": "",
    "roles": None,
    "week": None,
    "csrf": "",
    "study": None,
}
_SOMEBODY = {
    "signed_in": True,
    "person": "5f1c0a9be2d47f3a",
    "name": "Ayu Lestari, S.I.Kom.",
    "roles": {"supervisor": False, "editor": False, "office": False},
    "week": {"seconds": 1980, "target_s": 2700},
    "csrf": "2hM…",
    "study": None,
}
ME = {
    "nobody": _NOBODY,
    "signed_in": _SOMEBODY,
    "on_a_page": {**_SOMEBODY, "study": _STUDY},
}


def answers(good: dict[str, Any], *codes: str) -> dict[int, Any]:
    """The `responses` of an operation: examples of what it answers 200, and of each problem it can have."""
    found: dict[int, Any] = {200: _shown(good)}
    for code in codes:
        status, message, names_keys = PROBLEMS[code]
        example = {"code": code, "message": message, "keys": [KEY] if names_keys else []}
        content = found.setdefault(status, _shown({}))["content"]
        content["application/json"]["examples"][code] = {"value": example}
        if status in (429, 503):
            found[status]["headers"] = {
                "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
            }
    return found


def _shown(examples: dict[str, Any]) -> dict[str, Any]:
    values = {name: {"value": value} for name, value in examples.items()}
    return {"content": {"application/json": {"examples": values}}}
