"""All of one person's data is handed over, nothing of another's; retention; who an incident concerns."""

import csv
import datetime as dt
import io
import json
import zipfile
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from asn_belajar.personal_data.inventory import BELONGING, COVERED, EXCLUDED
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from learning.people.audit.actions import log_look, log_look_at_list
from learning.people.models import AuditEntry, ImportRow, ImportRun, Person
from learning.plays import actions as plays
from learning.plays import tokens as play_tokens
from learning.study.models import PermitUse, SignedOut, StudyEntry
from tests import make, make_plays, make_study
from tests.learning.conftest import clock as clock

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def naming_people() -> set[tuple[str, str]]:
    """Every column of every table that names a person."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is Person
    }


def test_every_column_that_names_a_person_is_handed_over_or_left_out_for_a_reason() -> None:
    listed = {*COVERED, *EXCLUDED}
    new = naming_people() - listed
    assert not new, f"put {new} into COVERED or EXCLUDED of asn_belajar/personal_data/inventory.py"
    assert not listed - naming_people(), "listed, but there is no such column"
    assert not set(COVERED) & set(EXCLUDED)
    assert all(len(reason) > 10 for reason in EXCLUDED.values())


def download(client: Client) -> zipfile.ZipFile:
    answer = client.post("/akun/data-saya/unduh/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_my_data_is_all_of_mine_and_names_nobody_else(client: Client, now) -> None:
    head = make.person(name="Kepala Rahasia")
    person = make.person(head.unit, name="Bunga Melati", email="bunga@example.id")
    other = make.person(head.unit, name="Orang Lain Sekali")
    module = make.activity(title="Modul Pertama")
    make.study(person, module, now - 2 * HOUR, 40)
    make.study(other, module, now - 2 * HOUR, 10)
    make_study.completed(person, make.activity(minimum_minutes=1), now=now - HOUR)
    make.absence(person, now.date(), recorded_by=head, note="=HYPERLINK(1)")
    log_look(viewer=head, subject=person, what="ledger", role="supervisor", now=now)
    log_look(viewer=person, subject=other, what="ledger", role="supervisor", now=now)
    client.force_login(person)

    archive = download(client)

    assert archive.testzip() is None
    assert {f"{label}-{column}.csv" for label, column in (*COVERED, *BELONGING)} | {"data.json"} == set(
        archive.namelist()
    )
    data = json.loads(archive.read("data.json"))
    assert (data["person"]["name"], data["person"]["nip"]) == ("Bunga Melati", person.nip)
    assert "password" not in data["person"]
    entries = data["study.StudyEntry-person"]
    assert len(entries) == StudyEntry.objects.filter(person=person).count() > 0
    assert "Modul Pertama" in {entry["activity"] for entry in entries}
    assert data["competencies.Completion-person"] and data["people.Absence-person"]
    rows = list(csv.DictReader(io.StringIO(archive.read("people.Absence-person.csv").decode("utf-8-sig"))))
    assert rows[0]["note"] == "'=HYPERLINK(1)"
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for foreign in ("Kepala Rahasia", "Orang Lain Sekali", head.nip, other.nip):
        assert foreign not in everything
    assert AuditEntry.objects.filter(action="download_own_data", subject=person).exists()


def test_what_i_played_is_handed_over_with_all_it_said_and_where_i_was(client: Client, now) -> None:
    person, other = make.person(), make.person()
    module = make.activity()
    for each, raw in ((person, 2), (other, 1)):
        play = make_plays.play(each, module, now=now - HOUR)
        token = play_tokens.read(play_tokens.issue(play, each, now - HOUR))
        said = make_plays.statement("completed", (raw, 3))
        plays.record_statements(token=token, spoken=[make_plays.spoken(said)], now=now)
        plays.keep_state(token=token, part="0", name="state", data=f"sampai {raw}", now=now)
    client.force_login(person)

    data = json.loads(download(client).read("data.json"))

    [play_row] = data["plays.Play-person"]
    [said_row] = data["plays.Statement-play__person"]
    assert play_row["state"] == {"0": {"state": "sampai 2"}}
    assert (play_row["title"], play_row["score"]) == ("Kuis singkat", 66)
    assert (said_row["verb"], said_row["score"]) == ("completed", 66)
    assert said_row["body"]["actor"]["account"]["name"] == str(person.pk)


def test_a_large_record_is_sent_in_parts(client: Client, week) -> None:
    person = make.person()
    make_study.many_entries(person, make.activity(), 3_000, week=week)
    client.force_login(person)
    answer = client.post("/akun/data-saya/unduh/")
    parts = list(answer.streaming_content)
    assert len(parts) > 5
    data = json.loads(zipfile.ZipFile(io.BytesIO(b"".join(parts))).read("data.json"))
    assert len(data["study.StudyEntry-person"]) == 3_000


# --- Retention ---------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("privacy", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_counts_and_a_run_removes_what_is_past_its_time_only(clock, now) -> None:
    person = make.person()
    for number, age in enumerate((10, 89, 91, 400)):
        row = UserSession.objects.create(
            user=person, session_key=f"sesi-{number}", ip="10.0.0.1", user_agent="peramban", data={}
        )
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now - age * DAY)
        SignedOut.objects.create(session=f"tanda-{number}", at=now - age * DAY)
        PermitUse.objects.create(nonce=f"izin-{number}", person=person, keys=[], at=now - age * DAY)
        imported = ImportRun.objects.create(
            kind="people", state="applied", started_by=person, started_at=now - age * DAY, counts={"new": 1}
        )
        ImportRow.objects.create(run=imported, line=number, kind="new", label="Ayu Lestari")
    at_work = ImportRun.objects.create(
        kind="people", state="applying", started_by=person, started_at=now - 400 * DAY, is_writing=True
    )
    ImportRow.objects.create(run=at_work, line=9, kind="new")
    before = AuditEntry.objects.count()

    said = run("purge", "--dry-run")
    assert "2 address and browser of sign-ins (kept 90 days)" in said
    assert "3 marks of signed-out sessions (kept 30 days)" in said
    assert UserSession.objects.count() == SignedOut.objects.count() == PermitUse.objects.count() == 4
    assert AuditEntry.objects.count() == before

    run("purge")
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {"sesi-0", "sesi-1"}
    assert SignedOut.objects.count() == PermitUse.objects.count() == 1
    assert sorted(ImportRow.objects.values_list("line", flat=True)) == [0, 1, 9]
    assert ImportRun.objects.filter(counts={"new": 1}).count() == 4
    assert AuditEntry.objects.get(action="purge").detail["counts"]["redeemed offline permits"] == 3
    assert run("purge", "--dry-run").startswith("0 ")


# --- A breach ----------------------------------------------------------------------------


def test_the_people_an_incident_may_concern_are_listed(clock, now, tmp_path) -> None:
    thief, victim, listed, early, own = (make.person() for _ in range(5))
    log_look(viewer=thief, subject=victim, what="ledger", role="supervisor", now=now)
    log_look_at_list(
        viewer=thief, unit=None, people=[victim.pk, listed.pk], what="team", role="auditor", now=now + HOUR
    )
    log_look(viewer=thief, subject=early, what="ledger", role="supervisor", now=now - DAY)
    AuditEntry.objects.create(at=now, actor=own, subject=own, action="download_own_data")

    said = run("affected", "--from", "2026-11-25T10:00", "--to", "2026-11-25T12:00")
    assert f"person {victim.pk}: look, look_at_list" in said
    assert f"person {listed.pk}: look_at_list" in said
    assert "2 people. The letter to fill in: docs/privacy-breach-letter.md" in said
    file = tmp_path / "affected.csv"
    run("affected", "--from", "2026-11-25", "--to", "2026-11-26", "--output", str(file))
    assert victim.name in file.read_text() and early.name not in file.read_text()
    assert victim.nip not in file.read_text()
    assert AuditEntry.objects.filter(action="list_affected").count() == 2
    with pytest.raises(CommandError):
        run("affected", "--from", "2026-11-26", "--to", "2026-11-25")


def test_the_letter_says_what_the_law_asks() -> None:
    from asn_belajar.management.commands.privacy import LETTER

    text = LETTER.read_text(encoding="utf-8")
    for word in ("Pasal 46", "data pribadi", "kapan dan bagaimana", "penanganan", "3 × 24"):
        assert word in text
