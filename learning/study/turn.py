"""Writers of the ledger on SQLite stand in line.

SQLite lets one connection write and makes the others sleep and try again, at intervals that grow to
a tenth of a second: with two processes reporting all the time, one in twenty waited 65 times the
median. A lock on a file beside the database wakes the next writer at once. Whoever writes without
standing in line still waits for SQLite itself, so this is speed, not safety.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def my_turn(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold the line of the database file of `connection`; nothing on PostgreSQL or in memory.

    Also nothing inside a transaction that is already open: it holds SQLite's own lock, and to wait
    for a line whose head waits for that lock would be to wait for ever.
    """
    path = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or connection.in_atomic_block or not path.startswith("/"):
        yield
        return
    line = os.open(f"{path}.line", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield
    finally:
        os.close(line)
