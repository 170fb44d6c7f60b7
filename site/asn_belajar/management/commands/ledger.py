"""`manage.py ledger verify | rebuild | close | retire`: proven, made anew, closed, rolled up."""

import datetime as dt
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from learning.people.models import Person
from learning.reports.checks import check_unit_weeks
from learning.reports.rollup.actions import rebuild_unit_weeks, roll_up
from learning.study.chain import check_days, close_days, seal_entries
from learning.study.checks import check_totals, people_in_slices, rebuild_totals
from learning.study.models import LedgerDay
from learning.study.retention import BATCH, DayIsBroken, days_due, first_day_kept, leftover, retire
from learning.study.rules import local_day

SHOWN = 20  # differences told one by one; the rest is counted


class Command(BaseCommand):
    """Names people by their key, never by name or NIP: what it prints may end in a log."""

    help = "Verify the study ledger, rebuild its totals, seal and close its days, or retire old entries."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        verify = deeds.add_parser(
            "verify", help="Recompute every total and the day chain; exit code 1 if broken."
        )
        verify.add_argument("--from", dest="since", type=dt.date.fromisoformat, help="first day, 2026-11-22")
        verify.add_argument("--to", dest="until", type=dt.date.fromisoformat, help="last day")
        deeds.add_parser("rebuild", help="Make the totals anew from the entries; safe while the site runs.")
        deeds.add_parser("close", help="Seal entries and close days: for the scheduler, every 15 minutes.")
        retire = deeds.add_parser("retire", help="Roll entries older than the retention into day rows.")
        retire.add_argument("--dry-run", action="store_true", help="only say what would be done")
        retire.add_argument("--batch", type=int, default=BATCH, help="entries in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "verify":
            self.verify(options["since"], options["until"])
        elif options["deed"] == "rebuild":
            self.rebuild()
        elif options["deed"] == "retire":
            self.retire(options["dry_run"], max(1, options["batch"]))
        else:
            self.close()

    def verify(self, since: dt.date | None, until: dt.date | None) -> None:
        broken = self._verify_days(since, until)
        drifts: list[str] = []
        count = 0
        for people in tqdm(people_in_slices(), desc="Totals", unit="slice", disable=None):
            for drift in check_totals(people, since=since, until=until):
                count += 1
                drifts += [str(drift)] if len(drifts) < SHOWN else []
        units = list(check_unit_weeks(now=timezone.now(), since=since, until=until))
        count += len(units)
        drifts += [str(each) for each in islice(units, SHOWN - len(drifts))]
        for line in drifts:
            self.stdout.write(line)
        if count > len(drifts):
            self.stdout.write(f"… and {count - len(drifts)} more")
        if broken or count:
            raise CommandError(f"The ledger is broken: {broken} days, {count} totals.", returncode=1)
        self.stdout.write("The ledger is whole.")

    def _verify_days(self, since: dt.date | None, until: dt.date | None) -> int:
        """Names the first broken day; how many there are."""
        broken = 0
        total = LedgerDay.objects.count()
        for day in tqdm(check_days(since, until), total=total, desc="Days", unit="day", disable=None):
            if day is None:
                continue
            broken += 1
            if broken == 1:
                self.stdout.write(
                    f"First broken day: {day.day} ({day.why}; entries {day.entries:+d}, {day.seconds:+d} s)"
                )
        newest = LedgerDay.objects.order_by("-day").first()
        if newest:
            self.stdout.write(f"Newest closed day: {newest.day} {newest.digest}")
        return broken

    def rebuild(self) -> None:
        repaired = 0
        for people in tqdm(people_in_slices(), desc="Totals", unit="slice", disable=None):
            drifting = {drift.person_id for drift in check_totals(people)}
            for person in Person.objects.filter(pk__in=drifting).order_by("pk"):
                repaired += rebuild_totals(person.pk)
        for _week in tqdm(rebuild_unit_weeks(now=timezone.now()), desc="Units", unit="week", disable=None):
            pass
        self.stdout.write(f"{repaired} totals made anew.")

    def close(self) -> None:
        sealed = seal_entries(now=timezone.now())
        self.stdout.write(f"{sealed} entries sealed.")
        for day in close_days(now=timezone.now()):
            self.stdout.write(f"{day.day} closed: {day.entries} entries, {day.seconds} s, {day.digest}")
        self.stdout.write(f"{roll_up(now=timezone.now())} totals of units made anew.")

    def retire(self, dry_run: bool, batch: int) -> None:
        now = timezone.now()
        due = days_due(today=local_day(now))
        waiting = sum(day.entries for day in due) + leftover().count()
        kept_from = first_day_kept(local_day(now))
        self.stdout.write(
            f"Entries are kept from {kept_from} on: {len(due)} days, {waiting} entries to retire."
        )
        if dry_run:
            return
        entries = rows = 0
        try:
            with tqdm(total=waiting, desc="Entries", unit="entry", disable=None) as progress:
                for step in retire(now=now, batch=batch):
                    entries, rows = entries + step.entries, rows + step.rows
                    progress.update(step.entries)
        except DayIsBroken as broken:
            raise CommandError(
                f"Not retired, the day is broken: {broken}. See `ledger verify`.", returncode=1
            ) from None
        finally:
            self.stdout.write(f"{entries} entries retired into {rows} day rows.")
