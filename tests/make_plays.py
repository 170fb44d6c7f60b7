"""Makes plays of interactive pieces, and what they say: `make_plays.play(person)`."""

import datetime as dt
import uuid
from typing import Any

from learning.people.models import Person
from learning.plays.actions import Piece, Spoken, begin_play
from learning.plays.models import Play
from learning.study.models import Activity
from tests import make

IRI = "https://belajar.example/h5p/paket/1"
PART = f"{IRI}?subContentId=6f1f2e0a-1111-4a4e-9a55-000000000001"
NOW = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)


def piece(**fields: Any) -> Piece:
    """A quiz of our own type."""
    fields = {
        "key": "h5p-1",
        "version": "a" * 64,
        "iri": IRI,
        "title": "Kuis singkat",
        "library": "BelajarKuis",
        **fields,
    }
    return Piece(**fields)


def play(
    person: Person | None = None, activity: Activity | None = None, *, now: dt.datetime = NOW, **fields: Any
) -> Play:
    """Somebody who has just begun to play."""
    anew = fields.pop("anew", False)
    return begin_play(
        person=person or make.person(),
        activity_id=(activity or make.activity()).pk,
        piece=piece(**fields),
        revision=7,
        now=now,
        anew=anew,
    )


def statement(verb: str = "completed", score: Any = None, *, of: str = IRI, **fields: Any) -> dict[str, Any]:
    """What H5P's core sends; `score` is (raw, max)."""
    result: dict[str, Any] = {"completion": True, "duration": "PT7.2S"}
    if score is not None:
        result["score"] = {"min": 0, "raw": score[0], "max": score[1], "scaled": 1}
    return {
        "actor": {"name": "orang lain", "mbox": "mailto:x@example.org", "objectType": "Agent"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en-US": verb}},
        "object": {"id": of, "objectType": "Activity", "definition": {"name": {"en-US": "Kuis"}}},
        "context": {"contextActivities": {"category": [{"id": "http://h5p.org/libraries/BelajarKuis-1.1"}]}},
        "result": result,
        **fields,
    }


def spoken(said: Any, *, id: uuid.UUID | None = None, ago_ms: int = 0) -> Spoken:  # noqa: A002 - its name in xAPI
    return Spoken(id or make.key(), ago_ms, said)
