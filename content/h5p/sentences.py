"""What people read when a package is refused: which file, which rule, what to do."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from content.h5p.problems import Problem, Rule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # exists only for type checkers

SENTENCES: "Mapping[Rule, _StrPromise]" = {
    Rule.NAME_OF_PACKAGE: _("“%(file)s” is not an H5P package: its name has to end in .h5p."),
    Rule.EMPTY: _("The package is empty."),
    Rule.PACKAGE_TOO_LARGE: _("The package is too large: %(size)s. At most %(limit)s."),
    Rule.NOT_A_ZIP: _("This is no H5P package: the file is not a ZIP archive."),
    Rule.TRUNCATED: _("The package is cut off at the end. Download or save it again."),
    Rule.PREPENDED: _("Something stands before the beginning of the archive. Save the package again."),
    Rule.APPENDED: _("Something stands behind the end of the archive. Save the package again."),
    Rule.HIDDEN_DATA: _("The archive hides data that no list of its files names. Save the package again."),
    Rule.OVERLAP: _("“%(file)s” shares its data with another file of the archive."),
    Rule.ZIP64: _("The archive is written in the ZIP64 format for huge archives. Save it as a common ZIP."),
    Rule.SPLIT_ARCHIVE: _("The archive is one part of several. Save it as a single file."),
    Rule.DIRECTORY_TOO_LARGE: _("The list of files in the archive is too long: %(size)s. At most %(limit)s."),
    Rule.TOO_MANY_FILES: _("The package holds %(count)s files. At most %(limit)s."),
    Rule.UNPACKED_TOO_LARGE: _("Unpacked, the package is too large: %(size)s. At most %(limit)s."),
    Rule.RATIO_OF_PACKAGE: _("Unpacked, the package grows %(ratio)s times. At most %(limit)s times."),
    Rule.BROKEN: _("The archive is broken. Download or save the package again."),
    Rule.FILE_TOO_LARGE: _("“%(file)s” is too large: %(size)s. At most %(limit)s."),
    Rule.RATIO_OF_FILE: _("“%(file)s” grows %(ratio)s times when unpacked. At most %(limit)s times."),
    Rule.ENCRYPTED: _("“%(file)s” is protected by a password."),
    Rule.METHOD: _("“%(file)s” is compressed in a way that H5P does not know."),
    Rule.LINK: _("“%(file)s” is a link to another file."),
    Rule.SPECIAL_FILE: _("“%(file)s” is not a common file."),
    Rule.BROKEN_FILE: _("“%(file)s” is damaged: its content is not what the archive says it is."),
    Rule.NUL_IN_NAME: _("The name “%(file)s” holds a NUL character."),
    Rule.BACKSLASH: _("The name “%(file)s” holds a backslash."),
    Rule.ABSOLUTE_PATH: _("The name “%(file)s” begins with a slash."),
    Rule.DRIVE_LETTER: _("The name “%(file)s” holds a colon, as names of drives do."),
    Rule.PARENT_FOLDER: _("The name “%(file)s” leads out of the package (..)."),
    Rule.EMPTY_SEGMENT: _("A part of the name “%(file)s” is empty or a single dot."),
    Rule.INVISIBLE_IN_NAME: _("The name “%(file)s” holds characters that cannot be seen."),
    Rule.NOT_ASCII: _(
        "The name “%(file)s” holds letters other than a to z, which may look like others. "
        "Only files in the folder “content” may be called so."
    ),
    Rule.NAME_TOO_LONG: _("The name “%(file)s” is too long."),
    Rule.TRAILING_IN_NAME: _("A part of the name “%(file)s” ends in a space or a dot."),
    Rule.DUPLICATE: _("“%(file)s” is in the archive more than once."),
    Rule.FILE_AND_FOLDER: _("“%(file)s” is a file and a folder at once."),
    Rule.FORBIDDEN_TYPE: _("“%(file)s”: files of the type “%(extension)s” are not allowed there."),
    Rule.DISGUISED: _("“%(file)s” is not what its name says: it begins like another kind of file."),
    Rule.JSON_TOO_LARGE: _("“%(file)s” is too large for a text of the package: %(size)s. At most %(limit)s."),
    Rule.JSON_BROKEN: _("“%(file)s” is not valid JSON."),
    Rule.H5P_JSON_MISSING: _("The file “h5p.json” is missing: this is no H5P package."),
    Rule.CONTENT_JSON_MISSING: _("The file “content/content.json” is missing: the package has no content."),
    Rule.FIELD_MISSING: _("“%(file)s”: the field “%(field)s” is missing."),
    Rule.FIELD_WRONG: _("“%(file)s”: the field “%(field)s” holds a value that is not allowed."),
    Rule.MAIN_LIBRARY_UNDECLARED: _(
        "“%(file)s”: the main library “%(library)s” is not among the libraries that are loaded."
    ),
    Rule.MAIN_LIBRARY_NOT_RUNNABLE: _("“%(file)s”: this library cannot be played by itself."),
    Rule.LIBRARY_JSON_MISSING: _("“%(file)s” is missing: a folder beside “content” has to be a library."),
    Rule.LIBRARY_FOLDER_NAME: _("“%(file)s”: the folder of this library has to be called “%(folder)s”."),
    Rule.LIBRARY_TWICE: _("“%(file)s”: the library %(library)s is in the package twice."),
    Rule.LIBRARY_MISSING: _(
        "“%(file)s” needs the library %(library)s, which is not in the package. "
        "Export the package together with its libraries."
    ),
    Rule.PRELOADED_FILE_MISSING: _("“%(file)s” is missing, although its library loads it."),
    Rule.CODE_TOO_LARGE: _("The scripts and styles to load are too large: %(size)s. At most %(limit)s."),
    Rule.CORE_TOO_OLD: _("“%(file)s”: this library needs H5P %(core)s, newer than the one used here."),
    Rule.DEPENDENCY_CYCLE: _("“%(file)s”: this library and %(library)s each wait for the other."),
    Rule.UNUSED_FILE: _("“%(file)s” is not used by H5P."),
    Rule.EXTERNAL_ADDRESS: _(
        "The content loads something from the internet, which does not work here: %(address)s"
    ),
    Rule.CONTENT_FILE_MISSING: _("The content uses the file “%(path)s”, which is not in the package."),
    Rule.LIBRARY_OF_CONTENT_MISSING: _(
        "A part of the content needs the library %(library)s, which is not in the package."
    ),
}
SIZES = ("size", "limit")  # in bytes, where a sentence has both


def sentence(problem: Problem) -> str:
    """The rule that was broken, in words an editor can act on."""
    figures: dict[str, str | int] = {"file": problem.file, **problem.figures}
    if "size" in figures:
        figures.update({each: filesizeformat(figures[each]) for each in SIZES if each in figures})
    return str(SENTENCES[problem.rule]) % figures


def sentences(problems: Iterable[Problem]) -> list[str]:
    return [sentence(each) for each in problems]
