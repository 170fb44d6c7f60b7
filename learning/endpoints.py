"""The JSON API, `/api/v1/`: OpenAPI at `/api/v1/docs`."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError

from learning.competencies.personal import Standing, personal_part
from learning.people.importing.endpoints import router as people
from learning.people.models import Person
from learning.plays.endpoints import router as plays
from learning.study import openapi, tokens
from learning.study.endpoints import ProblemOut
from learning.study.endpoints import router as study
from learning.study.pace import PACE

api = NinjaAPI(
    title="ASN Belajar",
    version="1",
    description="Study time, people and reports of ASN Belajar. Times are ISO 8601, durations whole seconds.",
    urls_namespace="api",
)
api.add_router("/study", study)
api.add_router("/plays", plays)
api.add_router("/people", people)

LAST_REVISION = 2**31 - 1  # what the ledger can keep
LAST_ACTIVITY = 2**63 - 1  # what a key can be


class Roles(Schema):
    supervisor: bool
    editor: bool
    office: bool


class WeekOut(Schema):
    seconds: int
    target_s: int


class StudyOut(Schema):
    """What a page needs to measure the study of its activity."""

    token: str
    activity_s: int
    minimum_s: int
    ceiling_s: int
    last_step: int
    has_passed: bool
    is_complete: bool
    idle_s: int
    quiz_idle_s: int
    tick_ms: int
    next_ms: int


class MeOut(Schema):
    signed_in: bool
    person: str = ""
    name: str = ""
    roles: Roles | None = None
    week: WeekOut | None = None
    csrf: str = ""
    study: StudyOut | None = None


@api.exception_handler(ValidationError)
def wrong_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request whose fields are not what they should be: said like every other problem."""
    content = {"code": "invalid", "message": gettext("The request cannot be read."), "keys": []}
    return api.create_response(request, content, status=422)


@api.exception_handler(HttpError)
def no_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON (ninja says 400) is a request with wrong fields, too."""
    if error.status_code == 400:
        return wrong_fields(request, ValidationError([]))
    return api.create_response(request, {"detail": str(error)}, status=error.status_code)


@api.get(
    "/me",
    response={200: MeOut, 422: ProblemOut},
    summary="The personal part of a page",
    auth=None,
    tags=["me"],
    openapi_extra={"responses": openapi.answers(openapi.ME, "invalid")},
)
def me(
    request: HttpRequest,
    response: HttpResponse,
    activity: int | None = None,
    revision: Annotated[int | None, Query(ge=0, le=LAST_REVISION)] = None,
) -> Any:
    """Who is signed in, their week, and the study token of the page they opened."""
    response["Cache-Control"] = "no-store"
    person = request.user
    if not isinstance(person, Person):
        return {"signed_in": False}
    now = timezone.now()
    if activity is not None and not 0 < activity <= LAST_ACTIVITY:
        activity = None
    found = personal_part(person, activity_id=activity, now=now)
    return {
        "signed_in": True,
        "person": tokens.session_mark(f"person:{person.pk}"),
        "name": person.name,
        "roles": {
            "supervisor": found.sees_others,
            "editor": found.edits_content,
            "office": found.is_office,
        },
        "week": {"seconds": found.week_s, "target_s": found.target_s},
        "csrf": get_token(request),
        "study": _study(request, person, activity, revision, found.standing, now)
        if activity and found.standing
        else None,
    }


def _study(
    request: HttpRequest,
    person: Person,
    activity_id: int,
    revision: int | None,
    standing: Standing,
    now: dt.datetime,
) -> dict[str, Any]:
    session = tokens.session_mark(request.session.session_key)
    return {
        "token": tokens.issue(
            person_id=person.pk, activity_id=activity_id, revision=revision, session=session, now=now
        ),
        "activity_s": standing.credited_s,
        "minimum_s": standing.minimum_s,
        "ceiling_s": standing.ceiling_s,
        "last_step": standing.last_step,
        "has_passed": standing.has_passed,
        "is_complete": standing.is_complete,
        "idle_s": standing.reading_idle_s,
        "quiz_idle_s": standing.quiz_idle_s,
        "tick_ms": 15_000,
        "next_ms": PACE.next_ms(),
    }
