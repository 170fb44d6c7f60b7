"""Where packages and their parts are kept: under their hash, once, in any storage Django knows.

    packages/9f/9f86….h5p       the file an editor uploaded, unchanged; never served
    parts/9f/9f86…              what learners are sent; beside it .br and .gz where that helps

The storage is `STORAGES["h5p"]`: a folder, or a bucket (docs/h5p.md). Names are made of hashes, never
of what an archive or an editor called a file. Nothing is ever overwritten with other bytes.
"""

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import IO

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from content.h5p.bundle import Made
from content.models.h5p import StoredFile

SUFFIXES = {"": "", "br": ".br", "gzip": ".gz"}


def storage() -> Storage:
    """Asked each time, so that tests and settings may change it."""
    return storages["h5p"]


def name_of_part(sha256: str, encoding: str = "") -> str:
    """The name in the storage; `encoding` is "", "br" or "gzip"."""
    return f"parts/{sha256[:2]}/{sha256}{SUFFIXES[encoding]}"


def name_of_package(sha256: str) -> str:
    return f"packages/{sha256[:2]}/{sha256}.h5p"


def put(name: str, file: IO[bytes], size: int) -> None:
    """Keep `file` under `name` unless it is there already, whole."""
    kept = storage()
    if kept.exists(name):
        if kept.size(name) == size:
            return
        kept.delete(name)  # what an interrupted upload left
    file.seek(0)
    saved = kept.save(name, File(file))
    if saved != name:  # somebody was quicker with the same bytes
        kept.delete(saved)


def put_part(made: Made) -> StoredFile:
    """Keep a part in all its forms. The row is not saved: that is for the transaction it belongs to."""
    row = StoredFile(sha256=made.sent.sha256, size=made.sent.size)
    put(name_of_part(row.sha256), made.plain, row.size)
    if made.br and made.gzip:
        row.br_size, row.gzip_size = made.br.tell(), made.gzip.tell()
        put(name_of_part(row.sha256, "br"), made.br, row.br_size)
        put(name_of_part(row.sha256, "gzip"), made.gzip, row.gzip_size)
    return row


def known(hashes: Iterable[str], *, lock: bool = False) -> dict[str, StoredFile]:
    """Those of these parts that are kept already, by hash; `lock` holds the rows until all is written."""
    found: dict[str, StoredFile] = {}
    wanted = sorted(set(hashes))
    for first in range(0, len(wanted), 500):  # SQLite takes 999 values at most in old versions
        rows = StoredFile.objects.filter(sha256__in=wanted[first : first + 500])
        if lock:
            rows = rows.select_for_update().order_by("sha256")  # in one order: nobody waits in a circle
        found.update({row.sha256: row for row in rows})
    return found


def remove(row: StoredFile) -> None:
    """Remove the bytes of a part in all its forms."""
    for encoding in SUFFIXES:
        storage().delete(name_of_part(row.sha256, encoding))


def remove_strangers(kept: Mapping[str, Container[str]], *, before: dt.datetime) -> int:
    """Remove files older than `before` whose hash is not among those kept, folder by folder; how many."""
    removed = 0
    for folder, hashes in kept.items():
        for name in _files_in(folder):
            sha256 = name.rpartition("/")[2].partition(".")[0]
            if sha256 not in hashes and storage().get_modified_time(name) < before:
                storage().delete(name)
                removed += 1
    return removed


def _files_in(folder: str) -> Iterator[str]:
    try:
        folders, _files = storage().listdir(folder)
    except FileNotFoundError:
        return
    for each in folders:
        yield from (f"{folder}/{each}/{name}" for name in storage().listdir(f"{folder}/{each}")[1])
