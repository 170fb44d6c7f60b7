"""The index of what may be found: make it anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from content.search import indexing


class Command(BaseCommand):
    help = "search rebuild: make the index of what may be found anew, from the published pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("deed", choices=["rebuild"])

    def handle(self, *args: Any, **options: Any) -> None:
        count = indexing.rebuild()
        self.stdout.write(_("%(count)d pages can be found.") % {"count": count})
