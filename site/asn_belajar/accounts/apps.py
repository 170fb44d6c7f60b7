"""Signing in as an app of its own: it sets allauth up after allauth's own apps are ready."""

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest


class AccountsConfig(AppConfig):
    name = "asn_belajar.accounts"

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in
        from allauth.usersessions import signals

        user_logged_in.disconnect(receiver=signals.on_user_logged_in)
        user_logged_in.connect(receiver=note_device)


def note_device(sender: Any, request: HttpRequest, **details: Any) -> None:
    """Put this device on the list.

    allauth's own receiver also looks at every older session of the person, three statements each: on a
    Thursday at nine that is the work of several sign-ins. The list and `manage.py tidy_sign_ins` clear away.
    """
    from allauth.account.adapter import get_adapter
    from allauth.usersessions.models import UserSession

    longest = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.create(
        user=request.user,
        session_key=request.session.session_key,
        ip=get_adapter(request).get_client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:longest],
    )
