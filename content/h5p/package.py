"""The tool set: a package in, a report out. No Django, no database, nothing written where nobody asked.

    report = inspect(file)                 what it is and what is wrong with it; never raises `Refused`
    report = validate(file, "kuis.h5p")    the same, raising `Refused` when anything is wrong
    unpack(file, folder)                   its files in a new folder
    pack(folder, target, libraries)        a package from a folder, validated; the same bytes each time

`manage.py h5p` does the same on the command line. The rules are those of `problems.Rule`, the limits
those of `limits.Limits`. Every file in the archive is read to its end (its checksum is compared) in
pieces of 64 KB, so memory does not grow with the package.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from content.h5p import content_json, kinds, names
from content.h5p.archive import MOST_PROBLEMS, PIECE, Archive, Entry
from content.h5p.closure import closure_of, index_of
from content.h5p.documents import Description, Library, describe, parse, read_library
from content.h5p.limits import LIMITS, Limits
from content.h5p.problems import Problem, Refused, Rule, refuse

DESCRIPTION = "h5p.json"
CONTENT = "content/content.json"
SNIFFED = 512  # bytes looked at to tell what a file is
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that packing twice gives the same bytes


@dataclass(frozen=True)
class PackagedFile:
    """One file of a package: its name in the archive, bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """A package that keeps to every rule."""

    description: Description
    main: Library
    libraries: list[Library]  # all in the archive
    closure: list[Library]  # those a learner needs, each after all it depends on
    files: dict[str, PackagedFile]
    external_addresses: list[str]


@dataclass(frozen=True)
class Report:
    """What was found. `contents` is None exactly when there are problems."""

    name: str
    size: int  # bytes of the package
    sha256: str  # of the package; empty when it is too large to be read at all
    unpacked_size: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    contents: Contents | None = None

    @property
    def valid(self) -> Contents:
        """The contents of a package without problems; raises `Refused` otherwise."""
        if self.contents is None:
            raise Refused(*self.problems)
        return self.contents


def inspect(file: BinaryIO, name: str = "", limits: Limits = LIMITS) -> Report:
    """What this package is, or what is wrong with it."""
    try:
        return validate(file, name, limits)
    except Refused as refused:
        size = file.seek(0, io.SEEK_END)
        digest = "" if size > limits.package else _sha256_of(file)
        return Report(name, size, digest, problems=list(refused.problems))


def validate(file: BinaryIO, name: str = "", limits: Limits = LIMITS) -> Report:
    """What this package is. Raises `Refused` with the rules it breaks.

    `name` is what the file is called; empty when it has no name to judge.
    """
    if name and kinds.extension_of(name) != "h5p":
        raise refuse(Rule.NAME_OF_PACKAGE, name)
    with Archive(file, limits) as archive:
        warnings = _check_types(archive)
        documents, files = _read(archive)
        description = describe(documents[DESCRIPTION])
        libraries = _libraries(documents, files, limits.core_api)
        index = index_of(libraries)
        content = content_json.survey(documents[CONTENT], CONTENT)
        closure = closure_of(description, index, content.libraries)
        main = index[description.main]
        if not main.is_runnable:
            raise refuse(Rule.MAIN_LIBRARY_NOT_RUNNABLE, f"{main.archive_folder}/library.json")
        _check_preloaded(closure, files, limits.code)
        warnings += [
            *(Problem(Rule.EXTERNAL_ADDRESS, CONTENT, {"address": each}) for each in content.addresses),
            *(
                Problem(Rule.CONTENT_FILE_MISSING, CONTENT, {"path": each})
                for each in content.files
                if f"content/{each}" not in files
            ),
            *(
                Problem(Rule.LIBRARY_OF_CONTENT_MISSING, CONTENT, {"library": str(each)})
                for each in content.libraries
                if each not in index
            ),
        ]
        contents = Contents(description, main, libraries, closure, files, content.addresses)
        return Report(
            name=name,
            size=archive.size,
            sha256=_sha256_of(file),
            unpacked_size=archive.unpacked_size,
            warnings=warnings[:MOST_PROBLEMS],
            contents=contents,
        )


def unpack(file: BinaryIO, folder: Path, limits: Limits = LIMITS) -> Report:
    """Write the files of a valid package into `folder`, which must not exist or be empty."""
    report = validate(file, limits=limits)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    with Archive(file, limits) as archive:
        for name in report.valid.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as opened:
                for piece in archive.pieces(archive.entries[name]):
                    opened.write(piece)
    return report


def pack(folder: Path, target: Path, libraries: Iterable[Path] = (), limits: Limits = LIMITS) -> Report:
    """Make a package of `folder` (h5p.json, content/, library folders) and further library folders.

    Raises `Refused`, and leaves no file, when the result breaks a rule. The same folder gives the
    same bytes on every computer with the same zlib.
    """
    sources: dict[str, Path] = {}
    for root, prefix in [(folder, ""), *((each, f"{each.name}/") for each in libraries)]:
        for path in sorted(root.rglob("*")):
            name = prefix + path.relative_to(root).as_posix()
            if path.is_symlink():
                raise refuse(Rule.LINK, name)
            if path.is_file() and not names.is_ignored(name):
                sources[name] = path
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=False, compresslevel=9) as made:
            for name in sorted(sources, key=lambda each: (each != DESCRIPTION, each)):
                info = zipfile.ZipInfo(name, LONG_AGO)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o100644 << 16
                info.create_system = 3
                with sources[name].open("rb") as source, made.open(info, "w") as written:
                    while piece := source.read(PIECE):
                        written.write(piece)
        with part.open("rb") as opened:
            report = validate(opened, target.name, limits)
        part.replace(target)
        return report
    finally:
        part.unlink(missing_ok=True)


def _check_types(archive: Archive) -> list[Problem]:
    """Refuse what may not be in a package by its kind; name what is of no use."""
    problems, warnings = [], []
    for entry in archive.entries.values():
        if names.is_ignored(entry.name):
            continue
        top, slash, _rest = entry.name.partition("/")
        allowed = kinds.CONTENT if slash and top == "content" else kinds.LIBRARY
        extension = kinds.extension_of(entry.name)
        if extension not in allowed:
            problems.append(Problem(Rule.FORBIDDEN_TYPE, entry.name, {"extension": extension}))
        elif not slash and entry.name != DESCRIPTION:
            warnings.append(Problem(Rule.UNUSED_FILE, entry.name))
        if extension == "json" and entry.size > archive.limits.json:
            figures = {"size": entry.size, "limit": archive.limits.json}
            problems.append(Problem(Rule.JSON_TOO_LARGE, entry.name, figures))
    problems += [
        Problem(rule, file)
        for rule, file in (
            (Rule.H5P_JSON_MISSING, DESCRIPTION),
            (Rule.CONTENT_JSON_MISSING, CONTENT),
        )
        if file not in archive.entries
    ]
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return warnings


def _read(archive: Archive) -> tuple[dict[str, Any], dict[str, PackagedFile]]:
    """Every file read to its end: all hashed, every JSON parsed, those that matter here kept."""
    documents: dict[str, Any] = {}
    files: dict[str, PackagedFile] = {}
    problems: list[Problem] = []
    for entry in archive.entries.values():
        try:
            sha256, value = _read_one(archive, entry)
        except Refused as refused:
            problems += refused.problems
            if len(problems) >= MOST_PROBLEMS:
                break
            continue
        if not names.is_ignored(entry.name):
            files[entry.name] = PackagedFile(entry.name, entry.size, sha256)
            if _is_read(entry.name):
                documents[entry.name] = value
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return documents, files


def _read_one(archive: Archive, entry: Entry) -> tuple[str, Any]:
    """The hash of a file and, if it is JSON, what it says."""
    is_json = kinds.extension_of(entry.name) == "json"
    digest, start = hashlib.sha256(), b""
    kept: list[bytes] = []
    for piece in archive.pieces(entry):
        digest.update(piece)
        start = start or piece[:SNIFFED]
        if is_json:
            kept.append(piece)
    if names.is_ignored(entry.name):
        return "", None
    if kinds.is_disguised(entry.name, start):
        raise refuse(Rule.DISGUISED, entry.name)
    return digest.hexdigest(), parse(b"".join(kept), entry.name) if is_json else None


def _is_read(name: str) -> bool:
    return name in (DESCRIPTION, CONTENT) or (name.count("/") == 1 and name.endswith("/library.json"))


def _libraries(
    documents: dict[str, Any], files: dict[str, PackagedFile], core_api: tuple[int, int]
) -> list[Library]:
    """What every folder beside `content/` says it is. A folder that is no library is refused."""
    folders = sorted({name.partition("/")[0] for name in files if "/" in name} - {"content"})
    libraries: list[Library] = []
    problems: list[Problem] = []
    for folder in folders:
        file = f"{folder}/library.json"
        if file not in documents:
            problems.append(Problem(Rule.LIBRARY_JSON_MISSING, file))
            continue
        try:
            libraries.append(read_library(documents[file], folder, core_api))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])
    return libraries


def _check_preloaded(closure: list[Library], files: dict[str, PackagedFile], limit: int) -> None:
    """What is preloaded is there, and is not more than a phone can run."""
    wanted = [
        f"{library.archive_folder}/{path}" for library in closure for path in (*library.js, *library.css)
    ]
    missing = [Problem(Rule.PRELOADED_FILE_MISSING, name) for name in wanted if name not in files]
    if missing:
        raise Refused(*missing[:MOST_PROBLEMS])
    size = sum(files[name].size for name in set(wanted))
    if size > limit:
        raise refuse(Rule.CODE_TOO_LARGE, size=size, limit=limit)


def _sha256_of(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
