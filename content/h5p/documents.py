"""The JSON in a package: read with a limit, checked field by field, never trusted for its types."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from content.h5p.limits import LIMITS
from content.h5p.problems import Problem, Refused, Rule, refuse

EDITOR = "H5PEditor."  # libraries of the authoring tool: never sent to a learner

LANGUAGE = re.compile(r"[-a-zA-Z]{1,10}\Z")
MAIN_LIBRARY = re.compile(r"[$a-zA-Z_][0-9a-zA-Z_.$]{1,254}\Z")
MACHINE_NAME = re.compile(r"[\w.-]{1,255}\Z", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,5}\Z")


def parse(data: bytes, file: str) -> Any:
    """The JSON in `data`. Refused: what a browser would not parse, or what would exhaust the stack."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refuse(Rule.JSON_BROKEN, file) from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


@dataclass(frozen=True, order=True)
class LibraryName:
    """How packages refer to a library: by name and version, without the patch."""

    machine_name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        """The folder under which H5P's core asks for its files: `H5P.Image-1.1`."""
        return f"{self.machine_name}-{self.major}.{self.minor}"

    @property
    def is_editor(self) -> bool:
        return self.machine_name.startswith(EDITOR)


@dataclass(frozen=True)
class Description:
    """What `h5p.json` says."""

    title: str
    language: str
    languages: list[str]
    main: LibraryName
    dependencies: list[LibraryName]
    license: str
    authors: list[str]


@dataclass(frozen=True)
class Library:
    """What a `library.json` says, and the folder in the archive it stands for."""

    name: LibraryName
    patch: int
    title: str
    archive_folder: str
    is_runnable: bool
    js: list[str]  # paths in the folder, in order
    css: list[str]
    dependencies: list[LibraryName]


class Fields:
    """Takes fields out of one JSON object, collecting what is missing or wrong."""

    def __init__(self, value: Any, file: str) -> None:
        if not isinstance(value, dict):
            raise refuse(Rule.FIELD_WRONG, file, field="{}")
        self.value: dict[str, Any] = value
        self.file = file
        self.problems: list[Problem] = []

    def take(self, name: str, is_right: Callable[[Any], bool], default: Any = None) -> Any:
        """The field if `is_right` says so; else `default` (None: the field is required)."""
        value = self.value.get(name)
        if value is None:
            if default is None:
                self.wrong(Rule.FIELD_MISSING, name)
            return default
        if not is_right(value):
            self.wrong(Rule.FIELD_WRONG, name)
            return default
        return value

    def number(self, name: str, within: dict[str, Any] | None = None) -> int:
        """A version part: an integer, or digits in quotes as some tools write them."""
        value = (self.value if within is None else within).get(name)
        if value is None:
            self.wrong(Rule.FIELD_MISSING, name)
        elif isinstance(value, bool) or not NUMBER.match(str(value)):
            self.wrong(Rule.FIELD_WRONG, name)
        else:
            return int(value)
        return 0

    def dependencies(self, name: str, *, is_required: bool = False) -> list[LibraryName]:
        found: list[LibraryName] = []
        for each in self.take(name, is_list, None if is_required else []) or []:
            if not isinstance(each, dict) or not _matches(MACHINE_NAME)(each.get("machineName")):
                self.wrong(Rule.FIELD_WRONG, name)
                continue
            major, minor = self.number("majorVersion", each), self.number("minorVersion", each)
            found.append(LibraryName(each["machineName"], major, minor))
        return found

    def paths(self, name: str) -> list[str]:
        """`[{"path": "scripts/a.js"}, …]`, each inside the folder."""
        found = []
        for each in self.take(name, is_list, []):
            path = each.get("path") if isinstance(each, dict) else None
            clean = path_within(path) if isinstance(path, str) else None
            if clean is None:
                self.wrong(Rule.FIELD_WRONG, name)
            else:
                found.append(clean)
        return found

    def wrong(self, rule: Rule, name: str) -> None:
        self.problems.append(Problem(rule, self.file, {"field": name}))

    def done(self) -> None:
        """Raises `Refused` if anything was wrong."""
        if self.problems:
            raise Refused(*self.problems)


def describe(value: Any, file: str = "h5p.json") -> Description:
    """`h5p.json`, checked as H5P's own validator does."""
    fields = Fields(value, file)
    title = fields.take("title", is_title)
    language = fields.take("language", _matches(LANGUAGE))
    main = fields.take("mainLibrary", _matches(MAIN_LIBRARY))
    fields.take("embedTypes", _are_embed_types)
    license_code = fields.take("license", is_text, "U")
    default_language = fields.take("defaultLanguage", _matches(LANGUAGE), "")
    authors = [each.get("name") for each in fields.take("authors", is_list, []) if isinstance(each, dict)]
    dependencies = fields.dependencies("preloadedDependencies", is_required=True)
    fields.done()
    name = next((each for each in dependencies if each.machine_name == main), None)
    if name is None:
        raise refuse(Rule.MAIN_LIBRARY_UNDECLARED, file, library=main)
    languages = [each for each in dict.fromkeys([language, default_language]) if each and each != "und"]
    return Description(
        title=title.strip(),
        language=language,
        languages=languages,
        main=name,
        dependencies=dependencies,
        license=license_code,
        authors=[each for each in authors if isinstance(each, str) and is_text(each)],
    )


def read_library(value: Any, folder: str, core_api: tuple[int, int] = LIMITS.core_api) -> Library:
    """A `library.json`, checked as H5P's own validator does; it may need no core newer than `core_api`."""
    file = f"{folder}/library.json"
    fields = Fields(value, file)
    title = fields.take("title", is_title)
    machine_name = fields.take("machineName", _matches(MACHINE_NAME))
    major, minor = fields.number("majorVersion"), fields.number("minorVersion")
    patch = fields.number("patchVersion")
    runnable = fields.take("runnable", lambda each: str(each) in ("0", "1", "True", "False"))
    core = fields.take("coreApi", lambda each: isinstance(each, dict), {})
    needed = (fields.number("majorVersion", core), fields.number("minorVersion", core)) if core else (0, 0)
    js, css = fields.paths("preloadedJs"), fields.paths("preloadedCss")
    dependencies = fields.dependencies("preloadedDependencies")
    fields.dependencies("dynamicDependencies")
    fields.dependencies("editorDependencies")
    fields.done()
    name = LibraryName(machine_name, major, minor)
    if folder not in (name.folder, machine_name):
        raise refuse(Rule.LIBRARY_FOLDER_NAME, file, folder=name.folder)
    if needed > core_api:
        raise refuse(Rule.CORE_TOO_OLD, file, core=f"{needed[0]}.{needed[1]}")
    return Library(
        name=name,
        patch=patch,
        title=title.strip(),
        archive_folder=folder,
        is_runnable=str(runnable) in ("1", "True"),
        js=js,
        css=css,
        dependencies=[each for each in dependencies if not each.is_editor],
    )


def path_within(path: str) -> str | None:
    """`./scripts//a.js` as `scripts/a.js`; None when it leads out of the folder or is no path."""
    if "\\" in path or ":" in path or "\0" in path:
        return None
    segments = [each for each in path.split("/") if each not in ("", ".")]
    return "/".join(segments) if segments and ".." not in segments else None


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 255


def is_title(value: Any) -> bool:
    return is_text(value) and bool(value.strip())


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


def _are_embed_types(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(each in ("div", "iframe") for each in value)
