"""Which libraries a package is played with, and in which order."""

from collections.abc import Iterable

from content.h5p.documents import Description, Library, LibraryName
from content.h5p.problems import Rule, refuse

Index = dict[LibraryName, Library]


def index_of(libraries: Iterable[Library]) -> Index:
    """Libraries by name; two of the same name and version would leave open which one is meant."""
    index: Index = {}
    for library in libraries:
        if library.name in index:
            raise refuse(
                Rule.LIBRARY_TWICE, f"{library.archive_folder}/library.json", library=str(library.name)
            )
        index[library.name] = library
    return index


def closure_of(description: Description, index: Index, used: Iterable[LibraryName] = ()) -> list[Library]:
    """All that is preloaded, each library after those it depends on; the editor's left out.

    `used` are libraries the content itself asks for: packages made by hand forget to declare them.
    Raises `Refused` when one is missing, or when two wait for each other.
    """
    wanted = [each for each in description.dependencies if not each.is_editor]
    # The main library may, against all custom, be one of the editor's.
    wanted += [each for each in (description.main, *used) if each in index and each not in wanted]
    done: dict[LibraryName, Library] = {}
    for root in wanted:
        _visit(root, index, done)
    if description.main not in done:
        raise refuse(Rule.LIBRARY_MISSING, "h5p.json", library=str(description.main))
    return list(done.values())


def _visit(root: LibraryName, index: Index, done: dict[LibraryName, Library]) -> None:
    """Depth first, with a stack of our own: a chain of a thousand libraries must not exhaust Python's."""
    if root in done:
        return
    if root not in index:
        raise refuse(Rule.LIBRARY_MISSING, "h5p.json", library=str(root))
    open_now = {root}
    stack = [(root, iter(index[root].dependencies))]
    while stack:
        name, waiting = stack[-1]
        needed = next(waiting, None)
        if needed is None:
            stack.pop()
            open_now.discard(name)
            done[name] = index[name]
        elif needed in open_now:
            file = f"{index[name].archive_folder}/library.json"
            raise refuse(Rule.DEPENDENCY_CYCLE, file, library=str(needed))
        elif needed not in done:
            if needed not in index:
                file = f"{index[name].archive_folder}/library.json"
                raise refuse(Rule.LIBRARY_MISSING, file, library=str(needed))
            open_now.add(needed)
            stack.append((needed, iter(index[needed].dependencies)))
