"""`manage.py roles grant`: the first BPSDM admin of an installation; the others are given at `/peran/`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.people.models import Person, RoleGrant, Unit
from learning.people.roles.actions import GrantRefused, grant_role
from learning.people.rules import local_day


class Command(BaseCommand):
    help = "Give a role from today on. Written to the audit log as a command on the server."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        giving = deeds.add_parser("grant", help="give a role from today on")
        giving.add_argument("username", help="sign-in name of the person")
        giving.add_argument("role", choices=RoleGrant.Role.values)
        giving.add_argument("--unit", help="code of the unit; without it everybody is reached")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        person = Person.objects.filter(username=options["username"]).first()
        unit = Unit.objects.filter(code=options["unit"]).first() if options["unit"] else None
        if person is None or (options["unit"] and unit is None):
            raise CommandError("There is no such person or unit.")
        try:
            grant_role(
                actor=None,
                person=person,
                role=options["role"],
                unit=unit,
                first_day=local_day(now),
                last_day=None,
                now=now,
            )
        except GrantRefused as refused:
            raise CommandError(f"Not given: {refused.code}.") from None
        self.stdout.write("The role has been given.")
