"""The log of looks and deeds."""

import pytest

from learning.people.actions import log_deed, log_look
from learning.people.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db


def test_a_look_at_another_is_logged_and_one_at_oneself_is_not(now) -> None:
    viewer, subject = make.person(), make.person()
    entry = log_look(viewer=viewer, subject=subject, what="ledger", role="supervisor", now=now)
    assert log_look(viewer=viewer, subject=viewer, what="ledger", role="self", now=now) is None
    assert AuditEntry.objects.get() == entry
    assert (entry.at, entry.actor, entry.subject, entry.action, entry.role, entry.detail) == (
        now,
        viewer,
        subject,
        "look",
        "supervisor",
        {"what": "ledger"},
    )


def test_a_deed_keeps_its_details(now) -> None:
    actor = make.person()
    entry = log_deed(actor=actor, action="acknowledge_week", now=now, week="2026-11-23", people=[3, 5])
    entry.refresh_from_db()
    assert (entry.action, entry.subject, entry.detail) == (
        "acknowledge_week",
        None,
        {"week": "2026-11-23", "people": [3, 5]},
    )
