"""The sample content is complete, and loading it twice changes nothing."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from content.models import ArticlePage, EpisodePage, ModulePage, PartnerPage, TrackPage
from learning.study.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_loading_twice_is_loading_once() -> None:
    call_command("load_sample_content")
    once = (Page.objects.count(), Revision.objects.count(), Activity.objects.count())
    assert ModulePage.objects.live().count() >= 8
    assert EpisodePage.objects.live().count() == 50
    assert PartnerPage.objects.count() == 41
    assert TrackPage.objects.live().count() >= 4
    assert ArticlePage.objects.live().filter(slug__in=["privasi", "bantuan"]).count() == 2
    assert not ModulePage.objects.filter(activity=None).exists()
    assert set(EpisodePage.objects.values_list("status_data", flat=True)) == {"nyata", "rekaan"}
    page = ModulePage.objects.first()
    page.title = "Judul dari redaksi"
    page.save()
    call_command("load_sample_content")
    assert (Page.objects.count(), Revision.objects.count(), Activity.objects.count()) == once
    page.refresh_from_db()
    assert page.title == "Judul dari redaksi"


def test_a_real_installation_gets_no_sample(settings: Any) -> None:
    settings.BELAJAR_SAMPLE_PEOPLE_ALLOWED = False
    with pytest.raises(CommandError):
        call_command("load_sample_content")
    assert not PartnerPage.objects.exists()
