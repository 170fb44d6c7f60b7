"""What is kept of a play can be given to a record store as it is."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.plays import rules, tokens
from learning.plays.actions import Spoken, body_of, record_statements
from learning.plays.models import Play, Statement
from tests import make_plays, xapi
from tests.make_plays import IRI, NOW, PART, statement

TEXT = st.text(max_size=8)
ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | TEXT | st.just({}) | st.just([])
TEXTS = st.dictionaries(st.sampled_from(["en-US", "id", "", "bahasa indonesia", "x"]) | TEXT, TEXT | ANYTHING)
ITEMS = st.lists(st.fixed_dictionaries({"id": TEXT | ANYTHING, "description": TEXTS}) | ANYTHING, max_size=3)
DEFINITION = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS | ANYTHING,
        "description": TEXTS | ANYTHING,
        "type": st.sampled_from(["http://adlnet.gov/expapi/activities/cmi.interaction", "kuis"]) | ANYTHING,
        "interactionType": st.sampled_from(sorted(rules.INTERACTIONS)) | ANYTHING,
        "correctResponsesPattern": st.lists(TEXT | ANYTHING, max_size=3) | ANYTHING,
        **dict.fromkeys(("choices", "scale", "source", "target", "steps"), ITEMS | ANYTHING),
        "moreInfo": TEXT,
    },
)
SAID = st.fixed_dictionaries(
    {
        "verb": st.fixed_dictionaries(
            {"id": st.sampled_from(["http://adlnet.gov/expapi/verbs/completed", "answered", "a b/completed"])}
        ),
        "object": st.fixed_dictionaries(
            {"id": st.sampled_from([IRI, PART, f"{IRI}?subContentId=a b"]), "definition": DEFINITION}
        ),
        "result": st.fixed_dictionaries(
            {},
            optional={
                "score": st.fixed_dictionaries({"raw": ANYTHING, "max": ANYTHING}) | ANYTHING,
                "success": ANYTHING,
                "completion": ANYTHING,
                "response": ANYTHING,
                "duration": ANYTHING,
            },
        ),
        "context": st.fixed_dictionaries({"extensions": st.just({rules.MARKED: True}) | ANYTHING}),
    }
)


@given(said=SAID)
def test_whatever_a_piece_says_what_is_kept_is_a_statement_of_xapi(said: Any) -> None:
    kept = rules.read(said, iri=IRI)
    if kept is None:
        return
    play = Play(id=uuid.uuid4(), person_id=7, iri=IRI, started_at=NOW)
    body = body_of(play, Spoken(uuid.uuid4(), 0, said), kept, happened_at=NOW, now=NOW)
    assert xapi.problems(body) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"verb": {"id": "completed"}},
        {"actor": {"account": {"homePage": "belajar", "name": ""}}},
        {"result": {"score": {"raw": 3, "min": 0, "max": 2, "scaled": 1.5}}},
        {"context": {"registration": "x"}},
        {"timestamp": "2026-11-25T10:00:00"},
        {"result": None},
        {"extra": 1},
        {"object": {"id": IRI, "definition": {"interactionType": "compound", "choices": [{"id": "a"}] * 2}}},
    ],
)
def test_the_validator_finds_what_is_wrong(changes: dict[str, Any]) -> None:
    kept = rules.read(statement("completed", (1, 2)), iri=IRI)
    assert kept is not None
    play = Play(id=uuid.uuid4(), person_id=7, iri=IRI, started_at=NOW)
    body = body_of(play, Spoken(uuid.uuid4(), 0, {}), kept, happened_at=NOW, now=NOW)
    assert xapi.problems(body) == []
    assert xapi.problems({**body, **changes})


@pytest.mark.django_db
def test_the_rows_of_a_play_are_statements_and_the_same_ones_again_change_nothing() -> None:
    play = make_plays.play()
    token = tokens.read(tokens.issue(play, play.person, NOW))
    marked = statement("completed", context={"extensions": {rules.MARKED: True}})
    said = [make_plays.spoken(each) for each in (statement("attempted"), statement(score=(1, 2)), marked)]

    first, _ = record_statements(token=token, spoken=said, now=NOW + dt.timedelta(minutes=1))
    before = list(Statement.objects.order_by("pk").values())
    again, _ = record_statements(token=token, spoken=said, now=NOW + dt.timedelta(minutes=2))

    assert (first, again) == (["kept"] * 3, ["known"] * 3)
    assert list(Statement.objects.order_by("pk").values()) == before
    for row in Statement.objects.all():
        assert xapi.problems(row.body) == []
        assert row.body["id"] == str(row.pk)
        assert row.body["context"]["registration"] == str(play.pk)
    assert Statement.objects.get(pk=said[2].id).body["context"]["extensions"] == {rules.MARKED: True}
