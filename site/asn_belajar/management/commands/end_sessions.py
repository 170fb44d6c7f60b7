"""`manage.py end_sessions NIP` signs one person out everywhere, `--everybody` all: a lost phone, a breach."""

from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError, CommandParser

from asn_belajar.accounts.backend import sign_in_name


class Command(BaseCommand):
    help = "End the sessions of one person, or of everybody. Study tokens of those sessions end too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="NIP or sign-in name")
        parser.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, name: str | None, everybody: bool, **options: Any) -> None:
        if everybody == bool(name):
            raise CommandError("Name one person, or --everybody.")
        sessions = UserSession.objects.all()
        if name:
            sessions = sessions.filter(user__username=sign_in_name(name))
        ended = list(sessions)
        get_adapter().end_sessions(ended)
        if everybody:
            Session.objects.all().delete()  # also those that are on nobody's list
        self.stdout.write(f"{len(ended)} sessions ended")
