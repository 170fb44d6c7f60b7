"""What a NIP says, and what others may see of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.people.rules import NIPError, employment_matches, mask_nip, read_nip

PNS_WOMAN = "190003152020032001"
PPPK_MAN = "190003152020211001"


def test_the_nip_of_a_pns_tells_birth_date_and_sex() -> None:
    nip = read_nip(PNS_WOMAN)
    assert (nip.text, nip.born, nip.is_pppk, nip.sex) == (PNS_WOMAN, dt.date(1900, 3, 15), False, "P")


def test_a_contract_number_of_21_or_more_is_that_of_a_pppk() -> None:
    nip = read_nip(PPPK_MAN)
    assert (nip.born, nip.is_pppk, nip.sex) == (dt.date(1900, 3, 15), True, "L")
    assert [read_nip(f"190003152020{middle}1001").is_pppk for middle in ("12", "21", "99")] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "written", ["19000315 202003 2 001", "19000315.202003.2.001", "19000315-202003-2-001", f" {PNS_WOMAN}\n"]
)
def test_a_nip_may_be_written_with_spaces_dots_or_dashes(written: str) -> None:
    assert read_nip(written).text == PNS_WOMAN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "digits"),
        (PNS_WOMAN[:-1], "digits"),
        (PNS_WOMAN + "0", "digits"),
        (PNS_WOMAN[:-1] + "x", "digits"),
        ("١٩٠٠٠٣١٥٢٠٢٠٠٣٢٠٠١", "digits"),  # digits, but not ours
        ("190002302020032001", "birth_date"),
        ("190013012020032001", "birth_date"),
        ("000001012020032001", "birth_date"),
        ("190003152020002001", "appointment"),
        ("190003152020132001", "appointment"),
        ("190003152020202001", "appointment"),
        ("190003152020030001", "sex"),
        ("190003152020033001", "sex"),
    ],
)
def test_what_cannot_be_a_nip_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(NIPError) as refused:
        read_nip(text)
    assert refused.value.code == code


@given(st.text())
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        nip = read_nip(text)
    except NIPError as refused:
        assert refused.code in ("digits", "birth_date", "appointment", "sex")
    else:
        assert len(nip.text) == 18
        assert nip.text.isascii()


@given(
    st.dates(dt.date(1940, 1, 1), dt.date(2010, 12, 31)),
    st.sampled_from([*range(1, 13), *range(21, 100)]),
    st.sampled_from("12"),
    st.integers(0, 999),
)
def test_every_well_formed_nip_gives_back_what_it_was_made_of(
    born: dt.date, middle: int, sex: str, serial: int
) -> None:
    nip = read_nip(f"{born:%Y%m%d}2020{middle:02d}{sex}{serial:03d}")
    assert (nip.born, nip.is_pppk, nip.sex) == (born, middle > 20, {"1": "L", "2": "P"}[sex])


@pytest.mark.parametrize(
    ("nip", "employment", "fits"),
    [
        (PNS_WOMAN, "pns", True),
        (PNS_WOMAN, "cpns", True),
        (PNS_WOMAN, "pppk", False),
        (PPPK_MAN, "pppk", True),
        (PPPK_MAN, "pns", False),
        (PPPK_MAN, "cpns", False),
        (PPPK_MAN, "non_asn", True),
    ],
)
def test_the_form_of_a_nip_must_fit_how_somebody_serves(nip: str, employment: str, fits: bool) -> None:
    assert employment_matches(read_nip(nip), employment) is fits


def test_a_masked_nip_keeps_the_first_and_the_last_four_digits() -> None:
    assert mask_nip(PNS_WOMAN) == "1900••••••••••2001"
    assert len(mask_nip(PNS_WOMAN)) == 18
    assert PNS_WOMAN[4:8] not in mask_nip(PNS_WOMAN)  # the birthday


@given(st.text(max_size=40).filter(lambda text: len(text) != 18))
def test_what_is_no_nip_is_masked_wholly(text: str) -> None:
    assert mask_nip(text) == "••••"
