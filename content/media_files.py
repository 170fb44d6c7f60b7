"""Serves uploaded pictures and recordings: any part of them, so that a video can be sought in."""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_safe

RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")
PIECE = 64 * 1024
# Shown in the page; anything else (a PDF, an Office file) is left to its own address under /dokumen/.
SHOWN = ("image/", "video/", "audio/", "text/vtt")


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file at `path`, or the part of it that was asked for (RFC 9110, one range)."""
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
    except SuspiciousFileOperation:
        raise Http404 from None
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if not file.is_file() or not kind.startswith(SHOWN) or kind == "image/svg+xml":
        raise Http404
    stat = file.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    if request.headers.get("If-None-Match") == etag:
        return _with_headers(HttpResponseNotModified(), etag, stat.st_mtime)
    span = _span(request.headers.get("Range", ""), stat.st_size)
    if request.headers.get("If-Range", etag) != etag:
        span = None
    if span is None:
        response: HttpResponseBase = FileResponse(file.open("rb"), content_type=kind)
    elif span[0] > span[1]:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
    else:
        first, last = span
        response = StreamingHttpResponse(_part(file, first, last), status=206, content_type=kind)
        response["Content-Range"] = f"bytes {first}-{last}/{stat.st_size}"
        response["Content-Length"] = str(last - first + 1)
    return _with_headers(response, etag, stat.st_mtime)


def _with_headers(response: HttpResponseBase, etag: str, changed: float) -> HttpResponseBase:
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; None for the whole file, an empty span for what is not there."""
    match = RANGE.match(header)
    if not match or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:  # the last n bytes
        return max(0, size - int(last)), size - 1
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start < size else (1, 0)


def _part(file: Path, first: int, last: int) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0 and (piece := opened.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
