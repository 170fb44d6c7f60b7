"""What xAPI 1.0.3 (part two: data) asks of a statement: `problems(statement)` names what is wrong.

Written from the specification alone, apart from the code that writes statements.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
LANGUAGE = re.compile(r"(?i:[a-z]{2,3}(-[a-z0-9]{1,8})*|[a-z]{4,8}(-[a-z0-9]{1,8})*|[ix](-[a-z0-9]{1,8})+)")
COMPONENTS = {
    "choice": {"choices"},
    "sequencing": {"choices"},
    "likert": {"scale"},
    "matching": {"source", "target"},
    "performance": {"steps"},
    **{kind: set() for kind in ("true-false", "fill-in", "long-fill-in", "numeric", "other")},
}
LISTS = {"choices", "scale", "source", "target", "steps"}
STATEMENT = {
    *("id", "actor", "verb", "object", "result", "context"),
    *("timestamp", "stored", "authority", "version", "attachments"),
}
CONTEXT = {
    *("registration", "instructor", "team", "contextActivities"),
    *("revision", "platform", "language", "statement", "extensions"),
}
DEFINITION = {*("name", "description", "type", "moreInfo", "extensions")}
DEFINITION |= {"interactionType", "correctResponsesPattern", *LISTS}


def problems(statement: Any) -> list[str]:
    """Every requirement the statement breaks; empty when a record store has to take it."""
    return list(_statement(statement))


def _only(what: str, value: Any, names: set[str]) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{what} is no object"
        return
    yield from (f"{what} has {name}" for name in value if name not in names)


def _statement(statement: Any) -> Iterator[str]:
    yield from _only("statement", statement, STATEMENT)
    yield from _nulls("statement", {k: v for k, v in statement.items() if k != "context"})
    yield from (f"{name} is missing" for name in ("actor", "verb", "object") if name not in statement)
    if not _is_uuid(statement.get("id")):
        yield "id is no UUID"
    yield from _actor(statement["actor"])
    verb = statement["verb"]
    yield from _only("verb", verb, {"id", "display"})
    yield from _iri("verb.id", verb.get("id"))
    yield from _texts("verb.display", verb.get("display", {}))
    yield from _activity("object", statement["object"])
    if "result" in statement:
        yield from _result(statement["result"])
    if "context" in statement:
        yield from _context(statement["context"])
    for name in ("timestamp", "stored"):
        if dt.datetime.fromisoformat(statement[name]).tzinfo is None:
            yield f"{name} has no zone"


def _actor(actor: Any) -> Iterator[str]:
    yield from _only("actor", actor, {"objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"})
    if len({"mbox", "mbox_sha1sum", "openid", "account"} & set(actor)) != 1:
        yield "actor has not exactly one identifier"
    yield from _only("account", actor["account"], {"homePage", "name"})
    yield from _iri("account.homePage", actor["account"].get("homePage"))
    if not actor["account"].get("name"):
        yield "account has no name"


def _activity(what: str, thing: Any) -> Iterator[str]:
    yield from _only(what, thing, {"objectType", "id", "definition"})
    yield from _iri(f"{what}.id", thing.get("id"))
    if thing.get("objectType", "Activity") != "Activity":
        yield f"{what} is no activity"
    definition = thing.get("definition", {})
    yield from _only("definition", definition, DEFINITION)
    for name in {"name", "description"} & set(definition):
        yield from _texts(name, definition[name])
    if "type" in definition:
        yield from _iri("definition.type", definition["type"])
    yield from _interaction(definition)


def _interaction(definition: Mapping[str, Any]) -> Iterator[str]:
    interaction = definition.get("interactionType")
    lists = LISTS & set(definition)
    if interaction is not None and interaction not in COMPONENTS:
        yield f"interactionType {interaction}"
    if lists - COMPONENTS.get(interaction, set()):
        yield f"{interaction} with {sorted(lists)}"
    if "correctResponsesPattern" in definition:
        if interaction is None:
            yield "correctResponsesPattern without interactionType"
        if not all(isinstance(each, str) for each in definition["correctResponsesPattern"]):
            yield "correctResponsesPattern holds more than strings"
    for name in lists:
        ids = [each.get("id") for each in definition[name]]
        if len(set(ids)) != len(ids) or not all(isinstance(each, str) and each for each in ids):
            yield f"the ids of {name} are not distinct"
        for each in definition[name]:
            yield from _only(name, each, {"id", "description"})
            yield from _texts(f"{name}.description", each.get("description", {}))


def _result(result: Any) -> Iterator[str]:
    names = {"score", "success", "completion", "response", "duration", "extensions"}
    yield from _only("result", result, names)
    if not isinstance(result, Mapping):
        return
    for name in {"success", "completion"} & set(result):
        if not isinstance(result[name], bool):
            yield f"result.{name} is not true or false"
    if not isinstance(result.get("response", ""), str):
        yield "result.response is no text"
    if "score" not in result:
        return
    score = result["score"]
    yield from _only("score", score, {"scaled", "raw", "min", "max"})
    if not -1 <= score.get("scaled", 0) <= 1:
        yield "score.scaled is out of bounds"
    if not score.get("min", score["raw"]) <= score["raw"] <= score.get("max", score["raw"]):
        yield "score.raw is out of bounds"
    if "min" in score and "max" in score and not score["min"] < score["max"]:
        yield "score.min is not below score.max"


def _context(context: Any) -> Iterator[str]:
    yield from _only("context", context, CONTEXT)
    if "registration" in context and not _is_uuid(context["registration"]):
        yield "registration is no UUID"
    activities = context.get("contextActivities", {})
    yield from _only("contextActivities", activities, {"parent", "grouping", "category", "other"})
    for name, several in activities.items():
        for each in several:
            yield from _activity(name, each)
    for key in context.get("extensions", {}):
        yield from _iri("extension", key)
    yield from _nulls("context", {k: v for k, v in context.items() if k != "extensions"})


def _texts(what: str, texts: Any) -> Iterator[str]:
    if not isinstance(texts, Mapping):
        yield f"{what} is no language map"
        return
    for tag, text in texts.items():
        if not LANGUAGE.fullmatch(tag) or not isinstance(text, str):
            yield f"{what} has {tag!r}"


def _iri(what: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not IRI.fullmatch(value):
        yield f"{what} is no IRI: {value!r}"


def _is_uuid(value: Any) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except (TypeError, ValueError, AttributeError):
        return False


def _nulls(what: str, value: Any) -> Iterator[str]:
    """Null stands nowhere but in extensions."""
    if value is None:
        yield f"{what} is null"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _nulls(f"{what}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nulls(what, inner)
