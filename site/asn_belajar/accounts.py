"""How sign-in behaves here: nobody signs up, a NIP may be typed with spaces."""

import re

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from learning.study.actions import end_session
from learning.study.tokens import session_mark


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People come from the import, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return str(super().clean_username(re.sub(r"\s+", "", username), shallow=shallow))

    def logout(self, request: HttpRequest) -> None:
        """Study tokens of this session credit nothing after the sign-out."""
        if request.session.session_key:
            end_session(session=session_mark(request.session.session_key), now=timezone.now())
        super().logout(request)
