"""What the tests of the site share."""

from collections.abc import Iterator

import pytest

from tests.serving import environment_of_the_test, serve


@pytest.fixture(scope="session")
def real_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server on the database of these tests: two processes, two threads each.

    What a test writes it sees only when it is committed: `@pytest.mark.django_db(transaction=True)`.
    """
    var = tmp_path_factory.mktemp("server")
    with serve(environment_of_the_test(var), log=var / "server.log", threads=2) as address:
        yield address
