"""One's own data: requests with their term, purposes one by one, and who answers."""

import datetime as dt

import pytest
from django.test import Client

from learning.people.models import AuditEntry, DataRequest, Person, PurposeChoice, RoleGrant
from learning.people.privacy.actions import agreed_to
from learning.people.privacy.rules import hours_left
from tests import make

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def hr(today) -> Person:
    person = make.person()
    RoleGrant.objects.create(person=person, role="unit_hr", unit=person.unit, first_day=today)
    return person


def test_the_notice_is_open_to_everybody_and_names_a_basis_for_each_purpose(client: Client) -> None:
    text = client.get("/privasi/").content.decode()
    for word in ("UU 27/2022", "UU 20/2023", "PP 11/2017", "3 × 24", "90", "24"):
        assert word in text


def test_an_answer_is_due_within_72_hours(now) -> None:
    assert hours_left(now, now) == 72
    assert hours_left(now, now + 71.5 * HOUR) == 0
    assert hours_left(now, now + 72 * HOUR + dt.timedelta(seconds=1)) == -1


def test_a_request_goes_from_the_person_to_unit_hr_and_back(signed_in, clock, now, hr) -> None:
    person = make.person(hr.unit)
    mine, theirs = signed_in(person), signed_in(hr)
    sent = {"kind": "correction", "text": "Nama saya keliru"}
    assert mine.post("/akun/data-saya/permintaan/", sent).status_code == 302
    request = DataRequest.objects.get()
    assert (request.person, request.state, request.asked_at) == (person, "open", now)

    clock(now + 80 * HOUR)
    queue = theirs.get("/permintaan-data/")
    assert [each.hours_left for each in queue.context["rows"]] == [-8]
    address = f"/permintaan-data/{request.pk}/"
    theirs.post(address, {"state": "done", "answer": " "})
    request.refresh_from_db()
    assert request.state == "open"  # an answer says something
    theirs.post(address, {"state": "taken"})
    theirs.post(address, {"state": "refused", "answer": "Catatan JP disimpan menurut undang-undang."})
    theirs.post(address, {"state": "done", "answer": "lagi"})
    request.refresh_from_db()
    assert (request.state, request.handled_by) == ("refused", hr)
    assert request.answer == "Catatan JP disimpan menurut undang-undang."
    assert "Catatan JP disimpan" in mine.get("/akun/data-saya/").content.decode()
    assert list(AuditEntry.objects.filter(subject=person).order_by("pk").values_list("action", "actor")) == [
        ("ask_about_data", person.pk),
        ("answer_about_data", hr.pk),
        ("answer_about_data", hr.pk),
    ]
    assert AuditEntry.objects.get(action="look_at_list").detail["people"] == [person.pk]


def test_nobody_answers_their_own_request_or_that_of_another_unit(signed_in, hr, now, today) -> None:
    stranger = make.person()
    RoleGrant.objects.create(person=stranger, role="unit_hr", unit=stranger.unit, first_day=today)
    own = DataRequest.objects.create(person=hr, text="x", asked_at=now)
    theirs = DataRequest.objects.create(person=stranger, text="y", asked_at=now)
    client = signed_in(hr)
    assert client.get("/permintaan-data/").context["rows"] == []
    for each in (own, theirs):
        answer = client.post(f"/permintaan-data/{each.pk}/", {"state": "done", "answer": "z"})
        assert answer.status_code == 404
        each.refresh_from_db()
        assert each.state == "open"


@pytest.mark.parametrize(
    "sent",
    [{}, {"kind": "correction"}, {"kind": "hapus", "text": "x"}, {"kind": "deletion", "text": "x" * 1001}],
)
def test_a_request_that_cannot_be_read_changes_nothing(signed_in, sent) -> None:
    assert signed_in(make.person()).post("/akun/data-saya/permintaan/", sent).status_code == 422
    assert not DataRequest.objects.exists()


def test_three_requests_wait_at_once_at_most(signed_in) -> None:
    client = signed_in(make.person())
    sent = [
        client.post("/akun/data-saya/permintaan/", {"kind": "deletion", "text": "Hapus"}).status_code
        for _ in range(4)
    ]
    assert (sent, DataRequest.objects.count()) == ([302, 302, 302, 422], 3)


def test_purposes_are_off_and_switched_one_by_one(signed_in) -> None:
    person = make.person()
    client = signed_in(person)
    assert agreed_to(person) == set()
    client.post("/akun/data-saya/pilihan/", {"purpose": ["reminders", "junk"]})
    assert agreed_to(person) == {"reminders"}
    client.post("/akun/data-saya/pilihan/", {"purpose": "leaderboard"})
    assert agreed_to(person) == {"leaderboard"}
    client.post("/akun/data-saya/pilihan/")
    assert agreed_to(person) == set()
    assert PurposeChoice.objects.count() == 2
    deeds = AuditEntry.objects.order_by("pk").values_list("action", "detail__purpose")
    assert sorted(deeds) == [
        (action, purpose) for action in ("agree", "withdraw") for purpose in ("leaderboard", "reminders")
    ]
