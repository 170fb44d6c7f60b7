"""`manage.py load_sample`: real units, invented people, our own modules, eight weeks of study."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from content.groups import EDITORS, make_groups
from content.models import ModulePage
from learning import sample
from learning.people.models import Person
from learning.reports.actions import refresh_unit_weeks
from learning.sample_submissions import load_submissions
from learning.study import rules

PEOPLE = 2_000


class Command(BaseCommand):
    """Loads what is not there yet; running it twice changes nothing."""

    help = "Load units, sample people, content and eight weeks of study. Not for production."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sample.forbid_in_production()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        now = timezone.now()
        self.stdout.write(f"{sample.load_units()} unit kerja, {sample.load_competencies()} kompetensi")
        with tqdm(total=PEOPLE, desc="Orang", unit="", disable=None) as bar:
            sample.load_people(PEOPLE, bar.update)
        call_command("load_sample_content")
        Person.objects.get(username=sample.EDITOR.username).groups.add(make_groups()[EDITORS])
        if not sample.has_history():
            with tqdm(total=Person.objects.count(), desc="Riwayat belajar", unit="", disable=None) as bar:
                sample.load_history(now=now, quizzes=_quizzes(), progress=bar.update)
        load_submissions(now=now)
        for week in rules.recent_weeks(rules.local_day(now), 9):
            refresh_unit_weeks(week=week, now=now)
        self.stdout.write("Selesai.")


def _quizzes() -> list[sample.Quiz]:
    """The quizzes of all published modules."""
    return [
        sample.Quiz(page.activity_id, page.live_revision_id, page.questions, page.pass_mark)
        for page in ModulePage.objects.live().exclude(activity=None)
        if len(page.quiz)
    ]
