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

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """By e-mail only what is an address; allauth would look two statements longer for every NIP."""
        name = credentials.get("email") or credentials.get("username") or ""
        password = credentials["password"]
        found: Person | None = self._authenticate_by_email(name, password) if "@" in name else None
        return found or self._authenticate_by_username(name, password)

    def _authenticate_by_username(self, username: str, password: str) -> Person | None:
        """As it is written, so that the index serves; names of partners also in other capitals."""
        person = Person.objects.filter(username=username).first()
        if person is None and not username.isdecimal():
            person = Person.objects.filter(username__iexact=username).first()
        found: Person | None = self._check_password(person, password)
        return found

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()  # allauth would send them on to a page that says they exist
        return person
