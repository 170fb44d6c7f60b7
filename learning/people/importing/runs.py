"""The life of an import: a file is taken, compared, applied, perhaps undone. Every step can be gone on with.

A step works in slices, each in its own transaction, and leaves a sign of life; a worker that dies in the
middle loses nothing but time. Only one import writes at a time: the database holds that.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from learning.people.audit.actions import log_deed
from learning.people.importing import columns, reading, units
from learning.people.importing.applying import apply_rows, undo_rows
from learning.people.importing.cleaning import Clean, clean_person, clean_unit
from learning.people.importing.comparing import Comparison, Kind, Units
from learning.people.importing.models import ImportRow, ImportRun, SyncToken
from learning.people.importing.reading import CannotRead, slices
from learning.people.models import Person, PersonQuerySet, Unit

ROWS_AT_ONCE = 1_000
UNDO_WITHIN = dt.timedelta(hours=24)
ASK_AGAIN_AFTER = dt.timedelta(days=7)  # a comparison this old no longer says what would happen
STILL = dt.timedelta(minutes=3)  # without a sign of life: whoever worked on it is gone
SOME_LEAVE = 20  # leavers that ask for no second thought
DOING = (Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.LEAVING, Kind.REACTIVATED)

State = ImportRun.State
Outcome = ImportRow.Outcome


class ImportRefused(Exception):
    """The step cannot be taken now; `code` says why: `busy`, `state`, `too_late`, `old`, `confirm`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- Taking a file ------------------------------------------------------------------


def take_file(
    *,
    kind: str,
    pieces: Iterable[bytes],
    name: str,
    by: Person | None,
    unit: Unit | None,
    is_whole: bool,
    now: dt.datetime,
    token: SyncToken | None = None,
    idempotency_key: str = "",
    body_digest: str = "",
) -> ImportRun:
    """Keeps the file until it has been compared; `unit` is the subtree it may touch, None for everybody.

    Raises `CannotRead` (`too_big`, `empty`) before anything is kept.
    """
    folder = Path(settings.BELAJAR_IMPORT_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid.uuid4().hex
    size = 0
    digest = hashlib.sha256()
    try:
        with path.open("wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > reading.MAX_BYTES:
                    raise CannotRead("too_big", str(reading.MAX_BYTES // 1024**2))
                digest.update(piece)
                file.write(piece)
        if not size:
            raise CannotRead("empty")
        return ImportRun.objects.create(
            kind=kind,
            file_name=Path(name).name[:120],
            path=str(path),
            unit=unit,
            is_whole=is_whole and kind == ImportRun.Kind.PEOPLE,
            started_by=by,
            token=token,
            idempotency_key=idempotency_key,
            body_digest=body_digest or digest.hexdigest(),
            started_at=now,
            beat_at=now,
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


# --- Comparing ----------------------------------------------------------------------


def compare(run_id: int) -> ImportRun:
    """The dry run. What cannot be read becomes a refused run with its reason; nobody is changed."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run_id)
        is_left = run.state == State.READING and is_still(run, timezone.now())
        if run.state != State.WAITING and not is_left:
            return run  # somebody compares it, or has
        _beat(run, state=State.READING)
    run.rows.all().delete()
    try:
        notes = _compare(run)
    except CannotRead as error:
        notes, state = [[error.code, error.detail]], State.REFUSED
    except Exception:
        _close(run, State.REFUSED, [["broken", ""]])
        raise
    else:
        state = State.READY
    _close(run, state, notes)
    return run


def _close(run: ImportRun, state: str, notes: list[list[str]]) -> None:
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != State.READING:
            run.refresh_from_db()  # another went on with it meanwhile: what they found holds
            return
        Path(run.path).unlink(missing_ok=True)
        if state == State.REFUSED:
            run.rows.all().delete()
        counts = dict(run.rows.order_by().values_list("kind").annotate(Count("pk")))
        _beat(run, state=state, notes=notes, counts=counts, path="")


def _compare(run: ImportRun) -> list[list[str]]:
    try:
        table = reading.read_table(Path(run.path), columns.counter(run.kind))
    except FileNotFoundError:
        raise CannotRead("file_gone") from None
    found, ignored, missing = columns.places(run.kind, table.columns)
    if missing:
        raise CannotRead("columns", ", ".join(missing))
    notes = [[note, ""] for note in table.notes]
    if ignored:
        notes.append(["ignored", ", ".join(ignored[:20])])
    if run.kind == ImportRun.Kind.UNITS:
        units.compare(run, list(_cleaned(table, found, run.kind)))
        return notes
    for done in Comparison(run, Units.load(run.unit)).write(_cleaned(table, found, run.kind)):
        _beat(run, done_rows=done)
    return notes


def _cleaned(table: reading.Table, found: dict[str, int], kind: str) -> Iterator[tuple[int, Clean]]:
    clean = clean_unit if kind == ImportRun.Kind.UNITS else clean_person
    for line, cells in table.rows:
        yield line, clean({name: cells[at] for name, at in found.items() if at < len(cells)})


def _beat(run: ImportRun, **values: object) -> None:
    """A sign of life, with what is new of the run."""
    values["beat_at"] = timezone.now()
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))


def is_still(run: ImportRun, now: dt.datetime) -> bool:
    """Has whoever worked on it stopped in the middle?"""
    at_work = run.state in (State.WAITING, State.READING, State.APPLYING, State.UNDOING)
    return at_work and (run.beat_at is None or now - run.beat_at > STILL)


def many_leave(run: ImportRun) -> bool:
    """Would so many be deactivated that somebody should say yes to the number? A tenth, and over twenty."""
    leaving = int(run.counts.get(Kind.LEAVING, 0))
    if leaving <= SOME_LEAVE or run.kind != ImportRun.Kind.PEOPLE:
        return False
    people: PersonQuerySet = Person.objects.get_queryset().active()
    if run.unit is not None:
        people = people.under([run.unit])
    return leaving * 10 > people.count()


# --- Applying and undoing -------------------------------------------------------------


def begin(run: ImportRun, *, state: str, now: dt.datetime, confirmed: bool = False) -> ImportRun:
    """Takes the one place at which an import writes, for `applying` or `undoing`. Raises `ImportRefused`."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
        if locked.state == state and is_still(locked, now):
            _beat(locked)
            return locked
        if locked.state != (State.READY if state == State.APPLYING else State.APPLIED):
            raise ImportRefused("state")
        if state == State.UNDOING and (locked.applied_at is None or now > locked.applied_at + UNDO_WITHIN):
            raise ImportRefused("too_late")
        if state == State.APPLYING and locked.started_at < now - ASK_AGAIN_AFTER:
            raise ImportRefused("old")
        if state == State.APPLYING and many_leave(locked) and not confirmed:
            raise ImportRefused("confirm")
        try:
            with transaction.atomic():
                _beat(locked, state=state, is_writing=True, done_rows=0)
        except IntegrityError:
            raise ImportRefused("busy") from None
    return locked


def write(run_id: int) -> ImportRun:
    """Applies or undoes what `begin` began, or goes on with it; slice by slice until nothing waits."""
    run = ImportRun.objects.select_related("unit").get(pk=run_id)
    if run.state not in (State.APPLYING, State.UNDOING):
        return run
    today = timezone.localdate()
    if run.kind == ImportRun.Kind.UNITS:
        units.write(run)
    else:
        at = 0
        while at := _write_slice(run, at, today):
            pass
    return _finish(run)


def _write_slice(run: ImportRun, at: int, today: dt.date) -> int:
    """The next rows after `at`; up to which row we are now, 0 when none is left."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != run.state:
            return 0
        waiting = Outcome.WAITING if run.state == State.APPLYING else Outcome.APPLIED
        rows = list(run.rows.filter(pk__gt=at, kind__in=DOING, outcome=waiting).order_by("pk")[:ROWS_AT_ONCE])
        if not rows:
            return 0
        (apply_rows if run.state == State.APPLYING else undo_rows)(run, rows, today)
        keep_outcomes(rows)
        _beat(locked, done_rows=locked.done_rows + len(rows))
    return rows[-1].pk


def keep_outcomes(rows: Iterable[ImportRow]) -> None:
    """A statement for each outcome, not for each row."""
    by_outcome: dict[str, list[int]] = {}
    for row in rows:
        by_outcome.setdefault(row.outcome, []).append(row.pk)
    for outcome, pks in by_outcome.items():
        for some in slices(pks, ROWS_AT_ONCE):
            ImportRow.objects.filter(pk__in=some).update(outcome=outcome)


def _finish(run: ImportRun) -> ImportRun:
    with transaction.atomic():
        locked = (
            ImportRun.objects.select_for_update(of=("self",)).select_related("token", "unit").get(pk=run.pk)
        )
        if locked.state != run.state or locked.state not in (State.APPLYING, State.UNDOING):
            return locked
        now = timezone.now()
        outcomes = dict(
            locked.rows.exclude(outcome="").order_by().values_list("outcome").annotate(Count("pk"))
        )
        counts = {**locked.counts, "outcomes": outcomes}
        if locked.state == State.APPLYING:
            _beat(locked, state=State.APPLIED, is_writing=False, applied_at=now, counts=counts)
        else:
            _beat(locked, state=State.UNDONE, is_writing=False, undone_at=now, counts=counts)
        actor = locked.started_by or (locked.token.made_by if locked.token else None)
        log_deed(
            actor=actor,
            action=f"import_{locked.kind}" if locked.state == State.APPLIED else f"undo_{locked.kind}",
            unit=locked.unit,
            now=now,
            run=locked.pk,
            counts=counts,
        )
    return locked
