"""Codes on paper: read back however they are typed, never guessed."""

import pytest

from learning.people.activation import rules

CODE = "7K3M9QXF0T4V2HB8N5RC1A2B"


def test_a_code_has_a_hundred_and_twenty_bits() -> None:
    assert len(set(rules.ALPHABET)) == 32
    assert rules.LENGTH * 5 == 120


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M-9QXF-0T4V-2HB8-N5RC-1A2B",
        "7k3m 9qxf 0t4v 2hb8 n5rc 1a2b",
        " 7K3M9QXF0T4V2HB8N5RC1A2B ",
        "7k3m.9qxf–Ot4v-2hb8 n5rc IA2B",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert rules.read_code(typed) == CODE


def test_ones_and_zeros_may_be_taken_for_letters() -> None:
    assert rules.read_code("I" * 12 + "l" * 12) == "1" * 24
    assert rules.read_code("o" * 24) == "0" * 24


@pytest.mark.parametrize("typed", ["", "7K3M9", CODE + "7", CODE[:-1] + "U", CODE[:-1] + "é", "\x00" * 24])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert rules.read_code(typed) is None


def test_paper_and_back() -> None:
    assert rules.on_paper(CODE) == "7K3M-9QXF-0T4V-2HB8-N5RC-1A2B"
    assert rules.read_code(rules.on_paper(CODE)) == CODE


def test_what_is_kept_does_not_show_the_code() -> None:
    assert CODE not in rules.digest(CODE)
    assert rules.digest(CODE) != rules.digest(CODE[::-1])
