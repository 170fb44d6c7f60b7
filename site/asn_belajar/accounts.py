"""How sign-in behaves here: nobody signs up, a NIP may be typed with spaces."""

import re

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """People come from the import, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return str(super().clean_username(re.sub(r"\s+", "", username), shallow=shallow))
