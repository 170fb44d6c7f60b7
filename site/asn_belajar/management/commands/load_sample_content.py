"""Fills the site with sample content. Safe to run again: what is there stays as it is."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm


class Command(BaseCommand):
    help = "Load the sample content: partners, tracks, modules, episodes, articles, editors' groups."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="Show no progress bar.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BELAJAR_SAMPLE_PEOPLE_ALLOWED:
            raise CommandError("Sample content is not for a real installation: these settings forbid it.")
        # Needs the packages that draw the samples, which a real installation does not have.
        from content.sample import load

        with tqdm(list(load.jobs()), desc="Sample content", unit="", disable=options["quiet"]) as bar:
            for what, work in bar:
                bar.set_postfix_str(what)
                work()
