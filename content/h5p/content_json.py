"""What the content of a package refers to: its own files, other libraries, addresses on the internet."""

import re
from dataclasses import dataclass
from typing import Any

from content.h5p.documents import LibraryName
from content.h5p.problems import Rule, refuse

# "H5P.MultiChoice 1.16", as content names the library of a part of it.
LIBRARY = re.compile(r"([\w.-]{1,255}) ([0-9]{1,5})\.([0-9]{1,5})\Z", re.ASCII)
ADDRESS = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# Where content keeps addresses it loads from; a link in a text is left to the reader.
LOADED_FROM = ("path", "source", "src", "url")
LONGEST_ADDRESS = 500  # as much as is told of one


@dataclass(frozen=True)
class Survey:
    """Each list in the order met, without repetition."""

    files: list[str]  # paths inside content/
    libraries: list[LibraryName]
    addresses: list[str]  # a frame without network cannot load these


def survey(value: Any, file: str) -> Survey:
    """Walk through `content.json`, however deep."""
    if not isinstance(value, dict):
        raise refuse(Rule.FIELD_WRONG, file, field="{}")
    files: dict[str, None] = {}
    libraries: dict[LibraryName, None] = {}
    addresses: dict[str, None] = {}
    waiting: list[Any] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, dict):
            waiting.extend(reversed(each.values()))
            library = each.get("library")
            if isinstance(library, str) and (match := LIBRARY.match(library)):
                libraries[LibraryName(match[1], int(match[2]), int(match[3]))] = None
            addresses.update(dict.fromkeys(_addresses_in(each)))
            path = each.get("path")
            if isinstance(path, str) and isinstance(each.get("mime"), str) and not ADDRESS.match(path):
                files[path.removesuffix("#tmp")] = None
    return Survey(list(files), list(libraries), list(addresses))


def _addresses_in(value: dict[str, Any]) -> list[str]:
    """Where this object loads from. The source of a licence is where a picture came from, not more."""
    keys = [key for key in LOADED_FROM if key != "source" or "license" not in value]
    found = [value[key] for key in keys if isinstance(value.get(key), str)]
    return [each[:LONGEST_ADDRESS] for each in found if ADDRESS.match(each)]
