"""`manage.py audit verify | close`: the audit log proven, its days closed."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from learning.people.audit.chain import CHAIN
from learning.people.models import AuditDay


class Command(BaseCommand):
    """Names days and digests only: what it prints may end in a log."""

    help = "Verify the day chain of the audit log, or close its days."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        verify = deeds.add_parser("verify", help="Recompute the day chain; exit code 1 if it is broken.")
        verify.add_argument("--from", dest="since", type=dt.date.fromisoformat, help="first day, 2026-11-22")
        verify.add_argument("--to", dest="until", type=dt.date.fromisoformat, help="last day")
        deeds.add_parser("close", help="Close days: for the scheduler, every hour.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "verify":
            self.verify(options["since"], options["until"])
        else:
            for day in CHAIN.close_days(now=timezone.now()):
                self.stdout.write(f"{day.day} closed: {day.entries} entries, {day.digest}")

    def verify(self, since: dt.date | None, until: dt.date | None) -> None:
        broken = 0
        total = AuditDay.objects.count()
        for day in tqdm(CHAIN.check_days(since, until), total=total, desc="Days", unit="day", disable=None):
            if day is None:
                continue
            broken += 1
            if broken == 1:
                self.stdout.write(f"First broken day: {day.day} ({day.why}; entries {day.entries:+d})")
        newest = AuditDay.objects.order_by("-day").first()
        if newest:
            self.stdout.write(f"Newest closed day: {newest.day} {newest.digest}")
        if broken:
            raise CommandError(f"The audit log is broken: {broken} days.", returncode=1)
        self.stdout.write("The audit log is whole.")
