"""The lean door of packages: the bytes behind a hash, once for all, as nothing that runs."""

import gzip
from collections.abc import Iterable
from typing import Any

import brotli
import pytest
from asn_belajar.package_door import form_of, package_door

from content.models import PackageVersion
from tests import make_h5p
from tests.content.h5p.conftest import empty_store  # noqa: F401 - a storage in memory here too

pytestmark = pytest.mark.django_db
FILM = make_h5p.FILM


class Asked:
    """One request through the door."""

    def __init__(self, path: str, method: str = "GET", **headers: str) -> None:
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        body: Iterable[bytes] = package_door(self.site)(environ, self.start)
        self.body = b"".join(body)
        if hasattr(body, "close"):
            body.close()

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        assert len(self.headers) == len(headers)

    def site(self, environ: Any, start: Any) -> list[bytes]:
        start("299 the site", [])
        return [b"site"]


@pytest.fixture
def version() -> PackageVersion:
    data = make_h5p.package({"content/videos/a.webm": FILM, "content/a.txt": b"halo " * 500})
    version = make_h5p.kept(data).current
    assert version is not None
    return version


@pytest.fixture
def bundle(version: PackageVersion) -> str:
    return str(version.manifest["bundles"][1]["url"])


def test_a_bundle_comes_in_the_smallest_form_the_browser_reads(bundle: str) -> None:
    plain = Asked(bundle)
    packed = Asked(bundle, accept_encoding="gzip, deflate, br")
    older = Asked(bundle, accept_encoding="gzip")
    assert (plain.status, packed.status, older.status) == (200, 200, 200)
    assert packed.headers["Content-Encoding"] == "br" and older.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert brotli.decompress(packed.body) == gzip.decompress(older.body) == plain.body
    assert len(packed.body) == int(packed.headers["Content-Length"]) < len(plain.body)
    assert len({each.headers["ETag"] for each in (plain, packed, older)}) == 3


def test_it_is_kept_for_good_and_runs_nowhere(bundle: str) -> None:
    headers = Asked(bundle).headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("extension", ["html", "svg", "js", "css", "xml", "pdf", "swf", "bundle", "txt"])
def test_nothing_but_media_and_the_manifest_has_a_type_of_its_own(bundle: str, extension: str) -> None:
    asked = Asked(bundle.replace(".bundle", f".{extension}"))
    assert (asked.status, asked.headers["Content-Type"]) == (200, "application/octet-stream")


def test_a_manifest_is_json(version: PackageVersion) -> None:
    assert Asked(version.manifest_address).headers["Content-Type"] == "application/json"


def test_asked_again_it_says_unchanged(bundle: str) -> None:
    for encoding in ("", "br"):
        tag = Asked(bundle, accept_encoding=encoding).headers["ETag"]
        again = Asked(bundle, accept_encoding=encoding, if_none_match=tag)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert Asked(bundle, if_none_match='"lain"').status == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("0-9", 0, 9),
        ("100-", 100, len(FILM) - 1),
        ("-10", len(FILM) - 10, len(FILM) - 1),
        ("5-999999", 5, len(FILM) - 1),
    ],
)
def test_any_part_of_a_film_may_be_asked_for(
    version: PackageVersion, asked: str, first: int, last: int
) -> None:
    url = version.manifest["files"][0]["url"]
    part = Asked(url, range=f"bytes={asked}", accept_encoding="br")
    assert (part.status, part.headers["Content-Type"]) == (206, "video/webm")
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(FILM)}"
    assert part.body == FILM[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=9-5"])
def test_a_part_that_is_not_there_is_416(version: PackageVersion, asked: str) -> None:
    answer = Asked(version.manifest["files"][0]["url"], range=asked)
    assert (answer.status, answer.body) == (416, b"")


@pytest.mark.parametrize("asked", ["", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"])
def test_a_range_nobody_understands_gets_the_whole(version: PackageVersion, asked: str) -> None:
    assert Asked(version.manifest["files"][0]["url"], range=asked).body == FILM


def test_only_the_head_was_asked_for(bundle: str) -> None:
    head, whole = Asked(bundle, "HEAD"), Asked(bundle)
    assert (head.status, head.body, head.headers) == (200, b"", whole.headers)


def test_what_was_never_kept_or_was_removed_is_not_found(bundle: str) -> None:
    assert Asked(f"/h5p/{'0' * 64}.bundle").status == 404
    assert Asked(bundle).status == 200
    from content.h5p import store

    for encoding in ("", "br", "gzip"):
        store.storage().delete(store.name_of_part(bundle[5:69], encoding))
    assert Asked(bundle).status == 404
    assert form_of.cache_info().currsize == 0


def test_the_uploaded_file_itself_is_not_served(version: PackageVersion) -> None:
    assert Asked(f"/h5p/{version.sha256}.h5p").status == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "GET"),
        ("/h5p/", "GET"),
        ("/h5p/putar/1/", "GET"),
        (f"/h5p/{'0' * 63}.json", "GET"),
        (f"/h5p/{'0' * 64}.json/", "GET"),
        (f"/h5p/../{'0' * 64}.json", "GET"),
        (f"/h5p/{'0' * 64}.json", "POST"),
        (f"/h5p/{'A' * 64}.json", "GET"),
    ],
)
def test_everything_else_goes_to_the_site(path: str, method: str) -> None:
    assert Asked(path, method).status == 299
