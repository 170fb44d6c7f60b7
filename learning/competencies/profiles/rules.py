"""Which profile is whose, and the shortest way to close gaps. No Django here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


def key_of(position: str) -> str:
    """A position as it is compared: no capitals, one space between words."""
    return " ".join(position.casefold().split())[:120]


def keys_for(position: str) -> list[str]:
    """The keys a position may be found under, the most exact first.

    "Kepala Bidang Pelayanan Publik" is a "Kepala Bidang" when nobody wrote a profile for it alone.
    """
    words = key_of(position).split(" ")
    return [" ".join(words[:count]) for count in range(len(words), 0, -1)] if words != [""] else []


@dataclass(frozen=True, slots=True)
class Way:
    """A module that could be done next: what it still takes, and what passing it proves."""

    activity: int
    minutes: int
    proves: Mapping[int, int]  # competency → level


def closed_by(way: Way, gaps: Mapping[int, int]) -> list[int]:
    """The gaps (competency → level needed) that passing the module closes."""
    return [competency for competency, needed in gaps.items() if way.proves.get(competency, 0) >= needed]


def shortest_way(gaps: Mapping[int, int], ways: Iterable[Way]) -> Sequence[Way]:
    """The modules that close as many gaps as modules can, each the fewest minutes a gap closed.

    A module that adds nothing to those before it is not on the way; of equal ones, the first.
    """
    left, waiting, found = dict(gaps), list(ways), []
    while left:
        useful = [(way, len(closed_by(way, left))) for way in waiting]
        useful = [(way, count) for way, count in useful if count]
        if not useful:
            break
        best = min(useful, key=lambda each: (each[0].minutes / each[1], -each[1], each[0].activity))[0]
        found.append(best)
        waiting.remove(best)
        for competency in closed_by(best, left):
            del left[competency]
    for way in list(found):  # one that came early may be made superfluous by those behind it
        others = {each for other in found if other is not way for each in closed_by(other, gaps)}
        if set(closed_by(way, gaps)) <= others:
            found.remove(way)
    return found
