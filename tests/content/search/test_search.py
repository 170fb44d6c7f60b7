"""`/cari/`: what is found, by what it is narrowed, and what is never found."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from content.models import ModulePage, SearchEntry, TrackPage, Value
from content.search.queries import search
from tests import make, make_pages

pytestmark = pytest.mark.django_db


def titles(text: str, **narrowed: str) -> list[str]:
    return ["".join(piece.text for piece in hit.title) for hit in search(text, narrowed).hits]


def counts(text: str, facet: str, **narrowed: str) -> dict[str, int]:
    facets = {each.name: each.choices for each in search(text, narrowed).facets}
    return {choice.value: choice.count for choice in facets.get(facet, [])}


def module(title: str, text: str = "Isi.", parent: TrackPage | None = None, **fields: Any) -> ModulePage:
    return make_pages.module(
        parent, title=title, steps=[make_pages.step("Satu", ("text", f"<p>{text}</p>"))], **fields
    )


@pytest.fixture
def library(db: None) -> dict[str, ModulePage]:
    """Some modules in two tracks of two partners."""
    first, second = (make_pages.track(owner_partner=make_pages.partner()) for _ in range(2))
    return {
        "serve": module("Melayani warga", "Antrean yang pendek.", first, planned_minutes=10),
        "queue": module("Loket tanpa antre", "Kita dilayani dengan ramah.", first, planned_minutes=30),
        "letter": module("Menulis surat dinas", "Kalimat pendek.", second, planned_minutes=45),
        "data": module("Kepemimpinan <data>", "Angka & “grafik”.", second, planned_minutes=90),
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("pelayanan", ["Melayani warga", "Loket tanpa antre"]),  # the title weighs more than the text
        ("PELAYANAN!", ["Melayani warga", "Loket tanpa antre"]),
        ("tulisan", ["Menulis surat dinas"]),
        ("pimpinan", ["Kepemimpinan <data>"]),
        ("surat dinas", ["Menulis surat dinas"]),
        ("surat yang untuk dinas", ["Menulis surat dinas"]),
        ("pelayann", ["Melayani warga", "Loket tanpa antre"]),
        ("melayni wagra", ["Melayani warga"]),
        ("kepemimpnan", ["Kepemimpinan <data>"]),
        ("mela", ["Melayani warga"]),  # still being typed
        ("surat zzzzzz", ["Menulis surat dinas"]),  # some of the words
        ("zzzzzz", []),
        ('" OR 1=1 --', []),
        ("'); DROP", []),
        ("NEAR(* AND :* & |", []),
        ("\0", None),
    ],
)
def test_words_find_their_family_also_misspelt(
    library: dict[str, ModulePage], asked: str, found: list[str] | None
) -> None:
    hits = [each for each in titles(asked) if not each.startswith(("Alur", "Universitas"))]
    assert found is None or hits == found


def test_a_search_narrows_by_every_facet_and_counts_what_it_would_have(
    library: dict[str, ModulePage],
) -> None:
    value = Value.objects.create(family="CETTAR", name="Tanggap")
    skill = make.competency()
    page = library["serve"]
    page.values.add(value)
    page.competencies = [make_pages.competency(skill, 3)]
    page.save_revision().publish()
    partner = str(TrackPage.objects.get(pk=page.get_parent().pk).owner_partner_id)

    for facet, wanted in {
        "duration": "15",
        "competency": skill.code,
        "level": "3",
        "value": str(value.pk),
    }.items():
        assert titles("pelayanan", **{facet: wanted}) == ["Melayani warga"], facet
        assert counts("pelayanan", facet)[wanted] == 1
    assert titles("pelayanan", partner=partner) == ["Melayani warga", "Loket tanpa antre"]
    assert titles("pelayanan", duration="15", kind="episode") == []
    # The other values of a narrowed facet say what they would have.
    assert counts("pelayanan", "duration", duration="15") == {"15": 1, "30": 1}
    assert counts("pelayanan", "partner", duration="15") == {partner: 1}
    assert search("pelayanan", {"value": str(value.pk), "duration": "60"}).is_only_narrowed


def test_the_values_and_the_partner_of_a_track_are_those_of_its_modules(
    library: dict[str, ModulePage],
) -> None:
    value = Value.objects.create(family="BerAKHLAK")
    track = TrackPage.objects.get(pk=library["letter"].get_parent().pk)
    track.values.add(value)
    track.owner_partner = make_pages.partner()
    track.save_revision().publish()
    assert set(titles("", value=str(value.pk), kind="module")) == {
        "Menulis surat dinas",
        "Kepemimpinan <data>",
    }
    assert set(titles("", partner=str(track.owner_partner_id), kind="module")) == {
        "Menulis surat dinas",
        "Kepemimpinan <data>",
    }
    library["serve"].move(track, pos="last-child")
    assert titles("warga", partner=str(track.owner_partner_id)) == ["Melayani warga"]


def test_what_is_not_shown_to_everybody_is_not_found(library: dict[str, ModulePage]) -> None:
    withdrawn, private, expired, deleted = library.values()
    draft = make_pages.unpublished_module(title="Rancangan")
    for title in ("warga", "loket", "surat", "kepemimpinan"):
        assert titles(title)
    withdrawn.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    ModulePage.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=1))
    deleted.delete()
    found = titles("warga") + titles("loket") + titles("surat") + titles("kepemimpinan") + titles("rancangan")
    assert found == [], draft
    assert not SearchEntry.objects.filter(title__startswith="Kepemimpinan").exists()


def test_the_answers_of_a_quiz_are_not_in_the_index(library: dict[str, ModulePage]) -> None:
    assert titles("CETTAR tergesa") == []


def test_a_rebuilt_index_finds_the_same(library: dict[str, ModulePage]) -> None:
    asked = ["pelayanan", "surat dinas", "kepemimpnan", ""]
    before = [titles(each) for each in asked]
    call_command("search", "rebuild", verbosity=0)
    assert [titles(each) for each in asked] == before


def test_the_page_marks_what_was_looked_for_and_escapes_the_rest(
    client: Client, library: dict[str, ModulePage]
) -> None:
    html = client.get("/cari/?q=kepemimpnan").content.decode()
    assert "<mark>Kepemimpinan</mark> &lt;data&gt;" in html
    assert "kepemimpinan" in html.split("<h2")[1]
    html = client.get("/cari/", {"q": "<script>alert(1)</script> warga"}).content.decode()
    assert "<script>alert" not in html
    assert "<mark>warga</mark>" in html
    assert client.get("/cari/").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=" + "a" * 201, 400),
        ("mitra=" + "9" * 41, 400),
        ("mitra=%00", 400),
        ("q=%00", 200),
        ("q=%FF", 200),
        ("mitra=tidak-ada", 200),
        ("hal=0", 404),
        ("hal=99", 404),
        ("hal=x", 404),
        ("hal=9999999999999999999", 404),
    ],
)
def test_odd_questions_are_answered_in_words(
    client: Client, library: dict[str, ModulePage], query: str, status: int
) -> None:
    assert client.get(f"/cari/?{query}").status_code == status


def test_results_come_by_pages_and_cost_the_same_few_or_many(
    client: Client, library: dict[str, ModulePage], django_assert_max_num_queries: Any
) -> None:
    address = "/cari/?q=pelayann&durasi=15&jenis=module"
    with django_assert_max_num_queries(18):
        client.get(address)
    track = TrackPage.objects.get(pk=library["serve"].get_parent().pk)
    for number in range(12):
        module(
            f"Pelayanan {number}",
            parent=track,
            planned_minutes=10,
            competencies=library["serve"].competencies,
        )
    with django_assert_max_num_queries(18):
        first = client.get(address).content.decode()
    second = client.get(f"{address}&hal=2").content.decode()
    links = [re.findall(r'<h3><a href="([^"]+)"', html) for html in (first, second)]
    assert [len(each) for each in links] == [10, 3]
    assert not set(links[0]) & set(links[1])
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_values_are_shown_on_the_page_and_lead_to_a_search(client: Client) -> None:
    value = Value.objects.create(family="CETTAR", name="Tanggap", description="Cepat merespons.")
    page = make_pages.module()
    page.values.add(value)
    page.save_revision().publish()
    html = client.get(page.url).content.decode()
    assert f'href="/cari/?nilai={value.pk}"' in html
    assert page.title in client.get(f"/cari/?nilai={value.pk}").content.decode()
