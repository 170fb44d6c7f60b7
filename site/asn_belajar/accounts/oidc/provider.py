"""Our OpenID Connect provider for allauth; the registry finds it here by its name."""

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse

from asn_belajar.accounts.oidc.client import OIDCClient


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth is untyped
    """PKCE always, a nonce always, and nothing from the address bar."""

    oauth2_adapter_class = OIDCClient
    package = "asn_belajar.accounts.oidc"
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"]

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """allauth would take scopes, parameters and the wish to connect accounts from the query."""
        wanted = super().get_redirect_from_request_kwargs(request)
        return {
            **wanted,
            "process": "login",
            "scope": self.get_scope(),
            "auth_params": {**self.get_auth_params(), "nonce": secrets.token_urlsafe(24)},
        }

    def redirect(self, request: HttpRequest, process: str, **wanted: Any) -> HttpResponse:
        """The nonce is kept with the state: in the session, for one answer."""
        response: HttpResponse = super().redirect(
            request, process, nonce=wanted["auth_params"]["nonce"], **wanted
        )
        return response

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # birth date, role, picture: none of our business

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


provider_classes = [Provider]
