"""A script that posts all it may, all day long: the ceilings hold, and the ledger shows each cut."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client

from learning.people.models import Person
from learning.study import endpoints, rules, tokens
from learning.study.models import StudyEntry, StudyPolicy, WeekTotal
from learning.study.pace import Patience
from tests import make
from tests.learning.study import promises

pytestmark = pytest.mark.django_db


def test_a_script_that_posts_the_maximum_all_day_is_held_by_the_ceilings(
    clock: Callable[[dt.datetime], None],
    signed_in: Callable[[Person], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From midnight to midnight, each quarter of an hour, 900 s from four tabs on four modules."""
    monkeypatch.setattr(endpoints, "PATIENCE", Patience(most=1_000))  # a day passes in seconds here
    midnight = dt.datetime(2026, 11, 25, tzinfo=rules.WIB)
    script, quarter = make.person(), dt.timedelta(minutes=15)
    modules = [make.activity(planned_minutes=60) for _ in range(4)]
    posted = 0
    for number in range(96):
        opened = midnight + number * quarter
        for module in modules:
            token = tokens.issue(
                person_id=script.pk, activity_id=module.pk, revision=1, session="skrip", now=opened
            )
            interval = {"key": str(make.key()), "offset_ms": 0, "length_ms": 900_000}
            body = json.dumps({"token": token, "intervals": [interval]}).encode()
            status, _said = endpoints.answer(body, opened + quarter)
            assert status == 200
            posted += 900
    day_s = StudyPolicy.objects.get().day_s
    rows = promises.rows_of([script])

    assert posted == 4 * 86_400
    assert WeekTotal.objects.get(person=script).day_3_s == day_s == 21_600
    promises.the_ceilings_hold(rows, day_s, {each.pk: 7_200 for each in modules})
    promises.no_second_is_credited_twice(rows)
    promises.what_is_cut_says_why(rows)
    why = Counter(row.reason for row in rows)
    assert why[""] == 24  # six hours
    assert set(why) == {"", rules.OVERLAP, rules.ACTIVITY_CEILING, rules.DAY_CEILING}
    assert StudyEntry.objects.filter(credited_s=0).exclude(reason="").count() == len(rows) - 24

    clock(midnight + dt.timedelta(hours=12))
    page = signed_in(script).get("/buku-belajar/?tampil=refused").content.decode()
    for reason in ("melebihi batas sehari", "tumpang tindih"):
        assert reason in page.lower(), reason
