"""Django's name for this subject."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class ReportsConfig(AppConfig):
    name = "learning.reports"
    label = "reports"

    def ready(self) -> None:
        """The triggers of the roll-up stand on tables of others, which a migration may remake."""
        pre_migrate.connect(_step_aside, sender=self)
        post_migrate.connect(_keep_watch, sender=self)


def _step_aside(*, using: str, **_rest: Any) -> None:
    from learning.reports.rollup import triggers

    if connections[using].vendor == "sqlite":
        triggers.remove(connections[using])


def _keep_watch(*, using: str, **_rest: Any) -> None:
    from learning.reports.rollup import triggers

    triggers.install(connections[using])
