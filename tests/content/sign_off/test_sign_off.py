"""A partner's expert approves by link: the whole way, and every link that must not work."""

import datetime as dt
import hashlib
import re

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import TaskState

from content.groups import make_groups, make_partner_group
from content.models import ModulePage, SignOff
from content.sign_off import actions
from content.sign_off.actions import Outcome, SignOffRefused
from content.workflows import PARTNER, make_workflows
from learning.people.models import Person
from tests import make, make_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    """A draft below a partner's track, submitted, waiting for its partner."""
    page = make_pages.unpublished_module(title="Naskah mitra")
    make_groups()
    make_workflows()
    page.get_workflow().start(page, None)
    page.refresh_from_db()
    return page


@pytest.fixture
def editor(module: ModulePage) -> Person:
    person = make.person()
    person.groups.add(make_partner_group(module.get_parent().specific.owner_partner))
    return person


def link(module: ModulePage, *, days: int = 7, ago: dt.timedelta = dt.timedelta()) -> tuple[SignOff, str]:
    return actions.issue_link(
        page=module,
        by=None,
        organisation="Universitas 1",
        expert="Dr. Sari",
        days=days,
        now=timezone.now() - ago,
    )


def test_a_partners_page_goes_to_the_partner_first_and_nobody_changes_it_meanwhile(
    module: ModulePage, editor: Person
) -> None:
    assert module.get_workflow().name == PARTNER
    assert actions.waiting_state(module) is not None
    assert module.get_lock().for_user(editor) and module.get_lock().for_user(make.person(is_superuser=True))


def test_an_expert_approves_and_name_time_and_hash_are_kept(
    client: Client, module: ModulePage, editor: Person
) -> None:
    client.force_login(editor)
    answer = client.post(
        f"/redaksi/persetujuan/{module.pk}/",
        {"expert": "Dr. Sari", "organisation": "Universitas 1", "days": 5},
    )
    address = re.search(r"/persetujuan/[\w-]{43}/", answer.content.decode())
    assert address
    assert b"/persetujuan/" not in client.get(f"/redaksi/persetujuan/{module.pk}/").content.replace(
        b"/redaksi/persetujuan/", b""
    )  # shown once: only its hash is kept

    guest = Client()
    shown = guest.get(address[0])
    text = shown.content.decode()
    assert shown.status_code == 200 and shown["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in shown["Cache-Control"]
    assert "Langkah dua" in text and "Apa arti T yang pertama" in text and "study-meter" not in text

    empty = guest.post(address[0], {"name": "Dr. Sari", "outcome": "returned", "comment": " "})
    assert empty.status_code == 422
    assert not SignOff.objects.get().outcome
    done = guest.post(address[0], {"name": "Dr. Sari", "outcome": "approved", "comment": "Sudah tepat."})
    assert done.status_code == 302
    kept = SignOff.objects.get()
    assert (kept.outcome, kept.decided_name, kept.comment) == ("approved", "Dr. Sari", "Sudah tepat.")
    assert kept.decided_at and kept.revision_hash == actions.hash_of(module.get_latest_revision())
    thanks = guest.get(address[0])
    assert thanks.status_code == 200 and b"Naskah mitra" in thanks.content
    assert b"Langkah dua" not in thanks.content  # what was decided is no longer shown to whoever has the link
    assert guest.post(address[0], {"name": "Lain", "outcome": "returned", "comment": "x"}).status_code == 409

    state = TaskState.objects.get(workflow_state__current_task_state__isnull=False, status="in_progress")
    assert state.task.name == "Persetujuan BPSDM"
    module.refresh_from_db()
    assert not module.live


def test_an_expert_returns_and_the_page_can_be_changed_again(module: ModulePage, editor: Person) -> None:
    _kept, secret = link(module)
    actions.decide(
        secret=secret, outcome=Outcome.RETURNED, name="Dr. Sari", comment="Langkah 2.", now=timezone.now()
    )
    module = ModulePage.objects.get(pk=module.pk)
    assert module.current_workflow_state.status == "needs_changes"
    assert module.get_lock() is None
    assert "Langkah 2." in TaskState.objects.get(status="rejected").comment


def test_a_link_that_does_not_hold_opens_nothing(client: Client, module: ModulePage) -> None:
    """Expired, replaced, withdrawn, overtaken, changed: 410 and why; nothing of the text is shown."""
    _old, expired = link(module, days=1, ago=dt.timedelta(days=1, seconds=1))
    _first, replaced = link(module)
    second, withdrawn = link(module)
    actions.withdraw(sign_off=second, now=timezone.now())
    changed_row, changed = link(module)
    SignOff.objects.filter(pk=changed_row.pk).update(revision_hash=hashlib.sha256(b"lain").hexdigest())
    answers = [client.get(f"/persetujuan/{each}/") for each in (expired, replaced, withdrawn, changed)]
    _last, over = link(module)
    actions.waiting_state(module).workflow_state.cancel()
    answers.append(client.get(f"/persetujuan/{over}/"))
    assert [each.status_code for each in answers] == [410] * 5
    assert not any(b"Langkah satu" in each.content for each in answers)
    before = SignOff.objects.filter(outcome="").count()
    for each in (expired, replaced, withdrawn, changed, over):
        answer = client.post(f"/persetujuan/{each}/", {"name": "X", "outcome": "approved"})
        assert answer.status_code == 410
    assert SignOff.objects.filter(outcome="").count() == before
    with pytest.raises(SignOffRefused, match="not_waiting"):
        link(ModulePage.objects.get(pk=module.pk))


def test_guesses_are_counted_and_right_links_are_not(client: Client, module: ModulePage) -> None:
    _kept, secret = link(module)
    assert [client.get(f"/persetujuan/{secret}/").status_code for _ in range(25)] == [200] * 25
    guesses = [client.get(f"/persetujuan/{'x' * 42}{n % 10}/").status_code for n in range(21)]
    assert guesses == [404] * 20 + [429]
    assert client.get(f"/persetujuan/{secret}/").status_code == 429
    elsewhere = client.get(f"/persetujuan/{secret}/", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_only_who_may_edit_the_page_makes_links(client: Client, module: ModulePage) -> None:
    other = make.person()
    other.groups.add(make_partner_group(make_pages.module().get_parent().specific.owner_partner))
    client.force_login(other)
    assert client.get(f"/redaksi/persetujuan/{module.pk}/").status_code in {302, 403}
    assert client.post(
        f"/redaksi/persetujuan/{module.pk}/", {"expert": "X", "organisation": "Y", "days": 3}
    ).status_code in {302, 403}
    assert not SignOff.objects.exists()
