"""The dry run says what every row would do, why it cannot, and changes nobody."""

import datetime as dt

import pytest
from django.db import connection
from django.test import utils

from bench import people_file
from learning.people.models import FormerNIP, ImportRun, Person, Unit
from tests import make
from tests.learning.people.importing.conftest import Province, Send, kinds, nip, reasons

HEAD = ["NIP", "NAMA", "KODE UNOR", "JABATAN", "STATUS"]


def test_each_kind_of_difference_is_told_apart(province: Province, send: Send) -> None:
    same = make.person(province.dinas, name="Sama Saja", position="Arsiparis")
    changed = make.person(province.dinas, name="Naik Jabatan", position="Arsiparis")
    moved = make.person(province.dinas, name="Pindah Unit")
    gone = make.person(province.dinas, name="Purna Tugas")
    back = make.person(province.dinas, name="Kembali Bekerja", is_active=False)
    before = list(Person.objects.order_by("pk").values())

    run = send(
        [
            HEAD,
            [same.nip, "SAMA SAJA", "DINAS", "Arsiparis", "Aktif"],
            [changed.nip, "Naik Jabatan", "DINAS", "Arsiparis Ahli Muda", "Aktif"],
            [moved.nip, "Pindah Unit", "badan", "", "Aktif"],
            [gone.nip, "Purna Tugas", "DINAS", "", "Pensiun"],
            [back.nip, "Kembali Bekerja", "DINAS", "", "Aktif"],
            [nip(5), "ORANG BARU", "BIDANG", "Arsiparis", "Aktif"],
            ["1,9E+17", "Rusak", "DINAS", "", "Aktif"],
        ]
    )

    assert kinds(run) == ["same", "changed", "moved", "leaving", "back", "new", "problem"]
    assert run.state == "ready"
    assert run.counts == {
        "same": 1,
        "changed": 1,
        "moved": 1,
        "leaving": 1,
        "back": 1,
        "new": 1,
        "problem": 1,
    }
    assert run.rows.get(kind="changed").after == {"position": "Arsiparis Ahli Muda", "since": None}
    assert run.rows.get(kind="moved").before == {"unit_id": province.dinas.pk}
    assert run.rows.get(kind="new").after["name"] == "Orang Baru"
    assert list(Person.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "Ayu", "DINAS", "", ""], "nobody"),
        ([nip(7), "", "DINAS", "", ""], "name_missing"),
        ([nip(7), "Ayu", "", "", ""], "unit_missing"),
        ([nip(7), "Ayu", "ENTAH", "", ""], "unit_unknown"),
        ([nip(7), "Ayu", "TUTUP", "", ""], "unit_closed"),
        ([nip(7), "Ayu", "DINAS", "", "HAPUS"], "gone_unknown"),
        ([nip(7), "=cmd|' /C calc'!A0", "DINAS", "", ""], "formula"),
    ],
)
def test_a_problem_row_says_why(province: Province, send: Send, row: list[str], reason: str) -> None:
    make.unit(parent=province.dinas, code="TUTUP", name="Seksi Lama", is_active=False)
    run = send([HEAD, row])
    assert (kinds(run), reasons(run)) == (["problem"], [[reason]])


def test_the_same_number_twice_is_harmless_only_when_the_rows_agree(province: Province, send: Send) -> None:
    one, two = nip(11), nip(12)
    run = send(
        [
            HEAD,
            [one, "Ayu", "DINAS", "", ""],
            [two, "Budi", "DINAS", "", ""],
            [one, "AYU", "DINAS", "", ""],
            [two, "Orang Lain", "DINAS", "", ""],
        ]
    )

    assert kinds(run) == ["new", "problem", "same", "problem"]
    assert reasons(run) == [[], ["duplicate_differs"], ["duplicate_same"], ["duplicate_differs"]]


def test_a_unit_is_found_by_its_name_unless_two_have_it(province: Province, send: Send) -> None:
    make.unit(parent=province.dinas, code="SUB1", name="Subbagian Umum")
    make.unit(parent=province.badan, code="SUB2", name="SUBBAGIAN  UMUM")
    header = ["NIP", "NAMA", "UNIT KERJA"]

    run = send([header, [nip(21), "Ayu", "bidang data"], [nip(22), "Budi", "Subbagian Umum"]])
    scoped = send([header, [nip(22), "Budi", "Subbagian Umum"]], unit=province.badan)

    assert reasons(run) == [[], ["unit_ambiguous"]]
    assert kinds(scoped) == ["new"]


def test_a_new_number_keeps_the_person(province: Province, send: Send) -> None:
    by_column = make.person(province.dinas, name="Kolom NIP Lama")
    by_hr_id = make.person(province.dinas, name="Nomor Kepegawaian", hr_id="A-1")
    by_history = make.person(province.dinas, name="Berkas Lama")
    FormerNIP.objects.create(nip=nip(33), person=by_history, until=dt.date(2026, 1, 1))

    run = send(
        [
            ["NIP", "NIP LAMA", "PNS ID", "NAMA", "KODE UNOR"],
            [nip(31), by_column.nip, "", "Kolom NIP Lama", "DINAS"],
            [nip(32), "", "A-1", "Nomor Kepegawaian", "DINAS"],
            [nip(33), "", "", "Berkas Lama", "DINAS"],
            [by_column.nip, "", "A-1", "Dua Orang", "DINAS"],
        ]
    )

    assert list(run.rows.order_by("pk").values_list("target", flat=True)) == [
        by_column.pk,
        by_hr_id.pk,
        by_history.pk,
        None,
    ]
    assert kinds(run) == ["changed", "changed", "same", "problem"]
    assert run.rows.get(target=by_column.pk).after == {"nip": nip(31), "username": nip(31)}
    assert reasons(run)[3] == ["two_people"]


def test_whoever_is_missing_from_a_whole_list_is_leaving(province: Province, send: Send) -> None:
    here = make.person(province.bidang, name="Ada Di Daftar")
    missing = make.person(province.bidang, name="Tidak Ada")
    unread = make.person(province.bidang, name="Rusak NIP-nya, S.E.")
    elsewhere = make.person(province.badan, name="Unit Lain")
    rows = [
        HEAD,
        [here.nip, "Ada Di Daftar", "BIDANG", "", "Aktif"],
        ["1,9E+17", "RUSAK NIP-NYA", "BIDANG", "", "Aktif"],
    ]

    part, whole = send(rows), send(rows, unit=province.dinas, is_whole=True)

    assert kinds(part) == ["same", "problem"]
    assert {row.target: row.kind for row in whole.rows.filter(line=0)} == {
        missing.pk: "leaving",
        unread.pk: "problem",
    }
    assert elsewhere.pk not in whole.rows.values_list("target", flat=True)


def test_unit_hr_reaches_nobody_outside_their_subtree(province: Province, send: Send) -> None:
    theirs = make.person(province.badan, name="Pegawai Badan")
    run = send(
        [
            HEAD,
            [theirs.nip, "Pegawai Badan", "DINAS", "", "Aktif"],
            [nip(41), "Orang Baru", "BADAN", "", "Aktif"],
            [nip(42), "Orang Baru", "BIDANG", "", "Aktif"],
        ],
        unit=province.dinas,
    )

    assert reasons(run) == [["person_elsewhere"], ["unit_outside"], []]
    assert kinds(run) == ["problem", "problem", "new"]


def test_nobody_deactivates_themselves_or_takes_over_an_address(province: Province, send: Send) -> None:
    kept = make.person(province.dinas, name="Punya Surel", email="lama@contoh.invalid")
    empty = make.person(province.dinas, name="Belum Punya")
    run = send(
        [
            ["NIP", "NAMA", "KODE UNOR", "STATUS", "EMAIL"],
            [province.admin.nip, "Admin BPSDM", "JTM", "Pensiun", ""],
            [kept.nip, "Punya Surel", "DINAS", "Aktif", "baru@contoh.id"],
            [empty.nip, "Belum Punya", "DINAS", "Aktif", "Baru@Contoh.id"],
        ]
    )

    assert reasons(run) == [["yourself"], ["email_kept"], []]
    assert kinds(run) == ["problem", "same", "changed"]
    assert run.rows.get(kind="changed").after == {"email": "baru@contoh.id"}


def test_a_file_that_cannot_be_read_is_refused_whole(province: Province, send: Send) -> None:
    run = send("NIP;NAMA\n1;2\n")
    assert (run.state, run.notes, run.rows.count()) == ("refused", [["columns", "KODE UNOR/UNOR"]], 0)


def test_as_many_statements_for_a_hundred_rows_as_for_nine_hundred(province: Province, send: Send) -> None:
    def statements(count: int) -> int:
        rows = [[nip(100 + number), "Ayu", "DINAS", "", ""] for number in range(count)]
        with utils.CaptureQueriesContext(connection) as captured:
            send([HEAD, *rows])
        return len([each for each in captured if "INSERT" not in each["sql"]])

    assert statements(900) == statements(100)


def test_a_dirty_file_of_the_generator_loses_no_row(province: Province, send: Send) -> None:
    tree = people_file.units(60)
    rows = list(people_file.people(3_000, tree))
    text = "\n".join(";".join(row) for row in [people_file.UNIT_COLUMNS, *tree])
    units = send(text, kind="units")
    assert units.counts["new"] > 50
    Unit.load_bulk([{"data": {"code": code, "name": name}} for code, name, _, _, status in tree if status])

    run = send("\n".join(";".join(row) for row in [people_file.PEOPLE_COLUMNS, *rows]))

    assert run.rows.count() == 3_000
    assert run.counts["new"] > 2_900
    told = {reason for row in reasons(run) for reason in row}
    assert {"nip_mangled", "nip_rounded", "duplicate_same", "duplicate_differs"} <= told
    assert ImportRun.objects.get(pk=run.pk).state == "ready"
