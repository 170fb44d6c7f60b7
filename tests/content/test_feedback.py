"""Rating a step in the browser, and where its editors read it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from content.groups import PARTNER_PREFIX
from learning.study.feedback.models import Feedback
from learning.study.models import Activity
from tests import make, make_pages, make_study
from tests.content.test_figures import editor

pytestmark = pytest.mark.django_db


def test_a_learner_rates_a_step_changes_it_and_only_its_editors_read_it(now: Any, client: Client) -> None:
    page, other = make_pages.module(), make_pages.module()
    url = f"{page.url}tanggapan/2/"
    assert url in client.get(f"{page.url}2/").content.decode()
    assert client.get(url).status_code == 302  # to the sign-in
    person = make.person()
    client.force_login(person)
    early = client.post(url, {"rating": "4"})
    assert early.status_code == 422
    assert "Belajarlah sebentar di sini" in early.content.decode()
    activity = Activity.objects.get(pk=page.activity_id)
    make_study.studied(person, 60, at=now - dt.timedelta(hours=1), activity=activity)
    assert client.post(url, {"comment": "Tanpa nilai"}).status_code == 422
    assert client.post(url, {"rating": "9"}).status_code == 422
    assert client.post(url, {"rating": "2", "comment": "Contohnya <kurang>."}).status_code == 302
    assert client.post(url, {"rating": "5", "comment": "Contohnya <kurang>."}).status_code == 302
    assert Feedback.objects.get().rating == 5
    again = client.get(url).content.decode()
    assert "menggantikannya" in again
    assert 'value="5"' in again.partition("checked")[0][-120:]
    for missing in (f"{page.url}tanggapan/0/", f"{page.url}tanggapan/3/"):
        assert client.get(missing).status_code == 404
    assert "kurang" not in client.get(f"{page.url}2/").content.decode()

    partner = page.get_parent().specific.owner_partner
    desk = editor(f"{PARTNER_PREFIX}{partner.title}"[:150])
    html = desk.get(f"/redaksi/kuis/{page.pk}/tanggapan/").content.decode()
    assert "Contohnya &lt;kurang&gt;." in html
    assert "kurang dari 5 orang" in html
    assert person.name not in html
    assert desk.get(f"/redaksi/kuis/{other.pk}/tanggapan/").status_code in (302, 403)
    assert client.get(f"/redaksi/kuis/{page.pk}/tanggapan/").status_code in (302, 403)


def test_an_episode_is_rated_as_a_whole(client: Client) -> None:
    page = make_pages.episode()
    client.force_login(make.person())
    assert client.get(f"{page.url}tanggapan/1/").status_code == 200
    assert client.get(f"{page.url}tanggapan/2/").status_code == 404
