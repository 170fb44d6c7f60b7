"""What the player reads: which files a package is played from, in which order, and where they are.

    {
      "format": 1,
      "title": "Kuis singkat",               title of the package
      "language": "id",
      "library": "H5P.QuestionSet 1.20",     as H5PIntegration.contents[…].library wants it
      "js":  ["H5P.Image-1.1/image.js", …],  scripts, in the order to run them
      "css": ["H5P.Image-1.1/image.css", …], style sheets, in their order
      "bundles": [                           to fetch first; cut by `size`, one part after the other
        {"url": "/h5p/….bundle", "size": 731000, "sent": 190000,
         "parts": [["H5P.Image-1.1/image.js", "text/javascript", 5120], …]}, …],
      "files": [                             to fetch one by one: pictures, sounds, films
        {"path": "content/videos/a.webm", "mime": "video/webm", "size": 3100000, "url": "/h5p/….webm"}, …]
    }

Paths are those H5P's core asks for: `content/…` and `<machineName>-<major>.<minor>/…`, whatever the
folders were called in the archive. `size` is bytes as they are, `sent` bytes over the wire.
`content/content.json` is always a part of a bundle. Every `url` is for good (`addresses`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from content.h5p import kinds
from content.h5p.addresses import BUNDLE, address_of
from content.h5p.documents import Library
from content.h5p.package import CONTENT, Contents, PackagedFile

FORMAT = 1
# What is larger is fetched by itself: several at a time, each kept by the browser for itself.
LARGEST_IN_BUNDLE = {"code": 256 * 1024, "content": 64 * 1024}
# Scripts, style sheets and content.json are always bundled; of the rest the small ones, up to this.
MOST_IN_BUNDLE = {"code": 8 * 1024 * 1024, "content": 4 * 1024 * 1024}
# Beside what a library preloads, a learner needs what these refer to: pictures, sounds, further scripts.
NOT_FOR_LEARNERS = frozenset({"library.json", "semantics.json", "icon.svg", "presave.js", "upgrades.js"})
FONT_PICTURE = "svg"  # the same extension for drawings and for one more format of fonts
REFERENCE = re.compile(r"url\(\s*['\"]?([^'\")\s]{1,300})", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One file as the player knows it (`path`) and as the archive does (`file`)."""

    path: str
    file: PackagedFile

    @property
    def mime(self) -> str:
        return kinds.mime_of(self.path)


@dataclass(frozen=True)
class Plan:
    """What a learner is sent of a package: the same content always gives the same plan."""

    js: list[str]
    css: list[str]
    code: list[Part]  # one bundle; packages with the same libraries share it
    content: list[Part]  # another: content.json and what is small beside it
    alone: list[Part]

    @property
    def parts(self) -> list[Part]:
        return [*self.code, *self.content, *self.alone]


@dataclass(frozen=True)
class Sent:
    """A file as it is served: its hash, its bytes, and bytes over the wire."""

    sha256: str
    size: int
    sent: int


def plan(contents: Contents, styles: Mapping[str, bytes]) -> Plan:
    """What to send of this package. `styles` are the style sheets of the closure, by name in the archive."""
    scripts = [f"{each.name.folder}/{path}" for each in contents.closure for path in each.js]
    sheets = [f"{each.name.folder}/{path}" for each in contents.closure for path in each.css]
    parts: dict[str, Part] = {}
    for library in contents.closure:
        for name, path in _needed(library, contents.files, styles).items():
            parts[path] = Part(path, contents.files[name])
    # First what runs, in its order: the player may begin before the rest has come.
    first = [parts.pop(path) for path in dict.fromkeys([*scripts, *sheets])]
    more, beside = _small_ones("code", parts.values())
    content = [Part(name, file) for name, file in contents.files.items() if name.startswith("content/")]
    texts, media = _small_ones("content", (each for each in content if each.path != CONTENT))
    return Plan(
        js=list(dict.fromkeys(scripts)),
        css=list(dict.fromkeys(sheets)),
        code=[*first, *more],
        content=[Part(CONTENT, contents.files[CONTENT]), *texts],
        alone=[*beside, *media],
    )


def _small_ones(kind: str, parts: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """Those that go into a bundle, and the rest; each in the order of their paths."""
    left = MOST_IN_BUNDLE[kind]
    small: set[str] = set()
    for part in sorted(parts := list(parts), key=lambda each: (each.file.size, each.path)):
        left -= part.file.size
        if left < 0 or part.file.size > LARGEST_IN_BUNDLE[kind]:
            break
        small.add(part.path)
    ordered = sorted(parts, key=lambda each: each.path)
    return [each for each in ordered if each.path in small], [
        each for each in ordered if each.path not in small
    ]


def _needed(
    library: Library, files: Mapping[str, PackagedFile], styles: Mapping[str, bytes]
) -> dict[str, str]:
    """Name in the archive → path for the player, of all a learner may need of a library."""
    root = f"{library.archive_folder}/"
    inside = {name.removeprefix(root) for name in files if name.startswith(root)}
    preloaded = {*library.js, *library.css}
    fonts = _fonts_to_send(inside, _references(library, styles))
    needed = {
        path
        for path in inside - preloaded
        if path not in NOT_FOR_LEARNERS
        and not path.startswith("language/")
        and kinds.extension_of(path) not in kinds.PAPERS
        and (not _is_font(path, inside) or path in fonts)
    }
    return {f"{root}{path}": f"{library.name.folder}/{path}" for path in preloaded | needed}


def _is_font(path: str, inside: set[str]) -> bool:
    extension = kinds.extension_of(path)
    if extension != FONT_PICTURE:
        return extension in kinds.FONTS
    stem = path.rpartition(".")[0]
    return any(f"{stem}.{font}" in inside for font in kinds.FONTS)


def _fonts_to_send(inside: set[str], referred: set[str]) -> set[str]:
    """Of each font that a style sheet refers to, the best format; every browser reads the first two."""
    best: dict[str, str] = {}
    for font in kinds.FONTS:
        for path in inside & referred:
            if kinds.extension_of(path) == font:
                best.setdefault(path.rpartition(".")[0], path)
    return set(best.values())


def _references(library: Library, styles: Mapping[str, bytes]) -> set[str]:
    """Paths in the library's folder that its style sheets name."""
    found: set[str] = set()
    for sheet in library.css:
        folder = sheet.rpartition("/")[0]
        text = styles.get(f"{library.archive_folder}/{sheet}", b"").decode("utf-8", errors="replace")
        for reference in REFERENCE.findall(text):
            path = re.split(r"[?#]", reference, maxsplit=1)[0]
            found.add(_resolve(folder, path))
    return found


def _resolve(folder: str, path: str) -> str:
    segments = folder.split("/") if folder else []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/".join(segments)


def manifest_of(
    contents: Contents, made: Plan, bundles: Iterable[tuple[Sent, list[Part]]], alone: Mapping[str, Sent]
) -> dict[str, Any]:
    """The JSON for the player, as described above."""
    return {
        "format": FORMAT,
        "title": contents.description.title,
        "language": contents.description.language,
        "library": str(contents.main.name),
        "js": made.js,
        "css": made.css,
        "bundles": [
            {
                "url": address_of(bundle.sha256, BUNDLE),
                "size": bundle.size,
                "sent": bundle.sent,
                "parts": [[part.path, part.mime, part.file.size] for part in parts],
            }
            for bundle, parts in bundles
        ],
        "files": [
            {
                "path": part.path,
                "mime": part.mime,
                "size": part.file.size,
                "sent": alone[part.path].sent,
                "url": address_of(part.file.sha256, kinds.extension_of(part.path)),
            }
            for part in made.alone
        ],
    }
