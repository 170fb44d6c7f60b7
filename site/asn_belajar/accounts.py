"""How sign-in behaves here: nobody signs up, a NIP may be typed with spaces."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.people.models import Person
from learning.people.rules import NIPError, read_nip
from learning.study.actions import end_session
from learning.study.tokens import session_mark


def sign_in_name(text: str) -> str:
    """The sign-in name somebody typed: a NIP without its spaces, dots and dashes, a name without spaces."""
    try:
        return read_nip(text).text
    except NIPError:
        return re.sub(r"\s+", "", text)


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """Answers somebody inactive as it answers a wrong password, though their password be right."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()  # allauth would send them on to a page that says they exist
        return person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People come from the import, never from a sign-up form."""

    # One sentence for every wrong sign-in: which half was wrong is nobody's business.
    _WRONG = _("The sign-in name or the password is not right.")
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "account_inactive": _WRONG,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Before the limits count, so that a space more does not make another account."""
        for name in ("username", "email"):
            if name in credentials:
                credentials[name] = sign_in_name(credentials[name])
        person: Person | None = super().authenticate(request, **credentials)
        return person

    def logout(self, request: HttpRequest) -> None:
        """Study tokens of this session credit nothing after the sign-out."""
        if request.session.session_key:
            end_session(session=session_mark(request.session.session_key), now=timezone.now())
        super().logout(request)


class UserSessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth is untyped
    """A session ended from the list of devices ends its study tokens too."""

    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        for session in sessions:
            end_session(session=session_mark(session.session_key), now=timezone.now())
        super().end_sessions(sessions)
