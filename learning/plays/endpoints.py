"""The JSON door of plays, `/api/v1/plays/`: what a piece said, and where the person was in it.

A play begins where the piece is known (`content/h5p/`); its signed token is all that is asked here,
so what was said offline can be sent later, by whoever is signed in on that device by then.
"""

import datetime as dt
import uuid
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field, ValidationError

from learning.plays import actions, rules, tokens
from learning.plays.models import Play

MOST_BYTES = 128 * 1024
MOST_STATEMENT_BYTES = 32 * 1024
MOST_STATEMENTS = 50

router = Router(tags=["plays"])


class StatementIn(Schema):
    """One statement: the client's id for it, and how long ago it was said."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    ago_ms: int = Field(ge=0, le=14 * 86_400_000)
    statement: dict[str, Any]


class StatementsIn(Schema):
    """What a piece said in one play."""

    model_config = ConfigDict(extra="forbid", strict=True)

    token: str = Field(max_length=1000)
    statements: list[StatementIn] = Field(min_length=1, max_length=MOST_STATEMENTS)


class StateIn(Schema):
    """Where the person was in one part ("0": the whole piece); without `data`, it is forgotten."""

    model_config = ConfigDict(extra="forbid", strict=True)

    token: str = Field(max_length=1000)
    part: str = Field(default="0", max_length=64, pattern=r"^[0-9A-Za-z-]+$")
    name: str = Field(default="state", max_length=64, pattern=r"^[!-~]+$")
    data: str | None = None


class PlayOut(Schema):
    """What is known of a play. The score is self-scored: whole per cent, or none."""

    finished_at: dt.datetime | None
    raw: float | None
    max: float | None
    score: int | None


class OutcomeOut(Schema):
    id: str
    outcome: Literal["kept", "known", "discarded"]


class StatementsOut(Schema):
    statements: list[OutcomeOut]
    play: PlayOut


class ProblemOut(Schema):
    """Nothing was written. `code` is for the client, `message` (Indonesian) for the person."""

    code: str
    message: str


def problem(status: int, code: str, message: str) -> Any:
    return Status(status, {"code": code, "message": message})


def content_of(play: Play) -> dict[str, Any]:
    return {
        "finished_at": play.finished_at,
        "raw": None if play.raw is None else float(play.raw),
        "max": None if play.max is None else float(play.max),
        "score": play.score,
    }


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BYTES


PROBLEMS = (400, 401, 403, 413, 422, 429)


def _body_of(model: type[Schema]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/statements",
    response={200: StatementsOut, PROBLEMS: ProblemOut},
    summary="What an interactive piece said",
    auth=None,
    openapi_extra=_body_of(StatementsIn),
)
def take_statements(request: HttpRequest) -> Any:
    """Statements of one play, under its token; at most 50, and 32 KB each. Idempotent by `id`.

    Kept is what the whole piece says (attempted, answered, completed, passed, failed), and the
    answers of its parts; the rest is discarded. The score is self-scored and computed anew.
    """
    if _is_too_large(request):
        return problem(413, "too_large", _("The report is too large."))
    try:
        report = StatementsIn.model_validate_json(request.body)
    except ValidationError:
        return problem(400, "malformed", _("The report cannot be read."))
    if any(len(each.model_dump_json()) > MOST_STATEMENT_BYTES for each in report.statements):
        return problem(413, "too_large", _("The report is too large."))
    spoken = [actions.Spoken(uuid.UUID(each.id), each.ago_ms, each.statement) for each in report.statements]
    try:
        outcomes, play = actions.record_statements(
            token=tokens.read(report.token), spoken=spoken, now=timezone.now()
        )
    except tokens.TokenError:
        return problem(401, "token_invalid", _("This page was opened too long ago. Load it again."))
    except rules.StatementError:
        return problem(400, "malformed", _("The report cannot be read."))
    except actions.PlayRefused as refused:
        return problem(refused.status, refused.code, refused.message)
    return {
        "statements": [
            {"id": str(each.id), "outcome": outcome} for each, outcome in zip(spoken, outcomes, strict=True)
        ],
        "play": content_of(play),
    }


@router.put(
    "/state",
    response={204: None, PROBLEMS: ProblemOut},
    summary="Where a person was in an interactive piece",
    auth=None,
    openapi_extra=_body_of(StateIn),
)
def keep_state(request: HttpRequest) -> Any:
    """Keep the state of one part of a play; at most 64 KB for the whole play."""
    if _is_too_large(request):
        return problem(413, "too_large", _("The report is too large."))
    try:
        asked = StateIn.model_validate_json(request.body)
    except ValidationError:
        return problem(400, "malformed", _("The report cannot be read."))
    if asked.data is not None and ("\0" in asked.data or not _is_text(asked.data)):
        return problem(400, "malformed", _("The report cannot be read."))
    try:
        actions.keep_state(
            token=tokens.read(asked.token),
            part=asked.part,
            name=asked.name,
            data=asked.data,
            now=timezone.now(),
        )
    except tokens.TokenError:
        return problem(401, "token_invalid", _("This page was opened too long ago. Load it again."))
    except actions.PlayRefused as refused:
        return problem(refused.status, refused.code, refused.message)
    return Status(204, None)


def _is_text(data: str) -> bool:
    """Half a surrogate pair cannot be kept."""
    try:
        data.encode()
    except UnicodeEncodeError:
        return False
    return True
