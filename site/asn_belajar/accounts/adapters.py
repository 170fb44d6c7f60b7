"""How allauth behaves here: nobody signs up, a NIP may be typed with spaces, staff need two steps."""

import time
from collections.abc import Sequence
from typing import Any, ClassVar

import segno
from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from asn_belajar.accounts import limits, second_factor
from asn_belajar.accounts.backend import sign_in_name
from asn_belajar.accounts.secrets import open_secret, seal_secret
from learning.people.models import Person
from learning.study.actions import end_session
from learning.study.tokens import session_mark


def shown_name(person: Person) -> str:
    """What allauth's sentences call somebody: never the NIP they sign in with."""
    return person.get_short_name()


def _name_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People come from the import, never from a sign-up form."""

    # One sentence for every wrong sign-in: which half was wrong is nobody's business.
    _WRONG = _("The sign-in name or the password is not right.")
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "account_inactive": _WRONG,
        "too_many_login_attempts": _("Too many attempts. Please wait five minutes and try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Before the limits count, so that a space more does not make another account."""
        for name in ("username", "email"):
            if name in credentials:
                credentials[name] = sign_in_name(credentials[name])
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None:
            limits.signed_in(request, _name_in(credentials))
        return person

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """In place of allauth's own limits, which cost eight statements each in a shared cache."""
        if not limits.may_sign_in(request, _name_in(credentials), timezone.now()):
            raise self.validation_error("too_many_login_attempts")

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        second_factor.note_sign_in(request, user, now=timezone.now())

    def post_login(self, request: HttpRequest, user: Person, **details: Any) -> HttpResponse:
        """To where they wanted to go; staff without a second step first to the page that explains it."""
        response: HttpResponse = super().post_login(request, user, **details)
        if second_factor.is_missing(request):
            return second_factor.to_enrolment(request, response.headers["Location"])
        return response

    def logout(self, request: HttpRequest) -> None:
        """Study tokens of this session credit nothing after the sign-out."""
        if request.session.session_key:
            end_session(session=session_mark(request.session.session_key), now=timezone.now())
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Who signed in a moment ago need not say again who they are."""
        since = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        if any(record["at"] > since for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app, **details))


class UserSessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth is untyped
    """A session ended from the list of devices ends its study tokens too."""

    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        for session in sessions:
            end_session(session=session_mark(session.session_key), now=timezone.now())
        super().end_sessions(sessions)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Passkeys and authenticator apps: named for people, sealed in the database, kept by staff."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code or passkey is not right, or was used already."),
        "cannot_delete_authenticator": _(
            "Your role needs a second step at sign-in. "
            "Add another passkey or app first, then remove this one."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes are for accounts with a passkey or an app."),
        "unverified_email": _("Your e-mail address has to be confirmed first."),
    }

    def encrypt(self, text: str) -> str:
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.is_last_of_staff(authenticator, now=timezone.now())

    def build_totp_svg(self, url: str) -> str:
        """Dark on light in any colour scheme, or cameras cannot read it."""
        return str(segno.make(url, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff"))

    def generate_authenticator_name(self, user: Person, type: str) -> str:  # noqa: A002 - allauth's name
        return ""  # the form asks for one; `forms.PasskeyForm` fills in the device

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "ASN Belajar"}

    def _get_user_identifier(self, user: Person) -> str:
        """What the passkey and the app are labelled with, on devices we do not know: no NIP."""
        return user.name
