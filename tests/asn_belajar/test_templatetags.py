"""The words of our templates."""

import datetime as dt
from types import SimpleNamespace

import pytest
from asn_belajar.templatetags import belajar
from django.template import Context
from django.test import RequestFactory
from django.utils import translation

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_minutes_are_whole_and_never_rounded_up() -> None:
    assert [belajar.minutes(seconds) for seconds in (0, 59, 60, 119)] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("seconds", "short", "in_full"),
    [
        (747, "12 min 27 s", "12 minutes 27 seconds"),
        (720, "12 min 0 s", "12 minutes 0 seconds"),
        (45, "45 s", "45 seconds"),
        (0, "0 s", "0 seconds"),
        (-130, "−2 min 10 s", "−2 minutes 10 seconds"),
    ],
)
def test_a_duration_is_exact_to_the_second(seconds: int, short: str, in_full: str) -> None:
    with translation.override("en"):
        assert plain(belajar.duration(seconds)) == short
        assert plain(belajar.duration_in_full(seconds)) == in_full


def test_a_number_never_leaves_its_unit_at_the_end_of_a_line() -> None:
    with translation.override("en"):
        assert belajar.duration(747) == "12\N{NO-BREAK SPACE}min 27\N{NO-BREAK SPACE}s"


def test_digits_carry_no_thousands_dot() -> None:
    assert belajar.digits(12345) == "12345"


def test_a_total_adds_up_rows_of_either_kind() -> None:
    assert belajar.total([SimpleNamespace(credited_s=40), {"credited_s": 2}], "credited_s") == 42
    assert belajar.total([], "credited_s") == 0


def test_figures_are_listed_for_those_who_listen() -> None:
    assert belajar.listed([SimpleNamespace(minutes=45), {"minutes": 0}], "minutes") == "45, 0"


def test_a_chart_is_as_high_as_its_highest_bar_and_a_quarter_of_an_hour_at_least() -> None:
    assert belajar.peak([{"minutes": 3}], "minutes") == 15
    assert belajar.peak([{"minutes": 3}, {"minutes": 61}], "minutes") == 61
    assert belajar.peak([], "minutes") == 15


def test_a_share_may_pass_a_hundred_and_survives_a_target_of_nothing() -> None:
    assert [belajar.share_of(33, 45), belajar.share_of(90, 45), belajar.share_of(5, 0)] == [73, 200, 0]


def test_a_meter_shows_no_more_than_full() -> None:
    assert [belajar.at_most(61, 45), belajar.at_most(30, 45)] == [45, 30]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (dt.date(2026, 11, 23), dt.date(2026, 11, 29), "23–29 November"),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 6), "30 November – 6 December"),
    ],
)
def test_a_week_names_its_month_once_where_it_can(first: dt.date, last: dt.date, expected: str) -> None:
    with translation.override("en"):
        assert belajar.until(first, last) == expected


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/alur/", ' aria-current="page"'),
        ("/alur/teknis/", ' aria-current="true"'),
        ("/belajar/", ""),
    ],
)
def test_a_link_knows_whether_the_reader_is_there(rf: RequestFactory, path: str, mark: str) -> None:
    assert belajar.here(Context({"request": rf.get(path)}), "/alur/") == mark


def test_a_link_needs_no_request() -> None:
    assert belajar.here(Context(), "/alur/") == ""


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [(ANDROID, "Chrome on Android"), (EDGE, "Edge on Windows"), ("curl/8", "Unknown device")],
)
def test_a_device_has_the_name_a_person_would_give_it(user_agent: str, name: str) -> None:
    with translation.override("en"):
        assert belajar.device_name(user_agent) == name
