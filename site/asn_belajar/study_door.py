"""The lean door of the ledger: study reports go past the middleware, straight to the ledger.

A report needs no session, no cookie, no language and no cached page: its signed token says who
studies what. So `/api/v1/study/intervals` is answered here, and whatever is not a plain POST goes
to the site as ever (docs/decisions/0005). The protections that count are kept: the size is
checked before the body is read, the token before the database is asked, and answers carry
`nosniff` and `no-store`.
"""

import json
import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.study.endpoints import MOST_BYTES, Answer, answer, problem

PATH = "/api/v1/study/intervals"
RETRY_AFTER_S = {HTTPStatus.TOO_MANY_REQUESTS: 60, HTTPStatus.SERVICE_UNAVAILABLE: 5}

log = logging.getLogger(__name__)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def study_door(site: Application) -> Application:
    """The WSGI application `site`, with the lean door before it."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return site(environ, start_response)
        status, content = take(environ)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status in RETRY_AFTER_S:
            headers.append(("Retry-After", str(RETRY_AFTER_S[HTTPStatus(status)])))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    return application


def take(environ: dict[str, Any]) -> Answer:
    """The answer to one report, whatever happens."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return problem(413, "too_large", _("The report is too large."))
    body = environ["wsgi.input"].read(int(length))
    if settings.BELAJAR_MAINTENANCE_FILE.exists():
        return problem(
            503, "maintenance", _("The site is closed for a while. Your minutes will be sent again.")
        )
    for _try in (1, 2):
        try:
            return answer(body, timezone.now())
        except (OperationalError, InterfaceError):
            # The database went away or is busy. A report may be repeated, so once more on a new connection.
            connection.close()
        except Exception:
            log.exception("a study report failed")
            return problem(500, "failed", _("The report could not be taken. It will be sent again."))
    log.warning("the database did not take a study report")
    return problem(503, "busy", _("The report could not be taken. It will be sent again."))
