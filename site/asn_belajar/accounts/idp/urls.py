"""The addresses of our identity provider; included only where `BELAJAR_IDENTITY_FOR_OTHERS` is on.

allauth names them "idp:oidc:…" and asks for all of its names; what we do not offer answers 404.
"""

from typing import Any

from allauth.idp.oidc import views as oidc
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from asn_belajar.accounts.idp import views


def not_offered(request: HttpRequest, **found: Any) -> HttpResponse:
    raise Http404


oidc_urls = [
    path(".well-known/openid-configuration", oidc.configuration, name="configuration"),
    path(".well-known/jwks.json", oidc.jwks, name="jwks"),
    path("identitas/setujui", views.authorize, name="authorization"),
    path("identitas/keluar", oidc.logout, name="logout"),
    path("identitas/token", oidc.token, name="token"),
    path("identitas/cabut", oidc.revoke, name="revoke"),
    path("identitas/saya", oidc.user_info, name="userinfo"),
    path("identitas/gawai", not_offered, name="device_authorization"),
    path("identitas/gawai/kode", not_offered, name="device_code"),
]
idp_urls = [path("", include((oidc_urls, "oidc")))]
urlpatterns = [path("", include((idp_urls, "idp")))]
