"""Limits on guessing, and codes that were used, live in the cache: each test begins with none."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def enforced(settings) -> None:
    """Staff must have a second step, since long ago."""
    settings.BELAJAR_SECOND_FACTOR_FROM = dt.date(2020, 1, 1)
