"""What writes plays: begin one, take what the piece said, keep where the person was."""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from learning.people.models import Person
from learning.plays import rules
from learning.plays.models import CompletingPiece, Play, Statement
from learning.plays.tokens import PlayToken
from learning.study.models import Activity

LATE = dt.timedelta(days=14)  # as for minutes studied offline
MOST_STATEMENTS = 1_000  # of one play
MOST_A_MINUTE = 120  # of one play
MOST_STATE_BYTES = 64 * 1024
MOST_STATE_PARTS = 200

KEPT, KNOWN, DISCARDED = "kept", "known", "discarded"


class PlayRefused(Exception):
    """Nothing was written. `code` is for the client, `message` for the person."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Piece:
    """What is played: `key` stays when the file is replaced, `version` does not."""

    key: str
    version: str
    iri: str
    title: str
    library: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement on its way: the client's id (UUIDv7), how long ago it was said, the words."""

    id: uuid.UUID
    ago_ms: int
    statement: Any


def begin_play(
    *,
    person: Person,
    activity_id: int,
    piece: Piece,
    revision: int | None,
    now: dt.datetime,
    anew: bool = False,
) -> Play:
    """The play `person` goes on with, or a first one; `anew`, or another file, begins one more.

    Raises `PlayRefused` on a closed activity.
    """
    if not Activity.objects.filter(pk=activity_id, is_open=True).exists():
        raise PlayRefused(403, "activity_closed", _("This activity is closed for study."))
    plays = Play.objects.filter(person=person, activity_id=activity_id, piece=piece.key).order_by("-number")
    last = plays.first()
    if last is not None and last.version == piece.version and not anew:
        return last
    if last is not None and anew and last.version == piece.version and not last.statement_count:
        Play.objects.filter(pk=last.pk).update(state={})  # nothing was said yet: the same one, empty
        last.state = {}
        return last
    try:
        with transaction.atomic():
            return Play.objects.create(
                person=person,
                activity_id=activity_id,
                revision=revision,
                piece=piece.key,
                version=piece.version,
                number=last.number + 1 if last else 1,
                iri=piece.iri,
                title=piece.title[:255],
                library=piece.library[:255],
                started_at=now,
                last_at=now,
            )
    except IntegrityError:  # another tab began it a moment ago
        return plays[0]


def _open(token: PlayToken, now: dt.datetime) -> Play:
    """The play of `token`, locked until the transaction ends."""
    play = (
        Play.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=token.play_id, person_id=token.person_id)
        .first()
    )
    if play is None:
        raise PlayRefused(401, "token_invalid", _("This page was opened too long ago. Load it again."))
    if not play.person.is_active:
        raise PlayRefused(403, "person_inactive", _("This account is not active."))
    if now - token.issued_at > LATE:
        raise PlayRefused(401, "token_invalid", _("This page was opened too long ago. Load it again."))
    return play


def record_statements(
    *, token: PlayToken, spoken: Sequence[Spoken], now: dt.datetime
) -> tuple[list[str], Play]:
    """Take what a piece said: for each, kept, known or discarded; and the play as it is now.

    The same id again changes nothing. The piece's score is computed anew, the best one stays.
    Raises `PlayRefused`; `rules.StatementError` for what is no statement.
    """
    with transaction.atomic():
        play = _open(token, now)
        said = [(each, rules.read(each.statement, iri=play.iri)) for each in spoken]
        known = set(
            Statement.objects.filter(pk__in=[each.id for each in spoken]).values_list("pk", flat=True)
        )
        a_minute_ago = now - dt.timedelta(minutes=1)
        wanted = sum(kept is not None and each.id not in known for each, kept in said)
        recent = Statement.objects.filter(play=play, received_at__gt=a_minute_ago).count()
        if wanted and recent + wanted > MOST_A_MINUTE:
            raise PlayRefused(429, "too_often", _("The interactive material reports too often."))
        outcomes: list[str] = []
        rows: list[Statement] = []
        for each, kept in said:
            if each.id in known:
                outcomes.append(KNOWN)
            elif kept is None or play.statement_count + len(rows) >= MOST_STATEMENTS:
                outcomes.append(DISCARDED)
            else:
                known.add(each.id)
                rows.append(_row(play, each, kept, now))
                _count(play, kept, rows[-1].happened_at)
                outcomes.append(KEPT)
        if rows:
            Statement.objects.bulk_create(rows, ignore_conflicts=True)  # an id another play took this moment
            play.statement_count += len(rows)
            play.last_at = now
            play.save()
    return outcomes, play


def _row(play: Play, spoken: Spoken, said: rules.Said, now: dt.datetime) -> Statement:
    # The client's wall clock is not asked: only how long ago it was, and never before the play began.
    happened_at = max(play.started_at, now - dt.timedelta(milliseconds=spoken.ago_ms))
    return Statement(
        id=spoken.id,
        play=play,
        verb=said.verb,
        is_root=said.is_root,
        score=said.score.percent if said.score else None,
        happened_at=happened_at,
        received_at=now,
        body=body_of(play, spoken, said, happened_at=happened_at, now=now),
    )


def body_of(
    play: Play, spoken: Spoken, said: rules.Said, *, happened_at: dt.datetime, now: dt.datetime
) -> dict[str, Any]:
    """The whole statement, as a record store of xAPI 1.0.3 takes it."""
    return {
        "id": str(spoken.id),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": play.iri.partition("/h5p/")[0], "name": str(play.person_id)},
        },
        **said.body,
        "context": {**said.body["context"], "registration": str(play.pk), "platform": "ASN Belajar"},
        "timestamp": happened_at.isoformat(),
        "stored": now.isoformat(),
    }


def _count(play: Play, said: rules.Said, happened_at: dt.datetime) -> None:
    """Let the play know that it is finished, and its best score."""
    if not rules.finishes(said, library=play.library):
        return
    play.finished_at = play.finished_at or happened_at
    best = None if play.raw is None or play.max is None else rules.Score(float(play.raw), float(play.max))
    if said.score is not None and rules.is_better(said.score, best):
        play.raw, play.max = Decimal(str(said.score.raw)), Decimal(str(said.score.max))
        play.score = said.score.percent


def name_pieces(*, activity: Activity, pieces: Collection[str]) -> None:
    """Say which pieces, all finished, complete `activity`; none where a quiz does."""
    known = CompletingPiece.objects.filter(activity=activity)
    with transaction.atomic():
        known.exclude(piece__in=pieces).delete()
        CompletingPiece.objects.bulk_create(
            (CompletingPiece(activity=activity, piece=piece) for piece in pieces), ignore_conflicts=True
        )


def keep_state(*, token: PlayToken, part: str, name: str, data: str | None, now: dt.datetime) -> None:
    """Keep where the person was in one part of the piece ("0": the whole); None forgets it.

    Raises `PlayRefused` when all that is kept of the play would be more than 64 KB.
    """
    with transaction.atomic():
        play = _open(token, now)
        state = {**play.state}
        if data is None:
            state.get(part, {}).pop(name, None)
        else:
            state[part] = {**state.get(part, {}), name: data}
        size = len(json.dumps(state, ensure_ascii=False).encode("utf-8", "replace"))
        if size > MOST_STATE_BYTES or sum(map(len, state.values())) > MOST_STATE_PARTS:
            raise PlayRefused(
                413, "state_too_large", _("This material wants to remember too much. The last state stays.")
            )
        play.state = state
        play.last_at = now
        play.save(update_fields=["state", "last_at"])
