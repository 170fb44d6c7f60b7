"""What the tests of study stand on."""

import pytest

from learning.study import actions


@pytest.fixture(autouse=True)
def limits_are_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that changes the policy must not wait ten seconds for it."""
    monkeypatch.setattr(actions, "_LIMITS_KEPT_S", -1.0)
