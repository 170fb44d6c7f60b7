"""Small middlewares of the site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from asn_belajar import views
from content.page_note import NOTE, Note


class MaintenanceMiddleware:
    """While the file `BELAJAR_MAINTENANCE_FILE` exists, everybody is told to come back later.

    Static files are served before it, and `/healthz` goes on answering: the process is well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz" and settings.BELAJAR_MAINTENANCE_FILE.exists():
            return views.maintenance(request)
        return self.get_response(request)


class BackOfficePolicyMiddleware:
    """Gives `/redaksi/` a content policy of its own: Wagtail's editor needs inline script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/redaksi/"):
            response._csp_replace = settings.BACK_OFFICE_SECURITY_POLICY  # type: ignore[attr-defined]
        return response


class TextGZipMiddleware(GZipMiddleware):
    """Compresses pages and JSON. A film or a picture is left alone: it is as small as it gets."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        note = request.META.get(NOTE)
        if isinstance(note, Note) and note.is_public:
            return response  # asn_belajar.page_door compresses it, once for everybody
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith(("text/", "application/json")):
            return response
        return super().process_response(request, response)
