"""What files in an archive may be called: the same to every reader, on every computer."""

import unicodedata

from content.h5p.problems import Rule

LONGEST_PATH = 400  # characters
LONGEST_SEGMENT = 255  # bytes, as file systems count
# Control characters, invisible marks such as the one that turns the direction of reading, halves of pairs,
# private and unassigned characters.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def rule_broken_by(name: str) -> Rule | None:
    """The first rule that this name of an entry breaks; a folder's name ends in a slash."""
    segments = name.removesuffix("/").split("/")
    broken = {
        Rule.NUL_IN_NAME: "\0" in name,
        Rule.BACKSLASH: "\\" in name,
        Rule.ABSOLUTE_PATH: name.startswith("/"),
        Rule.DRIVE_LETTER: ":" in name,  # also the hidden streams of NTFS
        Rule.PARENT_FOLDER: ".." in segments,
        Rule.EMPTY_SEGMENT: "" in segments or "." in segments,
        Rule.INVISIBLE_IN_NAME: any(unicodedata.category(each) in UNSEEN for each in name),
        Rule.NAME_TOO_LONG: len(name) > LONGEST_PATH
        or any(len(each.encode(errors="replace")) > LONGEST_SEGMENT for each in segments),
        Rule.TRAILING_IN_NAME: any(each.endswith((" ", ".")) for each in segments),  # Windows drops them
        # Code is looked up by name, and a Cyrillic letter looks like a Latin one.
        Rule.NOT_ASCII: segments[0] != "content" and not is_ignored(name) and not name.isascii(),
    }
    return next((rule for rule, is_broken in broken.items() if is_broken), None)


def is_ignored(name: str) -> bool:
    """What computers leave behind by themselves: `.DS_Store`, `__MACOSX/`."""
    return any(segment.startswith(".") or segment == "__MACOSX" for segment in name.split("/"))


def skeleton_of(name: str) -> str:
    """Two names with the same skeleton are one file on some computer."""
    return unicodedata.normalize("NFKC", name.removesuffix("/")).casefold()
