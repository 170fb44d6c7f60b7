"""A ZIP file opened with distrust: what it claims is checked before it is believed, and read piece by piece.

Python's `zipfile` reads; before it is let loose on the file, its table of contents is measured, so that
neither a million entries nor a directory of a gigabyte is ever loaded. Data no reader would see – before,
between, behind the entries – is refused: an archive has to be the same to everybody who opens it.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

from content.h5p import names
from content.h5p.limits import LIMITS, Limits
from content.h5p.problems import Problem, Refused, Rule, refuse

PIECE = 64 * 1024
END = struct.Struct("<4s4H2LH")  # end of central directory
LOCAL = struct.Struct("<4s5H3L2H")  # head of one entry
LONGEST_END = END.size + 0xFFFF
ENCRYPTED_BITS = 0x1 | 0x40 | 0x2000  # traditional, strong, hidden heads
DESCRIPTOR_BIT = 0x8  # sizes follow the data
LONGEST_DESCRIPTOR = 24
ZIP64_EXTRA = 1
MOST_PROBLEMS = 20  # enough to act on
# All that `zipfile` and `zlib` may raise over a file somebody made to hurt them.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Entry:
    """One file of the archive; its name is safe and unique."""

    name: str
    size: int  # bytes, unpacked
    packed: int
    info: zipfile.ZipInfo


class Archive:
    """An archive whose structure and names are sound. What the entries hold is another matter.

    Raises `Refused` with all that is wrong (at most twenty problems). The file stays open and the
    caller's.
    """

    def __init__(self, file: BinaryIO, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.size = _size_of(file)
        count = _measure(file, self.size, limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            raise refuse(Rule.BROKEN) from error
        infos = self._zip.infolist()
        if len(infos) != count:
            raise refuse(Rule.BROKEN)
        problems = [*_problems_of_entries(infos, limits)]
        if problems:
            raise Refused(*problems[:MOST_PROBLEMS])
        self.unpacked_size = sum(info.file_size for info in infos)
        if self.unpacked_size > limits.unpacked:
            raise refuse(Rule.UNPACKED_TOO_LARGE, size=self.unpacked_size, limit=limits.unpacked)
        if self.unpacked_size > max(self.size * limits.ratio, limits.ratio_counts_from):
            raise refuse(
                Rule.RATIO_OF_PACKAGE, ratio=self.unpacked_size // max(1, self.size), limit=limits.ratio
            )
        _refuse_hidden_data(file, infos, self._zip.start_dir)
        self.entries = {
            info.filename: Entry(info.filename, info.file_size, info.compress_size, info)
            for info in infos
            if not info.is_dir()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """What an entry holds, at most 64 KB at a time; raises `Refused` if it is not what it claims."""
        read = 0
        try:
            with self._zip.open(entry.info) as opened:
                while piece := opened.read(PIECE):
                    read += len(piece)
                    yield piece
        except BROKEN as error:
            raise refuse(Rule.BROKEN_FILE, entry.name) from error
        if read != entry.size:
            raise refuse(Rule.BROKEN_FILE, entry.name)


def _size_of(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _measure(file: BinaryIO, size: int, limits: Limits) -> int:
    """The number of entries the archive claims, once everything about its frame is in order."""
    if size == 0:
        raise refuse(Rule.EMPTY)
    if size > limits.package:
        raise refuse(Rule.PACKAGE_TOO_LARGE, size=size, limit=limits.package)
    tail, at = _find_end(file, size)
    _sign, disk, first_disk, here, count, directory, offset, comment = END.unpack_from(tail, at)
    end = size - len(tail) + at
    behind = size - (end + END.size + comment)
    wrong = {
        Rule.TRUNCATED: behind < 0,
        Rule.APPENDED: behind > 0,
        Rule.ZIP64: tail[max(0, at - 20) : at].startswith(b"PK\x06\x07") or 0xFFFFFFFF in (directory, offset),
        Rule.SPLIT_ARCHIVE: disk or first_disk or here != count,
        Rule.BROKEN: offset + directory > end,
        Rule.HIDDEN_DATA: offset + directory < end or comment > limits.comment,
    }
    for rule, is_wrong in wrong.items():
        if is_wrong:
            raise refuse(rule)
    if count > limits.entries:
        raise refuse(Rule.TOO_MANY_FILES, count=count, limit=limits.entries)
    if directory > limits.directory:
        raise refuse(Rule.DIRECTORY_TOO_LARGE, size=directory, limit=limits.directory)
    return int(count)


def _find_end(file: BinaryIO, size: int) -> tuple[bytes, int]:
    """The last bytes of the file, and where in them the end record begins."""
    start = file.read(4)
    file.seek(max(0, size - LONGEST_END))
    tail = file.read(LONGEST_END)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise refuse(Rule.TRUNCATED if start == b"PK\x03\x04" else Rule.NOT_A_ZIP)
    if start != b"PK\x03\x04":
        raise refuse(Rule.EMPTY if start == b"PK\x05\x06" else Rule.PREPENDED)
    if len(tail) - at < END.size:
        raise refuse(Rule.TRUNCATED)
    return tail, at


def _problems_of_entries(infos: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    folders: set[str] = set()
    for info in infos:
        # `filename` ends at a NUL; what was written in the archive is judged.
        name = info.orig_filename
        rule = names.rule_broken_by(name) or _rule_broken_by(info)
        skeleton = names.skeleton_of(name)
        if rule is None and skeleton in seen:
            rule = Rule.DUPLICATE
        seen[skeleton] = name
        if rule is not None:
            yield Problem(rule, readable(name))
        elif info.file_size > limits.file:
            yield Problem(Rule.FILE_TOO_LARGE, name, {"size": info.file_size, "limit": limits.file})
        elif info.file_size > max(limits.ratio_counts_from, info.compress_size * limits.ratio):
            ratio = info.file_size // max(1, info.compress_size)
            yield Problem(Rule.RATIO_OF_FILE, name, {"ratio": ratio, "limit": limits.ratio})
        parts = skeleton.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    for skeleton in folders & seen.keys():
        if not seen[skeleton].endswith("/"):
            yield Problem(Rule.FILE_AND_FOLDER, readable(seen[skeleton]))


def _rule_broken_by(info: zipfile.ZipInfo) -> Rule | None:
    """What the entry says of itself, apart from its name."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & ENCRYPTED_BITS:
        return Rule.ENCRYPTED
    if kind == stat.S_IFLNK:
        return Rule.LINK
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > info.is_dir():
        return Rule.SPECIAL_FILE
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Rule.METHOD
    if info.is_dir() and info.file_size:
        return Rule.FILE_AND_FOLDER
    if _has_zip64(info.extra):
        return Rule.ZIP64
    return None


def _has_zip64(extra: bytes) -> bool:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == ZIP64_EXTRA:
            return True
        extra = extra[4 + length :]
    return False


def _refuse_hidden_data(file: BinaryIO, infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Entries lie one behind the other from the first byte to the directory, sharing and leaving nothing."""
    expected, slack = 0, 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        gap = info.header_offset - expected
        if gap < 0:
            raise refuse(Rule.OVERLAP, readable(info.orig_filename))
        if gap > slack:
            raise refuse(Rule.HIDDEN_DATA, readable(info.orig_filename))
        file.seek(info.header_offset)
        head = file.read(LOCAL.size)
        if len(head) < LOCAL.size or not head.startswith(b"PK\x03\x04"):
            raise refuse(Rule.BROKEN_FILE, readable(info.orig_filename))
        *_rest, name_length, extra_length = LOCAL.unpack(head)
        expected = info.header_offset + LOCAL.size + name_length + extra_length + info.compress_size
        slack = LONGEST_DESCRIPTOR if info.flag_bits & DESCRIPTOR_BIT else 0
    if not 0 <= directory - expected <= slack:
        raise refuse(Rule.OVERLAP if directory < expected else Rule.HIDDEN_DATA)


def readable(name: str) -> str:
    """A name as it may be shown: nothing invisible, not endless."""
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name
    )
    return shown if len(shown) <= 120 else f"{shown[:80]}…{shown[-30:]}"
