"""The real server, hammered for one person by many pages at once: each second once, and no error."""

import datetime as dt
import random
import threading
from typing import Any

import pytest
from django.utils import timezone

from learning.study.models import StudyEntry, WeekTotal
from tests import make
from tests.learning.study import promises
from tests.reporters import Interval, Reporter, at_work, connect, post, token, until_answered

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REPORTS = 25  # of each page: eight pages together stay under 240 a minute, so none is told to wait


def begun() -> dt.datetime:
    """Six hours ago, on a whole second: there is time enough to report."""
    return timezone.now().replace(microsecond=0) - dt.timedelta(hours=6)


def test_eight_pages_of_one_person_are_credited_once_each_second(real_server: str) -> None:
    person = make.person()
    activities = [make.activity(planned_minutes=900) for _ in range(3)]
    issued = begun()

    def studies_anywhere(reporter: Reporter) -> None:
        """Stretches here and there in the same quarter of an hour, old ones grown, several in a report."""
        if reporter.answers >= REPORTS:
            return
        seed = f"{reporter.token}{len(reporter.intervals)}{reporter.answers}"
        dice = random.Random(seed)  # noqa: S311 - a test needs no secret dice
        for _ in range(dice.randint(1, 3)):
            if reporter.intervals and dice.random() < 0.6:
                chosen = dice.choice(reporter.intervals)
                chosen.length_s = min(900, chosen.length_s + dice.randint(1, 20))
            elif len(reporter.intervals) < 40:
                reporter.intervals.append(Interval(dice.randint(0, 900), dice.randint(1, 20)))

    pages = [
        Reporter(
            lambda: real_server,
            token(person, activities[number % 3], issued, f"s{number % 4}"),
            studies_anywhere,
        )
        for number in range(8)
    ]
    with at_work(pages):
        until_answered(pages, REPORTS, in_all=True)

    assert [page.pauses + page.breaks for page in pages] == [0] * 8
    union: set[int] = set()
    for page in pages:
        for each in page.intervals:
            union.update(range(each.offset_s, each.offset_s + each.length_s))
    assert WeekTotal.objects.filter(person=person).exists()
    rows = promises.rows_of([person])
    assert sum(row.credited for row in rows) == len(union)
    promises.no_second_is_credited_twice(rows)
    promises.what_is_cut_says_why(rows)
    promises.every_total_is_the_sum_of_its_rows([person], rows)


def test_a_hundred_tabs_at_one_moment_are_worth_one(real_server: str) -> None:
    """The attack: a hundred keys for the same minute, sent at once from sixteen connections."""
    person, activity = make.person(), make.activity(planned_minutes=900)
    word = token(person, activity, begun())
    statuses: list[int] = []
    gate = threading.Barrier(16)

    def send(tabs: list[dict[str, Any]]) -> None:
        connection = connect(real_server)
        gate.wait(timeout=30)
        for tab in tabs:
            statuses.append(post(connection, "/api/v1/study/intervals", tab)[0])

    tabs = [{"token": word, "intervals": [Interval(0, 60).content()]} for _ in range(100)]
    threads = [threading.Thread(target=send, args=(tabs[number::16],)) for number in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert statuses == [200] * 100
    credited = StudyEntry.objects.filter(person=person).order_by("-credited_s")
    assert [each.credited_s for each in credited] == [60] + [0] * 99
    assert {each.reason for each in credited[1:]} == {"overlap"}
    assert WeekTotal.objects.get(person=person).measured_s == 60
