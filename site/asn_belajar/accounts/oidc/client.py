"""Talks to an identity provider: its configuration, its keys, its answer to a sign-in."""

from typing import Any

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from asn_belajar.accounts.oidc.claims import UnknownKey, nip_in, read_id_token

# What may go wrong with an answer, also one made to break us.
UNREADABLE = (
    OAuth2Error,
    requests.RequestException,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
)
KEPT_S = 600  # configuration and keys of a provider; an unknown key is asked for at once


class OIDCClient(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth is untyped
    """One provider of `settings.SOCIALACCOUNT_PROVIDERS`, for one request."""

    nonce = ""  # of the question that is being answered

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            config = self._fetched(self.get_provider().server_url)
            if config.get("issuer") != self.issuer:
                raise OAuth2Error("the provider calls itself by another name")
            self._openid_config = config
        return self._openid_config

    @property
    def issuer(self) -> str:
        return str(self.get_provider().app.settings["issuer"])

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **answer: Any
    ) -> SocialLogin:
        """Who signed in there. `login.claims` holds what we were told, for this request only."""
        try:
            claims = self._claims(app, token.token, answer["response"])
            login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuth2Error(f"the provider's answer cannot be read: {type(error).__name__}") from error
        login.claims = claims
        return login

    def _claims(self, app: Any, access_token: str, response: dict[str, Any]) -> dict[str, Any]:
        """The claims of the ID token; those of the userinfo endpoint beside them when no NIP is there."""
        if "id_token" not in response:
            raise OAuth2Error("the provider sent no ID token")
        claims = self._verified(app, response["id_token"])
        if nip_in(claims, app.settings["claims"]["nip"]) or "userinfo_endpoint" not in self.openid_config:
            return claims
        told = self._fetch_user_info(access_token)
        if told["sub"] != claims["sub"]:
            raise OAuth2Error("userinfo is about somebody else")
        return {**told, **claims}

    def _verified(self, app: Any, id_token: str) -> dict[str, Any]:
        address = self.openid_config["jwks_uri"]
        expected = {"issuer": self.issuer, "client_id": app.client_id, "nonce": self.nonce}
        try:
            return read_id_token(id_token, keys=self._fetched(address), **expected)
        except UnknownKey:
            return read_id_token(id_token, keys=self._fetched(address, again=True), **expected)

    def _fetched(self, address: str, *, again: bool = False) -> dict[str, Any]:
        key = f"oidc:{address}"
        known: dict[str, Any] | None = None if again else cache.get(key)
        if known is None:
            with get_adapter().get_requests_session() as session:
                response = session.get(address)
                response.raise_for_status()
                known = response.json()
            if not isinstance(known, dict):
                raise OAuth2Error("the provider's answer cannot be read")
            cache.set(key, known, KEPT_S)
        return known


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]  # allauth is untyped
    """The answer of a provider: to our question, from whom we asked."""

    adapter: OIDCClient

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce", "")
        return state, response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        provider = self.adapter.get_provider()
        try:
            self._check_issuer(request)
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except UNREADABLE as error:
            response = render_authentication_error(request, provider, exception=error)
        return response

    def _check_issuer(self, request: HttpRequest) -> None:
        """RFC 9207: an answer that names another issuer, or none though its own always does, is refused."""
        named = request.GET.get("iss")
        always = self.adapter.openid_config.get("authorization_response_iss_parameter_supported")
        if (named or always) and named != self.adapter.issuer:
            raise OAuth2Error("the answer comes from another provider")
