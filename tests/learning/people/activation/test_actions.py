"""Letters are printed for one's own people, open one account once, and tell a stranger nothing."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.people.activation import actions, queries, rules
from learning.people.activation.actions import ActivationRefused, Letter
from learning.people.models import ActivationCode, AuditEntry, Person, RoleGrant, Unit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def opd(db: None) -> Unit:
    return make.unit(name="Dinas Contoh")


@pytest.fixture
def hr(opd: Unit, now: dt.datetime) -> Person:
    """The personnel office of an OPD."""
    person = make.person(opd, name="Siti Rahmawati")
    RoleGrant.objects.create(person=person, role="unit_hr", unit=opd, first_day=now.date())
    return person


def print_for(person: Person, hr: Person, now: dt.datetime) -> Letter:
    (letter,) = actions.issue_letters(by=hr, people=[person.pk], now=now)
    return letter


def refusal(nip: str | None, text: str, now: dt.datetime) -> str:
    with pytest.raises(ActivationRefused) as refused:
        actions.check_code(nip=str(nip), text=text, now=now)
    return refused.value.code


def test_a_letter_opens_the_account_it_is_for(opd: Unit, hr: Person, now: dt.datetime) -> None:
    person = make.person(opd, password=None)
    letter = print_for(person, hr, now)
    code = actions.check_code(nip=str(person.nip), text=rules.on_paper(letter.code), now=now)
    assert actions.use_code(code_id=code.pk, now=now) == person
    entries = AuditEntry.objects.order_by("pk").values_list("action", "actor", "subject")
    assert list(entries) == [("issue_letter", hr.pk, person.pk), ("activate", person.pk, None)]


def test_the_code_is_on_the_paper_only(opd: Unit, hr: Person, now: dt.datetime) -> None:
    letter = print_for(make.person(opd), hr, now)
    row = ActivationCode.objects.get()
    assert row.digest == rules.digest(letter.code)
    kept = [*ActivationCode.objects.values_list(), *AuditEntry.objects.values_list()]
    assert letter.code not in str(kept)


def test_codes_do_not_repeat(opd: Unit, hr: Person, now: dt.datetime) -> None:
    people = [make.person(opd, password=None).pk for _ in range(20)]
    letters = actions.issue_letters(by=hr, people=people, now=now)
    assert len({letter.code for letter in letters}) == 20
    assert all(rules.read_code(letter.code) == letter.code for letter in letters)


def test_letters_are_printed_for_ones_own_people_only(opd: Unit, hr: Person, now: dt.datetime) -> None:
    below = make.person(make.unit(parent=opd))
    mine, elsewhere, gone = make.person(opd), make.person(), make.person(opd, is_active=False)
    everybody = [person.pk for person in (mine, below, elsewhere, gone, hr)]
    letters = actions.issue_letters(by=hr, people=everybody, now=now)
    assert {letter.person for letter in letters} == {mine, below}
    assert actions.issue_letters(by=mine, people=everybody, now=now) == []
    RoleGrant.objects.update(last_day=now.date() - dt.timedelta(days=1), first_day=dt.date(2026, 1, 1))
    assert actions.issue_letters(by=hr, people=everybody, now=now) == []


def test_bpsdm_prints_for_everybody_and_the_auditor_for_nobody(now: dt.datetime) -> None:
    person, bpsdm, auditor = make.person(), make.person(), make.person()
    RoleGrant.objects.create(person=bpsdm, role="bpsdm", first_day=now.date())
    RoleGrant.objects.create(person=auditor, role="auditor", first_day=now.date())
    assert len(actions.issue_letters(by=bpsdm, people=[person.pk, bpsdm.pk], now=now)) == 1
    assert actions.issue_letters(by=auditor, people=[person.pk], now=now) == []


def test_a_newer_letter_makes_the_older_one_void(opd: Unit, hr: Person, now: dt.datetime) -> None:
    person = make.person(opd)
    first, second = print_for(person, hr, now), print_for(person, hr, now)
    assert refusal(person.nip, first.code, now) == "used"
    assert actions.check_code(nip=str(person.nip), text=second.code, now=now)
    assert ActivationCode.objects.open_at(now).count() == 1


def test_a_letter_ends(opd: Unit, hr: Person, now: dt.datetime, settings) -> None:
    settings.BELAJAR_ACTIVATION_DAYS = 30
    person = make.person(opd)
    letter = print_for(person, hr, now)
    last = now + dt.timedelta(days=30)
    code = actions.check_code(nip=str(person.nip), text=letter.code, now=last - dt.timedelta(seconds=1))
    assert refusal(person.nip, letter.code, last) == "expired"
    with pytest.raises(ActivationRefused):
        actions.use_code(code_id=code.pk, now=last)


def test_a_letter_works_once(opd: Unit, hr: Person, now: dt.datetime) -> None:
    person = make.person(opd)
    letter = print_for(person, hr, now)
    code = actions.check_code(nip=str(person.nip), text=letter.code, now=now)
    actions.use_code(code_id=code.pk, now=now)
    assert refusal(person.nip, letter.code, now) == "used"
    with pytest.raises(ActivationRefused):
        actions.use_code(code_id=code.pk, now=now)


@pytest.mark.django_db(transaction=True)
def test_a_letter_used_twice_at_the_same_moment_works_once(now: dt.datetime) -> None:
    opd = make.unit()
    hr, person = make.person(opd), make.person(opd)
    RoleGrant.objects.create(person=hr, role="unit_hr", unit=opd, first_day=now.date())
    letter = print_for(person, hr, now)
    code = actions.check_code(nip=str(person.nip), text=letter.code, now=now)

    def use(_number: int) -> bool:
        try:
            actions.use_code(code_id=code.pk, now=now)
        except ActivationRefused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(use, range(8))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_the_same_moment_leave_one_letter_of_each_person(now: dt.datetime) -> None:
    opd = make.unit()
    hr = make.person(opd)
    people = [make.person(opd).pk for _number in range(3)]
    RoleGrant.objects.create(person=hr, role="unit_hr", unit=opd, first_day=now.date())

    def print_all(number: int) -> int:
        order = people if number % 2 else people[::-1]
        try:
            return len(actions.issue_letters(by=hr, people=order, now=now))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(print_all, range(8))) == [3] * 8
    out = ActivationCode.objects.open_at(now).values_list("person_id", flat=True)
    assert sorted(out) == sorted(people)


def test_a_stranger_learns_nothing_from_trying(opd: Unit, hr: Person, now: dt.datetime) -> None:
    """Whatever is wrong, the answer is one and the work is one look-up, by the code and never by the NIP."""
    person, other = make.person(opd), make.person(opd)
    inactive = make.person(opd)
    letter, theirs = print_for(person, hr, now), print_for(inactive, hr, now)
    Person.objects.filter(pk=inactive.pk).update(is_active=False)
    guess = "0" * 24
    tries = {
        "known NIP, wrong code": (person.nip, guess),
        "unknown NIP, wrong code": (make.nip(77_777), guess),
        "another's code": (other.nip, letter.code),
        "unknown NIP, real code": (make.nip(77_777), letter.code),
        "no NIP": ("", letter.code),
        "no code": (person.nip, ""),
        "inactive": (inactive.nip, theirs.code),
        "a used code under another NIP": (other.nip, print_for(person, hr, now).code),
    }
    for name, (nip, text) in tries.items():
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            assert refusal(nip, text, now) == "wrong", name
        assert len(queries_made) == 1, name
        assert "digest" in queries_made[0]["sql"].partition("WHERE")[2]


def test_the_list_of_units_counts_who_waits(opd: Unit, hr: Person, now: dt.datetime) -> None:
    waits, active = make.person(opd), make.person(opd, last_login=now)
    make.unit(parent=opd)  # nobody in it: not shown
    print_for(waits, hr, now)
    print_for(active, hr, now)
    (row,) = queries.units_with_counts(hr, now)
    assert (row.people_here, row.waiting, row.letters_out) == (3, 2, 2)
    assert not queries.units_with_counts(hr, now, "lain").exists()
