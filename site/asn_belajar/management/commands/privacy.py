"""`manage.py privacy purge | affected`: retention kept, and who is concerned by an incident."""

import csv
import datetime as dt
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from asn_belajar import ROOT
from asn_belajar.personal_data.purge import purge, rules
from learning.people.audit.actions import log_deed
from learning.people.audit.queries import affected
from learning.people.models import Person
from learning.people.rules import WIB

LETTER = ROOT / "docs" / "privacy-breach-letter.md"


def moment(text: str) -> dt.datetime:
    """A time in WIB: 2026-11-25 or 2026-11-25T09:30."""
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=WIB)


class Command(BaseCommand):
    help = "Remove what is past its retention, or list the people an incident may concern."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        removing = deeds.add_parser("purge", help="Remove what is past its retention: daily.")
        removing.add_argument("--dry-run", action="store_true", help="only count it")
        listing = deeds.add_parser(
            "affected", help="Whose data others saw, changed or carried away in a time window, as CSV."
        )
        listing.add_argument(
            "--from", dest="since", type=moment, required=True, help="2026-11-25T09:00 (WIB)"
        )
        listing.add_argument("--to", dest="until", type=moment, required=True, help="2026-11-25T17:00 (WIB)")
        listing.add_argument(
            "--output", type=Path, help="file of keys, names, units and addresses to write to"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "purge":
            self.purge(options["dry_run"])
        else:
            self.affected(options["since"], options["until"], options["output"])

    def purge(self, dry_run: bool) -> None:
        now = timezone.now()
        kept = {rule.name: rule.days for rule in rules(now)}
        for name, count in purge(now=now, dry_run=dry_run).items():
            self.stdout.write(f"{count} {name} (kept {kept[name]} days)")
        self.stdout.write("Nothing was removed." if dry_run else "Removed.")

    def affected(self, since: dt.datetime, until: dt.datetime, output: Path | None) -> None:
        if until <= since:
            raise CommandError("--to must be later than --from.")
        found = affected(since, until)
        if output is None:
            for person, actions in found.items():
                self.stdout.write(f"person {person}: {', '.join(actions)}")
        else:
            self._write(found, output)
        log_deed(
            actor=None,
            action="list_affected",
            now=timezone.now(),
            first=since.isoformat(),
            last=until.isoformat(),
            count=len(found),
        )
        self.stdout.write(f"{len(found)} people. The letter to fill in: {LETTER.relative_to(ROOT)}")

    def _write(self, found: dict[int, list[str]], output: Path) -> None:
        keys = list(found)
        with output.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("person", "name", "unit", "e-mail", "what"))
            for start in range(0, len(keys), 500):
                people = Person.objects.get_queryset().filter(pk__in=keys[start : start + 500])
                for person in people.select_related("unit").order_by("pk"):
                    unit = person.unit.name if person.unit else ""
                    row = (person.pk, person.name, unit, person.email, ", ".join(found[person.pk]))
                    writer.writerow(
                        f"'{cell}" if str(cell).startswith(("=", "+", "-", "@")) else cell for cell in row
                    )
        if sys.stderr.isatty():
            self.stderr.write("This file holds personal data: keep it safe, delete it after the letters.")
