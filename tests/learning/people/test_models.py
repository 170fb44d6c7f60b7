"""What the database itself holds people to."""

import pytest
from django.db import IntegrityError, transaction

from learning.people.models import Person
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nip", ["123", "19000315202003200x", ""])
def test_the_database_takes_18_digits_for_a_nip_and_nothing_else(nip: str) -> None:
    assert make.person().nip
    with pytest.raises(IntegrityError), transaction.atomic():
        make.person(nip=nip, username="seseorang")


def test_a_nip_belongs_to_one_person_but_many_have_none() -> None:
    first = make.person()
    make.person(nip=None)
    make.person(nip=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.person(nip=first.nip, username="orang-lain")


def test_a_person_is_never_shown_by_their_nip() -> None:
    person = make.person(name="Ayu Lestari, S.I.Kom.")
    assert str(person) == person.get_full_name() == "Ayu Lestari, S.I.Kom."
    assert person.get_short_name() == "Ayu Lestari"
    assert person.nip not in f"{person} {person!r} {person.masked_nip}"


def test_the_name_of_people_orders_them_and_the_key_breaks_a_tie() -> None:
    unit = make.unit()
    second, first, third = (make.person(unit, name=name) for name in ("Budi", "Ani", "Budi"))
    assert list(Person.objects.in_unit(unit).by_name()) == [first, second, third]
