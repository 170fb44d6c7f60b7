"""What is due by the clock is done, and one failing timer stops no other."""

import datetime as dt

import pytest
from asn_belajar.scheduler import TIMERS, Timer, run_due, run_quietly
from django.core.management import call_command
from django.utils import timezone

from learning.study.models import Activity
from tests import make_pages

NOON = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)


def test_each_timer_runs_at_its_own_pace_and_a_failing_one_stops_no_other() -> None:
    ran: list[str] = []

    def run(*command: str) -> None:
        ran.append(command[0])
        if command[0] == "breaks":
            raise ValueError

    last: dict[Timer, dt.datetime] = {}
    timers = (Timer(("breaks",), 60), Timer(("minute",), 60), Timer(("hour",), 3600))
    for second in range(0, 181, 15):
        run_due(timers, last, NOON + dt.timedelta(seconds=second), run)
    assert (ran.count("breaks"), ran.count("minute"), ran.count("hour")) == (4, 4, 1)


@pytest.mark.django_db
def test_every_timer_is_a_command_that_runs_twice_without_harm(caplog: pytest.LogCaptureFixture) -> None:
    make_pages.home()
    for _ in range(2):
        run_due(TIMERS, {}, timezone.now(), lambda *command: call_command(*command, verbosity=0))
    assert "timer failed" not in caplog.text


@pytest.mark.django_db
def test_a_scheduled_page_appears_and_an_expired_one_goes_with_its_activity() -> None:
    now = timezone.now()
    coming = make_pages.unpublished_module()
    coming.go_live_at = now + dt.timedelta(hours=1)
    coming.save_revision().publish()
    going = make_pages.module()
    going.expire_at = now - dt.timedelta(minutes=1)
    going.save_revision()
    type(going).objects.filter(pk=going.pk).update(expire_at=going.expire_at)
    coming.revisions.update(approved_go_live_at=now - dt.timedelta(minutes=1))
    run_quietly("publish_scheduled")
    coming.refresh_from_db()
    going.refresh_from_db()
    assert (coming.live, going.live, going.expired) == (True, False, True)
    assert coming.activity_id and Activity.objects.get(pk=coming.activity_id).is_open
    assert not Activity.objects.get(pk=going.activity_id).is_open
