"""A province with two OPDs, and a way to send it a file."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from learning.people.importing import runs
from learning.people.models import ImportRow, ImportRun, Person, Unit
from tests import make

Send = Callable[..., ImportRun]


@dataclass(frozen=True)
class Province:
    """Its units, and who answers for imports."""

    top: Unit
    dinas: Unit
    bidang: Unit
    badan: Unit
    admin: Person


@pytest.fixture
def province(db: None) -> Province:
    top = make.unit(code="JTM", name="Pemerintah Provinsi")
    dinas = make.unit(parent=top, code="DINAS", name="Dinas Contoh")
    bidang = make.unit(parent=dinas, code="BIDANG", name="Bidang Data")
    badan = make.unit(parent=top, code="BADAN", name="Badan Contoh")
    return Province(top, dinas, bidang, badan, make.person(top, name="Admin BPSDM"))


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    settings.BELAJAR_IMPORT_FOLDER = tmp_path / "imports"
    yield
    left = list((tmp_path / "imports").glob("*")) if (tmp_path / "imports").exists() else []
    assert left == [], "a file of people was left behind"


@pytest.fixture
def send(province: Province, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Sends rows (the first is the header) and compares them: `send([...], is_whole=True)`."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(dt.UTC))

    def send(rows: Sequence[Sequence[str]] | str, *, kind: str = "people", **fields: object) -> ImportRun:
        text = rows if isinstance(rows, str) else "\n".join(";".join(row) for row in rows)
        run = runs.take_file(
            **{
                "kind": kind,
                "pieces": [text.encode()],
                "name": "pegawai.csv",
                "by": province.admin,
                "unit": None,
                "is_whole": False,
                "now": now,
                **fields,
            }
        )
        return runs.compare(run.pk)

    return send


@pytest.fixture
def apply(now: dt.datetime) -> Callable[..., ImportRun]:
    """Applies a run that was compared."""

    def apply(run: ImportRun, **fields: object) -> ImportRun:
        return runs.write(runs.begin(run, state="applying", now=now, **fields).pk)

    return apply


@pytest.fixture
def undo(now: dt.datetime) -> Callable[..., ImportRun]:
    """Undoes a run that was applied."""

    def undo(run: ImportRun) -> ImportRun:
        return runs.write(runs.begin(run, state="undoing", now=now).pk)

    return undo


def kinds(run: ImportRun) -> list[str]:
    """What each row would do, in the order of the file."""
    return list(run.rows.order_by("pk").values_list("kind", flat=True))


def reasons(run: ImportRun) -> list[list[str]]:
    """The codes of each row."""
    return [[each[0] for each in row.reasons] for row in run.rows.order_by("pk")]


def row_of(run: ImportRun, key: str) -> ImportRow:
    return run.rows.get(key=key)


def nip(number: int) -> str:
    """A NIP that nobody of `make` has."""
    return make.nip(300_000 + number)
