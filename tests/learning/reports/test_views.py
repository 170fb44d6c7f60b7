"""The pages of a learner and of a supervisor, as they are asked for over HTTP."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.people.models import AuditEntry, Person, Unit
from learning.reports.models import UnitWeek
from learning.reviews.models import WeekAcknowledgement
from learning.study.models import WeekTotal
from learning.study.queries import week_of_person, year_totals
from tests import make, make_study
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
HOUR = dt.timedelta(hours=1)
OWN_PAGES = ("/belajar/", "/buku-belajar/", "/kompetensi/", "/jp/")


# --- Who gets in ---------------------------------------------------------------------


@pytest.mark.parametrize("path", [*OWN_PAGES, "/tim/", "/tim/1/"])
def test_a_personal_page_asks_a_stranger_to_sign_in_and_is_never_stored(
    path: str, signed_in: SignIn, client: Client
) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/akun/login/?next={path}"
    if path in OWN_PAGES:
        answer = signed_in(make.person()).get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


def test_a_learner_is_refused_the_team_page_and_a_supervisor_sees_their_own_team(
    supervisor_of_two_units: Supervision, signed_in: SignIn
) -> None:
    team = supervisor_of_two_units
    learner = signed_in(team.people_of_first[0])
    assert learner.get("/tim/").status_code == 403
    assert learner.get(f"/tim/?unit={team.first.pk}").status_code == 403
    assert learner.post("/tim/tandai/", {"who": "all"}).status_code == 403
    supervisor = signed_in(team.supervisor)
    answer = supervisor.get("/tim/")
    assert answer.status_code == 200
    assert [row.person_id for row in answer.context["rows"]] == [p.pk for p in team.people_of_first]
    second = supervisor.get("/tim/", {"unit": team.second.pk})
    assert [row.person_id for row in second.context["rows"]] == [p.pk for p in team.people_of_second]
    assert not WeekAcknowledgement.objects.exists()


def test_another_supervisors_unit_and_people_are_not_found(
    supervisor_of_two_units: Supervision, signed_in: SignIn
) -> None:
    team = supervisor_of_two_units
    other = make.person(team.stranger.unit)
    Unit.objects.filter(pk=team.stranger.unit.pk).update(head=other)
    theirs = signed_in(other)
    person = team.people_of_first[0]
    assert theirs.get("/tim/").status_code == 200
    assert theirs.get("/tim/", {"unit": team.first.pk}).status_code == 404
    assert theirs.get(f"/tim/{person.pk}/").status_code == 404
    assert theirs.get(f"/tim/{other.pk}/").status_code == 404  # one's own ledger is elsewhere
    assert theirs.get("/tim/999999999999999999999999/").status_code == 404
    assert theirs.post("/tim/tandai/", {"person": person.pk}).status_code == 404
    assert not AuditEntry.objects.exists()
    assert not WeekAcknowledgement.objects.exists()
    mine = signed_in(team.supervisor)
    assert mine.get("/tim/", {"unit": team.first.pk}).status_code == 200
    assert mine.get(f"/tim/{person.pk}/").status_code == 200


def test_each_look_of_a_supervisor_is_logged_and_ones_own_never(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    signed_in(person).get("/buku-belajar/")
    supervisor = signed_in(team.supervisor)
    supervisor.get("/buku-belajar/")
    supervisor.get("/tim/")
    assert not AuditEntry.objects.exists()
    supervisor.get(f"/tim/{person.pk}/", {"pekan": "2026-W40"})
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject, entry.action, entry.role, entry.detail, entry.at) == (
        team.supervisor,
        person,
        "look",
        "supervisor",
        {"what": "ledger"},
        now,
    )


# --- One figure on every page -----------------------------------------------------------


def studied_here_and_there(person: Person, now: dt.datetime) -> None:
    """Rows credited in full, in part and not at all, on two days of this week and one of the last."""
    short = make.activity(planned_minutes=5)  # its ceiling is ten minutes
    make_study.studied(person, 754, at=now - 3 * HOUR)
    make_study.studied(person, 100, at=now - 3 * HOUR)  # overlaps the one before
    make_study.studied(person, 777, at=now - 26 * HOUR, activity=short)
    make_study.studied(person, 61, at=now - 25 * HOUR, activity=short)
    make_study.studied(person, 1000, at=now - 7 * 24 * HOUR)


def printed_seconds(text: str) -> int:
    """The seconds of "12 mnt 34 dtk" as the ledger prints it (or its English source)."""
    found = re.fullmatch(r"\s*(?:([\d.]+)\s*(?:mnt|min)\s*)?(\d+)\s*(?:dtk|s)\s*", text)
    assert found, text
    return 60 * int((found[1] or "0").replace(".", "")) + int(found[2])


def credited_cells(html: str) -> Iterator[int]:
    """The last cell of each row of the ledger, in seconds."""
    for row in re.findall(r'<tr class="ledger-row".*?</tr>', html, re.S):
        yield printed_seconds(re.findall(r"<td[^>]*>([^<]*)</td>", row)[-1])


def test_the_rows_printed_sum_to_the_weeks_total_on_every_page(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now, week
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    studied_here_and_there(person, now)
    own = signed_in(person)
    ledger = own.get("/buku-belajar/")
    rows = list(credited_cells(ledger.content.decode()))
    assert len(rows) == 4
    assert sorted(rows) == [0, 0, 600, 754]
    total = sum(rows)
    assert total == WeekTotal.objects.get(person=person, week=week).seconds
    assert ledger.context["week"].seconds == ledger.context["totals"].seconds == total
    assert sum(day.seconds for day in ledger.context["days"]) == total
    assert own.get("/belajar/").context["week"].seconds == total
    assert own.get("/api/v1/me").json()["week"]["seconds"] == total
    supervisor = signed_in(team.supervisor)
    (row,) = [row for row in supervisor.get("/tim/").context["rows"] if row.person_id == person.pk]
    assert row.seconds == total
    assert row.strip[-1].seconds == total
    theirs = supervisor.get(f"/tim/{person.pk}/")
    assert list(credited_cells(theirs.content.decode())) == rows
    assert UnitWeek.objects.get(unit=team.first, week=week).seconds == total


def test_bars_of_the_days_and_of_the_weeks_come_to_the_same(signed_in: SignIn, now, week) -> None:
    person = make.person()
    studied_here_and_there(person, now)
    page = signed_in(person).get("/belajar/")
    total = WeekTotal.objects.get(person=person, week=week)
    assert [getattr(total, f"day_{day}_s") for day in (1, 2, 3)] == [0, 600, 754]
    assert page.context["totals"].seconds == total.seconds
    assert [bar.minutes for bar in page.context["day_bars"]] == [0, 10, 12, 0, 0, 0, 0]
    assert [bar.seconds for bar in page.context["strip"]] == [0] * 6 + [1000, total.seconds]
    assert year_totals([person.pk], 2026)[person.pk].seconds == 1000 + total.seconds


@pytest.mark.parametrize(
    ("show", "credited"), [("all", [600, 0, 754, 0]), ("credited", [600, 754]), ("refused", [600, 0, 0])]
)
def test_a_filter_of_the_ledger_hides_rows_but_not_the_total(
    signed_in: SignIn, now, show: str, credited: list[int]
) -> None:
    person = make.person()
    studied_here_and_there(person, now)
    page = signed_in(person).get("/buku-belajar/", {"tampil": show})
    assert list(credited_cells(page.content.decode())) == credited
    assert page.context["totals"].seconds == 1354


def test_the_ledger_shows_nobody_elses_rows(signed_in: SignIn, now) -> None:
    person, other = make.person(), make.person()
    studied_here_and_there(other, now)
    page = signed_in(person).get("/buku-belajar/")
    assert page.context["days"] == []
    assert page.context["totals"].seconds == 0
    assert signed_in(other).get("/buku-belajar/").context["totals"].seconds == 1354


# --- Weeks ------------------------------------------------------------------------------


def links(html: str) -> dict[str, str]:
    """The addresses of the links to the week (or page) before and after, by their rel."""
    found = {}
    for tag in re.findall(r"<a\b[^>]*>", html):
        rel, href = re.search(r'rel="(\w+)"', tag), re.search(r'href="([^"]*)"', tag)
        if rel and href:
            found[rel[1]] = href[1].replace("&amp;", "&")
    return found


@pytest.mark.parametrize("page", ["/buku-belajar/", "/tim/", "member"])
def test_the_links_of_a_page_lead_back_through_the_weeks_and_never_past_the_present(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week, page: str
) -> None:
    team = supervisor_of_two_units
    path = f"/tim/{team.people_of_first[0].pk}/" if page == "member" else page
    supervisor = signed_in(team.supervisor)

    def follow(href: str):
        return supervisor.get(href if href.startswith("/") else path + href)

    this = supervisor.get(path)
    assert "next" not in links(this.content.decode())
    before = follow(links(this.content.decode())["prev"])
    assert before.context["week"].start == week - dt.timedelta(weeks=1)
    back = follow(links(before.content.decode())["next"])
    assert back.context["week"].start == week
    assert "next" not in links(back.content.decode())


@pytest.mark.parametrize("path", ["/buku-belajar/", "/tim/"])
@pytest.mark.parametrize(
    ("asked", "monday"),
    [
        ("2026-W47", dt.date(2026, 11, 16)),
        ("2026-W01", dt.date(2025, 12, 29)),
        ("2026-W53", dt.date(2026, 11, 23)),  # ahead of us
        ("2027-W01", dt.date(2026, 11, 23)),
        ("9999-W52", dt.date(2026, 11, 23)),
        ("2025-W53", dt.date(2026, 11, 23)),  # 2025 has no week 53
        ("", dt.date(2026, 11, 23)),
        ("pekan lalu", dt.date(2026, 11, 23)),
    ],
)
def test_a_week_asked_for_is_shown_unless_there_is_none_or_it_lies_ahead(
    supervisor_of_two_units: Supervision, signed_in: SignIn, path: str, asked: str, monday: dt.date
) -> None:
    page = signed_in(supervisor_of_two_units.supervisor).get(path, {"pekan": asked})
    assert page.status_code == 200
    assert page.context["week"].start == monday


# --- Junk in the address ------------------------------------------------------------------

JUNK = (
    "",
    "0",
    "-1",
    "0001-W01",
    "0001-W02",
    "0000-W01",
    "-001-W01",
    "9999-W52",
    "99999999999999999999-W01",
    "2026-W99999999999999999999",
    "1" * 5000,
    "\x00",
    "2026-W48\x00",
    "²",
    "٣",
    "1e9",
    "NaN",
    "inf",
    "None",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "😀",
    "%s%d%(x)s",
)
values = st.one_of(
    st.sampled_from(JUNK),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers(-(2**80), 2**80).map(str),
    st.builds("{}-W{}".format, st.integers(-5, 12_000), st.integers(-5, 60)),
)
queries = st.dictionaries(
    st.sampled_from(["pekan", "halaman", "unit", "tampil", "saring", "cari"]), values, min_size=1
)
harmless = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("path", ["/buku-belajar/", "/tim/", "member"])
def test_no_junk_in_the_address_breaks_a_page(
    supervisor_of_two_units: Supervision, signed_in: SignIn, path: str
) -> None:
    team = supervisor_of_two_units
    path = f"/tim/{team.people_of_first[0].pk}/" if path == "member" else path
    supervisor = signed_in(team.supervisor)
    for name in ("pekan", "halaman", "unit", "tampil", "saring", "cari"):
        for value in JUNK:
            status = supervisor.get(path, {name: value}).status_code
            assert status == (404 if path == "/tim/" and name == "unit" and value else 200), (name, value)


@harmless
@given(queries)
def test_no_address_of_the_ledger_breaks_it(signed_in: SignIn, asked: dict[str, str]) -> None:
    person = Person.objects.filter(username="penguji").first() or make.person(username="penguji")
    assert signed_in(person).get(f"/buku-belajar/?{urlencode(asked)}").status_code == 200


@harmless
@given(queries)
def test_no_address_of_the_team_breaks_it(
    supervisor_of_two_units: Supervision, signed_in: SignIn, asked: dict[str, str]
) -> None:
    supervisor = signed_in(supervisor_of_two_units.supervisor)
    person = supervisor_of_two_units.people_of_first[0]
    query = urlencode(asked)
    assert supervisor.get(f"/tim/?{query}").status_code in (200, 404)
    assert supervisor.get(f"/tim/{person.pk}/?{query}").status_code == 200
    assert supervisor.get("/tim/").status_code == 200


@harmless
@given(
    st.dictionaries(
        st.sampled_from(["week", "person", "unit", "who"]),
        st.one_of(values, st.lists(values, max_size=3)),
    )
)
def test_no_junk_in_the_form_breaks_an_acknowledgement(
    supervisor_of_two_units: Supervision, signed_in: SignIn, form: dict[str, object]
) -> None:
    supervisor = signed_in(supervisor_of_two_units.supervisor)
    assert supervisor.post("/tim/tandai/", form).status_code in (302, 404)


@pytest.mark.parametrize("path", ["/belajar/target/", "/kompetensi/selesaikan/1/", "/tim/tandai/"])
def test_what_changes_something_is_not_done_by_a_link(path: str, signed_in: SignIn) -> None:
    assert signed_in(make.person()).get(path).status_code == 405


def test_a_form_without_its_secret_changes_nothing(supervisor_of_two_units: Supervision, clock) -> None:
    team = supervisor_of_two_units
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(team.supervisor)
    form = {"who": "all", "unit": team.first.pk}
    assert careful.post("/tim/tandai/", form).status_code == 403
    assert not WeekAcknowledgement.objects.exists()
    page = careful.get("/tim/")
    form["csrfmiddlewaretoken"] = careful.cookies["csrftoken"].value
    assert page.status_code == 200
    assert careful.post("/tim/tandai/", form).status_code == 302
    assert WeekAcknowledgement.objects.count() == 2


# --- What a supervisor does on the team page ------------------------------------------------


class Form:
    """A form of a page as a browser would send it: its hidden fields, and one of its buttons."""

    def __init__(self, html: str, action: str) -> None:
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.S)
        assert found, f"no form for {action}"
        self.action = action
        self.html = found[0]

    def fields(self, kind: str) -> list[tuple[str, str]]:
        tags = re.findall(rf'<input[^>]*type="{kind}"[^>]*>', self.html)
        pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
        return [(name[1], value[1] if value else "on") for name, value in pairs if name]

    def buttons(self) -> list[tuple[str, str]]:
        found = []
        for tag in re.findall(r"<button[^>]*>", self.html):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            found.append((name[1], value[1] if value else "") if name else ("", ""))
        return found

    def send(self, client: Client, *fields: tuple[str, str]):
        data: dict[str, list[str]] = {}
        for name, value in (*self.fields("hidden"), *fields):
            if name:
                data.setdefault(name, []).append(value)
        return client.post(self.action, data)


def test_the_forms_of_the_team_page_acknowledge_the_ticked_or_everybody_of_the_week_shown(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week
) -> None:
    team = supervisor_of_two_units
    supervisor = signed_in(team.supervisor)
    last_week = week - dt.timedelta(weeks=1)
    page = supervisor.get("/tim/", {"unit": team.second.pk, "pekan": "2026-W47"})
    form = Form(page.content.decode(), "/tim/tandai/")
    everybody, ticked_ones = form.buttons()
    boxes = form.fields("checkbox")
    assert {value for _name, value in boxes} == {str(person.pk) for person in team.people_of_second}
    answer = form.send(supervisor, boxes[0], ticked_ones)
    assert answer.status_code == 302
    assert answer["Location"] == f"/tim/?unit={team.second.pk}&pekan=2026-W47"
    seen = WeekAcknowledgement.objects.get()
    assert (str(seen.person_id), seen.week, seen.by) == (boxes[0][1], last_week, team.supervisor)
    assert form.send(supervisor, everybody).status_code == 302
    assert {(each.person, each.week) for each in WeekAcknowledgement.objects.all()} == {
        (person, last_week) for person in team.people_of_second
    }
    shown = supervisor.get(answer["Location"]).context
    assert shown["summary"].unacknowledged == 0


def test_ticking_nobody_acknowledges_nobody(supervisor_of_two_units: Supervision, signed_in: SignIn) -> None:
    supervisor = signed_in(supervisor_of_two_units.supervisor)
    form = Form(supervisor.get("/tim/").content.decode(), "/tim/tandai/")
    assert form.send(supervisor, form.buttons()[1]).status_code == 302
    assert not WeekAcknowledgement.objects.exists()


def test_the_form_of_one_persons_ledger_acknowledges_the_week_shown(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week
) -> None:
    team = supervisor_of_two_units
    supervisor = signed_in(team.supervisor)
    person = team.people_of_second[1]
    page = supervisor.get(f"/tim/{person.pk}/", {"pekan": "2026-W46"})
    form = Form(page.content.decode(), "/tim/tandai/")
    form.send(supervisor, form.buttons()[0])
    seen = WeekAcknowledgement.objects.get()
    assert (seen.person, seen.week) == (person, week - dt.timedelta(weeks=2))
    again = supervisor.get(f"/tim/{person.pk}/", {"pekan": "2026-W46"})
    assert 'action="/tim/tandai/"' not in again.content.decode()


def test_the_filters_and_the_search_of_the_team_page_are_those_its_links_and_its_form_ask_for(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now, week
) -> None:
    team = supervisor_of_two_units
    done, below = team.people_of_first
    make_study.studied(done, 45 * 60, at=now - HOUR)
    WeekAcknowledgement.objects.create(person=below, week=week, seen_s=0, by=team.supervisor, at=now)
    supervisor = signed_in(team.supervisor)
    html = supervisor.get("/tim/").content.decode()
    filters = re.search(r'<ul class="filters">.*?</ul>', html, re.S)[0]
    shown = [
        [row.person_id for row in supervisor.get(f"/tim/{href.replace('&amp;', '&')}").context["rows"]]
        for href in re.findall(r'href="([^"]*)"', filters)
    ]
    assert shown == [[done.pk, below.pk], [below.pk], [], [done.pk]]  # nobody is on leave
    field = re.search(r'<input[^>]*type="search"[^>]*>', html)[0]
    name = re.search(r'name="([^"]*)"', field)[1]
    found = supervisor.get("/tim/", {name: below.name})
    assert [row.person_id for row in found.context["rows"]] == [below.pk]


def test_a_unit_of_more_than_fifty_people_is_shown_page_by_page(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week
) -> None:
    team = supervisor_of_two_units
    make_study.many_people(team.first, 53, week=week)
    supervisor = signed_in(team.supervisor)
    first = supervisor.get("/tim/")
    assert len(first.context["rows"]) == 50
    assert first.context["summary"].people == 55
    pager = re.search(r'<nav class="pagination".*?</nav>', first.content.decode(), re.S)[0]
    second = supervisor.get(f"/tim/{links(pager)['next']}")
    assert len(second.context["rows"]) == 5
    ids = [row.person_id for page in (first, second) for row in page.context["rows"]]
    assert len(set(ids)) == 55
    assert second.context["summary"] == first.context["summary"]


# --- A NIP is never shown to others ----------------------------------------------------------


def test_no_page_of_a_supervisor_shows_a_nip(supervisor_of_two_units: Supervision, signed_in: SignIn) -> None:
    team = supervisor_of_two_units
    supervisor = signed_in(team.supervisor)
    person = team.people_of_first[0]
    nips = Person.objects.exclude(nip=None).values_list("nip", flat=True)
    for path in ("/tim/", f"/tim/{person.pk}/", "/tim/?saring=below"):
        html = supervisor.get(path).content.decode()
        assert person.name in html
        assert not [nip for nip in nips if nip in html]
        assert not re.search(r"\d{18}", html)


# --- What a learner does -----------------------------------------------------------------------


def test_a_learner_raises_their_target_with_the_form_of_the_page_and_goes_back(signed_in: SignIn) -> None:
    person = make.person()
    learner = signed_in(person)
    form = Form(learner.get("/belajar/").content.decode(), "/belajar/target/")
    name = re.search(r'<(?:select|input)[^>]*name="(minutes)"', form.html)[1]
    for sent, kept in (("90", 90), ("", None), ("135", 135), ("7", 135), ("-45", 135), ("banyak", 135)):
        assert form.send(learner, (name, sent)).status_code == 302
        person.refresh_from_db()
        assert person.weekly_goal_minutes == kept
    assert learner.get("/belajar/").context["week"].target_minutes == 135


def test_a_module_is_completed_from_my_week_once_quiz_and_minutes_are_there(signed_in: SignIn, now) -> None:
    person, activity = make.person(), make.activity(title="Pelayanan Prima", minimum_minutes=15)
    competency = make_study.proves(activity, level=2)
    learner = signed_in(person)
    path = f"/kompetensi/selesaikan/{activity.pk}/"
    make_study.passed(person, activity, now=now - HOUR)
    assert learner.post(path)["Location"] == activity.path
    assert path not in learner.get("/belajar/").content.decode()
    make_study.studied(person, 900, at=now - HOUR, activity=activity)
    form = Form(learner.get("/belajar/").content.decode(), path)
    assert form.send(learner, form.buttons()[0])["Location"] == "/kompetensi/"
    page = learner.get("/kompetensi/")
    assert competency.name in page.content.decode()
    assert [(proof.level, proof.activity_title) for proof in page.context["records"]] == [
        (2, "Pelayanan Prima")
    ]
    assert learner.post("/kompetensi/selesaikan/999999/").status_code == 404


# --- Statements ----------------------------------------------------------------------------------


def statements(client: Client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("path", "most"), [("/belajar/", 20), ("/buku-belajar/", 11), ("/kompetensi/", 12)])
def test_a_learners_page_asks_as_much_for_2000_rows_as_for_10(
    path: str, most: int, signed_in: SignIn, week, now, django_assert_max_num_queries
) -> None:
    person, activity = make.person(), make.activity()
    learner = signed_in(person)
    for number in range(3):
        make_study.completed(person, make.activity(minimum_minutes=1), now=now - (number + 1) * HOUR)
    make_study.proves(activity, level=1)
    make_study.studied(person, 60, at=now - 24 * HOUR, activity=activity)
    learner.get(path)
    counts = []
    for number in (10, 1_990):
        make_study.many_entries(person, activity, number, week=week)
        counts.append(statements(learner, path))
        with django_assert_max_num_queries(most):
            learner.get(path)
    assert counts[0] == counts[1]


def test_the_team_pages_ask_as_much_for_2000_people_as_for_10(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week, django_assert_max_num_queries
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    supervisor = signed_in(team.supervisor)
    ceilings = {"/tim/": 23, "/tim/?saring=below": 23, "/tim/?cari=sari": 23, f"/tim/{person.pk}/": 11}
    make_study.many_people(team.first, 48, week=week)  # a whole page of rows at both sizes
    supervisor.get("/tim/")
    few = {}
    for path in ceilings:
        UnitWeek.objects.all().delete()  # so that the roll-up is made anew
        few[path] = statements(supervisor, path)
    make_study.many_people(team.first, 1_950, week=week)
    assert Person.objects.in_unit(team.first).count() == 2_000
    for path, most in ceilings.items():
        UnitWeek.objects.all().delete()
        with django_assert_max_num_queries(most):
            assert statements(supervisor, path) == few[path]


def test_2000_weeks_are_acknowledged_in_one_go(
    supervisor_of_two_units: Supervision, signed_in: SignIn, week
) -> None:
    team = supervisor_of_two_units
    make_study.many_people(team.first, 1_998, week=week)
    answer = signed_in(team.supervisor).post("/tim/tandai/", {"who": "all", "unit": team.first.pk})
    assert answer.status_code == 302
    assert WeekAcknowledgement.objects.filter(week=week).count() == 2_000
    seen = WeekAcknowledgement.objects.filter(week=week).select_related("person")[:20]
    assert all(each.seen_s == week_of_person(each.person, week).seconds for each in seen)


# --- The picture of a page without JavaScript -------------------------------------------------------


@pytest.mark.parametrize("value", JUNK)
@pytest.mark.parametrize("name", ["aktivitas", "langkah", "revisi"])
def test_the_trace_answers_with_a_picture_whatever_it_is_asked(
    signed_in: SignIn, name: str, value: str
) -> None:
    activity = make.activity()
    asked = {"aktivitas": activity.pk, "langkah": 1, "revisi": 1, name: value}
    answer = signed_in(make.person()).get(f"/belajar/jejak.gif?{urlencode(asked)}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")


@pytest.mark.parametrize("asked", ["aktivitas=99999999", "langkah=99999999", "revisi=99999999"])
def test_a_trace_of_what_does_not_exist_spoils_no_later_page(
    signed_in: SignIn, clock, now, asked: str
) -> None:
    activity = make.activity()
    learner = signed_in(make.person())
    path = f"/belajar/jejak.gif?aktivitas={activity.pk}&{asked}"
    assert learner.get(path).status_code == 200
    connection.check_constraints()
    clock(now + dt.timedelta(seconds=50))
    assert learner.get("/belajar/").status_code == 200
