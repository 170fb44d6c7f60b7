"""`manage.py tidy_sign_ins`, once a day: clears away what signing in leaves behind."""

from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from learning.people import attempts


class Command(BaseCommand):
    help = "Remove sessions that have ended, devices without a session, and counts of tries that are over."

    def handle(self, *args: Any, **options: Any) -> None:
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        running = Session.objects.values("session_key")
        devices = UserSession.objects.exclude(session_key__in=running).delete()[0]
        counts = attempts.forget_old(now=timezone.now())
        self.stdout.write(f"{devices} devices and {counts} counts of tries removed")
