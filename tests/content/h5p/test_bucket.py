"""The same in a bucket: a server that speaks S3, on this machine, asked over HTTP by django-storages."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import boto3
import brotli
import pytest
from asn_belajar import package_door
from django.utils import timezone
from moto.server import ThreadedMotoServer

from content.h5p import intake, store
from content.models import PackageVersion
from tests import make_h5p
from tests.asn_belajar.test_package_door import Asked
from tests.content.h5p.test_intake import names_kept

pytestmark = pytest.mark.django_db
FILM = {"content/videos/a.webm": make_h5p.FILM, "content/a.txt": b"halo " * 500}


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, Any]]:
    """How to reach the server, as `OPTIONS` of the storage."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        reached: dict[str, Any] = {
            "endpoint_url": f"http://{host}:{port}",
            "region_name": "ap-southeast-3",
            "access_key": "uji",
            "secret_key": "uji",
        }
        boto3.client(
            "s3",
            endpoint_url=reached["endpoint_url"],
            region_name=reached["region_name"],
            aws_access_key_id="uji",
            aws_secret_access_key="uji",
        ).create_bucket(
            Bucket="belajar-h5p", CreateBucketConfiguration={"LocationConstraint": reached["region_name"]}
        )
        yield {**reached, "bucket_name": "belajar-h5p", "default_acl": "private"}
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def in_the_bucket(bucket: dict[str, Any], settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "h5p": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**bucket, "file_overwrite": False, "querystring_auth": True},
        },
    }
    package_door.form_of.cache_clear()


def test_a_package_is_kept_served_in_parts_replaced_and_cleaned_away() -> None:
    package = make_h5p.kept(make_h5p.package(FILM), title="Di ember")
    version = package.current
    assert version is not None
    parts = [version.manifest["bundles"][1], version.manifest["files"][0]]

    packed = Asked(parts[0]["url"], accept_encoding="br")
    assert (packed.status, packed.headers["Content-Encoding"]) == (200, "br")
    assert brotli.decompress(packed.body) == Asked(parts[0]["url"]).body
    assert len(Asked(parts[0]["url"]).body) == parts[0]["size"]
    piece = Asked(parts[1]["url"], range="bytes=100-199")
    assert (piece.status, piece.body) == (206, make_h5p.FILM[100:200])
    assert Asked(parts[1]["url"]).body == make_h5p.FILM
    assert Asked(parts[1]["url"], if_none_match=piece.headers["ETag"]).status == 304
    assert Asked(f"/h5p/{'0' * 64}.bundle").status == 404
    with store.storage().open(store.name_of_package(version.sha256)) as unchanged:
        assert unchanged.read() == make_h5p.package(FILM)

    before = names_kept()
    make_h5p.kept(make_h5p.package(FILM), title="Sekali lagi")  # the same bytes: nothing is written again
    assert names_kept() == before
    package.delete()
    PackageVersion.objects.all().delete()
    intake.clean(now=timezone.now() + dt.timedelta(days=30))
    assert names_kept() == set()
