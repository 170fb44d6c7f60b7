"""A period report from the live draft to the frozen one, by two people, a delegate and a stranger."""

import datetime as dt
import hashlib
import io
import json
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pypdf import PdfReader

from learning.competencies.profiles.actions import publish_profiles
from learning.people.models import AuditEntry, Delegation, Person
from learning.reports.period import actions, rules
from learning.reports.period.documents import sheet_of_snapshot, shown
from learning.reports.period.models import PeriodReport, PeriodSnapshot, PeriodSubmission
from learning.reports.period.spans import Span
from learning.study.rules import WIB
from tests import make
from tests.conftest import Supervision
from tests.make_study import completed, proves

pytestmark = pytest.mark.django_db

OCTOBER = Span.of(rules.MONTH, dt.date(2026, 10, 5))
DURING = dt.datetime(2026, 10, 6, 9, 0, tzinfo=WIB)


@pytest.fixture
def learner(supervisor_of_two_units: Supervision) -> Person:
    """A module completed in October: 75 minutes, one JP, a competency one level below the position's."""
    person = supervisor_of_two_units.people_of_first[0]
    Person.objects.filter(pk=person.pk).update(position="Analis Uji")
    person.refresh_from_db()
    module = make.activity(title="Pelayanan prima", planned_minutes=90, minimum_minutes=75)
    competency = proves(module, 2, make.competency(name="Orientasi pelayanan"))
    publish_profiles(
        actor=None, profiles={"Analis Uji": {competency.pk: 3}}, valid_from=OCTOBER.first, now=DURING
    )
    completed(person, module, now=DURING)
    return person


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_sent_returned_sent_again_accepted_and_frozen(
    learner, supervisor_of_two_units, signed_in, now
) -> None:
    boss = supervisor_of_two_units.supervisor
    mine, theirs = signed_in(learner), signed_in(boss)
    own = "/laporan/saya/2026-10/"

    draft = mine.get(own).content.decode()
    assert "75 menit 0 detik" in draft
    make.study(learner, make.activity(), DURING + dt.timedelta(hours=4), 10)
    assert "85 menit 0 detik" in mine.get(own).content.decode()  # the draft is live

    assert mine.post(own, {"note": "Dipakai saat menyusun telaahan."}).status_code == 302
    report = PeriodReport.objects.get()
    page = f"/laporan/periode/{report.pk}/"
    assert mine.post(own, {}).status_code == 409  # it waits already
    answer = theirs.post(page, {"move": "return", "text": " ", "seen": 1})
    assert answer.status_code == 422 and "Tuliskan alasan" in answer.content.decode()
    assert (
        theirs.post(page, {"move": "return", "text": "Unggah coaching dulu.", "seen": 1}).status_code == 302
    )
    back = mine.get(own).content.decode()
    assert "Unggah coaching dulu." in back

    make.study(learner, make.activity(), DURING + dt.timedelta(days=1), 5)
    assert mine.post(own, {"note": "Sudah."}).status_code == 302
    make.study(learner, make.activity(), DURING + dt.timedelta(days=2), 7)  # after it was sent
    seen = theirs.get(page).content.decode()
    assert "90 menit 0 detik" in seen and "97 menit 0 detik" in seen and "sesudahnya" in seen
    assert theirs.post(page, {"move": "accept", "text": "", "seen": 2}).status_code == 302

    snapshot = PeriodSnapshot.objects.get()
    frozen = json.loads(snapshot.content)
    assert frozen["time"]["total"] == 90 * 60 and frozen["note"] == "Sudah."
    assert snapshot.sha256 == hashlib.sha256(snapshot.content.encode()).hexdigest()
    assert snapshot.content == json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert learner.nip not in snapshot.content
    assert frozen["gaps"]["rows"] == [{"name": "Orientasi pelayanan", "needed": 3, "has": 2, "gap": 1}]
    mine_now = mine.get(own).content.decode()
    assert "90 menit 0 detik" in mine_now and "97 menit 0 detik" in mine_now
    assert mine.post(own, {}).status_code == 409
    assert [each.action for each in AuditEntry.objects.filter(action__endswith="period_report").order_by("pk")] == [
        "submit_period_report", "decide_period_report", "submit_period_report", "decide_period_report",
    ]  # fmt: skip


def accepted(learner: Person, boss: Person, now: dt.datetime) -> PeriodSnapshot:
    report = actions.submit_report(person=learner, span=OCTOBER, note="= 1 + 1", now=now)
    actions.decide_report(by=boss, report_id=report.pk, seen=1, move="accept", text="", now=now)
    return PeriodSnapshot.objects.get(report=report)


def test_screen_pdf_and_spreadsheet_say_the_same(learner, supervisor_of_two_units, signed_in, now) -> None:
    snapshot = accepted(learner, supervisor_of_two_units.supervisor, now)
    client = signed_in(learner)
    sheet = sheet_of_snapshot(snapshot)
    screen = client.get("/laporan/saya/2026-10/").content.decode()
    pdf = client.get(f"/laporan/dokumen/{snapshot.number}.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    reader = PdfReader(io.BytesIO(pdf.content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.trailer["/Root"]["/Lang"] == "id"
    paper = squeezed(text_of(pdf.content))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/laporan/dokumen/{snapshot.number}.xlsx").content))
    cells = [[cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]

    cells_of_rows = [[*row] for table in sheet.tables for row in (*table.rows, table.foot)]
    assert any(row for row in cells_of_rows if 1 in row)  # a JP
    for row in cells_of_rows:
        assert not row or [cell for cell in row if cell != ""] in cells
        for cell in row:
            assert str(shown(cell)) in screen.replace("&#x27;", "'").replace("&amp;", "&")
            assert squeezed(shown(cell)) in paper
    for label, value in sheet.facts:
        assert [label, value] in cells and squeezed(value) in paper and value in screen
    assert snapshot.sha256 in paper and snapshot.number in paper
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def test_nobody_but_the_owner_and_who_reads_the_record_gets_the_file(
    learner, supervisor_of_two_units, signed_in, now
) -> None:
    snapshot = accepted(learner, supervisor_of_two_units.supervisor, now)
    address = f"/laporan/dokumen/{snapshot.number}.json"
    assert signed_in(learner).get(address).content.decode() == snapshot.content
    assert not AuditEntry.objects.filter(action="look").exists()
    assert signed_in(supervisor_of_two_units.supervisor).get(address).status_code == 200
    assert AuditEntry.objects.get(action="look").detail == {"what": "period_report_file"}
    assert signed_in(supervisor_of_two_units.stranger).get(address).status_code == 404


def test_whoever_holds_a_report_learns_that_it_is_genuine_and_nothing_else(
    learner, supervisor_of_two_units, now
) -> None:
    snapshot = accepted(learner, supervisor_of_two_units.supervisor, now)
    client, address = Client(), f"/laporan/periksa/{snapshot.number}/"
    right = client.get(address, {"sidik": snapshot.sha256.upper()}).content.decode()
    assert "Asli: nomor dan sidik cocok." in right
    assert learner.name not in right and "90 menit" not in right and "Bagus Prasetyo" not in right
    wrong = client.get(address, {"sidik": "0" * 64}).content.decode()
    assert "sidiknya tidak cocok" in wrong
    assert snapshot.sha256 in client.get(address).content.decode()
    assert client.get("/laporan/periksa/", {"nomor": f" {snapshot.number.lower()} "}).status_code == 200
    assert client.get("/laporan/periksa/LK-2026-AAAA-AAAA/").status_code == 404
    assert client.get(address, {"sidik": "x"}).status_code == 422


def test_what_was_sent_decided_and_frozen_is_never_rewritten(learner, supervisor_of_two_units, now) -> None:
    snapshot = accepted(learner, supervisor_of_two_units.supervisor, now)
    for row in (snapshot, snapshot.decision, snapshot.decision.submission):
        for deed in (type(row).objects.filter(pk=row.pk).delete, row.save):
            with pytest.raises((DatabaseError,)), transaction.atomic():
                deed()


def test_the_unit_sees_who_has_sent_in_as_many_statements_with_many_people(
    supervisor_of_two_units, signed_in, now, django_assert_max_num_queries
) -> None:
    unit, boss = supervisor_of_two_units.first, supervisor_of_two_units.supervisor
    first, second = supervisor_of_two_units.people_of_first
    accepted(first, boss, now)
    waiting = actions.submit_report(person=second, span=OCTOBER, note="", now=now)
    client = signed_in(boss)
    address = f"/laporan/periode/?unit={unit.pk}&periode=2026-10"
    for people in (0, 60):
        for _number in range(people):
            make.person(unit)
        with django_assert_max_num_queries(16):
            page = client.get(address)
    summary = page.context["summary"]
    assert (summary.people, summary.accepted, summary.submitted, summary.missing) == (62, 1, 1, 60)
    assert list(page.context["waiting"]) == [waiting]
    assert "/laporan/saya/2026-10/" in page.context["reminder"]
    page = client.get("/laporan/periode/?unit=9&periode=x")
    assert page.status_code == 404


def test_a_delegate_decides_with_both_names_and_a_reader_does_not(
    learner, supervisor_of_two_units, signed_in, now, today
) -> None:
    team = supervisor_of_two_units
    report = actions.submit_report(person=learner, span=OCTOBER, note="", now=now)
    deputies = {}
    for may_decide in (False, True):
        deputies[may_decide] = make.person(team.stranger.unit)
        Delegation.objects.create(
            giver=team.supervisor, delegate=deputies[may_decide], unit=team.first, may_decide=may_decide,
            first_day=today, last_day=today, recorded_at=now,
        )  # fmt: skip
    said = {"move": "accept", "seen": 1}
    page = f"/laporan/periode/{report.pk}/"
    reader = signed_in(deputies[False])
    assert reader.get(page).status_code == 200 and reader.post(page, said).status_code == 403
    assert signed_in(learner).post(page, said).status_code == 403
    assert signed_in(deputies[True]).post(page, said).status_code == 302
    accepted_by = json.loads(PeriodSnapshot.objects.get().content)["accepted"]
    assert (accepted_by["by"], accepted_by["on_behalf_of"]) == (deputies[True].name, "Bagus Prasetyo")
    late = signed_in(team.supervisor).post(page, {"move": "return", "text": "Terlambat saya.", "seen": 1})
    assert late.status_code == 409 and "Terlambat saya." in late.content.decode()


def test_two_at_once_decide_once(learner, supervisor_of_two_units, now) -> None:
    report = actions.submit_report(person=learner, span=OCTOBER, note="", now=now)
    boss = supervisor_of_two_units.supervisor
    said: dict[str, Any] = {"by": boss, "report_id": report.pk, "seen": 1, "now": now}
    actions.decide_report(**said, move="return", text="Lengkapi.")
    with pytest.raises(actions.AlreadyMoved) as first:
        actions.decide_report(**said, move="accept", text="")
    assert first.value.decision is not None and first.value.decision.text == "Lengkapi."


MODEL = {
    "submit": {"": "submitted", "withdrawn": "submitted", "returned": "submitted"},
    "withdraw": {"submitted": "withdrawn"},
    "accept": {"submitted": "accepted"},
    "return": {"submitted": "returned"},
}


def test_a_report_moves_as_the_table_says_whoever_tries(learner, supervisor_of_two_units, now) -> None:
    """Played at random against a table: who may do what, in which state; nothing else moves it."""
    team = supervisor_of_two_units
    people = {"owner": learner, "boss": team.supervisor, "stranger": team.stranger}

    class Report(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.point = transaction.atomic()
            self.point.__enter__()
            self.status, self.rounds = "", 0

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

        @rule(
            who=st.sampled_from(list(people)),
            move=st.sampled_from(list(MODEL)),
            is_fresh=st.booleans(),
        )
        def try_to(self, who: str, move: str, is_fresh: bool) -> None:
            report = PeriodReport.objects.first()
            wanted = MODEL[move].get(self.status)
            seen = self.rounds if is_fresh else self.rounds - 1
            try:
                if move == "submit":
                    actions.submit_report(person=learner, span=OCTOBER, note="", now=now)
                elif report is None:
                    return
                elif move == "withdraw":
                    actions.withdraw_report(person=learner, report_id=report.pk, now=now)
                else:
                    wanted = wanted if is_fresh and who == "boss" else None
                    actions.decide_report(
                        by=people[who], report_id=report.pk, seen=seen, move=move, text="x", now=now
                    )
            except (actions.NotPossible, actions.NotYours, actions.AlreadyMoved):
                assert wanted is None
            else:
                assert wanted is not None
                self.status = wanted
                self.rounds += move == "submit"

        @invariant()
        def stands_where_the_table_says(self) -> None:
            report = PeriodReport.objects.first()
            assert (report.status if report else "") == self.status
            assert PeriodSubmission.objects.count() == self.rounds
            assert PeriodSnapshot.objects.count() == (self.status == "accepted")

    run_state_machine_as_test(
        Report,
        settings=settings(
            max_examples=20,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert connection.in_atomic_block
