"""`POST /api/v1/h5p/…/plays`: a play of a package begins here, where it is known which page holds it."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from content.blocks.packages import packages_in, piece_key
from content.h5p.player import iri_of
from content.models import EpisodePage, ModulePage, PackageVersion
from learning import api

router = Router(tags=["plays"])

LAST_REVISION = 2**31 - 1


class PlayIn(Schema):
    """Where it is played; `anew` for one more attempt."""

    model_config = ConfigDict(extra="forbid", strict=True)

    activity: int = Field(ge=1, lt=2**63)
    revision: int | None = Field(default=None, ge=0, le=LAST_REVISION)
    anew: bool = False


class OpenPlayOut(Schema):
    """A play that goes on, or (not signed in) one that nobody keeps."""

    signed_in: bool
    iri: str
    play: str = ""
    token: str | None = None
    number: int = 0
    state: dict[str, dict[str, str]] = {}
    finished_at: dt.datetime | None = None
    raw: float | None = None
    max: float | None = None
    score: int | None = None


class ProblemOut(Schema):
    code: str
    message: str


def holds(activity_id: int, version: PackageVersion) -> bool:
    """Does the live page of the activity hold this package?

    Its text is read: Wagtail's index of references is brought up to date some time later.
    """
    for model, field in ((ModulePage, "steps"), (EpisodePage, "body")):
        page = model.objects.live().filter(activity_id=activity_id).only("pk", field).first()
        if page is not None:
            return version.package_id in set(packages_in(list(getattr(page, field).raw_data)))
    return False


@router.post(
    "/{number}/{sha256}/plays",
    response={200: OpenPlayOut, (400, 403, 404, 422): ProblemOut},
    summary="Begin to play an interactive piece, or go on with it",
    auth=None,
)
def begin(request: HttpRequest, number: int, sha256: str, asked: PlayIn) -> Any:
    """A signed token for what the piece will say, and where the person was. A session is needed."""
    version = (
        PackageVersion.objects.select_related("package").filter(pk=number, sha256=sha256).first()
        if number < 2**63
        else None
    )
    if version is None:
        return Status(404, {"code": "unknown", "message": _("This material does not exist.")})
    iri = iri_of(version.package)
    if not request.user.is_authenticated:
        return {"signed_in": False, "iri": iri}
    if request.content_type != "application/json":  # so that no form of another site can ask
        return Status(400, {"code": "malformed", "message": _("The report cannot be read.")})
    if not holds(asked.activity, version):
        return Status(403, {"code": "not_here", "message": _("This material is not part of this page.")})
    person: Any = request.user
    piece = api.Piece(
        key=piece_key(version.package.pk),
        version=version.sha256,
        iri=iri,
        title=version.package.title,
        library=version.library,
    )
    try:
        play = api.begin_play(
            person=person,
            activity_id=asked.activity,
            piece=piece,
            revision=asked.revision,
            now=timezone.now(),
            anew=asked.anew,
        )
    except api.PlayRefused as refused:
        return Status(refused.status, {"code": refused.code, "message": refused.message})
    return {
        "signed_in": True,
        "iri": iri,
        "play": play.id,
        "token": play.token,
        "number": play.number,
        "state": play.state,
        "finished_at": play.finished_at,
        "raw": play.raw,
        "max": play.max,
        "score": play.score,
    }
