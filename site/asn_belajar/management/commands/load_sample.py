"""`manage.py load_sample`: real units, invented people, our own modules, eight weeks of study."""

from typing import Any

from content.sample.load import load_content, make_groups, quizzes
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from learning import sample
from learning.people.models import Person
from learning.reports.actions import refresh_unit_weeks
from learning.study import rules
from learning.study.models import StudyEntry

PEOPLE = 2_000


class Command(BaseCommand):
    """Loads what is not there yet; running it twice changes nothing."""

    help = "Load units, sample people, content and eight weeks of study. Not for production."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sample.forbid_in_production()
        except Exception as error:
            raise CommandError(str(error)) from error
        now = timezone.now()
        self.stdout.write(f"{sample.load_units()} unit kerja, {sample.load_competencies()} kompetensi")
        with tqdm(total=PEOPLE, desc="orang", unit="", disable=None) as bar:
            sample.load_people(PEOPLE, bar.update)
        load_content()
        for group in make_groups():
            if group.name == "Redaksi BPSDM":
                Person.objects.get(username=sample.EDITOR.username).groups.add(group)
        if not StudyEntry.objects.exists():
            with tqdm(total=Person.objects.count(), desc="riwayat belajar", unit="", disable=None) as bar:
                sample.load_history(
                    now=now, quizzes=[sample.Quiz(**quiz) for quiz in quizzes()], progress=bar.update
                )
        for week in rules.recent_weeks(rules.local_day(now), 9):
            refresh_unit_weeks(week=week, now=now)
        self.stdout.write("Selesai.")
