"""The API answers as its OpenAPI document says: no server error, no undocumented answer."""

import datetime as dt

import pytest
import schemathesis
from asn_belajar.wsgi import application
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from learning.people.models import Person, RoleGrant
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
def api_schema(db: None) -> object:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


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


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@bounded
def test_the_api_answers_anybody_as_documented(case: schemathesis.Case) -> None:
    cache.clear()
    case.call_and_validate(checks=CHECKS)


@schema.parametrize()
@bounded
def test_the_api_answers_somebody_signed_in_as_documented(case: schemathesis.Case, session: str) -> None:
    cache.clear()
    case.call_and_validate(checks=CHECKS, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
