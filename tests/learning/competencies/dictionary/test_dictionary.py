"""The dictionary as a file: out, in, in its versions; and who may."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from learning.competencies.dictionary import exchange
from learning.competencies.dictionary.actions import publish_dictionary, rows_now
from learning.competencies.dictionary.models import DictionaryVersion
from learning.competencies.models import Competency, Indicator
from learning.competencies.profiles.models import PositionProfile
from tests import make

pytestmark = pytest.mark.django_db
FIXTURES = Path("learning/competencies/fixtures")
HEAD = ",".join(exchange.COLUMNS)
ROW = "TEK-UJI,Menguji,teknis,digital,Arti,a,b,c,d,e,12,ya"


def put(folder: Path, text: str) -> Path:
    path = folder / "berkas.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again_and_changes_nothing(form, now, tmp_path) -> None:
    rows = exchange.read_dictionary(FIXTURES / "kompetensi.csv")
    rows[0]["nama"] = "=1+1 bukan rumus"
    first = publish_dictionary(actor=None, rows=rows, note="awal", now=now)
    assert first is not None and (first.number, Competency.objects.count()) == (1, 34)
    write = exchange.as_csv if form == "csv" else exchange.as_xlsx
    out = write(exchange.COLUMNS, exchange.dictionary_cells(rows_now()))
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(out)).active
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    path = tmp_path / f"kamus.{form}"
    path.write_bytes(out)
    assert exchange.read_dictionary(path) == rows_now()
    assert publish_dictionary(actor=None, rows=exchange.read_dictionary(path), note="", now=now) is None


def test_a_new_version_keeps_the_earlier_one_whole(now, tmp_path) -> None:
    publish_dictionary(
        actor=None, rows=exchange.read_dictionary(put(tmp_path, f"{HEAD}\n{ROW}")), note="", now=now
    )
    changed = ROW.replace(",a,", ",baru,").replace(",ya", ",tidak")
    publish_dictionary(
        actor=None, rows=exchange.read_dictionary(put(tmp_path, f"{HEAD}\n{changed}")), note="", now=now
    )
    newest, first = DictionaryVersion.objects.all()
    assert (newest.rows[0]["level_1"], first.rows[0]["level_1"]) == ("baru", "a")
    assert Indicator.objects.get(level=1).text == "baru" and not Competency.objects.get().is_active


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "tabel"),
        ("kode,nama\nA-1,Satu", "level_1"),
        (HEAD, "Tidak ada baris"),
        (f"{HEAD}\n{ROW}\n{ROW}", "dua kali"),
        (f"{HEAD}\n{ROW.replace('TEK-UJI', 'kode salah!')}", "bukan kode"),
        (f"{HEAD}\n{ROW.replace('teknis', 'lain')}", "jenis"),
        (f"{HEAD}\n{ROW.replace(',c,', ',,')}", "kelima level"),
        (f"{HEAD}\n{ROW.replace(',12,', ',seribu,')}", "masa berlaku"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_its_rows_named(text, said, now, tmp_path) -> None:
    with pytest.raises(exchange.NotTaken) as refused:
        exchange.read_dictionary(put(tmp_path, text))
    assert said in " ".join(refused.value.errors)


def test_only_bpsdm_takes_in_and_everybody_reads(now, signed_in, django_assert_max_num_queries) -> None:
    bpsdm, anybody = make.person(), make.person()
    make.role(bpsdm, "bpsdm")

    def send(person, text: str, what: str = "kamus"):
        file = SimpleUploadedFile("berkas.csv", text.encode())
        return signed_in(person).post("/kompetensi/kamus/masuk/", {"what": what, "file": file})

    assert send(anybody, f"{HEAD}\n{ROW}").status_code == 403
    wrong = send(bpsdm, f"{HEAD}\n{ROW}\n{ROW}")
    assert wrong.status_code == 422 and "dua kali" in wrong.content.decode()
    assert not Competency.objects.exists()
    assert send(bpsdm, f"{HEAD}\n{ROW}").status_code == 302
    profile = "jabatan,kode,level\nPenguji,TEK-UJI,2"
    assert send(bpsdm, f"{profile}\nPenguji,TIDAK-ADA,2", "profil").status_code == 422
    assert not PositionProfile.objects.exists()
    assert send(bpsdm, profile, "profil").status_code == 302
    client = signed_in(anybody)
    with django_assert_max_num_queries(10):
        page = client.get("/kompetensi/kamus/").content.decode()
    assert "Menguji" in page and "Masukkan berkas" not in page
    assert b"TEK-UJI" in client.get("/kompetensi/kamus/kamus.csv?versi=1").content
    assert client.get("/kompetensi/kamus/kamus.csv?versi=7").status_code == 404
    assert b"Penguji,TEK-UJI,2" in client.get("/kompetensi/kamus/profil.csv").content
    assert client.get("/kompetensi/kamus/kamus.xlsx").content.startswith(b"PK")
