"""`manage.py h5p inspect | validate | pack | unpack`: H5P packages without the site or its database."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from content.h5p import package
from content.h5p.intake import clean
from content.h5p.problems import Refused
from content.h5p.sentences import sentence, sentences


class Command(BaseCommand):
    """Only `clean` asks the database."""

    help = "Look at, check, make or take apart an H5P package; remove parts that no package uses."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        for name, help_text in (
            ("inspect", "Say what it is and what is wrong with it."),
            ("validate", "Check it against every rule; exit code 1 if it breaks one."),
        ):
            deed = deeds.add_parser(name, help=help_text)
            deed.add_argument("file", type=Path)
            deed.add_argument(
                "--json", action="store_true", help="for machines: rule codes instead of sentences"
            )
        unpack = deeds.add_parser("unpack", help="Write the files of a valid package into a new folder.")
        unpack.add_argument("file", type=Path)
        unpack.add_argument("folder", type=Path)
        pack = deeds.add_parser("pack", help="Make a package from a folder with h5p.json and content/.")
        pack.add_argument("folder", type=Path)
        pack.add_argument("file", type=Path)
        pack.add_argument(
            "--library",
            type=Path,
            action="append",
            default=[],
            help="a library's folder elsewhere; repeatable",
        )
        deeds.add_parser("clean", help="Remove kept parts that no package has used for a day.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["deed"] in ("inspect", "validate"):
                self.look(
                    options["file"], as_json=options["json"], must_be_valid=options["deed"] == "validate"
                )
            elif options["deed"] == "unpack":
                with options["file"].open("rb") as file:
                    report = package.unpack(file, options["folder"])
                self.stdout.write(_("%(count)d files written.") % {"count": len(report.valid.files)})
            elif options["deed"] == "pack":
                self.tell(package.pack(options["folder"], options["file"], options["library"]))
            else:
                self.stdout.write(_("%(count)d files removed.") % {"count": clean(now=timezone.now())})
        except Refused as refused:
            raise CommandError("\n".join(sentences(refused.problems)), returncode=1) from None
        except FileExistsError as error:
            raise CommandError(_("The folder is not empty: %(name)s") % {"name": error}) from None
        except OSError as error:
            raise CommandError(str(error)) from None

    def look(self, path: Path, *, as_json: bool, must_be_valid: bool) -> None:
        with path.open("rb") as file:
            report = package.inspect(file, path.name)
        if as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        else:
            self.tell(report)
        if report.problems and must_be_valid:
            raise CommandError(_("Refused."), returncode=1)

    def tell(self, report: package.Report) -> None:
        lines = [
            (_("File"), report.name),
            (_("Size"), filesizeformat(report.size)),
            ("SHA-256", report.sha256),
        ]
        if report.contents:
            description, main = report.contents.description, report.contents.main
            lines += [
                (_("Title"), description.title),
                (_("Type"), f"{main.title} ({main.name}.{main.patch})"),
                (_("Languages"), ", ".join(description.languages) or "–"),
                (_("Licence"), description.license),
                (_("Unpacked"), filesizeformat(report.unpacked_size)),
                (_("Files"), str(len(report.contents.files))),
                (_("Libraries played"), ", ".join(str(each.name) for each in report.contents.closure)),
            ]
        for label, value in lines:
            self.stdout.write(f"{label}: {value}")
        for each in report.warnings:
            self.stdout.write(self.style.WARNING(f"· {sentence(each)}"))
        for each in report.problems:
            self.stdout.write(self.style.ERROR(f"✗ {sentence(each)} [{each.rule}]"))
        if report.contents:
            self.stdout.write(self.style.SUCCESS(_("The package keeps to every rule.")))
