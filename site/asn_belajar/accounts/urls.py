"""`/akun/`: allauth's addresses, with ours before them. What is not of use here is not served."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from asn_belajar.accounts import activation, views


def not_here(request: HttpRequest, **found: Any) -> HttpResponse:
    """allauth has a page at this address; we have no use for it."""
    raise Http404


urlpatterns = [
    path("aktivasi/", activation.ask_code, name="activation"),
    path("aktivasi/kata-sandi/", activation.choose, name="activation_choose"),
    path("langkah-kedua/", views.explain_second_factor, name="second_factor"),
    path("email/", views.email, name="account_email"),
    path("perangkat/<int:session_id>/keluar/", views.end_session, name="end_session"),
    path("perangkat/keluar/", views.end_all_sessions, name="end_all_sessions"),
    path("2fa/webauthn/keys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    re_path(r"^(?:confirm-email|login/code|social|3rdparty/signup)/", not_here),
    path("", include("allauth.urls")),
]
