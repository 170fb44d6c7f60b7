"""The lean door of H5P packages: their parts go past the middleware, from the storage to the browser.

A part needs no session, no cookie, no language and no page: its address is the hash of its bytes
(`content.h5p.addresses`). So `GET /h5p/<sha256>.<extension>` is answered here, once for all who
ask: kept by browsers for good, precompressed, 304 when asked again, any one range of a film.

The bytes were written by strangers. They are presented as pictures, sounds or films by type, and
everything else as bytes to download, under a policy that lets nothing in them run.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import IO, Any

from content.h5p.addresses import ADDRESS, MANIFEST, PREFIX
from content.h5p.kinds import MIME, OTHER, PICTURES, SOUNDS_AND_FILMS
from content.h5p.store import name_of_part, storage

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

PIECE = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")
ENCODINGS = ("br", "gzip")  # the smaller first
SHOWN = {each: MIME[each] for each in PICTURES | SOUNDS_AND_FILMS} | {MANIFEST: "application/json"}
ALWAYS = [
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Vary", "Accept-Encoding"),
]


@dataclass(frozen=True)
class Form:
    """One form of a part in the storage."""

    name: str
    encoding: str
    size: int  # bytes


def package_door(site: Application) -> Application:
    """The WSGI application `site`, with the lean door before it."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        match = ADDRESS.match(path) if path.startswith(PREFIX) else None
        if match is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return site(environ, start_response)
        status, headers, body = answer(match["sha256"], match["extension"], environ)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return body

    return application


def answer(sha256: str, extension: str, environ: dict[str, Any]) -> tuple[int, Headers, Iterable[bytes]]:
    """Status, headers and body for one part."""
    is_shown_as_it_is = extension in SHOWN and extension != MANIFEST
    accepted = "" if is_shown_as_it_is else environ.get("HTTP_ACCEPT_ENCODING", "")
    try:
        form = form_of(sha256, tuple(each for each in ENCODINGS if each in accepted))
    except FileNotFoundError:
        return 404, [("Content-Length", "0"), ("Cache-Control", "no-store")], []
    etag = f'"{sha256}-{form.encoding}"' if form.encoding else f'"{sha256}"'
    headers = [*ALWAYS, ("ETag", etag)]
    if sha256 in environ.get("HTTP_IF_NONE_MATCH", ""):
        return 304, headers, []
    headers.append(("Content-Type", SHOWN.get(extension, OTHER)))
    if form.encoding:
        headers.append(("Content-Encoding", form.encoding))
        first, last, status = 0, form.size - 1, 200
    else:
        headers.append(("Accept-Ranges", "bytes"))
        first, last, status = _span(environ.get("HTTP_RANGE", ""), form.size)
    if status == 416:
        return status, [*headers, ("Content-Range", f"bytes */{form.size}"), ("Content-Length", "0")], []
    if status == 206:
        headers.append(("Content-Range", f"bytes {first}-{last}/{form.size}"))
    headers.append(("Content-Length", str(last - first + 1)))
    if environ["REQUEST_METHOD"] == "HEAD":
        return status, headers, []
    try:
        file = storage().open(form.name)
    except FileNotFoundError:  # removed since it was last asked for
        form_of.cache_clear()
        return 404, [("Content-Length", "0"), ("Cache-Control", "no-store")], []
    return status, headers, Body(file, first, last)


@lru_cache(maxsize=10_000)
def form_of(sha256: str, encodings: tuple[str, ...]) -> Form:
    """The smallest form of a part that the browser reads; raises `FileNotFoundError`, which is not kept."""
    for encoding in (*encodings, ""):
        name = name_of_part(sha256, encoding)
        if encoding == "" or storage().exists(name):
            return Form(name, encoding, storage().size(name))
    raise FileNotFoundError(sha256)


def _span(header: str, size: int) -> tuple[int, int, int]:
    """First and last byte asked for, and the status that says so."""
    match = RANGE.match(header)
    if not match or match[0] == "bytes=-" or not size:
        return 0, size - 1, 200
    if not match[1]:  # the last n bytes
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last, 206) if first <= last else (0, size - 1, 416)


class Body:
    """Part of a file, piece by piece; closed by the server."""

    def __init__(self, file: IO[bytes], first: int, last: int) -> None:
        self.file = file
        self.left = last - first + 1
        if first:
            file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (piece := self.file.read(min(PIECE, self.left))):
            self.left -= len(piece)
            yield piece

    def close(self) -> None:
        self.file.close()
