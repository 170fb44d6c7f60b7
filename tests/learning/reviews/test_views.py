"""The supervisor's queue and decisions, the learner's appeal, and what somebody may try on them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from learning.people import access
from learning.people.models import AuditEntry, Person, Unit
from learning.reviews import queries, rules
from learning.reviews.appeals.actions import decide_appeal
from learning.reviews.declared.actions import decide, resubmit
from learning.reviews.models import Appeal, Decision, Declaration
from learning.study.models import StudyEntry
from tests import make
from tests.conftest import Supervision
from tests.make_reviews import appealed, ceiling, content, declared, evidence, overlapped

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Person], Client]
QUEUE = "/tim/verifikasi/"


def test_the_queue_is_oldest_first_and_leads_from_one_to_the_next(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    client = signed_in(them.supervisor)
    assert "Tidak ada yang menunggu" in client.get(QUEUE).content.decode()
    newer = declared(them.people_of_first[0], now=now)
    older = appealed(them.people_of_second[0], now - dt.timedelta(days=4))
    declared(them.stranger, title="Bukan tim saya", now=now)

    page = client.get(QUEUE).content.decode()
    assert page.index("Modul pendek") < page.index("Seminar pelayanan publik")
    assert "4 hari" in page
    assert "Bukan tim saya" not in page
    team = client.get("/tim/").content.decode()
    assert "1 menunggu verifikasi Anda" in team
    assert "1 menunggu</span>" in team
    assert "1 menunggu verifikasi Anda" in client.get(f"/tim/?unit={them.second.pk}").content.decode()

    answer = client.post(f"/tim/verifikasi/keberatan/{older.pk}/", {"move": "accept", "seen": 1})
    assert answer.headers["Location"] == f"/tim/verifikasi/luar/{newer.pk}/"
    answer = client.post(f"/tim/verifikasi/luar/{newer.pk}/", {"move": "accept", "seen": 1})
    assert answer.headers["Location"] == QUEUE
    assert {each.outcome for each in Decision.objects.all()} == {"accepted"}


def test_who_has_no_team_has_no_queue(signed_in: SignedIn) -> None:
    assert signed_in(make.person()).get(QUEUE).status_code == 403


def test_the_queue_is_that_of_the_nearest_supervisor(signed_in: SignedIn, now: dt.datetime) -> None:
    """As `access.supervisor_of` says: a head's own goes up; closed units and heads who left are skipped."""
    opd = make.unit()
    unit, closed = make.unit(parent=opd), make.unit(parent=opd)
    section = make.unit(parent=unit)
    director, head, gone = make.person(opd), make.person(unit), make.person(section, is_active=False)
    for where, who in ((opd, director), (unit, head), (section, gone), (closed, head)):
        Unit.objects.filter(pk=where.pk).update(head=who)
    Unit.objects.filter(pk=closed.pk).update(is_active=False)
    people = [head, make.person(unit), make.person(section), make.person(closed), make.person(opd)]
    made = {declared(person, now=now).pk: Person.objects.get(pk=person.pk) for person in people}

    for viewer in (director, head):
        mine = {pk for _kind, pk, _at in queries.waiting(viewer)}
        assert mine == {pk for pk, person in made.items() if access.supervisor_of(person) == viewer}
    assert {pk for _kind, pk, _at in queries.waiting(director, everybody=True)} == set(made)
    page = signed_in(director).get(f"{QUEUE}?saring=semua").content.decode()
    assert page.count('<th scope="row">') == 5


def test_a_reason_is_asked_for_and_what_was_typed_stays(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    declaration = declared(them.people_of_first[0], now=now)
    client, address = signed_in(them.supervisor), f"/tim/verifikasi/luar/{declaration.pk}/"
    for wrong in (
        {},
        {"move": "return", "seen": 1},
        {"move": "decline", "seen": 1, "text": "   "},
        {"move": "approve", "seen": 1},
        {"move": "return", "seen": 1, "reason": "made_up"},
        {"move": "accept"},
        {"move": "accept", "seen": "x"},
        {"move": "accept", "seen": 10**30},
        {"move": "return", "seen": 1, "text": "x" * 1001},
    ):
        assert client.post(address, wrong).status_code == 422
    assert Declaration.objects.get().status == "submitted"

    assert client.post(address, {"move": "return", "seen": 1, "reason": "wrong_time"}).status_code == 302
    page = signed_in(them.people_of_first[0]).get(f"/buku-belajar/luar/{declaration.pk}/").content.decode()
    assert "Hari atau jam tidak sesuai dengan bukti dukung." in page
    assert "Perlu perbaikan" in page


def test_the_second_decider_gets_409_with_the_first_decision_and_keeps_the_words(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    declaration = declared(them.people_of_first[0], now=now)
    address = f"/tim/verifikasi/luar/{declaration.pk}/"
    client = signed_in(them.supervisor)
    client.post(address, {"move": "decline", "seen": 1, "reason": "counted"})

    answer = client.post(address, {"move": "accept", "seen": 1, "text": "Bagus & lengkap"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "sudah dihitung di tempat lain" in page
    assert "Bagus &amp; lengkap" in page
    assert not StudyEntry.objects.exists()


def test_a_decision_about_an_older_round_gets_409_and_can_be_made_again(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    declaration = declared(learner, now=now)
    decide(
        supervisor=them.supervisor,
        declaration_id=declaration.pk,
        seen=1,
        move=rules.RETURN,
        text="?",
        now=now,
    )
    resubmit(
        person=learner,
        declaration_id=declaration.pk,
        content=content(title="Baru"),
        files=evidence(),
        now=now,
    )
    client, address = signed_in(them.supervisor), f"/tim/verifikasi/luar/{declaration.pk}/"

    answer = client.post(address, {"move": "decline", "seen": 1, "text": "Tidak lengkap"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="seen" value="2"' in page
    assert "Tidak lengkap" in page
    assert "Baru" in page
    assert client.post(address, {"move": "accept", "seen": 2}).status_code == 302


def test_nobody_opens_or_decides_what_is_not_theirs(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    own, strangers = declared(them.supervisor, now=now), declared(them.stranger, now=now)
    own_appeal, strangers_appeal = appealed(them.supervisor, now), appealed(them.stranger, now)
    client = signed_in(them.supervisor)
    for address in (
        *(f"/tim/verifikasi/luar/{each.pk}/" for each in (own, strangers)),
        *(f"/tim/verifikasi/keberatan/{each.pk}/" for each in (own_appeal, strangers_appeal)),
        f"/tim/verifikasi/luar/{10**30}/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"move": "accept", "seen": 1}).status_code == 404
    learner = signed_in(them.people_of_first[0])
    theirs = declared(them.people_of_first[0], now=now)
    assert (
        learner.post(f"/tim/verifikasi/luar/{theirs.pk}/", {"move": "accept", "seen": 1}).status_code == 404
    )
    assert not Decision.objects.exists()


def test_looking_at_a_submission_is_logged(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    declaration = declared(them.people_of_first[0], now=now)
    signed_in(them.supervisor).get(f"/tim/verifikasi/luar/{declaration.pk}/")

    look = AuditEntry.objects.get(action="look")
    assert (look.actor, look.subject, look.detail) == (
        them.supervisor,
        them.people_of_first[0],
        {"what": "declaration"},
    )


def test_time_counted_already_is_said_to_the_supervisor(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    make.study(learner, make.activity(), content().spans[0].start, 20)
    declaration = declared(learner, now=now)

    page = signed_in(them.supervisor).get(f"/tim/verifikasi/luar/{declaration.pk}/").content.decode()

    assert "20\N{NO-BREAK SPACE}menit 0\N{NO-BREAK SPACE}detik di antaranya sudah tercatat" in page


def test_an_appeal_from_the_ledger_and_back_to_it(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    row = ceiling(learner, now)
    client, address = signed_in(learner), f"/buku-belajar/keberatan/{row.pk}/"
    assert address in client.get("/buku-belajar/").content.decode()
    assert client.post(address, {"text": "pendek"}).status_code == 422

    assert client.post(address, {"text": "Saya membaca modul ini dua kali."}).status_code == 302
    assert "Keberatan: menunggu verifikasi" in client.get("/buku-belajar/").content.decode()
    assert client.post(address, {"text": "Saya membaca modul ini dua kali."}).status_code == 409
    made = Appeal.objects.get()
    boss, decision = signed_in(them.supervisor), f"/tim/verifikasi/keberatan/{made.pk}/"
    assert decision in boss.get(f"/tim/{learner.pk}/").content.decode()
    assert "melebihi batas" in boss.get(decision).content.decode()
    for wrong in (
        {"move": "part", "seen": 1},
        {"move": "part", "seen": 1, "minutes": 0},
        {"move": "part", "seen": 1, "minutes": 11},
        {"move": "return", "seen": 1, "text": "?"},
        {"move": "decline", "seen": 1},
    ):
        assert boss.post(decision, wrong).status_code == 422
    assert (
        boss.post(decision, {"move": "part", "seen": 1, "minutes": 4, "text": "Sebagian."}).status_code == 302
    )

    page = client.get(address).content.decode()
    assert "4\N{NO-BREAK SPACE}menit 0\N{NO-BREAK SPACE}detik tercatat sebagai baris baru" in page
    ledger = client.get("/buku-belajar/").content.decode()
    assert "Keberatan: disetujui" in ledger
    assert "Keberatan disetujui: Sebagian." in ledger
    assert boss.post(decision, {"move": "decline", "seen": 1, "text": "Lain"}).status_code == 409


def test_an_overlap_is_appealed_only_as_the_other_row_being_wrong(
    signed_in: SignedIn, now: dt.datetime
) -> None:
    learner = make.person()
    _credited, refused = overlapped(learner, now)

    page = signed_in(learner).get(f"/buku-belajar/keberatan/{refused.pk}/").content.decode()

    assert "Mengapa baris yang lain keliru?" in page
    assert "Modul satu" in page


def test_rows_of_others_full_ones_and_old_ones_are_not_appealed(
    signed_in: SignedIn, clock: Callable[[dt.datetime], None], now: dt.datetime
) -> None:
    learner = make.person()
    row = ceiling(learner, now)
    address = f"/buku-belajar/keberatan/{row.pk}/"
    text = {"text": "Saya membaca modul ini."}
    other = signed_in(make.person())
    assert other.get(address).status_code == 404
    assert other.post(address, text).status_code == 404
    assert other.post(f"{address}tarik/").status_code == 404
    full = StudyEntry.objects.of(learner.pk).get(reason="")
    client = signed_in(learner)
    assert client.post(f"/buku-belajar/keberatan/{full.pk}/", text).status_code == 422
    clock(now + dt.timedelta(days=31))
    client.force_login(learner)  # the session of a month ago has ended
    assert client.post(address, text).status_code == 422
    assert "30 hari" in client.get(address).content.decode()
    assert address not in client.get("/buku-belajar/?pekan=2026-W48").content.decode()
    assert not Appeal.objects.exists()


def test_an_appeal_is_taken_back_until_it_is_decided(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    made = appealed(learner, now)
    client, address = signed_in(learner), f"/buku-belajar/keberatan/{made.entry_id}/"
    client.post(f"{address}tarik/")
    made.refresh_from_db()
    assert made.status == "withdrawn"
    client.post(address, {"text": "Saya ajukan lagi, maaf."})
    again = Appeal.objects.get(status="submitted")
    decide_appeal(
        supervisor=them.supervisor, appeal_id=again.pk, move=rules.DECLINE, reason="ceiling", now=now
    )
    client.post(f"{address}tarik/")
    again.refresh_from_db()
    assert again.status == "declined"


def test_my_week_shows_the_kinds_apart_only_when_there_are_several(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    client = signed_in(learner)
    assert "Dilaporkan sendiri" not in client.get("/belajar/").content.decode()
    declaration = declared(learner, now=now)
    decide(supervisor=them.supervisor, declaration_id=declaration.pk, seen=1, move=rules.ACCEPT, now=now)

    page = client.get("/belajar/").content.decode()
    assert "Dilaporkan sendiri" in page
    assert "120\N{NO-BREAK SPACE}mnt" in page
    assert "atasan langsung" in client.get("/jp/").content.decode()
    assert f"/buku-belajar/luar/{declaration.pk}/" in client.get("/buku-belajar/").content.decode()


@pytest.mark.parametrize("count", [2, 40])
def test_the_queue_and_the_ledger_cost_the_same_with_few_and_many(
    supervisor_of_two_units: Supervision,
    signed_in: SignedIn,
    now: dt.datetime,
    django_assert_max_num_queries: Any,
    count: int,
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    for number in range(count):
        declared(learner, (f"2026-11-{1 + number % 20:02d} 09:00", 60), now=now)
    appealed(learner, now)
    boss, client = signed_in(them.supervisor), signed_in(learner)
    with django_assert_max_num_queries(12):
        assert boss.get(QUEUE).status_code == 200
    with django_assert_max_num_queries(16):
        assert client.get("/buku-belajar/").status_code == 200
