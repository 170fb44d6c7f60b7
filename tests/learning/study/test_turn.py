"""Writers on SQLite stand in line: one holds it, the next is woken as soon as it is free."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from learning.study.turn import my_turn


def connected(name: str, *, vendor: str = "sqlite", in_atomic_block: bool = False) -> Any:
    """As much of a connection as the line looks at."""
    return SimpleNamespace(vendor=vendor, settings_dict={"NAME": name}, in_atomic_block=in_atomic_block)


def test_the_next_waits_until_the_line_is_free(tmp_path: Path) -> None:
    connection = connected(str(tmp_path / "db.sqlite3"))
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait(timeout=10)
        with my_turn(connection):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with my_turn(connection):
        inside.set()
        thread.join(timeout=0.2)
        order.append("first")
    thread.join(timeout=10)

    assert order == ["first", "second"]


def test_an_error_frees_the_line(tmp_path: Path) -> None:
    connection = connected(str(tmp_path / "db.sqlite3"))
    with pytest.raises(ZeroDivisionError), my_turn(connection):
        raise ZeroDivisionError

    with my_turn(connection):
        pass


@pytest.mark.parametrize(
    "connection",
    [
        connected("file:memorydb_default?mode=memory&cache=shared"),
        connected("belajar", vendor="postgresql"),
        connected("/nowhere/at/all.sqlite3", in_atomic_block=True),
    ],
)
def test_where_there_is_no_line_nobody_waits(connection: Any) -> None:
    with my_turn(connection), my_turn(connection):
        pass
