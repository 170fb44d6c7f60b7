"""`manage.py scheduler`: publishes and withdraws what is due, closes days, tidies up."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from asn_belajar.scheduler import TIMERS, run_due, run_quietly

TICK_S = 15


class Command(BaseCommand):
    """Runs until it is told to stop. A second one does no harm: every command may run twice."""

    help = "Run what is due by the clock, until stopped: scheduled pages, day closing, tidying."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run everything once and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        last: dict[Any, Any] = {}
        if options["once"]:
            run_due(TIMERS, last, timezone.now(), run_quietly)
            return
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stopped.set())
        while not stopped.is_set():
            run_due(TIMERS, last, timezone.now(), run_quietly)
            stopped.wait(TICK_S)
