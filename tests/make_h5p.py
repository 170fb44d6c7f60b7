"""Makes H5P packages a test is about: `make_h5p.package({"content/a.svg": b"…"})`. None is anybody else's."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from content.models import Package

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 40
# Begins as a WebM film; like a film it does not compress.
FILM = b"\x1a\x45\xdf\xa3" + b"".join(sha256(number.to_bytes(2)).digest() for number in range(3_000))
FONT = b"wOF2" + b"\0" * 60
Files = dict[str, bytes]


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def dependency(name: str, version: str = "1.1") -> dict[str, Any]:
    major, minor = version.split(".")
    return {"machineName": name, "majorVersion": int(major), "minorVersion": int(minor)}


def description(main: str = "BelajarUji", *others: str, **fields: Any) -> dict[str, Any]:
    """What stands in h5p.json."""
    return {
        "title": "Uji coba",
        "language": "id",
        "mainLibrary": main,
        "embedTypes": ["div"],
        "license": "CC BY",
        "preloadedDependencies": [dependency(main), *(dependency(each) for each in others)],
        **fields,
    }


def library(
    name: str = "BelajarUji",
    *,
    needs: Iterable[str] = (),
    files: Mapping[str, bytes] | None = None,
    **fields: Any,
) -> Files:
    """The folder of a library with one script and one style sheet; `needs` are names of others, 1.1."""
    folder = f"{name}-1.1"
    about = {
        "title": name,
        "machineName": name,
        "majorVersion": 1,
        "minorVersion": 1,
        "patchVersion": 3,
        "runnable": 1,
        "coreApi": {"majorVersion": 1, "minorVersion": 19},
        "preloadedJs": [{"path": "scripts/main.js"}],
        "preloadedCss": [{"path": "styles/main.css"}],
        "preloadedDependencies": [dependency(each) for each in needs],
        **fields,
    }
    inside = {
        "library.json": as_json(about),
        "scripts/main.js": f"window.{name.replace('.', '_')} = true;\n".encode(),
        "styles/main.css": b".uji{color:teal}\n",
        **(files or {}),
    }
    return {f"{folder}/{path}": content for path, content in inside.items()}


def files(changes: Mapping[str, bytes | None] | None = None, *libraries: Files, **fields: Any) -> Files:
    """The files of a whole package; `changes` adds, replaces or (None) leaves out."""
    whole: dict[str, bytes | None] = {
        "h5p.json": as_json(description(**fields)),
        "content/content.json": as_json(
            {"text": "Halo", "image": {"path": "images/a.png", "mime": "image/png"}}
        ),
        "content/images/a.png": PNG,
    }
    for each in libraries or (library(),):
        whole.update(each)
    whole.update(changes or {})
    return {name: content for name, content in whole.items() if content is not None}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def package(changes: Mapping[str, bytes | None] | None = None, *libraries: Files, **fields: Any) -> bytes:
    """A whole package as a file."""
    return zipped(files(changes, *libraries, **fields))


def kept(data: bytes | None = None, **fields: Any) -> "Package":
    """A package taken in, with its alternative text: ready to stand in a page."""
    from content.h5p.intake import add_package  # the rest of this file is used where there is no Django

    fields = {"alternative": "Isi yang sama dalam kata-kata.", **fields}
    file_name = fields.pop("file_name", "uji.h5p")
    return add_package(io.BytesIO(data or package()), file_name=file_name, **fields)
