"""Any part of a recording can be fetched; nothing outside the folder can."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    settings.MEDIA_ROOT = folder
    (folder / "a.webm").write_bytes(bytes(range(100)))
    (folder / "a.vtt").write_text("WEBVTT")
    (folder / "a.pdf").write_bytes(b"%PDF")
    (folder / "a.svg").write_text("<svg/>")
    (tmp_path / "rahasia.png").write_bytes(b"rahasia")
    return folder


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_whole_file(client: Client, media: Path) -> None:
    answer = client.get("/media/a.webm")
    assert (answer.status_code, answer["Content-Type"]) == (200, "video/webm")
    assert answer["Accept-Ranges"] == "bytes"
    assert body(answer) == bytes(range(100))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=10-19", 10, 19), ("bytes=90-", 90, 99), ("bytes=-5", 95, 99), ("bytes=50-500", 50, 99)],
)
def test_a_part_of_a_file(client: Client, media: Path, asked: str, first: int, last: int) -> None:
    answer = client.get("/media/a.webm", headers={"range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/100"
    assert body(answer) == bytes(range(first, last + 1))


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=5-4"])
def test_a_part_that_is_not_there(client: Client, media: Path, asked: str) -> None:
    assert client.get("/media/a.webm", headers={"range": asked}).status_code == 416


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=x-y"])
def test_a_range_we_do_not_understand_gets_the_whole(client: Client, media: Path, asked: str) -> None:
    assert client.get("/media/a.webm", headers={"range": asked}).status_code == 200


def test_an_unchanged_file_is_not_sent_again(client: Client, media: Path) -> None:
    etag = client.get("/media/a.vtt")["ETag"]
    assert client.get("/media/a.vtt", headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path", ["tidak-ada.webm", "a.pdf", "a.svg", "../rahasia.png", "%2e%2e/rahasia.png", ""]
)
def test_what_is_not_a_picture_or_recording_of_ours_is_not_found(
    client: Client, media: Path, path: str, db: None
) -> None:
    assert client.get(f"/media/{path}").status_code == 404
