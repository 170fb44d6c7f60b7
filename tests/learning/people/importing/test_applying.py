"""An import does what its comparison said, once; and can be taken back for a day."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models.deletion import ProtectedError

from learning.people.actions import log_look
from learning.people.importing import runs
from learning.people.models import AuditEntry, FormerNIP, ImportRun, Person, Posting, Unit
from learning.study.models import Activity
from tests import make
from tests.learning.people.importing.conftest import Province, Send, nip

pytestmark = pytest.mark.django_db

HEAD = ["NIP", "NAMA", "KODE UNOR", "JABATAN", "STATUS", "TMT JABATAN"]
Step = Callable[..., ImportRun]


def outcomes(run: ImportRun) -> list[str]:
    return list(run.rows.order_by("pk").values_list("outcome", flat=True))


def people() -> list[dict[str, object]]:
    """Everybody, but for the hash of a password."""
    return [{**row, "password": ""} for row in Person.objects.order_by("pk").values()]


def postings(person: Person) -> list[tuple[object, ...]]:
    return list(
        Posting.objects.filter(person=person)
        .order_by("pk")
        .values_list("unit__code", "position", "first_day", "last_day")
    )


@pytest.fixture
def staff(province: Province) -> dict[str, Person]:
    """One of each fate."""
    return {
        "changed": make.person(province.dinas, name="Naik Jabatan", position="Arsiparis"),
        "moved": make.person(province.dinas, name="Pindah Unit", position="Arsiparis"),
        "gone": make.person(province.dinas, name="Purna Tugas", position="Arsiparis"),
        "back": make.person(province.dinas, name="Kembali", position="Arsiparis", is_active=False),
    }


@pytest.fixture
def rows(staff: dict[str, Person]) -> list[list[str]]:
    return [
        HEAD,
        [staff["changed"].nip, "Naik Jabatan", "DINAS", "Arsiparis Ahli Muda", "Aktif", "1 Oktober 2026"],
        [staff["moved"].nip, "Pindah Unit", "BADAN", "Arsiparis", "Aktif", ""],
        [staff["gone"].nip, "Purna Tugas", "DINAS", "Arsiparis", "Pensiun", ""],
        [staff["back"].nip, "Kembali", "BIDANG", "Arsiparis", "Aktif", ""],
        [nip(51), "Orang Baru, S.E.", "BIDANG", "Pranata Komputer", "Aktif", ""],
        ["1,9E+17", "Rusak", "DINAS", "", "Aktif", ""],
    ]


def test_everybody_becomes_what_the_file_says(
    staff: dict[str, Person], rows: list[list[str]], send: Send, apply: Step, today: dt.date
) -> None:
    run = apply(send(rows))
    for person in staff.values():
        person.refresh_from_db()
    new = Person.objects.get(nip=nip(51))

    assert run.state == "applied"
    assert outcomes(run) == ["applied"] * 5 + [""]
    assert run.counts["outcomes"] == {"applied": 5}
    assert staff["changed"].position == "Arsiparis Ahli Muda"
    assert staff["moved"].unit.code == "BADAN"
    assert (staff["gone"].is_active, staff["gone"].legal_status) == (False, "retired")
    assert (staff["back"].is_active, staff["back"].unit.code) == (True, "BIDANG")
    assert (new.username, new.name, new.employment) == (nip(51), "Orang Baru, S.E.", "pns")
    assert not new.has_usable_password()
    deed = AuditEntry.objects.get(action="import_people")
    assert deed.detail["run"] == run.pk


def test_a_move_keeps_its_history(
    staff: dict[str, Person], rows: list[list[str]], send: Send, apply: Step, today: dt.date
) -> None:
    apply(send(rows))
    day = dt.timedelta(days=1)

    assert postings(staff["moved"]) == [
        ("DINAS", "Arsiparis", None, today - day),
        ("BADAN", "Arsiparis", today, None),
    ] or postings(staff["moved"])[::-1] == [
        ("DINAS", "Arsiparis", None, today - day),
        ("BADAN", "Arsiparis", today, None),
    ]
    since = dt.date(2026, 10, 1)
    assert set(postings(staff["changed"])) == {
        ("DINAS", "Arsiparis", None, since - day),
        ("DINAS", "Arsiparis Ahli Muda", since, None),
    }
    assert postings(staff["gone"]) == [("DINAS", "Arsiparis", None, today - day)]
    assert postings(staff["back"]) == [("BIDANG", "Arsiparis", today, None)]

    apply(send([HEAD, [staff["moved"].nip, "Pindah Unit", "BIDANG", "Arsiparis", "Aktif", ""]]))

    running = Posting.objects.filter(person=staff["moved"], last_day=None).get()
    assert running.unit.code == "BIDANG"
    assert Posting.objects.filter(person=staff["moved"]).count() == 3


def test_undo_puts_everybody_back(
    staff: dict[str, Person], rows: list[list[str]], send: Send, apply: Step, undo: Step
) -> None:
    before, run = people(), send(rows)
    apply(run)
    assert people() != before

    run = undo(run)

    assert people() == before
    assert not Posting.objects.exists()
    assert (run.state, outcomes(run)) == ("undone", ["undone"] * 5 + [""])
    assert AuditEntry.objects.filter(action="undo_people").count() == 1


def test_undo_leaves_alone_what_somebody_changed_since(
    province: Province, staff: dict[str, Person], rows: list[list[str]], send: Send, apply: Step, undo: Step
) -> None:
    run = apply(send(rows))
    Person.objects.filter(pk=staff["changed"].pk).update(position="Kepala Seksi")
    new = Person.objects.get(nip=nip(51))
    new.last_login = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    new.save()

    run = undo(run)

    assert outcomes(run) == ["kept", "undone", "undone", "undone", "kept", ""]
    assert Person.objects.get(pk=staff["changed"].pk).position == "Kepala Seksi"
    assert Person.objects.filter(pk=new.pk).exists()


def test_undo_keeps_whom_others_need(
    province: Province, send: Send, apply: Step, undo: Step, now: dt.datetime
) -> None:
    rows = [[nip(60 + number), f"Orang {chr(65 + number)}a", "DINAS", "", "", ""] for number in range(3)]
    run = apply(send([HEAD, *rows]))
    needed = Person.objects.get(nip=nip(61))
    make.study(needed, make.activity(), now, 10)
    with pytest.raises(ProtectedError):
        needed.delete()

    run = undo(run)

    assert outcomes(run) == ["undone", "kept", "undone"]
    assert Posting.objects.get(person=needed).unit == province.dinas
    assert Activity.objects.count() == 1


def test_undo_of_somebody_who_was_looked_at_leaves_them_as_gone(
    province: Province, send: Send, apply: Step, undo: Step, now: dt.datetime
) -> None:
    """The audit log names them, and is only added to."""
    run = apply(send([HEAD, [nip(70), "Orang Baru", "DINAS", "", "", ""]]))
    new = Person.objects.get(nip=nip(70))
    log_look(viewer=make.person(), subject=new, what="staff_record", role="unit_hr", now=now)

    run = undo(run)

    assert outcomes(run) == ["undone"]
    new.refresh_from_db()
    assert not new.is_active
    assert not Posting.objects.filter(person=new).exists()


def test_undo_is_for_a_day(
    staff: dict[str, Person], rows: list[list[str]], send: Send, apply: Step, now: dt.datetime
) -> None:
    run = apply(send(rows))
    late = now + dt.timedelta(hours=24, seconds=1)
    with pytest.raises(runs.ImportRefused, match="too_late"):
        runs.begin(run, state="undoing", now=late)
    assert runs.begin(run, state="undoing", now=late - dt.timedelta(seconds=2)).state == "undoing"


def test_a_row_that_somebody_overtook_is_left_out(
    staff: dict[str, Person], rows: list[list[str]], province: Province, send: Send, apply: Step
) -> None:
    run = send(rows)
    Person.objects.filter(pk=staff["moved"].pk).update(unit=province.bidang)
    Unit.objects.filter(pk=province.bidang.pk).update(is_active=False)

    run = apply(run)

    assert outcomes(run) == ["applied", "stale", "applied", "stale", "stale", ""]
    assert Person.objects.get(pk=staff["moved"].pk).unit == province.bidang


def test_a_number_somebody_took_meanwhile_stops_only_that_row(
    province: Province, send: Send, apply: Step
) -> None:
    run = send([HEAD, [nip(71), "Ayu", "DINAS", "", "", ""], [nip(72), "Budi", "DINAS", "", "", ""]])
    make.person(province.badan, nip=nip(71))

    run = apply(run)

    assert outcomes(run) == ["refused", "applied"]
    assert Person.objects.get(nip=nip(72)).unit == province.dinas


def test_a_new_number_keeps_the_person_and_the_old_one_finds_them(
    province: Province, send: Send, apply: Step, undo: Step, today: dt.date
) -> None:
    person = make.person(province.dinas, name="Ganti Nomor", nip=nip(81))
    header = ["NIP", "NIP LAMA", "NAMA", "KODE UNOR"]

    run = apply(send([header, [nip(82), nip(81), "Ganti Nomor", "DINAS"]]))

    person.refresh_from_db()
    assert (person.nip, person.username) == (nip(82), nip(82))
    assert list(FormerNIP.objects.values_list("nip", "person", "until")) == [(nip(81), person.pk, today)]
    assert send([header, [nip(81), "", "Ganti Nomor", "DINAS"]]).counts == {"same": 1}

    undo(run)

    person.refresh_from_db()
    assert (person.nip, FormerNIP.objects.count()) == (nip(81), 0)


def test_many_leavers_ask_for_a_second_thought(province: Province, send: Send, apply: Step) -> None:
    for number in range(22):
        make.person(province.bidang, name=f"Orang {number}")
    run = send([HEAD, [nip(91), "Satu Saja", "BIDANG", "", "", ""]], unit=province.dinas, is_whole=True)
    assert run.counts["leaving"] == 22

    with pytest.raises(runs.ImportRefused, match="confirm"):
        apply(run)
    apply(run, confirmed=True)

    assert Person.objects.filter(unit=province.bidang, is_active=True).count() == 1


# --- Interrupted, and two at once ------------------------------------------------------


def test_a_killed_import_goes_on_where_it_was(
    province: Province,
    send: Send,
    undo: Step,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 10)
    rows = [[nip(200 + number), f"Orang Ke{number}", "DINAS", "", "", ""] for number in range(35)]
    run = runs.begin(send([HEAD, *rows]), state="applying", now=now)
    kept, slices = runs.keep_outcomes, []

    def die(rows: object) -> None:
        slices.append(rows)
        if len(slices) == 3:  # after the people of the slice were written, before it was over
            raise KeyboardInterrupt
        kept(rows)

    monkeypatch.setattr(runs, "keep_outcomes", die)
    with pytest.raises(KeyboardInterrupt):
        runs.write(run.pk)
    assert Person.objects.filter(unit=province.dinas).count() == 20
    with pytest.raises(runs.ImportRefused, match="state"):
        runs.begin(run, state="applying", now=now)  # it may still be alive

    monkeypatch.setattr(runs, "keep_outcomes", kept)
    later = now + dt.timedelta(minutes=4)
    run = runs.write(runs.begin(run, state="applying", now=later).pk)

    assert (run.state, run.counts["outcomes"]) == ("applied", {"applied": 35})
    assert Person.objects.filter(unit=province.dinas).count() == 35
    assert Posting.objects.count() == 35
    assert runs.write(run.pk).state == "applied"  # once more changes nothing
    assert undo(run).counts["outcomes"] == {"undone": 35}


def test_a_second_import_waits_until_the_first_has_been_written(
    province: Province, send: Send, now: dt.datetime
) -> None:
    first = send([HEAD, [nip(301), "Ayu", "DINAS", "", "", ""]])
    second = send([HEAD, [nip(302), "Budi", "DINAS", "", "", ""]])
    runs.begin(first, state="applying", now=now)

    with pytest.raises(runs.ImportRefused, match="busy"):
        runs.begin(second, state="applying", now=now)
    runs.write(first.pk)
    runs.write(runs.begin(second, state="applying", now=now).pk)

    assert Person.objects.filter(unit=province.dinas).count() == 2


def test_an_import_is_applied_once(province: Province, send: Send, apply: Step) -> None:
    run = apply(send([HEAD, [nip(311), "Ayu", "DINAS", "", "", ""]]))
    with pytest.raises(runs.ImportRefused, match="state"):
        apply(run)


def test_only_one_compares_a_file_and_who_was_overtaken_changes_nothing(
    rows: list[list[str]], send: Send, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = send(rows)
    found = run.rows.count()
    ImportRun.objects.filter(pk=run.pk).update(state="reading", beat_at=now)  # somebody is at it
    assert runs.compare(run.pk).state == "reading"
    assert run.rows.count() == found

    compare = runs._compare

    def overtaken(run: ImportRun) -> list[list[str]]:
        """Another finished the same comparison, and somebody pressed "apply"."""
        notes = compare(run)
        Path(run.path).unlink()
        ImportRun.objects.filter(pk=run.pk).update(state="applying", is_writing=True, path="")
        return notes

    monkeypatch.setattr(runs, "_compare", overtaken)
    assert send(rows).state == "applying"
    late = ImportRun.objects.latest("pk")
    assert (late.state, late.is_writing) == ("applying", True)
    assert late.rows.exists()
