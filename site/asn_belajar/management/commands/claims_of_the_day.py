"""`manage.py claims_of_the_day`, once a day: hands the day of claims to the worker."""

from typing import Any

from django.core.management.base import BaseCommand

from learning.reviews.claims.tasks import every_day


class Command(BaseCommand):
    help = (
        "Lapse what was recognised for a time, draw the sample of rule-made recognitions, remind supervisors."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        every_day.enqueue()
        self.stdout.write("the day of claims is with the worker")
