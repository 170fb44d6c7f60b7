"""What only somebody who owns the database can do: change the ledger behind the back of its guards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from learning.study import guards


@contextmanager
def no_guards() -> Iterator[None]:
    """The guards step aside. PostgreSQL wants its waiting foreign keys checked before that."""
    connection.check_constraints()
    guards.remove(connection)
    yield
    connection.check_constraints()
    guards.install(connection)
