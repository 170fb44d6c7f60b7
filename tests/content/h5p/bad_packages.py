"""Packages that must be refused, each with the rule it breaks; made byte by byte where no tool would."""

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

from content.h5p.problems import Rule
from tests.make_h5p import PNG, Files, as_json, dependency, description, files, library, package, zipped

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
END = b"PK\x05\x06"
HEAD = b"PK\x01\x02"  # one line of the archive's list of files
LOCAL = b"PK\x03\x04"


def with_entry(name: str, content: bytes = b"x", **attributes: Any) -> bytes:
    """A good package and one more entry, written just so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, inside in files().items():
            archive.writestr(zipfile.ZipInfo(each), inside, zipfile.ZIP_DEFLATED)
        info = zipfile.ZipInfo(name)
        info.filename = info.orig_filename = name
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
        archive.writestr(info, content)
    return target.getvalue()


def renamed(old: str, new: str) -> bytes:
    """The name of an entry overwritten in place, in both lists: what no tool would write."""
    assert len(old) == len(new)
    return with_entry(old).replace(old.encode(), new.encode("latin-1"))


def unix(mode: int) -> dict[str, Any]:
    return {"external_attr": mode << 16, "create_system": 3}


def with_method(method: int) -> bytes:
    """The first entry claims another compression, in both lists."""
    data = bytearray(package())
    struct.pack_into("<H", data, data.index(LOCAL) + 8, method)
    struct.pack_into("<H", data, data.index(HEAD) + 10, method)
    return bytes(data)


def with_flag(bit: int) -> bytes:
    data = bytearray(package())
    for at in (data.index(LOCAL) + 6, data.index(HEAD) + 8):
        struct.pack_into("<H", data, at, bit)
    return bytes(data)


def wrong_checksum() -> bytes:
    data = bytearray(package())
    at = data.index(HEAD) + 16
    struct.pack_into("<L", data, at, struct.unpack_from("<L", data, at)[0] ^ 1)
    return bytes(data)


def lying_size(size: int) -> bytes:
    """The list says the first file is of this size."""
    data = bytearray(package())
    struct.pack_into("<L", data, data.index(HEAD) + 24, size)
    return bytes(data)


def end_record(offset: int, format_: str, value: int) -> bytes:
    data = bytearray(package())
    struct.pack_into(format_, data, data.rindex(END) + offset, value)
    return bytes(data)


def zip64() -> bytes:
    data = package()
    at = data.rindex(END)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 5, 5, 100, 100)
    return data[:at] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + data[at:]


def zip64_entry() -> bytes:
    return with_entry("content/b.txt", extra=struct.pack("<HHQQ", 1, 16, 1, 1))


def prepended(start: bytes) -> bytes:
    """Bytes before the archive, with all offsets corrected: valid to most readers."""
    target = io.BytesIO(start)
    target.seek(0, 2)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files().items():
            archive.writestr(name, content)
    return target.getvalue()


def overlapping() -> bytes:
    """Two names for the same bytes: how a bomb of many gigabytes fits into kilobytes."""
    data = package()
    first = data.index(HEAD)
    second = data.index(HEAD, first + 4)
    offset = struct.unpack_from("<L", data, first + 42)[0]
    changed = bytearray(data)
    struct.pack_into("<L", changed, second + 42, offset)
    return bytes(changed)


def hidden_between() -> bytes:
    """Bytes between the last entry and the list of files, which no reader ever sees."""
    data = package()
    at, end = data.index(HEAD), data.rindex(END)
    changed = bytearray(data[:at] + b"rahasia" * 10 + data[at:])
    struct.pack_into("<L", changed, end + 70 + 16, at + 70)
    return bytes(changed)


def twice(name: str, other: str) -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "w") as archive:
        for each, content in files().items():
            archive.writestr(each, content)
        for each in (name, other):
            archive.writestr(zipfile.ZipInfo(each), b"{}")
    return target.getvalue()


def bomb_by_count() -> bytes:
    return package({f"content/{number}.txt": b"" for number in range(5_001)})


def bomb_by_nesting() -> bytes:
    inner = zipped({"a.txt": b"0" * 100_000})
    return package({"content/dalam.png": zipped({"b.zip": inner})})


def chain_in_a_circle() -> bytes:
    return package(
        None,
        library(needs=["BelajarAwal"]),
        library("BelajarAwal", needs=["BelajarTengah"]),
        library("BelajarTengah", needs=["BelajarUji"]),
    )


def only_the_editors() -> bytes:
    return package(None, library("H5PEditor.Uji"), mainLibrary="H5PEditor.Uji", preloadedDependencies=[])


def of_description(**fields: Any) -> bytes:
    return package({"h5p.json": as_json(description(**fields))})


def without(field: str) -> bytes:
    value = description()
    del value[field]
    return package({"h5p.json": as_json(value)})


def of_library(**fields: Any) -> bytes:
    return package(None, library(**fields))


def folder_of_library(folder: str) -> bytes:
    moved: Files = {name.replace("BelajarUji-1.1/", f"{folder}/"): each for name, each in files().items()}
    return zipped(moved)


DEEP = b'{"a":' * 8_000 + b"1" + b"}" * 8_000

BAD: dict[str, tuple[Callable[[], bytes], Rule]] = {
    # The archive
    "nothing": (lambda: b"", Rule.EMPTY),
    "an archive without files": (lambda: END + b"\0" * 18, Rule.EMPTY),
    "not an archive": (lambda: b"<html>halo</html>" * 20, Rule.NOT_A_ZIP),
    "four bytes": (lambda: b"aaaa", Rule.NOT_A_ZIP),
    "cut in the middle": (lambda: package()[:-200], Rule.TRUNCATED),
    "cut in the last record": (lambda: package()[:-5], Rule.TRUNCATED),
    "a program before it": (lambda: prepended(b"MZ" + b"\0" * 100), Rule.PREPENDED),
    "a page before it": (lambda: prepended(b"<script>alert(1)</script>"), Rule.PREPENDED),
    "a picture before it": (lambda: prepended(PNG), Rule.PREPENDED),
    "a script behind it": (lambda: package() + b"<script>alert(1)</script>", Rule.APPENDED),
    "data between": (hidden_between, Rule.HIDDEN_DATA),
    "data before the list": (lambda: end_record(12, "<L", 100), Rule.HIDDEN_DATA),
    "the list beyond the end": (lambda: end_record(16, "<L", 10_000_000), Rule.BROKEN),
    "two names for the same bytes": (overlapping, Rule.OVERLAP),
    "ZIP64": (zip64, Rule.ZIP64),
    "ZIP64 in one entry": (zip64_entry, Rule.ZIP64),
    "several disks": (lambda: end_record(4, "<H", 1), Rule.SPLIT_ARCHIVE),
    "more files claimed": (lambda: end_record(10, "<H", 60_000), Rule.SPLIT_ARCHIVE),
    # Bombs
    "a file that grows a thousand times": (
        lambda: package({"content/a.txt": b"0" * 10_000_000}),
        Rule.RATIO_OF_FILE,
    ),
    "five thousand and one files": (bomb_by_count, Rule.TOO_MANY_FILES),
    "an archive in an archive": (bomb_by_nesting, Rule.DISGUISED),
    "four gigabytes claimed": (lambda: lying_size(0xFFFFFFF0), Rule.FILE_TOO_LARGE),
    "more bytes than there are": (lambda: lying_size(5_000), Rule.BROKEN_FILE),
    "fewer bytes than there are": (lambda: lying_size(3), Rule.BROKEN_FILE),
    # Entries
    "a wrong checksum": (wrong_checksum, Rule.BROKEN_FILE),
    "a password": (lambda: with_flag(0x1), Rule.ENCRYPTED),
    "strong encryption": (lambda: with_flag(0x41), Rule.ENCRYPTED),
    "LZMA": (lambda: with_method(14), Rule.METHOD),
    "an unknown method": (lambda: with_method(99), Rule.METHOD),
    "a link to a file": (
        lambda: with_entry("content/a.txt", b"/etc/passwd", **unix(stat.S_IFLNK | 0o777)),
        Rule.LINK,
    ),
    "a pipe": (lambda: with_entry("content/a.txt", **unix(stat.S_IFIFO | 0o644)), Rule.SPECIAL_FILE),
    "a device": (lambda: with_entry("content/a.txt", **unix(stat.S_IFCHR | 0o644)), Rule.SPECIAL_FILE),
    # Names
    "the parent folder": (lambda: with_entry("../jahat.txt"), Rule.PARENT_FOLDER),
    "the parent folder, deep": (lambda: with_entry("content/images/../../../jahat.png"), Rule.PARENT_FOLDER),
    "the parent folder of Windows": (lambda: with_entry("..\\..\\jahat.txt"), Rule.BACKSLASH),
    "an absolute path": (lambda: with_entry("/etc/cron.d/jahat.txt"), Rule.ABSOLUTE_PATH),
    "a drive": (lambda: with_entry("C:/Windows/jahat.txt"), Rule.DRIVE_LETTER),
    "a hidden stream": (lambda: with_entry("content/a.txt:jahat.txt"), Rule.DRIVE_LETTER),
    "a NUL": (lambda: renamed("content/aXtxt.html", "content/a.txt\0html"), Rule.NUL_IN_NAME),
    "a line break": (lambda: with_entry("content/a\nb.txt"), Rule.INVISIBLE_IN_NAME),
    "the direction of reading turned": (lambda: with_entry("content/a\u202egnp.txt"), Rule.INVISIBLE_IN_NAME),
    "an invisible space": (lambda: with_entry("content/a\u200b.txt"), Rule.INVISIBLE_IN_NAME),
    "an empty part": (lambda: with_entry("content//a.txt"), Rule.EMPTY_SEGMENT),
    "a dot": (lambda: with_entry("content/./a.txt"), Rule.EMPTY_SEGMENT),
    "a part ending in a dot": (lambda: with_entry("content/images./a.txt"), Rule.TRAILING_IN_NAME),
    "a name of 300 letters": (lambda: with_entry(f"content/{'a' * 300}.txt"), Rule.NAME_TOO_LONG),
    "a Cyrillic letter in h5p.json": (lambda: with_entry("h5\u0440.json"), Rule.NOT_ASCII),
    "a Cyrillic letter in a library": (lambda: with_entry("Bel\u0430jarUji-1.1/a.js"), Rule.NOT_ASCII),
    "the same name twice": (lambda: twice("content/b.txt", "content/b.txt"), Rule.DUPLICATE),
    "the same name in capitals": (lambda: twice("content/b.txt", "content/B.TXT"), Rule.DUPLICATE),
    "the same name in other code points": (
        lambda: twice("content/\u00e9.txt", "content/e\u0301.txt"),
        Rule.DUPLICATE,
    ),
    "a file that is a folder": (lambda: twice("content/b.txt", "content/b.txt/c.txt"), Rule.FILE_AND_FOLDER),
    # Kinds of files
    "SVG in the content": (lambda: package({"content/images/a.svg": SVG}), Rule.FORBIDDEN_TYPE),
    "HTML in the content": (lambda: package({"content/a.html": b"<p>halo"}), Rule.FORBIDDEN_TYPE),
    "a script in the content": (lambda: package({"content/a.js": b"alert(1)"}), Rule.FORBIDDEN_TYPE),
    "PHP in a library": (lambda: package({"BelajarUji-1.1/a.php": b"<?php"}), Rule.FORBIDDEN_TYPE),
    "HTML in a library": (lambda: package({"BelajarUji-1.1/a.html": b"<p>"}), Rule.FORBIDDEN_TYPE),
    "no extension": (lambda: package({"BelajarUji-1.1/Makefile": b"all:"}), Rule.FORBIDDEN_TYPE),
    "a program beside h5p.json": (lambda: package({"pasang.exe": b"MZ"}), Rule.FORBIDDEN_TYPE),
    "SVG called a picture": (lambda: package({"content/images/a.png": SVG}), Rule.DISGUISED),
    "a text called a picture": (lambda: package({"content/images/a.jpg": b"bukan gambar"}), Rule.DISGUISED),
    "HTML called a film": (lambda: package({"content/videos/a.mp4": b"\n <html>"}), Rule.DISGUISED),
    "a program called a sound": (lambda: package({"content/audios/a.mp3": b"MZ\x90"}), Rule.DISGUISED),
    # JSON
    "h5p.json that is no JSON": (lambda: package({"h5p.json": b"{title:1}"}), Rule.JSON_BROKEN),
    "content.json that is no JSON": (lambda: package({"content/content.json": b"{"}), Rule.JSON_BROKEN),
    "content.json in Latin-1": (lambda: package({"content/content.json": b'{"a":"\xe9"}'}), Rule.JSON_BROKEN),
    "a number that is none": (lambda: package({"content/content.json": b'{"a":NaN}'}), Rule.JSON_BROKEN),
    "JSON of endless depth": (lambda: package({"content/content.json": DEEP}), Rule.JSON_BROKEN),
    "a broken language": (lambda: package({"BelajarUji-1.1/language/id.json": b"{"}), Rule.JSON_BROKEN),
    "a content.json of three megabytes": (
        lambda: zipped(files({"content/content.json": b"[" + b" " * 3_000_000 + b"]"}), zipfile.ZIP_STORED),
        Rule.JSON_TOO_LARGE,
    ),
    "content that is a list": (lambda: package({"content/content.json": b"[]"}), Rule.FIELD_WRONG),
    "h5p.json that is a list": (lambda: package({"h5p.json": b"[]"}), Rule.FIELD_WRONG),
    # h5p.json and content
    "no h5p.json": (lambda: package({"h5p.json": None}), Rule.H5P_JSON_MISSING),
    "no content.json": (lambda: package({"content/content.json": None}), Rule.CONTENT_JSON_MISSING),
    "no title": (lambda: without("title"), Rule.FIELD_MISSING),
    "no language": (lambda: without("language"), Rule.FIELD_MISSING),
    "no main library": (lambda: without("mainLibrary"), Rule.FIELD_MISSING),
    "no libraries": (lambda: without("preloadedDependencies"), Rule.FIELD_MISSING),
    "a title that is a number": (lambda: of_description(title=7), Rule.FIELD_WRONG),
    "a title of spaces": (lambda: of_description(title="  "), Rule.FIELD_WRONG),
    "a title of 300 letters": (lambda: of_description(title="a" * 300), Rule.FIELD_WRONG),
    "a language that is a path": (lambda: of_description(language="../id"), Rule.FIELD_WRONG),
    "a main library that is a path": (lambda: of_description(mainLibrary="../Uji"), Rule.FIELD_WRONG),
    "embedded otherwise": (lambda: of_description(embedTypes=["object"]), Rule.FIELD_WRONG),
    "libraries that are a text": (lambda: of_description(preloadedDependencies="Uji"), Rule.FIELD_WRONG),
    "a library that is null": (lambda: of_description(preloadedDependencies=[None]), Rule.FIELD_WRONG),
    "a version that is true": (
        lambda: of_description(preloadedDependencies=[{**dependency("BelajarUji"), "majorVersion": True}]),
        Rule.FIELD_WRONG,
    ),
    "a main library nobody loads": (
        lambda: of_description(preloadedDependencies=[dependency("H5P.Lain")]),
        Rule.MAIN_LIBRARY_UNDECLARED,
    ),
    # Libraries
    "no libraries in the package": (
        lambda: zipped({name: each for name, each in files().items() if not name.startswith("BelajarUji")}),
        Rule.LIBRARY_MISSING,
    ),
    "a library that is missing": (lambda: of_library(needs=["H5P.Lain"]), Rule.LIBRARY_MISSING),
    "only the editor's libraries": (only_the_editors, Rule.MAIN_LIBRARY_UNDECLARED),
    "libraries in a circle": (chain_in_a_circle, Rule.DEPENDENCY_CYCLE),
    "a library that needs itself": (lambda: of_library(needs=["BelajarUji"]), Rule.DEPENDENCY_CYCLE),
    "a folder that is no library": (lambda: package({"Lain-1.0/a.js": b""}), Rule.LIBRARY_JSON_MISSING),
    "a library in another's folder": (lambda: folder_of_library("H5P.Image-1.1"), Rule.LIBRARY_FOLDER_NAME),
    "a library in two folders": (
        lambda: package({f"BelajarUji/{name[15:]}": each for name, each in library().items()}),
        Rule.LIBRARY_TWICE,
    ),
    "a library without a title": (lambda: of_library(title=None), Rule.FIELD_MISSING),
    "a library with a negative version": (lambda: of_library(patchVersion=-1), Rule.FIELD_WRONG),
    "a script outside the library": (
        lambda: of_library(preloadedJs=[{"path": "../content/a.js"}]),
        Rule.FIELD_WRONG,
    ),
    "a script that is missing": (
        lambda: of_library(preloadedJs=[{"path": "lain.js"}]),
        Rule.PRELOADED_FILE_MISSING,
    ),
    "a style sheet that is missing": (
        lambda: of_library(preloadedCss=[{"path": "lain.css"}]),
        Rule.PRELOADED_FILE_MISSING,
    ),
    "a library that cannot run": (lambda: of_library(runnable=0), Rule.MAIN_LIBRARY_NOT_RUNNABLE),
    "a library for a core to come": (
        lambda: of_library(coreApi={"majorVersion": 1, "minorVersion": 99}),
        Rule.CORE_TOO_OLD,
    ),
}
