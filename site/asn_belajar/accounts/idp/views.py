"""The consent page: allauth's, in front of a content policy that lets the answer reach the tool."""

from urllib.parse import urlsplit

from allauth.idp.oidc import views
from csp.constants import SELF
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


@never_cache
@csrf_exempt  # allauth's view checks the form itself; what a tool posts first has no token of ours
def authorize(request: HttpRequest) -> HttpResponse:
    """Asks the person. PKCE is not left to the tool: without a challenge there is no code."""
    if request.method == "GET" and request.GET.get("code_challenge_method") != "S256":
        refused: HttpResponse = views.respond_html_error(
            request, error=views.errors.InvalidRequestError("PKCE S256")
        )
        refused.status_code = 400
        return refused
    response: HttpResponse = views.authorization(request)
    if request.method != "GET" or response.status_code != 200:
        return response
    if not isinstance(response, TemplateResponse):
        response.status_code = 400  # allauth explains what is wrong, but calls it well
    else:
        tool = urlsplit(request.GET.get("redirect_uri", ""))  # allauth has checked that it is the tool's own
        if tool.scheme in ("http", "https") and tool.netloc:
            allowed = [SELF, f"{tool.scheme}://{tool.netloc}"]
            response._csp_update = {"form-action": allowed}  # type: ignore[attr-defined]
    return response
