"""A role alone opens the programme's tables, on its days; every change of policy is in the log, in words."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from learning.competencies.models import JPRule
from learning.people.models import AuditEntry, Person, RoleGrant
from learning.study.models import Holiday, WeeklyTarget
from learning.study.policies import PolicyRefused, remove_holiday, save_holiday, set_weekly_target
from tests import make
from tests.asn_belajar.back_office.test_goals_and_jp import RULE, messages_of, new, signed_in

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now.astimezone(dt.UTC))


def holder(role: str, unit=None, **fields) -> tuple[Person, Client]:
    person = make.person(name=f"Pemegang {role}")
    make.role(person, role, unit, **fields)
    return person, signed_in(person)


def in_the_log(auditor: Client, action: str) -> str:
    return messages_of(auditor.get("/audit/", {"tindakan": action}))


def test_bpsdm_changes_the_policy_by_its_role_alone_and_the_auditor_reads_who_changed_what(now, week) -> None:
    make.unit(code="BIDANG-X", name="Bidang X")
    owner, bpsdm = holder("bpsdm")
    _person, auditor = holder("auditor")

    for path, form in (
        (new("weeklytarget"), {"unit": "BIDANG-X", "minutes": "90", "valid_from": week.isoformat()}),
        (new("holiday"), {"day": week.isoformat(), "name": "Pilkada"}),
    ):
        answer = bpsdm.post(path, form)
        assert answer.status_code == 302, messages_of(answer)
    holiday = Holiday.objects.get()
    for form in ({"day": week.isoformat(), "name": "Pilkada serentak"},) * 2:  # the second changes nothing
        assert bpsdm.post(f"/redaksi/holiday/edit/{holiday.pk}/", form).status_code == 302
    assert bpsdm.post(f"/redaksi/holiday/delete/{holiday.pk}/").status_code == 302
    assert not Holiday.objects.exists()
    preview = bpsdm.post(new("jprule"), RULE)
    confirmed = re.search(r'name="confirmed" value="(\w+)"', preview.content.decode())
    assert confirmed
    assert bpsdm.post(new("jprule"), {**RULE, "confirmed": confirmed[1]}).status_code == 302

    written = AuditEntry.objects.filter(actor=owner).order_by("pk")
    assert [(each.action, each.role) for each in written] == [
        (action, "bpsdm")
        for action in (
            "set_weekly_target",
            "add_holiday",
            "change_holiday",
            "remove_holiday",
            "publish_jp_rule",
        )
    ]
    for action, words in {
        "set_weekly_target": ("Bidang X", "menit sepekan: 45 → 90"),
        "add_holiday": ("hari: – → 2026-11-23", "nama: – → Pilkada", "hari kerja: – → tidak"),
        "change_holiday": ("nama: Pilkada → Pilkada serentak",),
        "remove_holiday": ("nama: Pilkada serentak → –",),
        "publish_jp_rule": ("menit per JP: 45 → 30", "kode: E-LEARNING-2018 → E-LEARNING-2026"),
    }.items():
        found = in_the_log(auditor, action)
        assert "Pemegang bpsdm" in found
        for each in words:
            assert each in found, (action, each)


def test_a_second_target_of_the_same_day_is_told_and_logs_nothing(now, week) -> None:
    owner, _client = holder("bpsdm")
    unit = make.unit()
    asked = {"actor": owner, "unit": unit, "valid_from": week, "now": now}
    set_weekly_target(minutes=60, **asked)
    with pytest.raises(PolicyRefused, match="taken"):
        set_weekly_target(minutes=90, **asked)
    with pytest.raises(PolicyRefused, match="past"):
        set_weekly_target(minutes=90, **{**asked, "valid_from": week - DAY})
    assert WeeklyTarget.objects.get().minutes == 60
    assert AuditEntry.objects.filter(action="set_weekly_target").count() == 1


def test_a_holiday_that_was_removed_meanwhile_is_told_and_comes_back_by_nobody(now, week) -> None:
    owner, bpsdm = holder("bpsdm")
    holiday = Holiday.objects.create(day=week, name="Pilkada")
    held = Holiday.objects.get()
    assert bpsdm.post(f"/redaksi/holiday/delete/{holiday.pk}/").status_code == 302

    with pytest.raises(PolicyRefused, match="gone"):
        save_holiday(actor=owner, holiday=held, day=week, name="Libur", is_workday=False, now=now)
    remove_holiday(actor=owner, holiday=held, now=now)

    assert not Holiday.objects.exists()
    assert AuditEntry.objects.filter(action__endswith="_holiday").count() == 1


@pytest.mark.parametrize(
    ("role", "of_a_unit", "first", "last", "looks"),
    [
        ("auditor", False, -9, None, True),
        ("bpsdm", False, -9, -1, False),  # ended yesterday
        ("bpsdm", False, 1, None, False),  # begins tomorrow
        ("bpsdm", True, -9, None, False),  # of one unit: the programme is not theirs
        ("unit_hr", True, -9, None, False),
    ],
)
def test_any_other_role_changes_nothing(now, week, role, of_a_unit, first, last, looks) -> None:
    unit = make.unit(code="BIDANG-X")
    person, client = holder(
        role,
        unit if of_a_unit else None,
        first_day=now.date() + first * DAY,
        last_day=None if last is None else now.date() + last * DAY,
    )
    for model in ("weeklytarget", "holiday", "jprule", "jpaward", "studypolicy"):
        assert (client.get(f"/redaksi/{model}/").status_code == 200) is looks, model
    form = {"unit": "BIDANG-X", "minutes": "90", "valid_from": week.isoformat()}
    assert client.post(new("weeklytarget"), form).status_code == 302
    assert client.post(new("holiday"), {"day": week.isoformat(), "name": "x"}).status_code == 302
    with pytest.raises(PermissionDenied):
        set_weekly_target(actor=person, unit=unit, minutes=90, valid_from=week, now=now)
    assert not WeeklyTarget.objects.exists()
    assert not Holiday.objects.exists()
    assert not JPRule.objects.filter(code="E-LEARNING-2026").exists()


def test_who_looks_at_awards_is_logged_and_finds_the_way_to_every_duty(now) -> None:
    from tests.asn_belajar.back_office.test_goals_and_jp import completed

    learner = make.person()
    award = completed(learner, 100, now - DAY)
    _auditor, auditor = holder("auditor")
    _bpsdm, bpsdm = holder("bpsdm")
    assert bpsdm.get("/redaksi/jpaward/").status_code == 200
    assert auditor.get(f"/redaksi/jpaward/inspect/{award.pk}/").status_code == 200
    looks = AuditEntry.objects.filter(action__in=("look", "look_at_list")).order_by("pk")
    assert [(each.role, each.detail["what"]) for each in looks] == [
        ("bpsdm", "jp_awards"),
        ("auditor", "jp_award"),
    ]
    assert looks[0].detail["people"] == [learner.pk]
    assert looks[1].subject == learner

    for client, shown, hidden in (
        (bpsdm, ("/surat-aktivasi/", "/permintaan-data/", "/peran/"), ("/audit/",)),
        (auditor, ("/peran/", "/audit/"), ("/surat-aktivasi/", "/permintaan-data/")),
    ):
        page = client.get("/redaksi/").content.decode()
        assert all(f'"{path}"' in page for path in shown), shown
        assert not any(f'"{path}"' in page for path in hidden), hidden
        assert client.get("/api/v1/me").json()["roles"]["office"] is True


def test_a_role_costs_the_pages_of_a_learner_no_statement(now, django_assert_num_queries) -> None:
    person = make.person()
    make.role(person, "bpsdm")
    fresh = Person.objects.get(pk=person.pk)
    assert RoleGrant.objects.filter(person=fresh).exists()
    with django_assert_num_queries(2):  # permissions of groups and of the person: as for everybody
        assert not fresh.has_perm("wagtailadmin.access_admin")  # not at the door
