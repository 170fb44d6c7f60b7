"""The JSON door of the ledger: `POST /api/v1/study/intervals`. Protocol: docs/study-protocol.md."""

import datetime as dt
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from learning.people.models import Person
from learning.people.signed_in import person_of
from learning.study import actions, openapi, rules, tokens
from learning.study.models import Activity
from learning.study.pace import PACE, PATIENCE

MOST_BYTES = 64 * 1024
MOST_INTERVALS = 100
LONGEST_MS = 900_000

router = Router(tags=["study"])


class IntervalIn(BaseModel):
    """One contiguous stretch of study, as long as it is so far.

    What comes in is pydantic's own model: ninja's asks every attribute of it in Python.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    offset_ms: int = Field(ge=0, le=86_400_000)
    length_ms: int = Field(ge=0)
    step: int = Field(default=1, ge=1, le=500)
    evidence: Literal["input", "media", "live", "quiz"] = "input"


class ReportIn(BaseModel):
    """A batch of intervals of one page, under its token."""

    model_config = ConfigDict(extra="forbid", strict=True)

    token: str = Field(max_length=1000)
    intervals: list[IntervalIn] = Field(min_length=1, max_length=MOST_INTERVALS)


class OfflineIntervalIn(IntervalIn):
    """One stretch studied offline; its offset counts from the issue of the permit."""

    offset_ms: int = Field(ge=0, le=14 * 86_400_000)
    length_ms: int = Field(ge=0, le=LONGEST_MS)


class OfflineIn(BaseModel):
    """All that was studied under one permit, at once."""

    model_config = ConfigDict(extra="forbid", strict=True)

    permit: str = Field(max_length=1000)
    intervals: list[OfflineIntervalIn] = Field(min_length=1, max_length=MOST_INTERVALS)


class PermitIn(Schema):
    activity: int
    revision: int | None = Field(default=None, ge=0, le=2**31 - 1)


class PermitOut(Schema):
    permit: str
    expires_at: dt.datetime


class IntervalOut(Schema):
    key: str
    outcome: Literal["credited", "clipped", "refused", "known"]
    claimed_s: int
    credited_s: int
    reason: str
    sentence: str


class ReceiptOut(Schema):
    intervals: list[IntervalOut]
    activity_s: int
    week_s: int
    minimum_reached: bool
    next_ms: int


class ProblemOut(Schema):
    """Nothing was written. `code` is for the client, `message` (Indonesian) for the person."""

    code: str
    message: str
    keys: list[str] = []


def read(interval: IntervalIn) -> actions.Interval:
    """An interval as the ledger takes it."""
    return actions.Interval(
        uuid.UUID(interval.key), interval.offset_ms, interval.length_ms, interval.step, interval.evidence
    )


Answer = tuple[int, dict[str, Any]]


def problem(status: int, code: str, message: str, keys: Sequence[str] = ()) -> Answer:
    return status, {"code": code, "message": message, "keys": list(keys)}


def is_from_a_page_of_ours(request: HttpRequest) -> bool:
    """Did a page of this site send the request, as far as the browser says?

    Where a session decides, another site's page must not be able to ask in its owner's name. Browsers say who
    asks in `Sec-Fetch-Site`, older ones and those without TLS in `Origin`; no page can change either.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _stranger(request: HttpRequest) -> Answer | None:
    """What to answer to who is not signed in, or asks from a page of another site; None for the others."""
    if not isinstance(request.user, Person):
        return problem(401, "signed_out", _("Sign in first."))
    if not is_from_a_page_of_ours(request):
        return problem(403, "other_site", _("Another site asked for this. Open ASN Belajar itself."))
    return None


def _bad_keys(body: bytes, error: ValidationError) -> list[str]:
    """The keys of the intervals that cannot be read, when they can be told."""
    try:
        intervals = json.loads(body)["intervals"]
        places = {
            at["loc"][1] for at in error.errors() if at["loc"][:1] == ("intervals",) and len(at["loc"]) > 1
        }
        return [str(intervals[place]["key"]) for place in sorted(places)]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return []


def answer(body: bytes, now: dt.datetime) -> Answer:
    """Take one report: the status, and the JSON to answer. Whatever is not 200 has written nothing."""
    began = time.perf_counter()
    try:
        return _answer(body, now)
    finally:
        PACE.note(time.perf_counter() - began)


def _answer(body: bytes, now: dt.datetime) -> Answer:
    if len(body) > MOST_BYTES:
        return problem(413, "too_large", _("The report is too large."))
    try:
        report = ReportIn.model_validate_json(body)
    except ValidationError as error:
        return problem(400, "malformed", _("The report cannot be read."), _bad_keys(body, error))
    if len({interval.key for interval in report.intervals}) != len(report.intervals):
        return problem(400, "malformed", _("The report cannot be read."))
    if long := [interval.key for interval in report.intervals if interval.length_ms > LONGEST_MS]:
        return problem(422, "too_long", _("An interval is longer than 15 minutes."), long)
    try:
        token = tokens.read(report.token)
    except tokens.TokenError:
        return problem(401, "token_invalid", _("This page was opened too long ago. Load it again."))
    if PATIENCE.is_too_often(token.person_id, time.monotonic()):
        return problem(429, "too_often", _("Too many reports at once. They will be sent again in a minute."))
    try:
        receipt = actions.record_intervals(
            token=token,
            intervals=[read(each) for each in report.intervals],
            now=now,
        )
    except actions.StudyRefused as refused:
        return problem(refused.status, refused.code, refused.message, [str(key) for key in refused.keys])
    return 200, content_of(receipt)


def content_of(receipt: actions.Receipt) -> dict[str, Any]:
    """A receipt as JSON."""
    return {
        "intervals": [
            {
                "key": str(each.key),
                "outcome": each.outcome,
                "claimed_s": each.claimed_s,
                "credited_s": each.credited_s,
                "reason": each.reason,
                "sentence": each.sentence,
            }
            for each in receipt.outcomes
        ],
        "activity_s": receipt.activity_s,
        "week_s": receipt.week_s,
        "minimum_reached": receipt.minimum_reached,
        "next_ms": PACE.next_ms(),
    }


@router.post(
    "/intervals",
    response={200: ReceiptOut, (400, 401, 403, 413, 422, 429, 500, 503): ProblemOut},
    summary="Report study time",
    auth=None,
    openapi_extra={
        "responses": openapi.answers(
            openapi.RECEIPTS,
            "malformed",
            "token_invalid",
            "activity_closed",
            "person_inactive",
            "too_large",
            "in_the_future",
            "too_long",
            "too_often",
            "failed",
            "busy",
            "maintenance",
        ),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": ReportIn.model_json_schema(ref_template="#/components/schemas/{model}")
                }
            },
        },
    },
)
def report_intervals(request: HttpRequest) -> Any:
    """Report how long a page was being used. Idempotent: the token and the keys decide, not the
    number of times it is sent. All of the batch is taken, or nothing of it.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > MOST_BYTES:
        return Status(*problem(413, "too_large", _("The report is too large.")))
    return Status(*answer(request.body, timezone.now()))


@router.post(
    "/permits",
    response={200: PermitOut, (401, 403, 422): ProblemOut},
    summary="Permission to study a module offline",
    openapi_extra={
        "responses": openapi.answers(
            openapi.PERMITS, "signed_out", "other_site", "activity_closed", "invalid"
        )
    },
)
def issue_permit(request: HttpRequest, asked: PermitIn) -> Any:
    """A signed permit for the person signed in and one open activity, good for 14 days and one report."""
    if stranger := _stranger(request):
        return Status(*stranger)
    person = person_of(request)
    if not Activity.objects.filter(pk=asked.activity, is_open=True).exists():
        return Status(*problem(403, "activity_closed", _("This activity is closed for study.")))
    now = timezone.now()
    permit = tokens.issue_permit(
        person_id=person.pk, activity_id=asked.activity, revision=asked.revision, now=now
    )
    return {"permit": permit, "expires_at": now + dt.timedelta(seconds=rules.OFFLINE_LATE_S)}


@router.post(
    "/offline",
    response={200: ReceiptOut, (400, 401, 403, 422): ProblemOut},
    summary="Report what was studied offline",
    openapi_extra={
        "responses": openapi.answers(
            openapi.RECEIPTS,
            "malformed",
            "signed_out",
            "other_site",
            "activity_closed",
            "person_inactive",
            "permit_invalid",
            "permit_of_another",
            "permit_expired",
            "permit_used",
            "in_the_future",
            "invalid",
        )
    },
)
def report_offline(request: HttpRequest, report: OfflineIn) -> Any:
    """Redeem a permit, once and whole: credited inside [permit, now], never over what is credited."""
    if stranger := _stranger(request):
        return Status(*stranger)
    person = person_of(request)
    if len({each.key for each in report.intervals}) != len(report.intervals):
        return Status(*problem(400, "malformed", _("The report cannot be read.")))
    try:
        permit = tokens.read_permit(report.permit)
    except tokens.TokenError:
        return Status(*problem(403, "permit_invalid", _("This offline permit is not valid.")))
    try:
        receipt = actions.record_offline(
            permit=permit,
            person=person,
            intervals=[read(each) for each in report.intervals],
            now=timezone.now(),
        )
    except actions.StudyRefused as refused:
        return Status(
            *problem(refused.status, refused.code, refused.message, [str(key) for key in refused.keys])
        )
    return Status(200, content_of(receipt))
