"""Study offline: credited inside the permit, once, never over what is credited; else refused whole."""

import datetime as dt
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from learning.people.models import Person
from learning.study import rules, tokens
from learning.study.actions import StudyRefused, record_intervals, record_offline
from learning.study.models import Activity, Channel, PermitUse, StudyEntry, WeekTotal
from learning.study.tokens import Permit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Person:
    return make.person()


@pytest.fixture
def module() -> Activity:
    return make.activity(planned_minutes=60)


def permit(person: Person, activity: Activity, at: dt.datetime, nonce: str = "sekali") -> Permit:
    return Permit(person.pk, activity.pk, 3, at, nonce)


def test_time_offline_is_credited_on_the_day_it_happened(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    three_days_later = now + dt.timedelta(days=3)

    receipt = record_offline(
        permit=permit(learner, module, now),
        person=learner,
        intervals=[make.interval(600, after=3600), make.interval(300, after=90_000)],
        now=three_days_later,
    )

    assert [each.credited_s for each in receipt.outcomes] == [600, 300]
    assert set(StudyEntry.objects.values_list("channel", "revision")) == {(Channel.OFFLINE, 3)}
    week = WeekTotal.objects.get()
    assert (week.day_3_s, week.day_4_s, week.offline_s, week.measured_s) == (600, 300, 900, 900)


def test_time_offline_never_lies_over_what_is_credited(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    record_intervals(
        token=make.token(learner, make.activity(), now),
        intervals=[make.interval(300)],
        now=now + dt.timedelta(seconds=301),
    )

    receipt = record_offline(
        permit=permit(learner, module, now),
        person=learner,
        intervals=[make.interval(600)],
        now=now + dt.timedelta(hours=5),
    )

    assert (receipt.outcomes[0].credited_s, receipt.outcomes[0].reason) == (300, rules.OVERLAP)
    assert WeekTotal.objects.get().measured_s == 600


def test_a_permit_is_redeemed_once_and_its_repetition_answers_the_same(
    learner: Person, module: Activity, now: dt.datetime
) -> None:
    leave, batch, later = permit(learner, module, now), [make.interval(600)], now + dt.timedelta(hours=1)
    first = record_offline(permit=leave, person=learner, intervals=batch, now=later)

    again = record_offline(permit=leave, person=learner, intervals=batch, now=later + dt.timedelta(days=1))
    with pytest.raises(StudyRefused) as other:
        record_offline(permit=leave, person=learner, intervals=[make.interval(60, after=700)], now=later)
    with pytest.raises(StudyRefused) as longer:
        record_offline(
            permit=leave, person=learner, intervals=[make.interval(900, key=batch[0].key)], now=later
        )

    assert again.outcomes[0].outcome == "known"
    assert again.outcomes[0].credited_s == first.outcomes[0].credited_s == 600
    assert (other.value.code, longer.value.code) == ("permit_used", "permit_used")
    assert StudyEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "seconds_after", "code"),
    [(15, 0, "permit_expired"), (0, 7200, "in_the_future")],
)
def test_what_does_not_fit_a_permit_is_refused_whole(
    learner: Person, module: Activity, now: dt.datetime, days: int, seconds_after: int, code: str
) -> None:
    with pytest.raises(StudyRefused) as refused:
        record_offline(
            permit=permit(learner, module, now),
            person=learner,
            intervals=[make.interval(60), make.interval(60, after=seconds_after + 100)],
            now=now + dt.timedelta(days=days, hours=1),
        )

    assert refused.value.code == code
    assert not StudyEntry.objects.exists()
    assert not PermitUse.objects.exists()


def test_the_permit_of_another_is_refused_whole(learner: Person, module: Activity, now: dt.datetime) -> None:
    with pytest.raises(StudyRefused) as refused:
        record_offline(
            permit=permit(make.person(), module, now),
            person=learner,
            intervals=[make.interval(60)],
            now=now + dt.timedelta(hours=1),
        )

    assert refused.value.code == "permit_of_another"
    assert not StudyEntry.objects.exists()


OURS = {"Sec-Fetch-Site": "same-origin"}


def post(client: Client, path: str, body: dict[str, Any], headers: dict[str, str] = OURS) -> Any:
    return client.post(f"/api/v1/study/{path}", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
def test_only_pages_of_ours_ask_in_the_name_of_a_session(
    learner: Person, module: Activity, headers: dict[str, str], status: int
) -> None:
    client = Client()
    client.force_login(learner)
    permit = tokens.issue_permit(
        person_id=learner.pk, activity_id=module.pk, revision=1, now=timezone.now() - dt.timedelta(hours=1)
    )
    body = {
        "permit": permit,
        "intervals": [{"key": str(make.key()), "offset_ms": 0, "length_ms": 60_000}],
    }
    asked = post(client, "permits", {"activity": module.pk}, headers)
    told = post(client, "offline", body, headers)
    assert (asked.status_code, told.status_code) == (status, status)
    assert StudyEntry.objects.exists() is (status == 200)
    if status == 403:
        assert asked.json()["code"] == told.json()["code"] == "other_site"


def test_a_permit_is_asked_for_and_redeemed_by_who_is_signed_in(learner: Person, module: Activity) -> None:
    client, stranger = Client(), Client()
    client.force_login(learner)
    stranger.force_login(make.person())

    assert post(Client(), "permits", {"activity": module.pk}).status_code == 401
    granted = post(client, "permits", {"activity": module.pk, "revision": 3})
    body = {
        "permit": granted.json()["permit"],
        "intervals": [{"key": str(make.key()), "offset_ms": 0, "length_ms": 0}],
    }

    assert granted.status_code == 200
    assert post(Client(), "offline", body).status_code == 401
    assert post(stranger, "offline", body).json()["code"] == "permit_of_another"
    assert post(client, "offline", body).status_code == 200


def test_a_forged_permit_and_a_study_token_are_refused(learner: Person, module: Activity) -> None:
    client = Client()
    client.force_login(learner)
    now = timezone.now()
    token = tokens.issue(person_id=learner.pk, activity_id=module.pk, revision=1, session="s", now=now)
    forged = signing.Signer(salt="study-token-1").sign_object([learner.pk, module.pk, 1, 0, "x"])

    for false in ("", "x", token, forged):
        body = {"permit": false, "intervals": [{"key": str(make.key()), "offset_ms": 0, "length_ms": 1000}]}
        answer = post(client, "offline", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "permit_invalid")
    assert not StudyEntry.objects.exists()


def test_a_closed_activity_grants_no_permit(learner: Person, module: Activity) -> None:
    client = Client()
    client.force_login(learner)
    Activity.objects.update(is_open=False)

    assert post(client, "permits", {"activity": module.pk}).json()["code"] == "activity_closed"
