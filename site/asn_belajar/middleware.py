"""Small middlewares of the site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class BackOfficePolicyMiddleware:
    """Gives `/redaksi/` a content policy of its own: Wagtail's editor needs inline script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/redaksi/"):
            response._csp_replace = settings.BACK_OFFICE_SECURITY_POLICY  # type: ignore[attr-defined]
        return response
