"""What of a package's own words (xAPI statements) is kept, and what it is worth. No Django here.

A package grades itself in the browser, where anybody can make it say anything. So its words are
taken as testimony: cut down to what we know, its score computed again from its parts, and never
more than self-scored.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Verbs by the last part of their address. Of a part of the piece (one question) only its answer is kept.
ROOT_VERBS = frozenset({"attempted", "answered", "completed", "passed", "failed"})
PART_VERBS = frozenset({"answered"})
# Pieces made of pieces: here an answer alone ends nothing, they say `completed` themselves.
CONTAINERS = frozenset(
    {
        "H5P.BranchingScenario",
        "H5P.Column",
        "H5P.CoursePresentation",
        "H5P.InteractiveBook",
        "H5P.InteractiveVideo",
        "H5P.QuestionSet",
        "H5P.SingleChoiceSet",
    }
)
MOST_POINTS = 1_000_000
LONGEST_TEXT = 4_000
MOST_ITEMS = 100
MARKED = "urn:asn-belajar:marked-by-learner"  # said by the person, where a piece has nothing to say
SUB_CONTENT = "http://h5p.org/x-api/h5p-subContentId"
# The shapes of xAPI 1.0.3 (data, 2.4), so that a record store takes what we keep.
VERB = "http://adlnet.gov/expapi/verbs/"
DEFINITION_MAPS = ("name", "description")
INTERACTIONS: Mapping[str, tuple[str, ...]] = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,5}")
PART = re.compile(r"[0-9A-Za-z-]{1,64}")


class StatementError(ValueError):
    """Not a statement: its shape is not that of xAPI."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points, as the piece counted them, and whole per cent, rounded down."""

    raw: float
    max: float

    @property
    def percent(self) -> int:
        return math.floor(100 * self.raw / self.max + 1e-9)  # 0.29 of 1 is 29, whatever binary says


@dataclass(frozen=True, slots=True)
class Said:
    """One statement, cut down to what is kept: `body` has verb, object, result, context."""

    verb: str
    is_root: bool
    score: Score | None
    body: dict[str, Any]


def read(statement: Any, *, iri: str) -> Said | None:
    """What to keep of `statement`, said by the piece whose root object is `iri`; None when nothing.

    Raises `StatementError` when it is not a statement at all.
    """
    if not isinstance(statement, Mapping):
        raise StatementError("statement")
    verb_id = _text(_map(statement, "verb").get("id"))
    thing = _map(statement, "object")
    object_id = _text(thing.get("id"))
    if not verb_id or not object_id:
        raise StatementError("verb" if not verb_id else "object")
    verb = verb_id.rstrip("/").rsplit("/", 1)[-1]
    is_root = object_id == iri
    root, _query, part = object_id.partition("?subContentId=")
    if not is_root and (root != iri or not PART.fullmatch(part)):
        return None
    if verb not in (ROOT_VERBS if is_root else PART_VERBS):
        return None
    result = statement.get("result")
    score = score_of(result)
    body: dict[str, Any] = {
        "verb": {"id": f"{VERB}{verb}", "display": {"en-US": verb}},
        "object": {"objectType": "Activity", "id": object_id, "definition": _definition(thing)},
        "context": _context(iri, part, is_root=is_root, is_marked=is_marked(statement)),
    }
    if kept := _result(result, score):
        body["result"] = kept
    return Said(verb, is_root, score, body)


def score_of(result: Any) -> Score | None:
    """The score in `result`, computed again from its parts: what a piece says of its share is not asked.

    None for no score, no points to have, or figures that are none.
    """
    if not isinstance(result, Mapping) or not isinstance(result.get("score"), Mapping):
        return None
    raw, most = result["score"].get("raw"), result["score"].get("max")
    if not _is_figure(raw) or not _is_figure(most) or not 0 < most <= MOST_POINTS:
        return None
    return Score(round(min(max(raw, 0), most), 2), round(most, 2)) if round(most, 2) else None


def finishes(said: Said, *, library: str) -> bool:
    """Does this statement say that the whole piece has been done? `library` is its main type."""
    if not said.is_root:
        return False
    return said.verb == "completed" or (said.verb == "answered" and library not in CONTAINERS)


def is_better(score: Score, best: Score | None) -> bool:
    """Is `score` a larger share than `best`? Of equal ones the first stays."""
    return best is None or score.raw * best.max > best.raw * score.max


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _map(statement: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = statement.get(name)
    if not isinstance(value, Mapping):
        raise StatementError(name)
    return value


def _text(value: Any) -> str:
    """`value` as text of a bearable length, without NUL, which PostgreSQL cannot keep."""
    if not isinstance(value, str):
        return ""
    clean = value.replace("\0", "")[:LONGEST_TEXT]
    return clean.encode("utf-8", "replace").decode()  # half a surrogate pair is no text


def _texts(value: Any) -> dict[str, str]:
    """A language map."""
    if not isinstance(value, Mapping):
        return {}
    return {
        key: _text(text)
        for key, text in list(value.items())[:5]
        if isinstance(key, str) and LANGUAGE.fullmatch(key)
    }


def _definition(thing: Mapping[str, Any]) -> dict[str, Any]:
    given = thing.get("definition")
    if not isinstance(given, Mapping):
        return {}
    kept: dict[str, Any] = {name: _texts(given[name]) for name in DEFINITION_MAPS if name in given}
    if IRI.fullmatch(kind := _text(given.get("type"))):
        kept["type"] = kind
    interaction = _text(given.get("interactionType"))
    if interaction not in INTERACTIONS:
        return kept
    kept["interactionType"] = interaction
    patterns = given.get("correctResponsesPattern")
    if isinstance(patterns, list):
        kept["correctResponsesPattern"] = [_text(each) for each in patterns[:MOST_ITEMS]]
    for name in INTERACTIONS[interaction]:
        items = given.get(name)
        if isinstance(items, list):
            kept[name] = _components(items[:MOST_ITEMS])
    return kept


def _components(items: list[Any]) -> list[dict[str, Any]]:
    """What there was to choose from; each id once."""
    found: dict[str, dict[str, Any]] = {}
    for each in items:
        if isinstance(each, Mapping) and (key := _text(each.get("id"))):
            found.setdefault(key, {"id": key, "description": _texts(each.get("description"))})
    return list(found.values())


def _result(result: Any, score: Score | None) -> dict[str, Any]:
    """Score, completion, success and response; a duration comes from the client's clock and is dropped."""
    if not isinstance(result, Mapping):
        return {}
    kept: dict[str, Any] = {
        name: result[name] for name in ("completion", "success") if isinstance(result.get(name), bool)
    }
    if response := _text(result.get("response")):
        kept["response"] = response
    if score is not None:
        scaled = round(score.raw / score.max, 4)
        kept["score"] = {"min": 0, "raw": score.raw, "max": score.max, "scaled": scaled}
    return kept


def is_marked(statement: Mapping[str, Any]) -> bool:
    """Is it the person, not the piece, who says that it is done?"""
    context = statement.get("context")
    extensions = context.get("extensions") if isinstance(context, Mapping) else None
    return isinstance(extensions, Mapping) and extensions.get(MARKED) is True


def _context(iri: str, part: str, *, is_root: bool, is_marked: bool) -> dict[str, Any]:
    if is_root:
        return {"extensions": {MARKED: True}} if is_marked else {}
    return {
        "contextActivities": {"parent": [{"objectType": "Activity", "id": iri}]},
        "extensions": {SUB_CONTENT: part},
    }
