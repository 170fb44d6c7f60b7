"""Claims: what is taken, what is decided, by whom, and what a day does with them."""

import datetime as dt
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from learning.competencies.actions import recognise
from learning.competencies.models import CompetencyRecord
from learning.competencies.profiles.actions import assess_oneself, publish_profiles
from learning.people.models import AuditEntry, Person, PurposeChoice
from learning.reviews.claims import actions, daily, deciding, queries, rules
from learning.reviews.claims.actions import ClaimRefused, write_claim
from learning.reviews.decisions import AlreadyDecided, NotAllowed, NotYours
from learning.reviews.models import Claim, ClaimReminder, Decision, SampleRate
from learning.reviews.queries import lines, waiting
from tests import make, make_claims, make_reviews
from tests.make_claims import Office, claimed, content, passed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SignIn = Callable[[Person], Client]


@pytest.fixture
def office(today: dt.date) -> Office:
    return make_claims.office(today)


def decide(claim: Claim, by: Person, move: str, now: dt.datetime, **said: Any) -> Decision:
    said.setdefault("reason", "" if move == rules.RECOGNISE else "not_own")
    claim.refresh_from_db()
    return deciding.decide_claim(
        supervisor=by, claim_id=claim.pk, seen=claim.round, move=move, now=now, **said
    )


def why(deed: Callable[[], Any]) -> str:
    with pytest.raises(ClaimRefused) as refused:
        deed()
    return refused.value.code


# --- What is taken -----------------------------------------------------------------


def test_a_claim_needs_evidence_and_after_not_yet_new_evidence(office, now) -> None:
    about, learner = make.competency(), office.learner
    assert why(lambda: claimed(learner, now=now, competency=about, link="")) == "evidence"
    assert not Claim.objects.exists(), "what is refused leaves nothing"
    first = claimed(learner, now=now, competency=about)
    assert why(lambda: claimed(learner, now=now, competency=about)) == "open"
    decide(first, office.head, rules.DEFER, now)
    assert why(lambda: claimed(learner, now=now, competency=about)) == "news"
    claimed(learner, now=now, competency=about, link="https://contoh.invalid/laporan-2")


def test_what_stands_is_not_claimed_again_until_ninety_days_before_it_lapses(office, now) -> None:
    about, learner = make.competency(validity_months=12), office.learner
    recognise(person=learner, competency=about, level=2, now=now)
    assert why(lambda: claimed(learner, now=now, competency=about)) == "held"
    higher = claimed(learner, now=now, competency=about, level=3)
    decide(higher, office.head, rules.RECOGNISE, now, level=2)
    later = now + dt.timedelta(days=365 - 90)
    assert why(lambda: claimed(learner, now=later - DAY, competency=about)) == "held"
    claimed(learner, now=later + DAY, competency=about)


def test_only_ones_own_learning_is_evidence(office, now) -> None:
    about = make.competency()
    others = passed(office.colleague, about, now)
    assert why(
        lambda: claimed(office.learner, now=now, competency=about, link="", completions=[others.pk])
    ) == "evidence"  # fmt: skip


def test_a_supervisor_adds_a_claim_for_staff_marked_as_theirs(office, now) -> None:
    about = make.competency()
    made = actions.claim_for(
        supervisor=office.decider, person=office.learner, content=content(about), now=now
    )
    assert (made.origin, made.made_by, made.status) == ("supervisor", office.decider, "submitted")
    for nobody in (office.reader, office.bpsdm, office.stranger, office.learner):
        with pytest.raises(NotYours):
            actions.claim_for(supervisor=nobody, person=office.learner, content=content(about), now=now)
    assert actions.withdraw_claim(person=office.learner, claim_id=made.pk, now=now).status == "draft"


# --- What is decided ----------------------------------------------------------------


def test_a_decision_keeps_what_it_rested_on(office, now) -> None:
    about = make.competency()
    module = passed(office.learner, about, now)
    outside = make_reviews.declared(office.learner, now=now)
    file = make_reviews.evidence()
    claim = write_claim(
        person=office.learner,
        content=content(about, completions=[module.pk], declarations=[outside.pk]),
        files=file,
        send=True,
        now=now,
    )
    decision = decide(claim, office.decider, rules.RECOGNISE, now)
    kept = decision.snapshot
    assert kept["files"][0]["sha256"] == file[0].sha256
    assert {(each["revision"], each["score"], each["ledger_s"]) for each in kept["completions"]} == {
        (7, 90, 1800)
    }
    assert kept["declarations"][0] | {"id": 0} == {
        "id": 0,
        "form": outside.form,
        "title": outside.title,
        "status": "submitted",
        "round": 1,
    }
    assert (kept["rule_backed"], kept["recognised_level"], kept["link"]) == (True, 2, claim.link)
    assert decision.on_behalf_of == office.head
    with pytest.raises(Exception, match="only added to"):
        Decision.objects.filter(pk=decision.pk).update(text="lain")


def test_a_claim_opened_by_one_waits_half_an_hour_for_them(office, now) -> None:
    claim = claimed(office.learner, now=now)
    deciding.open_claim(supervisor=office.head, claim_id=claim.pk, now=now)
    with pytest.raises(deciding.Held) as held:
        decide(claim, office.above, rules.RECOGNISE, now + dt.timedelta(minutes=29))
    assert (held.value.by, held.value.until) == (office.head, now + rules.LOCK)
    decide(claim, office.above, rules.RECOGNISE, now + rules.LOCK)
    with pytest.raises(AlreadyDecided) as first:
        decide(claim, office.head, rules.DEFER, now + rules.LOCK)
    assert first.value.decision is not None and first.value.decision.by == office.above


@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_once_make_one_decision(now, today) -> None:
    office = make_claims.office(today)
    claim = claimed(office.learner, now=now)
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def press(supervisor: Person, move: str) -> None:
        both.wait()
        try:
            deciding.decide_claim(
                supervisor=supervisor, claim_id=claim.pk, seen=1, move=move, reason="not_own", now=now
            )
            outcomes.append("decided")
        except AlreadyDecided as met:
            outcomes.append("late" if met.decision else "lost")
        finally:
            connection.close()

    deeds = ((office.above, rules.RECOGNISE), (office.head, rules.DEFER))
    threads = [threading.Thread(target=press, args=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "late"]
    decision = Decision.objects.get()
    claim.refresh_from_db()
    assert claim.status == decision.outcome
    assert CompetencyRecord.objects.count() == (decision.outcome == "recognised")


def test_at_most_fifty_rule_backed_claims_are_recognised_by_one_press(office, now) -> None:
    backed = []
    for person in (office.learner, office.colleague):
        about = make.competency()
        module = passed(person, about, now)
        backed.append(claimed(person, now=now, competency=about, completions=[module.pk]))
    plain = claimed(office.learner, now=now)
    ticked = {each.pk: 1 for each in (*backed, plain)}
    with pytest.raises(deciding.TooMany):
        deciding.recognise_many(supervisor=office.head, claims=dict.fromkeys(range(51), 1), now=now)
    own = claimed(office.head, now=now)
    with pytest.raises(NotYours):
        deciding.recognise_many(supervisor=office.head, claims={**ticked, own.pk: 1}, now=now)
    assert not Decision.objects.exists()
    deciding.open_claim(supervisor=office.above, claim_id=backed[1].pk, now=now)
    done = deciding.recognise_many(supervisor=office.head, claims=ticked, now=now)
    assert (done.recognised, done.skipped) == (1, 2)
    assert [each.claim for each in Decision.objects.all()] == [backed[0]]


def test_a_transfer_moves_the_queue_with_its_history(office, now) -> None:
    claim = claimed(office.learner, now=now)
    decide(claim, office.head, rules.RETURN, now)
    write_claim(
        person=office.learner,
        content=content(claim.competency, answer="Sudah saya lengkapi."),
        claim_id=claim.pk,
        send=True,
        now=now,
    )
    mine = lambda viewer: [pk for kind, pk, _at in waiting(viewer) if kind == "claim"]  # noqa: E731
    assert (mine(office.head), mine(office.stranger)) == ([claim.pk], [])
    Person.objects.filter(pk=office.learner.pk).update(unit=office.stranger.unit)
    assert (mine(office.head), mine(office.stranger)) == ([], [claim.pk])
    assert [each.by for each in queries.opened(Claim.objects.get(pk=claim.pk)).decisions] == [office.head]
    decide(claim, office.stranger, rules.RECOGNISE, now)


# --- What a day does ------------------------------------------------------------------


def test_the_sample_is_drawn_once_by_a_lot_nobody_foresees(office, now, today) -> None:
    about = make.competency()
    module = passed(office.learner, about, now)
    record = CompetencyRecord.objects.create(
        completion=module, person=office.learner, competency=about, level=2, recognised_on=today
    )
    SampleRate.objects.create(valid_from=today, percent=0, source="uji")
    assert daily.draw_sample(now=now) == 0
    SampleRate.objects.filter(valid_from=today).update(percent=100)
    assert (daily.draw_sample(now=now), daily.draw_sample(now=now)) == (1, 0)
    claim = Claim.objects.get()
    assert (claim.origin, claim.record, claim.is_waiting) == ("sample", record, True)
    with pytest.raises(NotAllowed):
        actions.withdraw_claim(person=office.learner, claim_id=claim.pk, now=now)
    assert CompetencyRecord.objects.standing(today).get() == record, "it stands meanwhile"
    decide(claim, office.head, rules.DEFER, now)
    assert not CompetencyRecord.objects.standing(today).exists()

    lots = [daily.lot_of(each) for each in range(4_000)]
    assert 140 <= sum(rules.in_sample(each, 5) for each in lots) <= 260
    with override_settings(SECRET_KEY="kunci-lain"):
        assert [daily.lot_of(each) for each in range(4_000)] != lots


def test_reminders_go_out_on_day_3_and_7_and_on_day_14_to_the_superior(office, now) -> None:
    PurposeChoice.objects.create(person=office.above, purpose="reminders", is_on=True, changed_at=now)
    claim = claimed(office.learner, now=now)
    sent = []
    for days in (2, 3, 3, 6, 7, 8, 13, 14, 20):
        daily.remind(now=now + days * DAY)
        sent.append(ClaimReminder.objects.count())
    assert sent == [0, 1, 1, 1, 2, 2, 2, 3, 3]
    assert list(ClaimReminder.objects.order_by("step").values_list("step", "to", "is_mailed")) == [
        (3, office.head.pk, False),  # did not agree to reminders: only in the queue
        (7, office.head.pk, False),
        (14, office.above.pk, True),
    ]
    assert [letter.to for letter in mail.outbox] == [[office.above.email]]
    assert claim.competency.name in mail.outbox[0].body and office.learner.name not in mail.outbox[0].body
    assert ("claim", claim.pk) in {row[:2] for row in waiting(office.above)}, "handed up"
    assert not Decision.objects.exists()


# --- Pages ----------------------------------------------------------------------------


def test_the_second_decider_meets_the_first_decision_and_loses_no_word(office, now, signed_in) -> None:
    claim = claimed(office.learner, now=now)
    page = f"/tim/verifikasi/klaim/{claim.pk}/"
    head, above = signed_in(office.head), signed_in(office.above)
    assert "Mulai meninjau" in head.get(page).content.decode()
    assert head.post(f"{page}tinjau/").status_code == 302
    shown = above.get(page).content.decode()
    assert office.head.name in shown and "sedang meninjaunya" in shown and "Catat keputusan" not in shown
    typed = {"move": "not_yet", "reason": "not_own", "text": "Kata yang tidak boleh hilang.", "seen": 1}
    held = above.post(page, typed)
    assert held.status_code == 409 and typed["text"] in held.content.decode()
    assert head.post(page, {"move": "recognise", "level": 2, "seen": 1}).status_code == 302
    late = above.post(page, typed).content.decode()
    assert typed["text"] in late and office.head.name in late and "Keputusan pertama" in late
    assert Decision.objects.count() == 1


def test_who_may_not_decide_is_refused_and_nothing_changes(office, now, signed_in) -> None:
    claim = claimed(office.learner, now=now)
    page = f"/tim/verifikasi/klaim/{claim.pk}/"
    said = {"move": "recognise", "level": 2, "seen": 1}
    expected = {"reader": (200, 403), "auditor": (200, 403), "bpsdm": (200, 403), "stranger": (404, 404)}
    for name, (look, deed) in {**expected, "learner": (404, 404), "colleague": (404, 404)}.items():
        client = signed_in(office.everybody[name])
        assert client.get(page).status_code == look, name
        assert client.post(page, said).status_code == deed, name
        assert client.post(f"{page}tinjau/").status_code == deed, name
    assert not Decision.objects.exists() and Claim.objects.get().status == "submitted"
    wrong = signed_in(office.head).post(page, {"move": "recognise", "level": 3, "seen": 1})
    assert wrong.status_code == 422


def test_a_learner_writes_a_draft_sends_it_and_answers_a_return(office, now, signed_in) -> None:
    about, client = make.competency(), signed_in(office.learner)
    said = {"competency": about.code, "level": 2, "text": "Saya memimpin rapat.", "do": "save"}
    assert client.post("/kompetensi/klaim/baru/", {**said, "do": "send"}).status_code == 422
    photo = make_reviews.upload("foto.jpg", make_reviews.picture(note=b"<script>"), "image/jpeg")
    assert client.post("/kompetensi/klaim/baru/", {**said, "uploads": photo}).status_code == 302
    claim = Claim.objects.get()
    edit, kept = f"/kompetensi/klaim/{claim.pk}/ubah/", claim.evidence.get()
    assert claim.status == "draft"
    assert client.post(edit, {**said, "keep": kept.pk, "do": "send"}).status_code == 302
    assert client.post(edit, said).status_code == 302, "sent: only shown"
    decide(claim, office.head, rules.RETURN, now, text="Tanggalnya?")
    assert "Tanggalnya?" in client.get(edit).content.decode()
    assert client.post(edit, {**said, "keep": kept.pk, "do": "send"}).status_code == 422, "no answer"
    answered = {**said, "keep": kept.pk, "do": "send", "answer": "Tanggal 3 November."}
    assert client.post(edit, answered).status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.round) == ("submitted", 2)

    address = f"/buku-belajar/luar/bukti/{kept.pk}/"
    got = client.get(address)
    body = b"".join(got.streaming_content)
    assert b"KAMERA" not in body and b"<script>" not in body, "a picture is written anew"
    assert got["Content-Disposition"].startswith("attachment") and got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    assert signed_in(office.head).get(address).status_code == 200
    assert signed_in(office.colleague).get(address).status_code == 404


def test_the_lists_cost_the_same_with_few_and_with_many(
    office, now, signed_in, django_assert_max_num_queries
) -> None:
    learner, head = signed_in(office.learner), signed_in(office.head)

    def ask() -> None:
        with django_assert_max_num_queries(15):
            assert learner.get("/kompetensi/klaim/").status_code == 200
        with django_assert_max_num_queries(18):
            assert head.get("/tim/verifikasi/").status_code == 200

    for _few in range(2):
        claimed(office.learner, now=now)
    ask()
    for _many in range(25):
        about = make.competency()
        claimed(office.learner, now=now, competency=about)
        module = passed(office.colleague, about, now)
        claimed(office.colleague, now=now, competency=about, completions=[module.pk])
    ask()
    found = lines(waiting(office.head), now)
    assert len(found) == 52 and sum(each.is_rule_backed for each in found) == 25
    ticked = {"claim": [f"{each.submission_id}:1" for each in found if each.is_rule_backed]}
    head.post("/tim/verifikasi/klaim/akui/", ticked)
    assert Claim.objects.filter(status="recognised").count() == 25


def test_bpsdm_reopens_and_decides_and_a_supervisor_adds_for_staff(office, now, signed_in) -> None:
    about, head = make.competency(), signed_in(office.head)
    said = {"competency": about.code, "level": 2, "text": "Saya melihatnya memimpin rapat.", "do": "save"}
    form = f"/tim/{office.learner.pk}/klaim/baru/"
    assert head.post(form, said).status_code == 422, "without evidence"
    assert head.post(form, {**said, "link": "https://contoh.invalid/notula"}).status_code == 302
    claim = Claim.objects.get()
    assert (claim.status, claim.origin) == ("submitted", "supervisor"), "never a draft of another's"
    page = f"/tim/verifikasi/klaim/{claim.pk}/"
    head.post(f"{page}tinjau/")
    shown = head.get(page).content.decode()
    assert "Klaim ini Anda tulis sendiri untuk pegawai" in shown and "oleh atasan" in shown
    head.post(page, {"move": "recognise", "level": 1, "seen": 1})

    bpsdm = signed_in(office.bpsdm)
    assert "Pertanyakan keputusan ini" in bpsdm.get(page).content.decode()
    assert bpsdm.post(f"{page}buka-kembali/", {}).status_code == 422
    assert head.post(f"{page}buka-kembali/", {"reopen_text": "Saya ragu."}).status_code == 403
    assert bpsdm.post(f"{page}buka-kembali/", {"reopen_text": "Ada fakta baru."}).status_code == 302
    assert bpsdm.post(f"{page}buka-kembali/", {"reopen_text": "Ada fakta baru."}).status_code == 409
    assert head.post(page, {"move": "recognise", "level": 2, "seen": 3}).status_code == 403
    assert bpsdm.post(page, {"move": "recognise", "level": 2, "seen": 3}).status_code == 302
    made = Decision.objects.order_by("round").values_list("outcome", "by", "round")
    assert list(made) == [
        ("recognised", office.head.pk, 1),
        ("reopened", office.bpsdm.pk, 2),
        ("recognised", office.bpsdm.pk, 3),
    ]
    standing = CompetencyRecord.objects.standing(now.date()).values_list("level", flat=True)
    assert list(standing) == [2]


def test_the_day_of_claims_runs_in_the_worker_and_may_run_again(office, now, clock) -> None:
    claimed(office.learner, now=now - 3 * DAY)
    about = make.competency(validity_months=1)
    lapsing = claimed(office.colleague, now=now - 40 * DAY, competency=about)
    decide(lapsing, office.head, rules.RECOGNISE, now - 40 * DAY)
    for _again in range(2):
        call_command("claims_of_the_day", stdout=StringIO())
    lapsing.refresh_from_db()
    assert (lapsing.status, ClaimReminder.objects.count()) == ("lapsed", 1)


def test_who_reads_a_record_reads_the_gap_and_the_claims_but_not_how_somebody_sees_themselves(
    office, now, today, signed_in, django_assert_max_num_queries
) -> None:
    about = make.competency(name="Menata arsip")
    Person.objects.filter(pk=office.learner.pk).update(position="Arsiparis")
    publish_profiles(actor=None, profiles={"Arsiparis": {about.pk: 2}}, valid_from=today, now=now)
    assess_oneself(person=office.learner, levels={about.pk: 5}, now=now)
    claimed(office.learner, now=now, competency=about)
    write_claim(person=office.learner, content=content(make.competency(name="Draf")), send=False, now=now)
    page = f"/tim/{office.learner.pk}/kompetensi/"
    reader = signed_in(office.reader)
    with django_assert_max_num_queries(20):
        shown = reader.get(page).content.decode()
    assert "0 dari 1 kompetensi terpenuhi" in shown and "Menunggu verifikasi" in shown
    assert "Draf" not in shown and "Penilaian diri" not in shown and "Tambahkan klaim" not in shown
    assert "Tambahkan klaim" in signed_in(office.head).get(page).content.decode()
    assert AuditEntry.objects.filter(subject=office.learner, detail__what="competencies").count() == 2
    for nobody in (office.stranger, office.colleague, office.learner):
        assert signed_in(nobody).get(page).status_code == 404
