"""`manage.py load_sample_content`: partners, tracks, modules, episodes, articles, groups of editors."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from learning import sample


class Command(BaseCommand):
    """Loads what is not there yet; what editors changed meanwhile stays as they left it."""

    help = "Load the sample content alone, without people. Not for production."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sample.forbid_in_production()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        # Needs the packages that draw the samples, which a real installation does not have.
        from content.sample.load import load_content

        sample.load_competencies()
        load_content()
