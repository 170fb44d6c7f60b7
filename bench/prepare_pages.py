"""Pages to measure with: a module, one with twice the blocks, and somebody signed in."""

import json
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import make, make_pages


def block(number: int) -> list[tuple[str, Any]]:
    picture = {"image": make_pages.picture(), "alt_text": "Loket", "decorative": False}
    return [
        ("text", f"<p>Bagian {number}. {'Warga datang sekali saja bila syaratnya jelas. ' * 12}</p>"),
        ("picture", {"picture": picture, "caption": "Loket"}),
        ("callout", {"kind": "rule", "title": "Aturan", "text": "<p>Satu JP sama dengan 45 menit.</p>"}),
    ]


def statements(client: Client, path: str) -> int:
    client.get(path)  # the first visit draws the pictures
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200, path
    return len(seen)


def pages() -> None:
    """What to ask for, and what each page costs."""
    track = make_pages.track()

    def module(blocks: int) -> Any:
        content = [each for number in range(blocks) for each in block(number)]
        return make_pages.module(track, steps=[make_pages.step(f"Langkah {n}", *content) for n in range(5)])

    one, twice = module(3), module(6)
    episode = make_pages.episode(partner=track.owner_partner)
    person = make.person()
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    costs = {
        one.url: [
            statements(client, one.url),
            statements(client, twice.url),
            statements(client, f"/bench/stock{one.url}"),
        ],
        **{
            path: [statements(client, path), "", ""]
            for path in (f"{one.url}2/", track.url, "/", "/alur/", "/episode/", episode.url, "/mitra/")
        },
    }
    name = settings.SESSION_COOKIE_NAME
    print(
        json.dumps(
            {
                "module": one.url,
                "activity": one.activity_id,
                "cookie": f"{name}={client.cookies[name].value}",
                "statements": costs,
                "me": statements(client, f"/api/v1/me?activity={one.activity_id}&revision=1"),
            }
        )
    )
