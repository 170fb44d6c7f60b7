"""The one gate: who may see whose learning."""

import pytest

from learning.people import access
from learning.people.models import Person, Unit
from tests import make
from tests.conftest import Supervision

pytestmark = pytest.mark.django_db


@pytest.fixture
def ladder() -> dict[str, Unit | Person]:
    """Dinas → bidang → seksi, each with a head and one more person; and another dinas beside it."""
    dinas = make.unit(name="Dinas")
    bidang = make.unit(parent=dinas, name="Bidang")
    seksi = make.unit(parent=bidang, name="Seksi")
    beside = make.unit(parent=dinas, name="Bidang lain")
    elsewhere = make.unit(name="Dinas lain")
    found: dict[str, Unit | Person] = {}
    for name, unit in (
        ("dinas", dinas),
        ("bidang", bidang),
        ("seksi", seksi),
        ("beside", beside),
        ("elsewhere", elsewhere),
    ):
        head = make.person(unit, name=f"Kepala {name}")
        Unit.objects.filter(pk=unit.pk).update(head=head)
        found |= {
            name: Unit.objects.get(pk=unit.pk),
            f"head_{name}": head,
            f"staff_{name}": make.person(unit),
        }
    for name, each in found.items():
        found[name] = type(each).objects.get(pk=each.pk)  # as the next request reads them
    return found


def seen_by(viewer: object) -> set[Person]:
    assert isinstance(viewer, Person)
    return set(access.visible_people(viewer))


def test_a_head_sees_their_unit_and_all_below_but_neither_beside_nor_above(ladder) -> None:
    assert seen_by(ladder["head_bidang"]) == {
        ladder["staff_bidang"],
        ladder["head_seksi"],
        ladder["staff_seksi"],
    }
    assert seen_by(ladder["head_seksi"]) == {ladder["staff_seksi"]}
    assert seen_by(ladder["head_dinas"]) == {
        ladder[f"{role}_{unit}"]
        for role in ("head", "staff")
        for unit in ("dinas", "bidang", "seksi", "beside")
    } - {ladder["head_dinas"]}


def test_somebody_who_leads_nobody_sees_nobody(ladder) -> None:
    assert access.is_supervisor(ladder["head_bidang"])
    assert not access.is_supervisor(ladder["staff_bidang"])
    assert seen_by(ladder["staff_bidang"]) == set()
    assert access.visible_units(ladder["staff_bidang"]) == []


def test_the_head_of_two_units_sees_both_and_nobody_else(supervisor_of_two_units: Supervision) -> None:
    team = supervisor_of_two_units
    assert seen_by(team.supervisor) == {*team.people_of_first, *team.people_of_second}
    assert access.visible_units(team.supervisor) == [team.first, team.second]
    assert team.stranger not in seen_by(team.supervisor)


def test_no_unit_is_listed_twice_to_somebody_who_heads_a_unit_and_one_below_it(ladder) -> None:
    seksi = ladder["seksi"]
    Unit.objects.filter(pk=seksi.pk).update(head=ladder["head_bidang"])
    assert access.visible_units(ladder["head_bidang"]) == [ladder["bidang"], seksi]


def test_an_inactive_person_is_not_seen_and_a_closed_unit_gives_no_sight(ladder) -> None:
    staff, head = ladder["staff_seksi"], ladder["head_seksi"]
    Person.objects.filter(pk=staff.pk).update(is_active=False)
    assert seen_by(head) == set()
    Person.objects.filter(pk=staff.pk).update(is_active=True)
    assert seen_by(head) == {staff}
    Unit.objects.filter(pk=ladder["seksi"].pk).update(is_active=False)
    assert not access.is_supervisor(head)
    assert seen_by(head) == set()


def test_a_ledger_is_open_to_its_owner_and_their_supervisors_only(ladder) -> None:
    owner = ladder["staff_seksi"]
    open_to = {
        name
        for name, each in ladder.items()
        if isinstance(each, Person) and access.can_see_ledger(each, owner)
    }
    assert open_to == {"staff_seksi", "head_seksi", "head_bidang", "head_dinas"}


def test_a_head_does_not_see_the_ledger_of_the_head_above(ladder) -> None:
    assert access.can_see_ledger(ladder["head_dinas"], ladder["head_bidang"])
    assert not access.can_see_ledger(ladder["head_bidang"], ladder["head_dinas"])


def test_units_whose_paths_begin_alike_are_not_confused() -> None:
    units = [make.unit() for _ in range(40)]  # treebeard counts 1 … 9, A … Z, then carries
    people = [make.person(unit, password=None) for unit in units]
    for unit, person in zip(units, people, strict=True):
        assert set(Person.objects.get_queryset().under([unit])) == {person}


def test_the_supervisor_is_the_head_of_the_unit_and_for_a_head_the_next_one_up(ladder) -> None:
    assert access.supervisor_of(ladder["staff_seksi"]) == ladder["head_seksi"]
    assert access.supervisor_of(ladder["head_seksi"]) == ladder["head_bidang"]
    assert access.supervisor_of(ladder["head_bidang"]) == ladder["head_dinas"]
    assert access.supervisor_of(ladder["head_dinas"]) is None


def test_a_unit_without_a_head_is_looked_after_by_the_one_above(ladder) -> None:
    Unit.objects.filter(pk=ladder["seksi"].pk).update(head=None)
    person = Person.objects.get(pk=ladder["staff_seksi"].pk)
    assert access.supervisor_of(person) == ladder["head_bidang"]


def test_somebody_without_a_unit_has_no_supervisor() -> None:
    partner = Person.objects.create_user("mitra-1", None, name="Mitra")
    assert access.supervisor_of(partner) is None
    assert not access.visible_people(partner).exists()


@pytest.mark.parametrize("gone", ["person", "unit"])
def test_a_head_who_left_or_whose_unit_closed_supervises_nobody_any_more(ladder, gone: str) -> None:
    if gone == "person":
        Person.objects.filter(pk=ladder["head_seksi"].pk).update(is_active=False)
    else:
        Unit.objects.filter(pk=ladder["seksi"].pk).update(is_active=False)
    person = Person.objects.get(pk=ladder["staff_seksi"].pk)
    assert access.supervisor_of(person) == ladder["head_bidang"]


def test_whoever_supervises_somebody_can_see_them(ladder) -> None:
    for person in Person.objects.all():
        supervisor = access.supervisor_of(person)
        assert supervisor is None or person in seen_by(supervisor)
