"""Who saw me, by role and time; the auditor's search and file."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning.people.audit.actions import log_look, log_look_at_list
from learning.people.models import AuditEntry, Person, RoleGrant
from tests import make

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def auditor(today) -> Person:
    person = make.person(name="Pemeriksa Satu")
    RoleGrant.objects.create(person=person, role="auditor", first_day=today)
    return person


def test_a_person_sees_who_looked_by_role_and_time_and_no_name(signed_in, now, auditor) -> None:
    person = make.person()
    head = make.person(person.unit, name="Kepala Rahasia")
    log_look(viewer=head, subject=person, what="ledger", role="supervisor", now=now - HOUR)
    log_look_at_list(
        viewer=auditor, unit=person.unit, people=[person.pk, head.pk], what="team", role="auditor", now=now
    )
    log_look_at_list(viewer=auditor, unit=person.unit, people=[head.pk], what="team", role="auditor", now=now)
    log_look(viewer=head, subject=make.person(), what="ledger", role="supervisor", now=now)

    answer = signed_in(person).get("/akun/dilihat/")
    looks = answer.context["looks"]
    assert [(look.at, look.is_list) for look in looks] == [(now, True), (now - HOUR, False)]
    text = answer.content.decode()
    assert "09.00 WIB" in text
    assert "Kepala Rahasia" not in text and "Pemeriksa Satu" not in text
    assert signed_in(head).get("/akun/dilihat/").context["looks"][0].is_list


def test_times_are_written_as_html_has_them(signed_in, now, auditor) -> None:
    """A moment has microseconds; HTML takes three digits of a fraction at most."""
    person, at = make.person(), now + dt.timedelta(microseconds=95_699)
    log_look(viewer=auditor, subject=person, what="ledger", role="auditor", now=at)
    for page in (signed_in(person).get("/akun/dilihat/"), signed_in(auditor).get("/audit/")):
        assert 'datetime="2026-11-25T10:00:00+0700"' in page.content.decode()


def test_only_an_auditor_searches_and_each_search_is_logged(signed_in, now, auditor) -> None:
    person, head = make.person(name="Bunga Melati"), make.person(name="Kepala Bidang Satu")
    log_look(viewer=head, subject=person, what="ledger", role="supervisor", now=now - HOUR)
    assert signed_in(head).get("/audit/").status_code == 403
    assert signed_in(person).post("/audit/unduh/").status_code == 403
    client = signed_in(auditor)

    assert len(client.get("/audit/").context["rows"]) == 1
    answer = client.post("/audit/", {"subjek": person.nip, "dari": "2026-11-25"})
    assert answer["Location"] == f"/audit/?orang={person.pk}&dari=2026-11-25"  # no NIP in an address
    found = client.get(answer["Location"]).context["rows"]
    assert [(row["subject"], row["actor"]) for row in found] == [("Bunga Melati", "Kepala Bidang Satu")]
    answer = client.post("/audit/", {"oleh": "kepala bidang satu"}, follow=True)
    assert len(answer.context["rows"]) == 1
    assert client.get("/audit/", {"tindakan": "export"}).context["rows"] == []
    assert len(client.get("/audit/", {"dari": "2026-11-25", "sampai": "2026-11-25"}).context["rows"]) > 1
    assert client.get("/audit/", {"sampai": "2026-11-24"}).context["rows"] == []
    searches = AuditEntry.objects.filter(action="search_audit", actor=auditor)
    assert searches.count() == 6
    assert searches.filter(subject=person).exists()


@pytest.mark.parametrize(
    "typed",
    [{"subjek": "tidak ada"}, {"subjek": "ayu"}, {"subjek": "x" * 81}, {"oleh": "\x00"}, {"dari": "kemarin"}],
)
def test_a_search_that_cannot_be_meant_says_so(signed_in, auditor, typed) -> None:
    make.person(name="Ayu Satu"), make.person(name="Ayu Dua")
    assert signed_in(auditor).post("/audit/", typed).status_code == 422
    assert not AuditEntry.objects.filter(action="search_audit").exists()


@pytest.mark.parametrize(
    "asked", [{"orang": "x"}, {"orang": "9" * 30}, {"orang": "-1"}, {"tindakan": "hapus"}, {"dari": "\x00"}]
)
def test_junk_in_the_address_of_a_search_is_told(signed_in, auditor, asked) -> None:
    client = signed_in(auditor)
    assert client.get("/audit/", asked).status_code == 422
    assert client.post("/audit/unduh/", asked).status_code == 422


def test_the_file_has_the_same_rows_and_no_formula(signed_in, now, auditor) -> None:
    person = make.person(name="=cmd|' /C calc'!A0")
    log_look(viewer=make.person(), subject=person, what="ledger", role="supervisor", now=now)
    answer = signed_in(auditor).post("/audit/unduh/", {"orang": person.pk})
    text = b"".join(answer.streaming_content).decode()
    assert "'=cmd|" in text and ",=cmd" not in text
    assert AuditEntry.objects.filter(action="export", actor=auditor, subject=person).exists()


def test_the_search_asks_as_much_for_2000_entries_as_for_10(signed_in, now, auditor) -> None:
    client, viewer, subject = signed_in(auditor), make.person(), make.person()

    def add(number: int) -> None:
        AuditEntry.objects.bulk_create(
            AuditEntry(at=now - HOUR, actor=viewer, subject=subject, action="look", detail={"what": "ledger"})
            for _ in range(number)
        )

    def statements(path: str, client: Client) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    own = signed_in(subject)
    add(50)
    few = (statements("/audit/", client), statements("/akun/dilihat/", own))
    add(1_950)
    assert (statements("/audit/", client), statements("/akun/dilihat/", own)) == few
    assert few[0] <= 9 and few[1] <= 7
