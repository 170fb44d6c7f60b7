"""Who somebody is by name and password; names as people type them."""

import re
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from learning.people.models import Person
from learning.people.rules import NIPError, read_nip


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
