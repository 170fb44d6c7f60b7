"""Two editors with the same page open: the second save takes nothing away from the first."""

import pytest
from django.test import Client

from content.groups import EDITORS
from content.models import TrackIndexPage
from tests import make_pages
from tests.content.test_figures import editor

pytestmark = pytest.mark.django_db


def save(client: Client, page: TrackIndexPage, text: str) -> int:
    form = {
        "title": page.title,
        "slug": page.slug,
        "seo_title": "",
        "search_description": "",
        "introduction": text,
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    return client.post(f"/redaksi/pages/{page.pk}/edit/", form).status_code


def test_the_text_of_both_is_kept_and_either_can_be_taken_up_again() -> None:
    make_pages.home()
    page = TrackIndexPage.objects.get()
    first, second = editor(EDITORS), editor(EDITORS)
    for client in (first, second):
        assert client.get(f"/redaksi/pages/{page.pk}/edit/").status_code == 200
    assert save(first, page, "Kalimat dari redaktur pertama.") == 302
    assert save(second, page, "Kalimat dari redaktur kedua.") == 302
    page.refresh_from_db()
    kept = [each.as_object().introduction for each in page.revisions.order_by("pk")]
    assert kept[-2:] == ["Kalimat dari redaktur pertama.", "Kalimat dari redaktur kedua."]
    assert page.get_latest_revision_as_object().introduction == kept[-1]
    assert page.introduction not in kept[-2:]  # what is published has not changed

    history = first.get(f"/redaksi/pages/{page.pk}/history/").content.decode()
    earlier = page.revisions.order_by("pk")[page.revisions.count() - 2]
    assert f"/redaksi/pages/{page.pk}/revisions/{earlier.pk}/revert/" in history
    back = first.get(f"/redaksi/pages/{page.pk}/revisions/{earlier.pk}/revert/").content.decode()
    assert "Kalimat dari redaktur pertama." in back
