"""Targets, holidays, JP rules and awards in the back office: new versions only, with preview and reason."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from learning.competencies.jp.actions import publish_rule
from learning.competencies.jp.previews import preview_of
from learning.competencies.models import JPAward, JPRule
from learning.people.models import AuditEntry, Person
from learning.study.goals import weekly_target
from learning.study.models import Holiday, WeeklyTarget
from tests import make, make_study

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
RULE = {
    "form": "16",
    "code": "E-LEARNING-2026",
    "unit": "minutes",
    "minutes_per_jp": "30",
    "jp": "1",
    "cap_jp": "2",
    "cap_period": "day",
    "valid_from": "2026-11-01",
    "source": "PerLAN contoh",
    "confidence": "high",
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(dt.UTC))


def officer(*permissions: str) -> Person:
    """Somebody of BPSDM who may do this in the back office."""
    person = make.person()
    person.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *permissions]))
    return person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def new(model: str) -> str:
    return f"/redaksi/{model}/new/"


def messages_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- Weekly targets ------------------------------------------------------------------


def test_a_target_is_added_from_a_date_on_and_the_units_below_inherit_it(week) -> None:
    unit = make.unit(code="BIDANG-X")
    person = make.person(make.unit(parent=unit))
    bpsdm = signed_in(officer("add_weeklytarget", "view_weeklytarget"))
    answer = bpsdm.post(
        new("weeklytarget"), {"unit": "BIDANG-X", "minutes": "90", "valid_from": week.isoformat()}
    )
    assert answer.status_code == 302, messages_of(answer)
    assert weekly_target(person, week).minutes == 90
    assert weekly_target(person, week - 7 * DAY).minutes == 45
    row = WeeklyTarget.objects.get()
    assert "90" in messages_of(bpsdm.get("/redaksi/weeklytarget/"))
    for path in (f"/redaksi/weeklytarget/edit/{row.pk}/", f"/redaksi/weeklytarget/delete/{row.pk}/"):
        assert bpsdm.post(path, {"minutes": "5"}).status_code == 302
    assert WeeklyTarget.objects.get().minutes == 90


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "TIDAK-ADA"},
        {"unit": ""},
        {"minutes": "4"},
        {"minutes": "601"},
        {"valid_from": "2026-11-22"},  # last week is judged already
        {"valid_from": "x"},
    ],
)
def test_a_wrong_target_is_refused_and_changes_nothing(week, wrong: dict[str, str]) -> None:
    make.unit(code="BIDANG-X")
    form = {"unit": "BIDANG-X", "minutes": "90", "valid_from": week.isoformat(), **wrong}
    answer = signed_in(officer("add_weeklytarget")).post(new("weeklytarget"), form)
    assert answer.status_code == 200
    assert not WeeklyTarget.objects.exists()


def test_holidays_are_kept_where_the_calendar_of_others_is_wrong(week) -> None:
    bpsdm = signed_in(officer("add_holiday", "change_holiday", "view_holiday", "delete_holiday"))
    answer = bpsdm.post(new("holiday"), {"day": week.isoformat(), "name": "Pemilihan kepala daerah"})
    assert answer.status_code == 302
    person = make.person()
    assert weekly_target(person, week).minutes == 40  # four of five days, rounded up to five
    assert Holiday.objects.get().name == "Pemilihan kepala daerah"


@pytest.mark.parametrize("model", ["weeklytarget", "holiday", "jprule", "jpaward", "samplerate"])
def test_without_the_right_to_it_nothing_is_added(model: str) -> None:
    editor = signed_in(officer())
    assert editor.post(new(model), RULE).status_code == 302
    assert editor.get(f"/redaksi/{model}/").status_code == 302
    assert not WeeklyTarget.objects.exists()
    assert not Holiday.objects.exists()
    assert not JPRule.objects.filter(code="E-LEARNING-2026").exists()


# --- JP rules ------------------------------------------------------------------------


def completed(person: Person, minutes: int, at: dt.datetime) -> JPAward:
    module = make.activity(planned_minutes=minutes, minimum_minutes=minutes)
    make_study.completed(person, module, now=at)
    return JPAward.objects.get(completion__activity=module)


def test_a_new_version_shows_first_what_it_would_do_then_ends_the_old_one_and_changes_no_award(
    now, today
) -> None:
    person = make.person(name="Ayu Lestari")
    before = completed(person, 100, now - 40 * DAY)
    award = completed(person, 100, now - DAY)
    assert (before.jp, award.jp) == (2, 2)
    bpsdm = signed_in(officer("add_jprule", "view_jprule"))

    preview = bpsdm.post(new("jprule"), RULE)

    assert preview.status_code == 200, messages_of(preview)
    shown = preview.context["preview"]
    # (10 carried + 100) ÷ 30 = 3 JP, limited to 2: the same; of the minutes another rest.
    assert (shown.since, shown.is_trial, shown.awards, shown.people) == (dt.date(2026, 11, 1), False, 1, 1)
    assert (shown.jp_before, shown.jp_after, shown.changed) == (2, 2, 0)
    assert not JPRule.objects.filter(code="E-LEARNING-2026").exists()
    confirmed = re.search(r'name="confirmed" value="(\w+)"', preview.content.decode())
    assert confirmed

    changed = bpsdm.post(new("jprule"), {**RULE, "cap_jp": "9", "confirmed": confirmed[1]})
    assert changed.context["preview"].jp_after == 3  # another form, another preview
    assert [(each.before, each.after, each.person) for each in changed.context["preview"].examples] == [
        (2, 3, "Ayu Lestari")
    ]
    assert not JPRule.objects.filter(code="E-LEARNING-2026").exists()

    published = bpsdm.post(new("jprule"), {**RULE, "confirmed": confirmed[1]})
    assert published.status_code == 302, messages_of(published)
    rule, old = JPRule.objects.get(code="E-LEARNING-2026"), JPRule.objects.get(code="E-LEARNING-2018")
    assert (rule.form_name, rule.minutes_per_jp, rule.cap_jp, rule.valid_to) == (old.form_name, 30, 2, None)
    assert old.valid_to == rule.valid_from == dt.date(2026, 11, 1)
    assert [each.rule.code for each in JPAward.objects.order_by("pk")] == ["E-LEARNING-2018"] * 2
    assert AuditEntry.objects.get(action="publish_jp_rule").detail["before"] == "E-LEARNING-2018"
    assert completed(person, 60, now).rule == rule


def test_a_preview_reckons_what_computing_anew_would_then_make(now, today) -> None:
    from learning.competencies.jp.actions import recompute_award

    people = [make.person(), make.person()]
    awards = [completed(person, 100, now - back * DAY) for person in people for back in (3, 2, 1)]
    rule = JPRule(
        code="X", form=16, form_name="x", unit="minutes", minutes_per_jp=30, cap_jp=9, cap_period="day"
    )
    rule.valid_from, rule.source, rule.confidence = today - 2 * DAY, "s", "low"
    preview = preview_of(rule, today)
    assert (preview.awards, preview.people, preview.is_trial) == (4, 2, False)
    boss = Person.objects.get(pk=officer("add_jprule", "add_jpaward").pk)
    publish_rule(rule=rule, actor=boss, now=now)
    for award in awards:
        standing = JPAward.objects.standing().get(completion=award.completion)
        recompute_award(award=standing, actor=boss, reason="aturan baru", now=now)
    since = JPAward.objects.standing().filter(day__gte=rule.valid_from)
    assert sum(award.jp for award in since) == preview.jp_after > preview.jp_before


def test_a_version_to_come_is_tried_on_this_year(now, today) -> None:
    completed(make.person(), 100, now - 200 * DAY)
    rule = JPRule(form=16, unit="minutes", minutes_per_jp=100, valid_from=today + 30 * DAY)
    preview = preview_of(rule, today)
    assert (preview.since, preview.is_trial) == (dt.date(2026, 1, 1), True)
    assert (preview.jp_before, preview.jp_after, preview.changed) == (2, 1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": "2018-01-01"},
        {"valid_from": "2017-01-01"},
        {"cap_jp": ""},
        {"cap_period": "none"},
        {"code": "E-LEARNING-2018"},
        {"form": "99"},
        {"minutes_per_jp": "0"},
        {"source": ""},
    ],
)
def test_a_wrong_version_is_refused_and_changes_nothing(wrong: dict[str, str]) -> None:
    rules = list(JPRule.objects.order_by("pk").values())
    answer = signed_in(officer("add_jprule")).post(new("jprule"), {**RULE, **wrong})
    assert answer.status_code == 200
    assert answer.context.get("preview") is None
    assert answer.context["form"].errors
    assert list(JPRule.objects.order_by("pk").values()) == rules


def test_a_preview_asks_as_much_for_many_awards_as_for_few(now, today, django_assert_max_num_queries) -> None:
    rule = JPRule(form=16, unit="minutes", minutes_per_jp=100, valid_from=today - 9 * DAY)
    for _number in range(6):
        completed(make.person(), 50, now - DAY)
    with django_assert_max_num_queries(1):
        assert preview_of(rule, today).people == 6


# --- Awards computed anew ----------------------------------------------------------------


def test_an_award_is_computed_anew_in_the_back_office_with_a_reason_that_is_kept(now) -> None:
    person = make.person(name="Ayu Lestari")
    award = completed(person, 100, now - DAY)
    old = JPRule.objects.get(pk=award.rule_id)
    boss = officer("add_jprule", "add_jpaward", "view_jpaward")
    publish_rule(
        rule=JPRule(
            code="BARU",
            form=16,
            form_name=old.form_name,
            unit="minutes",
            minutes_per_jp=25,
            valid_from=dt.date(2026, 11, 1),
            source="s",
            confidence="low",
        ),
        actor=Person.objects.get(pk=boss.pk),
        now=now,
    )
    bpsdm = signed_in(boss)
    found = bpsdm.get("/redaksi/jpaward/?q=Ayu")
    assert "Ayu Lestari" in messages_of(found)
    assert person.nip not in found.content.decode()
    page = bpsdm.get(f"/redaksi/jpaward/inspect/{award.pk}/")
    assert "100 menit ÷ 45 = 2 JP" in messages_of(page)
    assert "BARU" in messages_of(page)
    action = f"/redaksi/jpaward/hitung-ulang/{award.pk}/"
    assert f"../../hitung-ulang/{award.pk}/" in page.content.decode()

    assert bpsdm.get(action).status_code == 302
    assert bpsdm.post(action, {"reason": " "}).status_code == 302
    assert JPAward.objects.count() == 1
    assert bpsdm.post(action, {"reason": "Aturan baru berlaku surut"}).status_code == 302
    made = JPAward.objects.get(replaces=award)
    assert (made.jp, made.rule.code, made.actor, made.reason) == (
        4,
        "BARU",
        boss,
        "Aturan baru berlaku surut",
    )
    deed = AuditEntry.objects.get(action="recompute_jp")
    assert (deed.subject, deed.detail["jp_before"], deed.detail["jp"]) == (person, 2, 4)
    assert "Digantikan" in messages_of(bpsdm.get(f"/redaksi/jpaward/inspect/{award.pk}/"))
    assert bpsdm.post(action, {"reason": "lagi"}).status_code == 302  # it was replaced: nothing happens
    assert JPAward.objects.count() == 2


def test_nobody_computes_their_own_hours_anew_or_without_the_right(now) -> None:
    boss = officer("add_jpaward", "view_jpaward")
    own, other = completed(boss, 100, now - DAY), completed(make.person(), 100, now - DAY)
    assert signed_in(boss).post(f"/redaksi/jpaward/hitung-ulang/{own.pk}/", {"reason": "x"}).status_code in (
        302,
        403,
    )
    assert signed_in(officer("view_jpaward")).post(
        f"/redaksi/jpaward/hitung-ulang/{other.pk}/", {"reason": "x"}
    ).status_code in (302, 403)
    assert JPAward.objects.count() == 2
