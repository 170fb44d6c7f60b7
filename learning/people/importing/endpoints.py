"""HR sync, `/api/v1/people/sync`: the same engine as a file, for staff systems. Guide: docs/hr-sync.md."""

import csv
import datetime as dt
import hashlib
import io
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Schema
from ninja.responses import Status
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from learning.people.importing import columns, queries, runs, tasks
from learning.people.importing.models import ImportRow, ImportRun, SyncToken
from learning.people.importing.tokens import token_of
from learning.people.importing.wording import ABOUT_ROW, ABOUT_STEP

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 5_000
RUNS_AN_HOUR = 120
KEY = r"^[A-Za-z0-9._:-]{8,64}$"

Text = Annotated[str, Field(max_length=300)]


class SyncAuth(HttpBearer):
    """A key of a staff system: `Authorization: Bearer asnb_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> SyncToken | None:
        return token_of(token)


router = Router(tags=["people"], auth=SyncAuth())


class PersonIn(BaseModel):
    """One person, as a row of a file: texts, cleaned by the same rules. An empty one changes nothing."""

    model_config = ConfigDict(extra="forbid")

    nip: Text = ""
    old_nip: Text = ""
    hr_id: Text = ""
    name: Text = ""
    title_before: Text = ""
    title_after: Text = ""
    unit_code: Text = ""
    unit_name: Text = ""
    position: Text = ""
    position_kind: Text = ""
    grade: Text = ""
    status: Text = ""
    employment: Text = ""
    email: Text = ""
    joined_on: Text = ""
    since: Text = ""
    supervisor_nip: Text = ""


class SyncIn(BaseModel):
    """Rows to compare, and whether to apply them at once."""

    model_config = ConfigDict(extra="forbid")

    rows: list[PersonIn] = Field(min_length=1, max_length=MOST_ROWS)
    apply: bool = False
    is_whole: bool = False


def _schema() -> dict[str, Any]:
    """`SyncIn` as one piece: OpenAPI knows no definitions inside a body."""
    schema = SyncIn.model_json_schema()
    schema["properties"]["rows"]["items"] = schema.pop("$defs")["PersonIn"]
    return schema


class SyncOut(Schema):
    """Where one call stands. `counts`: rows by what they would do; `outcomes`: by what they did."""

    id: int
    state: str
    counts: dict[str, int]
    outcomes: dict[str, int]
    notes: list[str]
    needs_confirmation: bool
    undo_until: dt.datetime | None


class ReasonOut(Schema):
    code: str
    message: str


class SyncRowOut(Schema):
    """One row, numbered as it was sent (1 is the first; 0: somebody who was in no row)."""

    row: int
    key: str
    kind: str
    outcome: str
    reasons: list[ReasonOut]


class SyncRowsOut(Schema):
    rows: list[SyncRowOut]
    next: int | None


class SyncProblemOut(Schema):
    """Nothing was done. `code` is for the client, `message` (Indonesian) for a person."""

    code: str
    message: str


class UnauthorizedOut(Schema):
    detail: str


def _problem(status: int, code: str, message: str) -> Any:
    return Status(status, {"code": code, "message": message})


def _token(request: HttpRequest) -> SyncToken:
    token = request.auth  # type: ignore[attr-defined]
    assert isinstance(token, SyncToken)  # noqa: S101 - SyncAuth saw to it
    return token


def _told(run: ImportRun) -> dict[str, Any]:
    counts = {name: count for name, count in run.counts.items() if name != "outcomes"}
    return {
        "id": run.pk,
        "state": run.state,
        "counts": counts,
        "outcomes": run.counts.get("outcomes", {}),
        "notes": queries.notes_of(run),
        "needs_confirmation": run.state == run.State.READY and runs.many_leave(run),
        "undo_until": run.applied_at + runs.UNDO_WITHIN if run.applied_at else None,
    }


def _asked(request: HttpRequest, run_id: int) -> ImportRun | None:
    return ImportRun.objects.select_related("unit").filter(pk=run_id, token=_token(request)).first()


def _as_file(rows: list[PersonIn]) -> bytes:
    """The rows as the CSV that the engine reads: what is cleaned there is cleaned here."""
    names = list(PersonIn.model_fields)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([columns.PERSON[name][0] for name in names])
    writer.writerows([" ".join(getattr(row, name).split()) for name in names] for row in rows)
    return out.getvalue().encode()


@router.post(
    "/sync",
    response={
        202: SyncOut,
        200: SyncOut,
        401: UnauthorizedOut,
        (400, 409, 413, 422, 429): SyncProblemOut,
    },
    summary="Send people",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _schema()},
            },
        }
    },
)
def send(
    request: HttpRequest,
    response: HttpResponse,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", pattern=KEY)],
) -> Any:
    """Compare up to 5,000 rows with what is known, and apply them if `apply` says so.

    The same key with the same body answers 200 with the same call, however often it is sent.
    """
    token, now = _token(request), timezone.now()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES or len(request.body) > MOST_BYTES:
        return _problem(413, "too_large", _("At most 4 MB and 5,000 rows in one call."))
    digest = hashlib.sha256(request.body).hexdigest()
    if known := _known(token, idempotency_key, digest):
        return known
    try:
        sent = SyncIn.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        return _problem(
            422, "malformed", _("The rows cannot be read: %(place)s") % {"place": place or "JSON"}
        )
    hour = now - dt.timedelta(hours=1)
    if ImportRun.objects.filter(token=token, started_at__gt=hour).count() >= RUNS_AN_HOUR:
        response["Retry-After"] = "600"
        return _problem(429, "too_often", _("At most 120 calls an hour. Send more rows in one call."))
    try:
        with transaction.atomic():
            run = runs.take_file(
                kind=ImportRun.Kind.PEOPLE,
                pieces=[_as_file(sent.rows)],
                name="",
                by=None,
                unit=token.unit,
                is_whole=sent.is_whole,
                now=now,
                token=token,
                idempotency_key=idempotency_key,
                body_digest=digest,
            )
    except IntegrityError:  # the same call twice at once: the other one has it
        return _known(token, idempotency_key, digest)
    tasks.sync.enqueue(run.pk, sent.apply)
    run.refresh_from_db()
    return Status(202, _told(run))


def _known(token: SyncToken, key: str, digest: str) -> Any:
    run = ImportRun.objects.select_related("unit").filter(token=token, idempotency_key=key).first()
    if run is None:
        return None
    if run.body_digest != digest:
        return _problem(409, "key_used", _("This key was used with another body. Take a new one."))
    return Status(200, _told(run))


@router.get(
    "/sync/{run_id}",
    response={200: SyncOut, 401: UnauthorizedOut, 404: SyncProblemOut, 422: dict[str, Any]},
    summary="Where a call stands",
)
def state(request: HttpRequest, run_id: int) -> Any:
    """The state of a call of one's own."""
    run = _asked(request, run_id) if 0 < run_id < 2**63 else None
    return Status(200, _told(run)) if run else _problem(404, "unknown", _("There is no such call."))


@router.get(
    "/sync/{run_id}/rows",
    response={200: SyncRowsOut, 401: UnauthorizedOut, 404: SyncProblemOut, 422: dict[str, Any]},
    summary="What became of each row",
)
def rows(
    request: HttpRequest,
    run_id: int,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Any:
    """A page of rows with every reason; go on with `after` = `next`."""
    run = _asked(request, run_id) if 0 < run_id < 2**63 else None
    if run is None:
        return _problem(404, "unknown", _("There is no such call."))
    found = list(run.rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Status(200, {"rows": [_row(each) for each in found], "next": found[-1].pk if more else None})


def _row(row: ImportRow) -> dict[str, Any]:
    return {
        "row": max(row.line - 1, 0),
        "key": row.key,
        "kind": row.kind,
        "outcome": row.outcome,
        "reasons": [{"code": each[0], "message": queries.words(each, ABOUT_ROW)} for each in row.reasons],
    }


def _step(request: HttpRequest, run_id: int, step: str, *, confirmed: bool = False) -> Any:
    run = _asked(request, run_id) if 0 < run_id < 2**63 else None
    if run is None:
        return _problem(404, "unknown", _("There is no such call."))
    try:
        begun = runs.begin(run, state=step, now=timezone.now(), confirmed=confirmed)
    except runs.ImportRefused as refused:
        return _problem(409, refused.code, str(ABOUT_STEP[refused.code]))
    tasks.write.enqueue(begun.pk)
    begun.refresh_from_db()
    return Status(202, _told(begun))


STEP = {202: SyncOut, 401: UnauthorizedOut, (404, 409): SyncProblemOut, 422: dict[str, Any]}


@router.post("/sync/{run_id}/apply", response=STEP, summary="Apply what was compared")
def apply(request: HttpRequest, run_id: int, confirmed: bool = False) -> Any:
    """`confirmed`: yes, even though more than a tenth of the people are deactivated."""
    return _step(request, run_id, ImportRun.State.APPLYING, confirmed=confirmed)


@router.post("/sync/{run_id}/undo", response=STEP, summary="Undo a call")
def undo(request: HttpRequest, run_id: int) -> Any:
    """Within 24 hours; what somebody changed since stays."""
    return _step(request, run_id, ImportRun.State.UNDOING)
