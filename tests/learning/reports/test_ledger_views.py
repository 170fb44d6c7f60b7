"""The ledger over HTTP: periods, filters, a row opened, what came late, what is taken along."""

import csv
import datetime as dt
import io
import json
import re
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning.people.models import AuditEntry, Person
from learning.reviews.actions import acknowledge_weeks
from learning.study.actions import record_intervals, record_offline
from learning.study.chain import close_days, seal_entries
from learning.study.corrections import adjust
from learning.study.models import StudyEntry, WeekTotal
from learning.study.queries import year_totals
from learning.study.retention import retire
from learning.study.tokens import Permit
from tests import make, make_study
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
ONE_WEEK = dt.timedelta(weeks=1)


def text_of(answer) -> str:
    words = re.sub(r"<[^>]+>", " ", unescape(answer.content.decode()))
    return re.sub(r"\s+", " ", words)


def body_of(answer) -> str:
    return b"".join(answer.streaming_content).decode()


def a_year_of_study(person: Person, now: dt.datetime) -> None:
    """Rows in this week, the last, the last month and January; cut ones, an offline and a corrected."""
    short = make.activity(title="Singkat", planned_minutes=5)
    for back, seconds in ((0, 754), (7, 1000), (31, 333), (300, 100)):
        make_study.studied(person, seconds, at=now - back * DAY - 3 * HOUR)
    make_study.studied(person, 777, at=now - DAY - 3 * HOUR, activity=short)
    make_study.studied(person, 61, at=now - DAY - 2 * HOUR, activity=short)
    issued = now - 2 * DAY
    record_offline(
        permit=Permit(person.pk, short.pk, 1, issued, "izin"),
        person=person,
        intervals=[make.interval(30)],
        now=now,
    )
    entry = StudyEntry.objects.filter(credited_s=754).get()
    adjust(entry=entry, seconds=-54, reason="Banding", actor=make.person(), now=now)


# --- Periods --------------------------------------------------------------------------


def test_every_period_adds_up_to_the_kept_totals(signed_in: SignIn, now, week) -> None:
    person = make.person()
    a_year_of_study(person, now)
    learner = signed_in(person)
    weeks = {total.week: total.seconds for total in WeekTotal.objects.filter(person=person)}

    page = learner.get("/buku-belajar/")
    assert page.context["totals"].seconds == page.context["week"].seconds == weeks[week]
    assert page.context["found"].credited_s == weeks[week]
    assert learner.get("/belajar/").context["week"].seconds == weeks[week]

    year = learner.get("/buku-belajar/?tahun=2026")
    assert year.context["totals"].seconds == year_totals([person.pk], 2026)[person.pk].seconds
    assert {each.week: each.sums.credited_s for each in year.context["weeks"]} == weeks
    assert year.context["totals"].adjusted_s == -54
    assert year.context["totals"].offline_s == 0  # its activity was used up

    month = learner.get("/buku-belajar/?bulan=2026-11")
    assert month.context["totals"].seconds == weeks[week] + weeks[week - ONE_WEEK]
    assert [each.name for each in month.context["weeks"]] == ["2026-W48", "2026-W47"]
    opened = re.search(r'href="(/buku-belajar/\?[^"]*pekan=2026-W47[^"]*)"', month.content.decode())
    assert opened
    assert learner.get(unescape(opened[1])).context["week"].start == week - ONE_WEEK


def test_a_week_across_a_month_counts_in_each_month_what_lies_in_it(signed_in: SignIn, clock) -> None:
    person = make.person()
    december = dt.datetime(2026, 12, 2, 10, 0, tzinfo=make_study.rules.WIB)
    make_study.studied(person, 100, at=december - 2 * DAY)  # Monday, 30 November
    make_study.studied(person, 11, at=december)
    clock(december + HOUR)
    learner = signed_in(person)
    clock(december + HOUR)
    sums = {
        name: learner.get(f"/buku-belajar/?bulan={name}").context["totals"].seconds
        for name in ("2026-11", "2026-12")
    }
    assert sums == {"2026-11": 100, "2026-12": 11}


def test_the_links_between_periods_keep_the_filter(signed_in: SignIn, now) -> None:
    person = make.person()
    a_year_of_study(person, now)
    page = signed_in(person).get("/buku-belajar/?bulan=2026-11&tampil=refused&halaman=2")
    links = page.context["periods"]
    assert links["prev"].url == "?tampil=refused&bulan=2026-10"
    assert links["next"] is None
    assert links["this"] is None
    assert [(each.url, each.is_chosen) for each in links["units"]] == [
        ("?tampil=refused&pekan=2026-W48", False),
        ("?tampil=refused&bulan=2026-11", True),
        ("?tampil=refused&tahun=2026", False),
    ]


# --- Filters ----------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["pekan=2026-W48", "bulan=2026-11", "tahun=2026"])
def test_each_choice_of_a_filter_shows_as_many_rows_and_seconds_as_it_promised(
    signed_in: SignIn, now, period: str
) -> None:
    person = make.person()
    a_year_of_study(person, now)
    learner = signed_in(person)
    names = {"show": "tampil", "kind": "jenis", "channel": "cara", "activity": "kegiatan"}
    page = learner.get(f"/buku-belajar/?{period}")
    everything = page.context["found"].rows
    assert page.context["options"].keys() == names.keys()
    for name, options in page.context["options"].items():
        assert options
        for option in options:
            filtered = learner.get(f"/buku-belajar/?{period}&{names[name]}={option.value}")
            assert filtered.context["found"] == option.sums, (name, option)
            assert 0 < option.sums.rows <= everything
            assert filtered.context["totals"].seconds == page.context["totals"].seconds
            if filtered.context["days"]:
                rows = [row for day in filtered.context["days"] for row in day.entries]
                assert len(rows) == option.sums.rows
                assert sum(row.credited_s for row in rows) == option.sums.credited_s
                assert sum(row.claimed_s for row in rows) == option.sums.claimed_s


@pytest.mark.parametrize(
    "asked", ["jenis=x", "cara=x", "kegiatan=x", "kegiatan=-1", "kegiatan=²", "kegiatan=99999999999999"]
)
def test_a_filter_that_means_nothing_filters_nothing(signed_in: SignIn, now, asked: str) -> None:
    person = make.person()
    make_study.studied(person, 60, at=now - HOUR)
    assert signed_in(person).get(f"/buku-belajar/?{asked}").context["found"].rows == 1


def test_a_filter_without_rows_says_so(signed_in: SignIn, now) -> None:
    person = make.person()
    make_study.studied(person, 60, at=now - HOUR)
    page = signed_in(person).get("/buku-belajar/?tampil=refused")
    assert "Tidak ada baris seperti itu dalam periode ini" in text_of(page)
    assert "Belum ada belajar dalam periode ini" in text_of(
        signed_in(make.person()).get("/buku-belajar/?bulan=2026-11")
    )


def test_a_long_week_is_paged_and_each_day_still_shows_its_whole_sum(signed_in: SignIn, now, week) -> None:
    person, activity = make.person(), make.activity()
    make_study.many_entries(person, activity, 230, week=week)
    learner = signed_in(person)
    pages = [learner.get(f"/buku-belajar/?halaman={number}") for number in (1, 2, 3)]
    assert [len(page.context["days"][0].entries) for page in pages] == [100, 100, 30]
    assert {page.context["days"][0].seconds for page in pages} == {230}
    keys = {row.key for page in pages for row in page.context["days"][0].entries}
    assert len(keys) == 230


@pytest.mark.parametrize(
    ("path", "most"),
    [("/buku-belajar/?tahun=2026", 10), ("/buku-belajar/?bulan=2026-11", 10), ("row", 14)],
)
def test_a_page_of_the_ledger_asks_as_much_for_2000_rows_as_for_10(
    signed_in: SignIn, now, week, path: str, most: int, django_assert_max_num_queries
) -> None:
    person, activity = make.person(), make.activity(planned_minutes=1)
    make_study.studied(person, 200, at=now - HOUR, activity=activity)
    if path == "row":
        path = f"/buku-belajar/baris/{StudyEntry.objects.get().pk}/"
    learner = signed_in(person)
    learner.get(path)
    counts = []
    for number in (10, 1_990):
        make_study.many_entries(person, activity, number, week=week)
        cache.clear()
        with CaptureQueriesContext(connection) as captured, django_assert_max_num_queries(most):
            assert learner.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- A row opened -------------------------------------------------------------------------


def test_from_a_row_opened_one_reads_how_much_why_not_more_how_many_jp_and_by_which_rule(
    signed_in: SignIn, now
) -> None:
    person = make.person()
    module = make.activity(title="Layanan prima", planned_minutes=30, minimum_minutes=50)
    make_study.completed(person, module, now=now - HOUR)
    make_study.studied(person, 840, at=now - HOUR, activity=module)
    learner = signed_in(person)
    rows = learner.get("/buku-belajar/").context["days"][0].entries
    cut = rows[-1]
    said = text_of(learner.get(f"/buku-belajar/baris/{cut.key}/"))
    for part in (
        "Layanan prima",
        "10 menit 0 detik tercatat",
        "14 menit 0 detik dilaporkan.",
        "4 menit 0 detik tidak tercatat.",
        "Batas kegiatan ini 60 menit (2 × 30 menit yang direncanakan). Batas itu tercapai setelah 10 menit",
        "1 JP · 50 menit ÷ 45 = 1 JP",
        "aturan E-LEARNING-2018",
        "versi 1",
        "Paling banyak 360 menit yang tercatat dalam satu hari.",
        str(cut.key),
        "belum: masih dapat bertambah",
    ):
        assert part in said, part


def test_a_row_without_jp_says_what_is_missing(signed_in: SignIn, now) -> None:
    person = make.person()
    make_study.studied(person, 60, at=now - HOUR, activity=make.activity(minimum_minutes=15))
    said = text_of(signed_in(person).get(f"/buku-belajar/baris/{StudyEntry.objects.get().pk}/"))
    assert "sekurang-kurangnya 15 menit" in said


def test_a_row_is_opened_by_its_person_and_their_supervisor_only_and_the_look_is_logged(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now
) -> None:
    team = supervisor_of_two_units
    person, colleague = team.people_of_first
    make_study.studied(person, 60, at=now - HOUR)
    key = StudyEntry.objects.get().pk
    assert signed_in(person).get(f"/buku-belajar/baris/{key}/").status_code == 200
    assert signed_in(colleague).get(f"/buku-belajar/baris/{key}/").status_code == 404
    assert signed_in(team.stranger).get(f"/tim/{person.pk}/baris/{key}/").status_code == 404
    supervisor = signed_in(team.supervisor)
    assert supervisor.get(f"/buku-belajar/baris/{key}/").status_code == 404
    assert supervisor.get(f"/tim/{colleague.pk}/baris/{key}/").status_code == 404
    assert supervisor.get(f"/tim/{person.pk}/baris/{uuid.uuid4()}/").status_code == 404
    before = list(AuditEntry.objects.values_list("pk", flat=True))
    page = supervisor.get(f"/tim/{person.pk}/baris/{key}/")
    assert page.status_code == 200
    assert f"/tim/{person.pk}/?pekan=2026-W48" in page.content.decode()
    look = AuditEntry.objects.exclude(pk__in=before).get()
    assert (look.subject, look.detail) == (person, {"what": "ledger_entry"})
    stranger = Client().get(f"/buku-belajar/baris/{key}/")
    assert stranger.status_code == 302


# --- What came in after the week was seen -----------------------------------------------------


def seen_last_week(team: Supervision, now: dt.datetime, week: dt.date) -> Person:
    """Ten minutes of last week, seen on Monday; then twelve more that were studied offline."""
    person = team.people_of_first[0]
    module = make.activity(planned_minutes=120)
    last_week = week - ONE_WEEK
    thursday = now - 6 * DAY
    make_study.studied(person, 600, at=thursday, activity=module)
    monday = dt.datetime.combine(week, dt.time(8, 30), now.tzinfo)
    acknowledge_weeks(supervisor=team.supervisor, week=last_week, people=[person.pk], now=monday)
    record_offline(
        permit=Permit(person.pk, module.pk, 1, thursday + HOUR, "izin"),
        person=person,
        intervals=[make.interval(720)],
        now=now - HOUR,
    )
    return person


def test_minutes_that_come_after_the_week_was_seen_go_to_their_week_and_are_told_apart(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now, week
) -> None:
    team = supervisor_of_two_units
    person = seen_last_week(team, now, week)
    assert not WeekTotal.objects.filter(person=person, week=week).exists()
    assert WeekTotal.objects.get(person=person, week=week - ONE_WEEK).seconds == 1320
    line = "+12 mnt 0 dtk diterima setelah pekan ini dilihat atasan, pada 23 November 2026, 08.30 WIB."

    own, supervisor = signed_in(person), signed_in(team.supervisor)
    for client, path in ((own, "/buku-belajar/"), (supervisor, f"/tim/{person.pk}/")):
        page = client.get(f"{path}?pekan=2026-W47")
        assert line in text_of(page).replace("\xa0", " ")
        assert text_of(page).count("diterima setelah pekan dilihat") == 1
        since = client.get(f"{path}?pekan=2026-W47&sejak=dilihat")
        rows = [row for day in since.context["days"] for row in day.entries]
        assert [(row.channel, row.credited_s) for row in rows] == [("offline", 720)]
        assert since.context["totals"].seconds == 1320
        month = client.get(f"{path}?bulan=2026-11")
        assert "+12 mnt 0 dtk setelah dilihat" in text_of(month).replace("\xa0", " ")
        assert "diterima setelah pekan" not in text_of(client.get(path))

    team_page = supervisor.get("/tim/?pekan=2026-W47")
    assert "+12 mnt 0 dtk sejak itu" in text_of(team_page).replace("\xa0", " ")
    (row,) = [row for row in team_page.context["rows"] if row.person_id == person.pk]
    assert (row.changed_s, row.seconds) == (720, 1320)
    assert f"/tim/{person.pk}/?pekan=2026-W47&amp;sejak=dilihat" in team_page.content.decode()
    others = [row.changed_s for row in team_page.context["rows"] if row.person_id != person.pk]
    assert set(others) == {0}


def test_a_correction_after_the_week_was_seen_is_told_as_less(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now, week
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    make_study.studied(person, 600, at=now - 3 * HOUR)
    acknowledge_weeks(supervisor=team.supervisor, week=week, people=[person.pk], now=now - 2 * HOUR)
    page = signed_in(person).get("/buku-belajar/")
    assert page.context["change"] is None
    adjust(entry=StudyEntry.objects.get(), seconds=-60, reason="Banding", actor=team.supervisor, now=now)
    page = signed_in(person).get("/buku-belajar/")
    assert page.context["change"].seconds == -60
    assert "−1 mnt 0 dtk diterima setelah" in text_of(page).replace("\xa0", " ")


def test_a_week_nobody_has_seen_has_no_such_filter(signed_in: SignIn, now) -> None:
    person = make.person()
    make_study.studied(person, 60, at=now - HOUR)
    page = signed_in(person).get("/buku-belajar/?sejak=dilihat")
    assert page.context["found"].rows == 1
    assert page.context["is_since"] is False


# --- To take along ------------------------------------------------------------------------------


def test_the_rows_of_the_period_and_filter_on_screen_are_taken_along(signed_in: SignIn, now) -> None:
    person = make.person()
    a_year_of_study(person, now)
    learner = signed_in(person)
    page = learner.get("/buku-belajar/?bulan=2026-11&tampil=refused")
    links = re.findall(r'href="(/buku-belajar/unduh\.\w+\?[^"]*)"', page.content.decode())
    assert len(links) == 2
    as_csv, as_json = (learner.get(unescape(link)) for link in links)
    assert as_csv["Content-Type"] == "text/csv; charset=utf-8"
    assert as_csv["Content-Disposition"] == 'attachment; filename="buku-belajar-2026-11.csv"'
    assert "no-store" in as_csv["Cache-Control"]
    assert as_csv.streaming
    rows = list(csv.DictReader(io.StringIO(body_of(as_csv)), delimiter=";"))
    told = json.loads(body_of(as_json))
    assert len(rows) == len(told["rows"]) == page.context["found"].rows > 0
    assert told["credited_s"] == page.context["found"].credited_s
    assert "NIP" not in as_csv["Content-Disposition"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_supervisor_takes_along_only_their_own_peoples_and_the_look_is_logged(
    supervisor_of_two_units: Supervision, signed_in: SignIn, now, form: str
) -> None:
    team = supervisor_of_two_units
    person = team.people_of_first[0]
    make_study.studied(person, 60, at=now - HOUR)
    path = f"/tim/{person.pk}/unduh.{form}"
    assert signed_in(team.people_of_first[1]).get(path).status_code == 404
    assert signed_in(team.stranger).get(path).status_code == 404
    assert not AuditEntry.objects.exists()
    answer = signed_in(team.supervisor).get(path)
    assert answer.status_code == 200
    assert "60" in body_of(answer)
    assert AuditEntry.objects.get().detail == {"what": "ledger_download"}
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("asked", ["pekan=x", "bulan=\x00", "tahun=9999", "halaman=x", "kegiatan=²"])
def test_no_junk_in_the_address_breaks_a_download(signed_in: SignIn, now, asked: str) -> None:
    person = make.person()
    record_intervals(
        token=make.token(person, make.activity(), now - HOUR), intervals=[make.interval()], now=now
    )
    learner = signed_in(person)
    for form in ("csv", "json"):
        assert body_of(learner.get(f"/buku-belajar/unduh.{form}?{asked}"))


# --- Old weeks ----------------------------------------------------------------------------------


def test_an_old_week_shows_its_days_with_the_same_totals_and_takes_them_along(signed_in: SignIn) -> None:
    person, module = make.person(), make.activity(title="Arsip", planned_minutes=60)
    monday = dt.datetime(2026, 2, 2, 9, 0, tzinfo=make_study.rules.WIB)
    for number in range(2):
        make.study(person, module, monday + number * DAY, 20)
    make.study(person, module, monday + dt.timedelta(minutes=5), 5)  # overlaps
    seal_entries(now=monday + 2 * DAY)
    close_days(now=monday + 9 * DAY)
    learner = signed_in(person)
    path = "/buku-belajar/?pekan=2026-W06"
    before = learner.get(path).context
    list(retire(now=monday + 800 * DAY))
    assert not StudyEntry.objects.exists()

    page = learner.get(path)
    assert page.context["totals"].seconds == before["totals"].seconds == 2400
    assert page.context["found"].credited_s == 2400
    assert page.context["found"].claimed_s == before["found"].claimed_s
    assert [day.seconds for day in page.context["days"]] == [day.seconds for day in before["days"]]
    assert "3 baris lama, disimpan jumlahnya" in text_of(page)
    assert learner.get(f"{path}&tampil=refused").context["found"].rows == 1
    assert learner.get("/buku-belajar/?tahun=2026").context["totals"].seconds == 2400
    rows = list(csv.DictReader(io.StringIO(body_of(learner.get(_csv(path)))), delimiter=";"))
    assert [(row["tanggal"], row["terukur (detik)"], row["mewakili baris"]) for row in rows] == [
        ("2026-02-02", "1200", "3"),
        ("2026-02-03", "1200", "2"),
    ]
    told = json.loads(body_of(learner.get(_csv(path).replace(".csv", ".json"))))
    assert (told["rows"], sum(day["credited_s"] for day in told["days"])) == ([], 2400)


def _csv(path: str) -> str:
    return path.replace("/?", "/unduh.csv?")
