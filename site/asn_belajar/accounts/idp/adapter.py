"""What a partner's tool may learn: that it is the same person again and, if it asks, the name."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.utils.translation import gettext_lazy as _

from learning.people.models import Person

SCOPES = ("openid", "profile")


class OIDCAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth is untyped
    """No NIP, no e-mail, no unit: who needs more asks the person."""

    scope_display: ClassVar[dict[str, Any]] = {
        "openid": _("Recognise you when you come again (without your NIP)"),
        "profile": _("See your name"),
    }

    def get_claims(
        self, purpose: str, user: Person, client: Any, scopes: Iterable[str], **details: Any
    ) -> dict[str, Any]:
        claims = {"sub": self.get_user_sub(client, user)}
        return {**claims, "name": user.name} if "profile" in scopes else claims

    def populate_server_metadata(self, metadata: dict[str, Any]) -> None:
        """Says only what is served here: codes with PKCE, nothing for devices."""
        metadata.pop("device_authorization_endpoint", None)
        metadata["scopes_supported"] = list(SCOPES)
        metadata["response_types_supported"] = ["code"]
        metadata["grant_types_supported"] = ["authorization_code"]
