"""A storage in memory for each test, as a bucket would be: nothing but Django's storage API works on it."""

from collections.abc import Iterator
from typing import Any

import pytest
from asn_belajar import package_door
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def empty_store(settings: Any) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "h5p": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    package_door.form_of.cache_clear()
    yield
    package_door.form_of.cache_clear()


@pytest.fixture
def on_disk(settings: Any, tmp_path: object) -> object:
    """The same on a disk; its folder."""
    settings.STORAGES = {
        **settings.STORAGES,
        "h5p": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
    }
    assert storages["h5p"].location == str(tmp_path)  # type: ignore[attr-defined]
    return tmp_path
