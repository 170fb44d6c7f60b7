"""The supervisor's screen beyond its list: reminders, taking back, everybody below, several units."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning.people.models import AuditEntry, Person, PurposeChoice, Unit
from learning.reports.models import Nudge
from learning.reports.rollup.actions import roll_up
from learning.reviews.models import WeekAcknowledgement
from tests import make, make_study
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
HOUR = dt.timedelta(hours=1)


def test_a_reminder_is_kept_shown_to_the_person_and_sent_once_a_week(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week, now
) -> None:
    team = supervisor_of_two_units
    person, other = team.people_of_first
    supervisor, path = signed_in(team.supervisor), f"/tim/{person.pk}/ingatkan/"
    assert f'href="{path}"' in supervisor.get("/tim/").content.decode()
    assert "whatsapp" in supervisor.get(path).content.decode()
    assert supervisor.post(path, {"channel": "merpati"}).status_code == 422
    assert supervisor.post(path, {"channel": "email"}).status_code == 422  # no address, no consent
    assert not Nudge.objects.exists()
    sent = supervisor.post(path, {"channel": "whatsapp"})
    assert sent.status_code == 200
    assert "https://wa.me/?text=" in sent.content.decode()
    kept = Nudge.objects.get()
    assert (kept.person, kept.by, kept.week, kept.channel, kept.at) == (
        person,
        team.supervisor,
        week,
        "whatsapp",
        now,
    )
    assert AuditEntry.objects.filter(action="nudge", subject=person).count() == 1
    assert supervisor.post(path, {"channel": "whatsapp"}).status_code == 422
    assert f'href="{path}"' not in supervisor.get("/tim/").content.decode()
    assert team.supervisor.name in signed_in(person).get("/belajar/").content.decode()
    assert signed_in(other).post(path, {"channel": "whatsapp"}).status_code == 404
    assert Nudge.objects.count() == 1


def test_an_e_mail_goes_only_to_who_agreed_and_nothing_once_the_target_is_met(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now, django_capture_on_commit_callbacks
) -> None:
    team = supervisor_of_two_units
    person, done = team.people_of_first
    Person.objects.filter(pk=person.pk).update(email="ayu@contoh.invalid")
    PurposeChoice.objects.create(person=person, purpose="reminders", is_on=True, changed_at=now)
    make_study.studied(done, 45 * 60, at=now - HOUR)
    supervisor = signed_in(team.supervisor)
    with django_capture_on_commit_callbacks(execute=True):
        assert supervisor.post(f"/tim/{person.pk}/ingatkan/", {"channel": "email"}).status_code == 302
    assert [each.to for each in mail.outbox] == [["ayu@contoh.invalid"]]
    assert supervisor.post(f"/tim/{done.pk}/ingatkan/", {"channel": "whatsapp"}).status_code == 422
    assert Nudge.objects.count() == 1


def test_a_week_marked_as_seen_is_taken_back_and_the_log_keeps_both(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    supervisor = signed_in(team.supervisor)
    supervisor.post("/tim/tandai/", {"unit": team.first.pk, "person": person.pk, "who": "selected"})
    assert f'name="undo" value="{person.pk}"' in supervisor.get("/tim/").content.decode()
    stranger = signed_in(team.stranger)
    assert stranger.post("/tim/tandai/", {"undo": person.pk}).status_code == 403
    back = supervisor.post("/tim/tandai/", {"unit": team.first.pk, "undo": person.pk, "urut": "sedikit"})
    assert back["Location"].endswith(f"urut=sedikit#p-{person.pk}")
    assert not WeekAcknowledgement.objects.exists()
    deeds = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(deeds) == ["acknowledge_week", "take_back_acknowledgement"]
    outsider = team.stranger.pk
    assert supervisor.post("/tim/tandai/", {"unit": team.first.pk, "undo": outsider}).status_code == 404


def test_people_are_sorted_by_minutes_and_found_by_nip_which_no_address_or_page_shows(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now
) -> None:
    team = supervisor_of_two_units
    first, second = team.people_of_first
    make_study.studied(first, 600, at=now - HOUR)
    supervisor = signed_in(team.supervisor)

    def rows(**asked: str) -> list[int]:
        return [row.person_id for row in supervisor.get("/tim/", asked).context["rows"]]

    assert rows(urut="sedikit") == [second.pk, first.pk]
    assert rows(urut="banyak") == [first.pk, second.pk]
    found = supervisor.post("/tim/", {"unit": team.first.pk, "cari": second.nip[-8:]})
    assert [row.person_id for row in found.context["rows"]] == [second.pk]
    assert second.nip not in found.content.decode()


def test_the_head_of_two_units_reaches_both_and_the_head_above_everybody_in_steady_statements(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week, now
) -> None:
    team = supervisor_of_two_units
    html = signed_in(team.supervisor).get("/tim/").content.decode()
    assert f"?unit={team.second.pk}&amp;pekan=" in html
    chief = make.person()
    Unit.objects.filter(pk=team.first.get_parent().pk).update(head=chief)
    client = signed_in(chief)
    counts = []
    for more in (60, 600):
        make_study.many_people(team.first, more, week=week)
        roll_up(now=now)
        client.get("/tim/", {"lingkup": "semua"})
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/tim/", {"lingkup": "semua", "urut": "sedikit", "halaman": "2"})
        counts.append(len(asked))
        assert not [each["sql"] for each in asked if "study_studyentry" in each["sql"]]
        assert len(page.context["rows"]) in (16, 50)
    assert counts[0] == counts[1] <= 25
    assert page.context["summary"].people == 666
