"""The two addresses of a sign-in elsewhere: off to the provider, and back."""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from asn_belajar.accounts.oidc.client import UNREADABLE, CallbackView, OIDCClient


@login_not_required  # type: ignore[untyped-decorator]  # allauth is untyped
@never_cache
@require_safe
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider. A link, not a form: our policy lets no form lead to another host.

    Another site must not start a sign-in in somebody's name, so from there one is asked first.
    """
    try:
        client = OIDCClient(request, provider_id)
        provider = client.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return render(request, "socialaccount/login.html", {"provider": provider})
    try:
        response: HttpResponse = OAuth2LoginView.adapter_view(client)(request)
    except UNREADABLE as error:
        response = render_authentication_error(request, provider, exception=error)
    return response


@login_not_required  # type: ignore[untyped-decorator]  # allauth is untyped
@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    try:
        response: HttpResponse = CallbackView.adapter_view(OIDCClient(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response
