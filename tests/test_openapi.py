"""The API answers as its OpenAPI document says: no server error, no undocumented answer."""

import datetime as dt
from collections.abc import Iterator

import pytest
import schemathesis
from asn_belajar.wsgi import application
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from learning.people.models import Person, RoleGrant
from learning.study.pace import PATIENCE
from tests import make

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
bounded = hypothesis_settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)


@pytest.fixture
def person(db: None) -> Person:
    person = make.person()
    RoleGrant.objects.create(
        person=person, role="bpsdm", first_day=timezone.localdate() - dt.timedelta(days=1)
    )
    make.activity(pk=1)
    return person


@pytest.fixture
def session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(autouse=True)
def one_connection(db: None) -> Iterator[None]:
    """Requests run inside the test's transaction: none closes its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def try_every_operation(headers: dict[str, str]) -> int:
    """Each operation of the document with made-up input; how many there are."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @bounded
        @given(case=operation.as_strategy())
        def answers_as_documented(case: schemathesis.Case) -> None:
            cache.clear()
            PATIENCE.forget()
            case.call_and_validate(checks=CHECKS, headers=headers)

        answers_as_documented()
    return len(operations)


def test_the_api_answers_anybody_as_documented() -> None:
    assert try_every_operation({}) >= 5


def test_the_api_answers_somebody_signed_in_as_documented(session: str) -> None:
    assert try_every_operation({"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}) >= 5
