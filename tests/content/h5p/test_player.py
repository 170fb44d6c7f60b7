"""The stage of a package: one policy outside, a narrower one inside, and who may begin to play."""

import base64
import hashlib
import html
import io
import json
import re
from typing import Any

import pytest
from django.test import Client

from content.h5p import player
from content.h5p.intake import replace_package
from content.models import Package
from learning.plays.models import Play
from tests import make, make_h5p, make_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def package() -> Package:
    return make_h5p.kept(title="Kuis “uji” <b>")


def stage_url(package: Package) -> str:
    return f"/h5p/putar/{package.current.pk}/{package.current.sha256}/"


def begin(client: Client, package: Package, **asked: Any) -> Any:
    url = f"/api/v1/h5p/{package.current.pk}/{package.current.sha256}/plays"
    return client.post(url, json.dumps(asked), content_type="application/json")


def policy_of(text: str) -> dict[str, set[str]]:
    return {name: set(sources) for name, *sources in (each.split() for each in text.split(";"))}


def inside(page: str) -> str:
    """The document in the frame."""
    match = re.search(r'<iframe[^>]* srcdoc="([^"]*)"', page)
    assert match
    return html.unescape(match[1])


def test_the_stage_frames_the_package_without_an_origin_or_a_network(
    client: Client, package: Package
) -> None:
    answer = client.get(stage_url(package))
    page = answer.content.decode()
    document = inside(page)
    policy = policy_of(html.unescape(re.search(r'Security-Policy" content="([^"]*)"', document)[1]))  # type: ignore[index]
    boot = re.search(r"<script>(.*?)</script>", document, re.DOTALL)

    assert 'sandbox="allow-scripts allow-forms"' in page
    assert boot
    digest = base64.b64encode(hashlib.sha256(boot[1].encode()).digest()).decode()
    assert policy["script-src"] == {f"'sha256-{digest}'", "'unsafe-eval'", "blob:"}
    assert policy["default-src"] == policy["form-action"] == policy["base-uri"] == {"'none'"}
    sources = {source for each in policy.values() for source in each}
    assert not [each for each in sources if "self" in each or ("/" in each and "sha256" not in each)]


def test_the_stage_has_a_policy_of_its_own_and_may_be_framed_by_us_only(
    client: Client, package: Package
) -> None:
    answer = client.get(stage_url(package))
    policy = policy_of(answer["Content-Security-Policy"])

    assert policy["default-src"] == policy["frame-src"] == {"'none'"}
    assert policy["frame-ancestors"] == {"'self'"}
    assert "'unsafe-inline'" not in policy["script-src"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_stage_is_the_same_for_everybody_and_not_sent_twice(client: Client, package: Package) -> None:
    first = client.get(stage_url(package))
    client.force_login(make.person(name="Ayu Lestari"))
    second = client.get(stage_url(package))

    assert first.content == second.content
    assert "Set-Cookie" not in second
    again = client.get(stage_url(package), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert again["X-Frame-Options"] == first["X-Frame-Options"]


@pytest.mark.parametrize("path", ["/h5p/putar/99/{}/", "/h5p/putar/{pk}/abc/", "/h5p/putar/{pk}/{}x/"])
def test_an_address_that_was_never_given_out_is_unknown(client: Client, package: Package, path: str) -> None:
    address = path.format(package.current.sha256, pk=package.current.pk)
    assert client.get(address).status_code == 404
    assert client.get(f"{address}berkas.json").status_code == 404


def test_only_films_too_large_to_wait_for_may_be_streamed(client: Client, package: Package) -> None:
    version = package.current
    film = {"path": "content/videos/a.webm", "mime": "video/webm", "url": "/h5p/1.webm"}
    version.manifest["files"] = [
        {**film, "size": player.STREAMED_BYTES + 1},
        {**film, "size": player.STREAMED_BYTES, "url": "/h5p/2.webm"},
        {**film, "size": player.STREAMED_BYTES + 1, "mime": "image/png", "url": "/h5p/3.png"},
    ]
    version.save()

    answer = client.get(stage_url(package))

    media = policy_of(answer["Content-Security-Policy"])["media-src"]
    assert media == {"http://testserver/h5p/1.webm", "blob:", "data:"}
    assert "http://testserver/h5p/1.webm" in inside(answer.content.decode())


def test_one_list_names_every_address_of_a_play(client: Client, package: Package) -> None:
    listed = client.get(f"{stage_url(package)}berkas.json").json()["addresses"]

    page = client.get(stage_url(package)).content.decode()
    named = set(re.findall(r'(?:src|href)="(/[^"]+)"', page.partition("<template")[0]))
    assert named <= set(listed)
    assert listed[0] == stage_url(package)
    assert package.current.manifest_address in listed
    assert {each["url"] for each in package.current.manifest["bundles"]} <= set(listed)


def test_a_package_is_named_in_html_and_not_run_there(client: Client, package: Package) -> None:
    page = client.get(stage_url(package)).content.decode()
    assert "<title>Kuis “uji” &lt;b&gt; · ASN Belajar</title>" in page
    assert "<title>Kuis “uji” &lt;b&gt;</title>" in inside(page)


def test_a_play_begins_on_the_page_that_holds_the_package(client: Client, package: Package) -> None:
    step = make_pages.step("Langkah", ("package", {"package": package}))
    page = make_pages.module(steps=[step])
    person = make.person()
    client.force_login(person)

    answer = begin(client, package, activity=page.activity_id, revision=7)

    assert answer.status_code == 200, answer.content
    told = answer.json()
    play = Play.objects.get()
    assert (told["signed_in"], told["play"], told["number"]) == (True, play.pk.hex, 1)
    assert told["iri"] == play.iri == player.iri_of(package)
    assert (play.person, play.activity_id, play.revision) == (person, page.activity_id, 7)
    assert (play.version, play.library) == (package.current.sha256, package.current.library)
    assert begin(client, package, activity=page.activity_id).json()["play"] == told["play"]


def test_a_newer_file_begins_a_new_play_and_pages_keep_their_place(client: Client, package: Package) -> None:
    page = make_pages.module(steps=[make_pages.step("Langkah", ("package", {"package": package}))])
    client.force_login(make.person())
    begin(client, package, activity=page.activity_id)
    old = stage_url(package)
    replace_package(package, io.BytesIO(make_h5p.package({"content/x.txt": b"baru"})), file_name="b.h5p")

    shown = client.get(page.url).content.decode()
    assert stage_url(package) in shown
    assert stage_url(package) != old
    assert begin(client, package, activity=page.activity_id).json()["number"] == 2
    assert client.get(old).status_code == 200  # who has it open goes on


def test_nobody_begins_elsewhere_or_signed_out(client: Client, package: Package) -> None:
    elsewhere = make_pages.module()
    assert begin(client, package, activity=elsewhere.activity_id).json() == {
        **begin(client, package, activity=1).json(),
        "signed_in": False,
        "token": None,
    }
    client.force_login(make.person())
    refused = begin(client, package, activity=elsewhere.activity_id)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_here")
    url = f"/api/v1/h5p/{package.current.pk}/{package.current.sha256}/plays"
    form = client.post(url, json.dumps({"activity": 1}), content_type="text/plain")
    assert form.status_code == 400
    unknown = client.post(f"{url.replace('/plays', 'x/plays')}", "{}", content_type="application/json")
    assert unknown.status_code in (404, 422)
    assert not Play.objects.exists()


@pytest.mark.parametrize(
    "asked", [{}, {"activity": 0}, {"activity": "1"}, {"activity": 2**70}, {"activity": 1, "more": 1}]
)
def test_what_cannot_be_read_begins_nothing(client: Client, package: Package, asked: Any) -> None:
    client.force_login(make.person())
    assert 400 <= begin(client, package, **asked).status_code < 500
    assert not Play.objects.exists()


def test_a_module_page_offers_the_piece_with_its_size_and_the_same_in_words(
    client: Client, package: Package
) -> None:
    page = make_pages.module(steps=[make_pages.step("Langkah", ("package", {"package": package}))])

    shown = client.get(page.url).content.decode()

    assert f"{stage_url(package)}?aktivitas={page.activity_id}&amp;revisi={page.live_revision_id}" in shown
    assert package.alternative in shown
    assert "Interaktif, " in shown
