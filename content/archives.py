"""Opening a ZIP that somebody sent: nothing in it is believed before it was measured."""

import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

ENCRYPTED = 0x1
MACROS = ("vbaproject.bin", "vbadata.xml", "activex", "scripts/python", "basic/")
TYPES_PART = "[Content_Types].xml"
KNOWN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Refused(Exception):
    """A file that is not taken. The message is for people and says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: entries, bytes unpacked, bytes of one entry, how often it may shrink."""

    entries: int = 2000
    total: int = 200 * 1024 * 1024
    one: int = 100 * 1024 * 1024
    ratio: int = 200


def opened(file: IO[bytes], limits: Limits) -> zipfile.ZipFile:
    """The archive, when all it says of itself is acceptable. Raises `Refused`; unpacks nothing."""
    try:
        file.seek(0)
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise Refused(_("This file is damaged or is no ZIP archive.")) from None
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise Refused(_("There are too many files in it: at most %(most)s.") % {"most": limits.entries})
    seen: set[str] = set()
    total = 0
    for entry in entries:
        _check_name(entry, seen)
        total += entry.file_size
        if entry.flag_bits & ENCRYPTED:
            raise Refused(_("It is protected with a password: “%(name)s”.") % {"name": entry.filename})
        if entry.compress_type not in KNOWN_METHODS:
            raise Refused(_("It is packed in an unusual way: “%(name)s”.") % {"name": entry.filename})
        if entry.file_size > limits.one or total > limits.total:
            raise Refused(
                _("Unpacked it is too large: at most %(most)s.") % {"most": filesizeformat(limits.total)}
            )
        if entry.file_size > 1024 * 1024 and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise Refused(
                _("“%(name)s” unpacks to far more than it holds: refused as a decompression bomb.")
                % {"name": entry.filename}
            )
    return archive


def read(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """One entry, never more of it than was announced. Raises `Refused`."""
    try:
        entry = archive.getinfo(name)
        with archive.open(entry) as stream:
            content = stream.read(min(entry.file_size, limits.one) + 1)
    except KeyError:
        raise Refused(_("A file is missing: “%(name)s”.") % {"name": name}) from None
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise Refused(_("A file in it is damaged: “%(name)s”.") % {"name": name}) from None
    if len(content) != entry.file_size:
        raise Refused(_("A file in it is damaged: “%(name)s”.") % {"name": name})
    return content


def has_macros(archive: zipfile.ZipFile) -> bool:
    """Does an Office file bring programs, whatever its name says?"""
    names = [name.lower() for name in archive.namelist()]
    if any(part in name for name in names for part in MACROS):
        return True
    if TYPES_PART not in archive.namelist():
        return False
    return b"macroenabled" in read(archive, TYPES_PART, Limits(one=4 * 1024 * 1024)).lower()


def _check_name(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    if (
        not name
        or name.startswith("/")
        or "\\" in name
        or ":" in name
        or ".." in parts
        or any(ord(letter) < 32 for letter in name)
        or len(name) > 240
    ):
        raise Refused(_("A file in it has an odd path: “%(name)s”.") % {"name": name[:80]})
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(_("There is a link in it: “%(name)s”. Only files are accepted.") % {"name": name})
    if name.casefold() in seen:
        raise Refused(_("Two files in it have the same name: “%(name)s”.") % {"name": name})
    seen.add(name.casefold())
