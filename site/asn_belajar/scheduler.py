"""What the site does by the clock, and the loop that does it: `manage.py scheduler`, beside `db_worker`."""

import datetime as dt
import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import close_old_connections

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """A command and how often it runs, in seconds. Each may run twice, or late, and do no harm."""

    command: tuple[str, ...]
    every_s: int


TIMERS = (
    Timer(("publish_scheduled",), 60),
    Timer(("ledger", "close"), 15 * 60),
    Timer(("audit", "close"), 60 * 60),
    Timer(("tidy_sign_ins",), 24 * 60 * 60),
    Timer(("claims_of_the_day",), 24 * 60 * 60),
)


def run_due(
    timers: Iterable[Timer], last: dict[Timer, dt.datetime], now: dt.datetime, run: Callable[..., object]
) -> None:
    """Run each timer whose time has come; one that fails is told in the log and tried at its next turn."""
    for timer in timers:
        if timer in last and (now - last[timer]).total_seconds() < timer.every_s:
            continue
        last[timer] = now
        try:
            run(*timer.command)
        except Exception:
            log.exception("timer failed: %s", " ".join(timer.command))


def run_quietly(*command: str) -> None:
    """Run a management command; what it prints is for people, not for a log."""
    close_old_connections()
    call_command(*command, stdout=io.StringIO())
