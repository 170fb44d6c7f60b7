"""The staff office sends a file, sees the difference, applies it and takes it back; others find no door."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learning.people.models import AuditEntry, ImportRun, Person, Unit
from tests import make

pytestmark = pytest.mark.django_db

INDEX = "/redaksi/orang/impor/"
HEAD = "NIP;NAMA;KODE UNOR;STATUS\n"
NEW = make.nip(700_001)


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.BELAJAR_IMPORT_FOLDER = tmp_path / "imports"


@pytest.fixture
def dinas() -> Unit:
    return make.unit(code="DINAS", name="Dinas Contoh")


@pytest.fixture
def badan() -> Unit:
    return make.unit(code="BADAN", name="Badan Contoh")


@pytest.fixture
def hr(dinas: Unit) -> Client:
    """Signed in as unit HR of the Dinas."""
    person = make.person(dinas, name="Petugas Kepegawaian", username="hr")
    make.role(person, "unit_hr", dinas)
    client = Client()
    client.force_login(person)
    return client


def upload(client: Client, text: str | bytes, **fields: str) -> object:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("pegawai.csv", content)
    return client.post(INDEX, {"file": file, "kind": "people", **fields}, follow=True)


def test_a_file_is_compared_applied_told_and_undone(hr: Client, dinas: Unit) -> None:
    moving = make.person(dinas, name="Purna Tugas")
    text = (
        f"{HEAD}{NEW};ORANG BARU;DINAS;Aktif\n{moving.nip};Purna Tugas;DINAS;Pensiun\n1,9E+17;=cmd|x;DINAS;\n"
    )

    page = upload(hr, text)

    run = ImportRun.objects.get()
    assert page.redirect_chain[-1][0] == f"{INDEX}{run.pk}/"
    content = page.content.decode()
    assert "Orang Baru" not in content and "1 bermasalah" in content  # problems first
    assert "Terapkan 2 perubahan" in content
    assert "Orang Baru" in hr.get(f"{INDEX}{run.pk}/?jenis=new").content.decode()
    assert not Person.objects.filter(nip=NEW).exists()

    hr.post(f"{INDEX}{run.pk}/terapkan/")

    assert Person.objects.get(nip=NEW).unit == dinas
    moving.refresh_from_db()
    assert not moving.is_active
    result = b"".join(hr.get(f"{INDEX}{run.pk}/hasil.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(result)))
    assert rows[0] == ["baris", "NIP atau kode", "nama", "jenis", "hasil", "perubahan", "alasan"]
    assert rows[1][:5] == ["2", f"'{NEW}", "Orang Baru", "baru", "diterapkan"]
    assert [row[3] for row in rows[1:]] == ["baru", "keluar", "bermasalah"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)

    hr.post(f"{INDEX}{run.pk}/batalkan/")

    assert not Person.objects.filter(nip=NEW).exists()
    assert "Dibatalkan" in hr.get(INDEX).content.decode()
    assert (
        AuditEntry.objects.filter(action__in=["import_people", "export_import", "undo_people"]).count() == 3
    )


def test_unit_hr_sees_and_touches_only_their_subtree(hr: Client, badan: Unit) -> None:
    admin = make.person(badan, is_superuser=True)
    other = ImportRun.objects.create(
        kind="people", unit=badan, started_by=admin, started_at=dt.datetime.now(dt.UTC), state="ready"
    )

    refused = upload(hr, f"{HEAD}{NEW};Ayu;BADAN;\n", unit="BADAN")

    assert refused.status_code == 422
    assert "Unit ini bukan" in refused.content.decode()
    for step in ("", "hasil.csv"):
        assert hr.get(f"{INDEX}{other.pk}/{step}").status_code == 404
    for step in ("terapkan/", "batalkan/", "lanjutkan/"):
        assert hr.post(f"{INDEX}{other.pk}/{step}").status_code == 404
    assert ImportRun.objects.get().state == "ready"


def test_a_role_opens_the_door_on_its_days_only(dinas: Unit) -> None:
    learner, former, editorless = (make.person(dinas) for _ in range(3))
    make.role(former, "unit_hr", dinas, last_day=dt.date(2026, 1, 31))
    make.role(editorless, "auditor")
    for person in (learner, former, editorless):
        client = Client()
        client.force_login(person)
        assert client.get(INDEX).status_code in (302, 403), person.name
    assert Client().get(INDEX).status_code == 302


def test_a_bad_file_says_why_and_changes_nothing(hr: Client) -> None:
    empty = upload(hr, b"")
    broken = upload(hr, b"PK\x03\x04 no")

    assert empty.status_code == 422
    assert "xlsx rusak" in broken.content.decode()
    assert ImportRun.objects.get().state == "refused"


def test_rows_are_paged_with_as_many_statements_for_few_as_for_many(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    few = upload(hr, HEAD + f"{NEW};Ayu;DINAS;\n").context["run"]
    lines = "".join(f"{make.nip(710_001 + number)};Ayu;DINAS;\n" for number in range(120))
    many = upload(hr, HEAD + lines).context["run"]

    for run in (few, many):
        with django_assert_max_num_queries(22):
            page = hr.get(f"{INDEX}{run.pk}/")
    assert len(page.context["rows"]) == 50
    assert len(hr.get(f"{INDEX}{many.pk}/?p=3").context["rows"]) == 20


# --- manage.py people -----------------------------------------------------------------


def people(*arguments: str) -> str:
    out = io.StringIO()
    call_command("people", "import", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_compares_applies_and_undoes(dinas: Unit, tmp_path: Path) -> None:
    make.person(dinas, username="petugas")
    path = tmp_path / "pegawai.csv"
    path.write_text(f"{HEAD}{NEW};Ayu;DINAS;Aktif\n1,9E+17;Budi;DINAS;Aktif\n")

    compared = people(str(path), "--by", "petugas")
    run = ImportRun.objects.get()
    assert f"Impor {run.pk}" in compared or f"Import {run.pk}: ready" in compared
    assert (NEW in compared, "Ayu" in compared) == (False, False)
    assert not Person.objects.filter(nip=NEW).exists()

    result = tmp_path / "hasil.csv"
    assert "applied" in people("--apply", str(run.pk), "--result", str(result))
    assert Person.objects.filter(nip=NEW).exists()
    assert NEW in result.read_text()
    assert "undone" in people("--undo", str(run.pk))
    assert not Person.objects.filter(nip=NEW).exists()
    assert "applied" in people(str(path), "--by", "petugas", "--apply")
    with pytest.raises(CommandError):
        people("--apply", "9999")
    with pytest.raises(CommandError):
        people(str(path))


def test_the_command_imports_units(tmp_path: Path) -> None:
    make.person(username="petugas")
    path = tmp_path / "unor.csv"
    path.write_text("KODE UNOR;NAMA UNOR;KODE INDUK\nA;DINAS A;\nB;Bidang B;A\n")

    people(str(path), "--units", "--by", "petugas", "--apply")

    assert Unit.objects.get(code="B").get_parent().name == "Dinas A"
