"""`manage.py set_up_content`: the pages, groups of editors and workflows every installation has."""

from typing import Any

from django.core.management.base import BaseCommand

from content import groups, tree, workflows


class Command(BaseCommand):
    """Makes what is missing and changes nothing that is there: run it again after a partner was added."""

    help = "Make the standing pages, the groups of editors and the workflows. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        tree.make_tree()
        groups.make_groups()
        workflows.make_workflows()
