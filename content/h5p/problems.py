"""Why a package is refused: one code for each rule, and the file that breaks it.

The sentences people read are in `content.h5p.sentences`; this module, like the whole tool set,
speaks no language and needs no Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Rule(StrEnum):
    """What a package has to keep to. The value is the code a machine reads."""

    # The archive as a whole
    NAME_OF_PACKAGE = "name_of_package"
    EMPTY = "empty"
    PACKAGE_TOO_LARGE = "package_too_large"
    NOT_A_ZIP = "not_a_zip"
    TRUNCATED = "truncated"
    PREPENDED = "prepended"
    APPENDED = "appended"
    HIDDEN_DATA = "hidden_data"
    OVERLAP = "overlap"
    ZIP64 = "zip64"
    SPLIT_ARCHIVE = "split_archive"
    DIRECTORY_TOO_LARGE = "directory_too_large"
    TOO_MANY_FILES = "too_many_files"
    UNPACKED_TOO_LARGE = "unpacked_too_large"
    RATIO_OF_PACKAGE = "ratio_of_package"
    BROKEN = "broken"
    # One entry of it
    FILE_TOO_LARGE = "file_too_large"
    RATIO_OF_FILE = "ratio_of_file"
    ENCRYPTED = "encrypted"
    METHOD = "method"
    LINK = "link"
    SPECIAL_FILE = "special_file"
    BROKEN_FILE = "broken_file"
    # Its name
    NUL_IN_NAME = "nul_in_name"
    BACKSLASH = "backslash"
    ABSOLUTE_PATH = "absolute_path"
    DRIVE_LETTER = "drive_letter"
    PARENT_FOLDER = "parent_folder"
    EMPTY_SEGMENT = "empty_segment"
    INVISIBLE_IN_NAME = "invisible_in_name"
    NOT_ASCII = "not_ascii"
    NAME_TOO_LONG = "name_too_long"
    TRAILING_IN_NAME = "trailing_in_name"
    DUPLICATE = "duplicate"
    FILE_AND_FOLDER = "file_and_folder"
    # What it holds
    FORBIDDEN_TYPE = "forbidden_type"
    DISGUISED = "disguised"
    JSON_TOO_LARGE = "json_too_large"
    JSON_BROKEN = "json_broken"
    # h5p.json and the content
    H5P_JSON_MISSING = "h5p_json_missing"
    CONTENT_JSON_MISSING = "content_json_missing"
    FIELD_MISSING = "field_missing"
    FIELD_WRONG = "field_wrong"
    MAIN_LIBRARY_UNDECLARED = "main_library_undeclared"
    MAIN_LIBRARY_NOT_RUNNABLE = "main_library_not_runnable"
    # Libraries
    LIBRARY_JSON_MISSING = "library_json_missing"
    LIBRARY_FOLDER_NAME = "library_folder_name"
    LIBRARY_TWICE = "library_twice"
    LIBRARY_MISSING = "library_missing"
    PRELOADED_FILE_MISSING = "preloaded_file_missing"
    CODE_TOO_LARGE = "code_too_large"
    CORE_TOO_OLD = "core_too_old"
    DEPENDENCY_CYCLE = "dependency_cycle"
    # Worth knowing, no reason to refuse
    UNUSED_FILE = "unused_file"
    EXTERNAL_ADDRESS = "external_address"
    CONTENT_FILE_MISSING = "content_file_missing"
    LIBRARY_OF_CONTENT_MISSING = "library_of_content_missing"


@dataclass(frozen=True)
class Problem:
    """One rule broken by one file (empty: by the package as a whole), with figures for the sentence."""

    rule: Rule
    file: str = ""
    figures: Mapping[str, str | int] = field(default_factory=dict, hash=False)


class Refused(Exception):
    """The package is not taken. `problems` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{each.rule} {each.file}".strip() for each in problems))
        self.problems = problems


def refuse(rule: Rule, file: str = "", **figures: str | int) -> Refused:
    """The exception for one problem: `raise refuse(Rule.EMPTY)`."""
    return Refused(Problem(rule, file, figures))
