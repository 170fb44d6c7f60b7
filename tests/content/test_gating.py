"""A track of one module after the other: the next quiz opens when the one before is completed."""

import datetime as dt

import pytest
from django.test import Client

from content import queries
from content.models import ModulePage
from learning.study.models import Activity
from tests import make, make_pages, make_study

pytestmark = pytest.mark.django_db


def test_a_quiz_opens_when_the_module_before_is_completed(client: Client, now: dt.datetime) -> None:
    track = make_pages.track(is_in_order=True)
    first = make_pages.module(track, title="Yang pertama")
    make_pages.module(track, title="Tanpa kuis", quiz=[])  # cannot be completed, so it holds nobody up
    second = make_pages.module(track, title="Yang kedua")
    person = make.person()
    client.force_login(person)

    assert client.post(f"{first.url}kuis/").status_code == 302
    closed = client.get(f"{second.url}kuis/")
    assert closed.status_code == 200
    assert f'href="{first.url}"' in closed.content.decode()
    assert "Yang pertama" in closed.content.decode()
    assert client.post(f"{second.url}kuis/").status_code == 409
    for path in (second.url, f"{second.url}2/"):  # to read is always allowed
        assert client.get(path).status_code == 200
    assert "Yang pertama" in client.get(second.url).content.decode()

    make_study.completed(person, Activity.objects.get(pk=first.activity_id), now=now)
    assert client.post(f"{second.url}kuis/").status_code == 302
    begun = client.get(f"{second.url}kuis/").content.decode()
    assert 'name="attempt"' in begun

    # Put in order afterwards: who has begun may hand in.
    third = make_pages.module(track, title="Sisipan")
    third.move(ModulePage.objects.get(pk=second.pk), pos="left")
    assert 'name="attempt"' in client.get(f"{second.url}kuis/").content.decode()
    assert 'name="attempt"' not in client.get(f"{third.url}kuis/").content.decode()


def test_without_an_order_everything_is_open_and_a_withdrawn_module_holds_nobody_up() -> None:
    free, ordered = make_pages.track(), make_pages.track(is_in_order=True)
    make_pages.module(free)
    assert queries.gate_of(make_pages.module(free)) is None
    first, second = make_pages.module(ordered), make_pages.module(ordered)
    assert queries.gate_of(second) == first
    assert queries.gate_of(first) is None
    first.unpublish()
    assert queries.gate_of(second) is None
