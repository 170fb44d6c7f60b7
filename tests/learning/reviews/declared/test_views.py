"""The learner's pages of declared learning, and what somebody may try on them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from learning.people.models import AuditEntry, Person
from learning.reviews import rules
from learning.reviews.declared import evidence as limits
from learning.reviews.declared.actions import decide
from learning.reviews.models import Declaration, Evidence
from tests import make
from tests.conftest import Supervision
from tests.make_reviews import PDF, SEMINAR, declared, picture, upload

pytestmark = pytest.mark.django_db

NEW = "/buku-belajar/luar/baru/"
SignedIn = Callable[[Person], Client]


def sent(*days: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the form sends: a seminar on Tuesday morning, unless said otherwise."""
    rows = days or ({"day": "2026-11-24", "start": "09:00", "end": "11:00"},)
    data: dict[str, Any] = {
        "form": SEMINAR,
        "title": "Seminar pelayanan publik",
        "organiser": "BKD",
        "learnt": "Antrean dapat dibagi.",
        "uploads": [upload()],
        "hari-TOTAL_FORMS": 10,
        "hari-INITIAL_FORMS": 0,
        **fields,
    }
    for number, row in enumerate(rows):
        data.update({f"hari-{number}-{name}": value for name, value in row.items()})
    return data


def test_a_learner_declares_with_several_days_and_files(signed_in: SignedIn) -> None:
    learner = make.person()
    client = signed_in(learner)

    answer = client.post(
        NEW,
        sent(
            {"day": "2026-11-24", "start": "09:00", "end": "11:00"},
            {"day": "2026-11-23", "start": "22:00", "minutes": "150"},
            {"day": "2026-11-21", "start": "22:00", "end": "00:00"},
            uploads=[upload(), upload("foto.png", picture("PNG"), "image/png")],
        ),
    )

    declaration = Declaration.objects.get(person=learner)
    assert answer.headers["Location"] == f"/buku-belajar/luar/{declaration.pk}/"
    assert [each.seconds for each in declaration.spans.all()] == [7200, 9000, 7200]
    assert [each.kind for each in declaration.evidence.all()] == ["application/pdf", "image/png"]
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Menunggu verifikasi" in page
    assert "foto.png" in page
    assert "Seminar pelayanan publik" in client.get("/buku-belajar/luar/").content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "harus diisi"),
        ({"form": "99"}, "pilihan"),
        ({"uploads": [], "link": ""}, "Tambahkan berkas atau tautan"),
        ({"uploads": [], "link": "javascript:alert(1)"}, "URL"),
        ({"uploads": [upload("x.html", b"<html>")]}, "bukan berkas PDF"),
        ({"uploads": [upload("x.svg", b"<svg/>")]}, "bukan berkas PDF"),
        ({"uploads": [upload("x.pdf", b"%PDF-1.4 <script>")]}, "bukan PDF biasa"),
        ({"uploads": [upload(f"{n}.pdf") for n in range(6)]}, "Paling banyak 5 berkas"),
        ({"hari-0-end": "08:00"}, "mendahului"),
        ({"hari-0-end": ""}, "selama berapa menit"),
        ({"hari-0-minutes": "5000"}, "720"),
        ({"hari-0-minutes": "60"}, "jangan keduanya"),
        ({"hari-0-day": "2026-11-25", "hari-0-end": "10:01"}, "belum selesai"),
        ({"hari-0-day": "1926-11-24"}, "setahun"),
        ({"hari-0-day": "besok"}, "tanggal"),
        ({"hari-1-day": "2026-11-24", "hari-1-start": "10:59", "hari-1-minutes": "5"}, "sebelum waktu Anda"),
        ({"hari-0-day": "", "hari-0-start": "", "hari-0-end": ""}, "wajib"),
        ({"hari-TOTAL_FORMS": "99999"}, "wajib|10|Paling"),
        ({"hari-TOTAL_FORMS": "x"}, "ManagementForm|wajib|formulir"),
        ({"title": "x\0y"}, "null|nol|kosong"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    signed_in: SignedIn, changes: dict[str, Any], sentence: str
) -> None:
    import re

    answer = signed_in(make.person()).post(NEW, {**sent(), **changes})

    assert answer.status_code == 422
    if changes.get("hari-TOTAL_FORMS") is None:
        assert re.search(sentence, answer.content.decode(), re.IGNORECASE), answer.content.decode()[2000:]
    assert not Declaration.objects.exists()
    assert not Evidence.objects.exists()


def test_an_oversize_request_is_answered_before_it_is_read(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(make.person())
    monkeypatch.setattr("learning.reviews.declared.views.REQUEST_LIMIT", 2_000)
    assert client.post(NEW, sent(uploads=[upload(content=PDF * 40)])).status_code == 413
    monkeypatch.setattr(limits, "LIMIT", 60)
    monkeypatch.setattr("learning.reviews.declared.views.REQUEST_LIMIT", 50_000)
    assert client.post(NEW, sent()).status_code == 422
    assert not Declaration.objects.exists()


def test_every_form_asks_for_its_secret(signed_in: SignedIn, now: dt.datetime) -> None:
    learner = make.person()
    signed_in(learner)
    declaration = declared(learner, now=now)
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    base = f"/buku-belajar/luar/{declaration.pk}/"
    for address in (NEW, f"{base}ubah/", f"{base}tarik/", f"/tim/verifikasi/luar/{declaration.pk}/"):
        assert client.post(address, sent()).status_code == 403, address
    assert Declaration.objects.get().status == "submitted"


def test_nobody_gets_anothers_declaration_or_evidence(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    declaration = declared(learner, now=now)
    file = f"/buku-belajar/luar/bukti/{declaration.evidence.get().pk}/"
    base = f"/buku-belajar/luar/{declaration.pk}/"

    for other in (them.people_of_first[1], them.stranger):
        client = signed_in(other)
        assert client.get(file).status_code == 404
        assert client.get(base).status_code == 404
        assert client.get(f"{base}ubah/").status_code == 404
        assert client.post(f"{base}ubah/", sent()).status_code == 404
        assert client.post(f"{base}tarik/").status_code == 404
    assert Client().get(file).status_code == 302
    assert not AuditEntry.objects.filter(action="look").exists()

    own = signed_in(learner).get(file)
    assert (own.status_code, b"".join(own.streaming_content)) == (200, PDF)  # type: ignore[attr-defined]
    theirs = signed_in(them.supervisor).get(file)
    assert theirs.status_code == 200
    assert theirs.headers["Content-Disposition"] == 'attachment; filename="sertifikat.pdf"'
    assert theirs.headers["X-Content-Type-Options"] == "nosniff"
    assert theirs.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in theirs.headers["Content-Security-Policy"]
    assert "no-store" in theirs.headers["Cache-Control"]
    assert AuditEntry.objects.get(action="look").detail == {"what": "evidence"}
    assert signed_in(them.supervisor).get(base).headers["Location"].startswith("/tim/verifikasi/luar/")
    assert signed_in(learner).get(f"/media/{declaration.evidence.get().file.name}").status_code == 404
    assert signed_in(learner).get(f"/buku-belajar/luar/bukti/{10**30}/").status_code == 404


def test_what_came_back_is_changed_with_its_evidence_kept_or_replaced(
    supervisor_of_two_units: Supervision, signed_in: SignedIn, now: dt.datetime
) -> None:
    them = supervisor_of_two_units
    learner = them.people_of_first[0]
    declaration = declared(learner, ("2026-11-24 22:00", 150), now=now)
    client, edit = signed_in(learner), f"/buku-belajar/luar/{declaration.pk}/ubah/"
    assert client.get(edit).status_code == 302  # nothing to change yet
    decide(
        supervisor=them.supervisor,
        declaration_id=declaration.pk,
        seen=1,
        move=rules.RETURN,
        reason="unreadable",
        text="Pindai ulang.",
        now=now,
    )
    shown = client.get(edit).content.decode()
    assert "Pindai ulang." in shown
    assert "Bukti dukung tidak terbaca" in shown
    assert 'value="22:00"' in shown
    assert 'value="150"' in shown

    old = declaration.evidence.get()
    stranger = declared(make.person(), now=now).evidence.get()
    assert client.post(edit, sent(uploads=[], keep=[stranger.pk])).status_code == 422
    assert client.post(edit, sent(uploads=[], keep=[old.pk])).status_code == 302
    declaration.refresh_from_db()
    assert (declaration.round, declaration.status) == (2, "submitted")
    assert [each.pk for each in declaration.evidence.filter(is_current=True)] == [old.pk]


def test_the_list_costs_the_same_with_few_and_many(
    signed_in: SignedIn, now: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    learner = make.person()
    client = signed_in(learner)
    assert "Belum ada laporan" in client.get("/buku-belajar/luar/").content.decode()
    for number in range(25):
        declared(learner, (f"2026-11-{1 + number % 20:02d} 09:00", 60), now=now)
        if number in (0, 24):
            with django_assert_max_num_queries(9):
                page = client.get("/buku-belajar/luar/")
    assert page.content.decode().count('<th scope="row">') == 20
