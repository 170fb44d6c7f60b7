"""`manage.py people import FILE`: people and units from a file, first only compared."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.people.importing import queries, runs, tokens
from learning.people.importing.models import ImportRow, ImportRun, SyncToken
from learning.people.importing.reading import CannotRead
from learning.people.importing.wording import ABOUT_FILE, ABOUT_ROW, ABOUT_STEP
from learning.people.models import Person, Unit


class Command(BaseCommand):
    """Prints numbers and reasons, never a name or a NIP: what it prints may end in a log."""

    help = "Import people or units: compare a file, apply the difference, or undo it within 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        load = deeds.add_parser("import", help="Compare FILE (the default), apply it, or undo an import.")
        load.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV or XLSX")
        load.add_argument("--units", action="store_true", help="the file lists units, not people")
        load.add_argument("--by", metavar="NAME", help="sign-in name of whoever answers for it")
        load.add_argument("--unit", metavar="CODE", help="only this unit and all below it may be touched")
        load.add_argument("--whole", action="store_true", help="whoever is not in the file has left")
        load.add_argument(
            "--yes", action="store_true", help="deactivate even more than a tenth of the people"
        )
        load.add_argument("--result", type=Path, metavar="CSV", help="write what became of each row here")
        which = load.add_mutually_exclusive_group()
        which.add_argument("--dry-run", action="store_true", help="only compare (the default)")
        which.add_argument(
            "--apply", nargs="?", const=0, type=int, metavar="ID", help="apply FILE, or import ID"
        )
        which.add_argument("--undo", type=int, metavar="ID", help="undo import ID")

        key = deeds.add_parser("token", help="Make or revoke the key of a staff system (HR sync API).")
        key.add_argument("--name", help="what the system is called")
        key.add_argument("--by", metavar="NAME", help="sign-in name of whoever answers for it")
        key.add_argument("--unit", metavar="CODE", help="only this unit and all below it may be touched")
        key.add_argument("--revoke", type=int, metavar="ID", help="take key ID back")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "token":
            self._token(options)
            return
        try:
            run = self._step(options)
        except CannotRead as error:
            raise CommandError(queries.words([error.code, error.detail], ABOUT_FILE)) from None
        except runs.ImportRefused as refused:
            raise CommandError(str(ABOUT_STEP[refused.code])) from None
        if options["result"] and run.state != ImportRun.State.REFUSED:
            with options["result"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(queries.result_lines(run))
        self._report(run)

    def _step(self, options: dict[str, Any]) -> ImportRun:
        now = timezone.now()
        if options["undo"]:
            begun = runs.begin(self._run(options["undo"]), state=ImportRun.State.UNDOING, now=now)
            return runs.write(begun.pk)
        if options["apply"]:
            run = self._run(options["apply"])
        else:
            run = self._compared(options)
            if options["apply"] is None or run.state == ImportRun.State.REFUSED:
                return run
        begun = runs.begin(run, state=ImportRun.State.APPLYING, now=now, confirmed=options["yes"])
        return runs.write(begun.pk)

    def _token(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        if options["revoke"]:
            token = SyncToken.objects.filter(pk=options["revoke"]).first()
            if token is None:
                raise CommandError(f"There is no key {options['revoke']}.")
            tokens.revoke_token(token=token, by=None, now=now)
            self.stdout.write(f"Key {token.pk} opens nothing any more.")
            return
        if not options["name"]:
            raise CommandError("Say with --name what the system is called.")
        token, secret = tokens.make_token(
            name=options["name"], unit=self._unit(options["unit"]), by=self._by(options["by"]), now=now
        )
        self.stdout.write(f"Key {token.pk}. It is shown this once:\n{secret}")

    def _by(self, name: str | None) -> Person:
        by = Person.objects.filter(username=name, is_active=True).first() if name else None
        if by is None:
            raise CommandError("Say with --by who answers for this: the sign-in name of somebody active.")
        return by

    def _unit(self, code: str | None) -> Unit | None:
        unit: Unit | None = Unit.objects.filter(code=code).first() if code else None
        if code and unit is None:
            raise CommandError(f"There is no unit {code}.")
        return unit

    def _run(self, pk: int) -> ImportRun:
        run = ImportRun.objects.filter(pk=pk).first()
        if run is None:
            raise CommandError(f"There is no import {pk}.")
        return run

    def _compared(self, options: dict[str, Any]) -> ImportRun:
        path = options["file"]
        if path is None or not path.is_file():
            raise CommandError("Name a file that exists.")
        by, unit = self._by(options["by"]), self._unit(options["unit"])
        with path.open("rb") as file:
            run = runs.take_file(
                kind=ImportRun.Kind.UNITS if options["units"] else ImportRun.Kind.PEOPLE,
                pieces=iter(lambda: file.read(1 << 20), b""),
                name=path.name,
                by=by,
                unit=unit,
                is_whole=options["whole"],
                now=timezone.now(),
            )
        return runs.compare(run.pk)

    def _report(self, run: ImportRun) -> None:
        if run.state == ImportRun.State.REFUSED:
            raise CommandError(" ".join(queries.notes_of(run)), returncode=1)
        self.stdout.write(f"Import {run.pk}: {run.state}")
        for note in queries.notes_of(run):
            self.stdout.write(f"  {note}")
        for kind, label in ImportRow.Kind.choices:
            if run.counts.get(kind):
                self.stdout.write(f"  {run.counts[kind]:>8} {label}")
        for outcome, count in run.counts.get("outcomes", {}).items():
            self.stdout.write(f"  {count:>8} → {ImportRow.Outcome(outcome).label}")
        reasons: dict[str, int] = {}
        for row in run.rows.exclude(reasons=[]).values_list("reasons", flat=True).iterator():
            for code, *_detail in row:
                reasons[code] = reasons.get(code, 0) + 1
        for code, count in sorted(reasons.items(), key=lambda each: -each[1]):
            self.stdout.write(f"  {count:>8} · {queries.words([code, '…'], ABOUT_ROW)}")
