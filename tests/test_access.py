"""Every address × every kind of person, against the one table in `docs/access.md`."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from content.groups import EDITORS, PARTNER_PREFIX, make_groups
from content.models import Handout
from learning.people.models import Absence, DataRequest, Delegation, Person, RoleGrant, Unit
from learning.people.rules import local_day
from tests import make, make_claims, make_pages, make_reviews

TABLE = Path(__file__).resolve().parents[1] / "docs" / "access.md"

WHO = (
    *("anonymous", "own", "colleague", "head", "above", "below", "other", "reader", "decider"),
    *("hr", "hr-other", "bpsdm", "auditor", "editor", "partner"),
)
LEADERS = {"head", "above", "decider"}
WATCHERS = LEADERS | {"reader", "hr", "bpsdm", "auditor"}
SHORT = {
    "everybody": set(WHO),
    "signed-in": set(WHO) - {"anonymous"},
    "leaders": LEADERS,
    "watchers": WATCHERS,
    "anywhere": WATCHERS | {"below", "other", "hr-other"},
    "editors": {"editor", "partner"},
    "nobody": set(),
    "own-account": {"own-account"},
    "depends": {"depends"},
}
SAMPLED = ("anonymous", "own", "head", "bpsdm", "auditor")  # who tries the methods no row names
METHODS = ("GET", "POST")
NOT_HERE = "akun/not-here"
NIP = re.compile(rb"(?<![0-9])[0-9]{18}(?![0-9])")
REFUSED = {401, 403, 404, 405}


def rows() -> dict[tuple[str, str], set[str]]:
    """(address, method) → who may."""
    found: dict[tuple[str, str], set[str]] = {}
    text = TABLE.read_text(encoding="utf-8").partition("## The table")[2]
    for line in re.findall(r"^\| (.+) \|$", text, re.MULTILINE):
        address, methods, who, _why = (part.strip() for part in f"{line} ".split(" | ")[:4])
        if address == "Address" or address.startswith("---"):
            continue
        may: set[str] = set()
        for word in who.split(", "):
            may |= SHORT.get(word, {word})
        assert may <= {*WHO, "own-account", "depends"}, f"{address}: who is {may - set(WHO)}?"
        for method in methods.split():
            assert method in METHODS and (address, method) not in found, f"{address} {method}"
            found[address, method] = may
    return found


def addresses() -> Iterator[tuple[str, str]]:
    """Name and path of every URL; what lies inside the back office is Wagtail's, but for our own screens."""

    def walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str, Any]]:
        for each in patterns:
            path = f"{prefix}{each.pattern}"
            if isinstance(each, URLResolver):
                inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
                yield from walk(each.url_patterns, path, inner)
            elif isinstance(each, URLPattern):
                yield (f"{namespace}{each.name}" if each.name else path), path, each.callback

    seen = set()
    for name, path, callback in walk(get_resolver().url_patterns, "", ""):
        model = getattr(callback, "view_initkwargs", {}).get("model")
        ours = getattr(model, "__module__", "").startswith("learning.")
        inside = path.startswith("redaksi/") and name != "wagtailadmin_login"
        if inside and not (name.endswith(":index") and ours):
            name = "redaksi/"
        if name == path and path.startswith("akun/"):
            name = NOT_HERE  # allauth's, closed by asn_belajar.accounts.urls
        if name not in seen:
            seen.add(name)
            yield name, path


def may_open(answer: HttpResponse) -> bool:
    """Was it opened? A redirect to the sign-in, and a refusal, are none."""
    if answer.status_code in (301, 302):  # `next`: one has to sign in first, or again as somebody else
        to_login = answer["Location"].startswith(("/akun/login/", "/redaksi/login/"))
        sent_back = answer["Location"] == "/redaksi/"  # how Wagtail refuses one of its screens
        return not sent_back and not (to_login and "next=" in answer["Location"])
    return answer.status_code not in REFUSED


class Matrix(TestCase):
    """One world, made once; whatever a request changes is taken back."""

    @classmethod
    def setUpTestData(cls) -> None:
        today = local_day(timezone.now())
        dinas, elsewhere = make.unit(name="Dinas"), make.unit(name="Dinas lain")
        bidang = make.unit(parent=dinas, name="Bidang")
        seksi = make.unit(parent=bidang, name="Seksi")
        deeper = make.unit(parent=seksi, name="Subseksi")
        people = {
            "own": make.person(seksi),
            "colleague": make.person(seksi),
            "head": make.person(seksi),
            "above": make.person(bidang),
            "below": make.person(deeper),
            "other": make.person(elsewhere),
            "reader": make.person(seksi),
            "decider": make.person(bidang),
            **{name: make.person(elsewhere) for name in ("hr", "hr-other", "bpsdm", "auditor")},
            "editor": make.person(elsewhere),
            "partner": make.person(elsewhere),
        }
        make.person(deeper)
        make.person(elsewhere)
        for unit, name in ((seksi, "head"), (bidang, "above"), (deeper, "below"), (elsewhere, "other")):
            Unit.objects.filter(pk=unit.pk).update(head=people[name])
        for name, may_decide in (("reader", False), ("decider", True)):
            Delegation.objects.create(
                giver=people["head"],
                delegate=people[name],
                unit=seksi,
                may_decide=may_decide,
                first_day=today,
                last_day=today + dt.timedelta(days=1),
                recorded_at=timezone.now(),
            )
        for name, role, unit in (
            ("hr", "unit_hr", dinas),
            ("hr-other", "unit_hr", elsewhere),
            ("bpsdm", "bpsdm", None),
            ("auditor", "auditor", None),
        ):
            RoleGrant.objects.create(
                person=people[name], role=role, unit=unit, first_day=today - dt.timedelta(days=1)
            )
        cls.make_content(people)
        absence = Absence.objects.create(
            person=people["own"],
            first_day=today,
            last_day=today,
            recorded_by=people["head"],
            recorded_at=timezone.now(),
        )
        request = DataRequest.objects.create(person=people["own"], text="Nama", asked_at=timezone.now())
        grant = RoleGrant.objects.create(
            person=make.person(elsewhere),
            role="auditor",
            first_day=today,
            last_day=today + dt.timedelta(days=9),
        )
        module = make.activity()
        own = people["own"].pk
        now = timezone.now()
        day = today - dt.timedelta(days=2)
        declaration = make_reviews.declared(people["own"], (f"{day} 09:00", 60), now=now)
        appeal = make_reviews.appealed(people["own"], now)
        claim = make_claims.claimed(people["own"], now=now)
        cls.arguments: dict[str, dict[str, Any]] = {
            "learning:team-member": {"person_id": own},
            "learning:nudge": {"person_id": own},
            "learning:record-absence": {"person_id": own},
            "learning:end-absence": {"person_id": own, "absence_id": absence.pk},
            "learning:answer-about-data": {"request_id": request.pk},
            "learning:end-delegation": {
                "delegation_id": Delegation.objects.get(delegate=people["decider"]).pk
            },
            "learning:end-role": {"grant_id": grant.pk},
            "learning:complete": {"activity_id": module.pk},
            "learning:declared": {"pk": declaration.pk},
            "learning:declared-edit": {"pk": declaration.pk},
            "learning:declared-withdraw": {"pk": declaration.pk},
            **{
                f"learning:{name}": {"pk": claim.pk}
                for name in (
                    "claim",
                    "claim-edit",
                    "claim-withdraw",
                    "review-claim",
                    "take-claim",
                    "reopen-claim",
                )
            },
            "learning:claim-for-staff": {"person_id": own},
            "learning:member-competencies": {"person_id": own},
            "learning:evidence": {"pk": declaration.evidence.get().pk},
            "learning:ledger-entry": {"key": appeal.entry_id},
            "learning:member-entry": {"person_id": own, "key": appeal.entry_id},
            "learning:member-csv": {"person_id": own},
            "learning:member-json": {"person_id": own},
            "learning:appeal": {"entry_id": appeal.entry_id},
            "learning:appeal-withdraw": {"entry_id": appeal.entry_id},
            "learning:review-declared": {"pk": declaration.pk},
            "learning:review-appeal": {"pk": appeal.pk},
            "learning:letters-of-unit": {"unit_id": seksi.pk},
            **{f"api:{name}": {"run_id": 1} for name in ("state", "rows", "apply", "undo")},
            "sign-off": {"secret": "x"},
            "end_session": {"session_id": 999_999},
            "mfa_edit_webauthn": {"pk": 999_999},
            "mfa_remove_webauthn": {"pk": 999_999},
            "openid_connect_login": {"provider_id": "x"},
            "openid_connect_callback": {"provider_id": "x"},
            "account_confirm_email": {"key": "abc"},
            "account_reset_password_from_key": {"uidb36": "a", "key": "b-c"},
            "wagtailcore_authenticate_with_password": {"page_view_restriction_id": 1, "page_id": 1},
            "wagtaildocs_authenticate_with_password": {"restriction_id": 1},
        }
        cls.data: dict[str, dict[str, Any]] = {
            "learning:acknowledge-weeks": {"unit": seksi.pk, "person": own, "who": "selected"},
            "learning:answer-about-data": {"state": "taken"},
            "learning:choose-purposes": {"purpose": "reminders"},
        }
        cls.paths: dict[str, str] = {
            "redaksi/": "/redaksi/",
            NOT_HERE: "/akun/confirm-email/",
            "wagtail_serve": "/",
            "wagtaildocs_serve": cls.handout,
            "media": f"/media/{cls.picture}",
        }
        # A page of JSON: what a browser sends, well-formed enough to be answered by the view itself.
        cls.json: dict[str, dict[str, Any]] = {
            "api:issue_permit": {"activity": module.pk},
            "api:report_offline": {"permit": "x", "intervals": [_INTERVAL]},
            "api:report_intervals": {"token": "x", "intervals": [_INTERVAL]},
        }
        cls.cookies: dict[str, str] = {}
        for name, person in people.items():
            client = Client()
            client.force_login(person)
            cls.cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        cls.people = people

    @classmethod
    def make_content(cls, people: dict[str, Person]) -> None:
        """A published page, a hand-out, a picture; the groups that write them."""
        make_pages.home()
        partner = make_pages.partner()
        make_pages.track(owner_partner=partner)
        groups = make_groups()
        groups[EDITORS].user_set.add(people["editor"])
        mitra = next(group for name, group in groups.items() if name.startswith(PARTNER_PREFIX))
        mitra.user_set.add(people["partner"])
        cls.picture = make_pages.picture().file.name
        handout = Handout.objects.create(title="Bahan", file=ContentFile(b"Bahan tayang", name="bahan.txt"))
        cls.handout = handout.url

    def client_of(self, who: str) -> Client:
        client = Client(raise_request_exception=False)
        if who != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[who]
        return client

    def ask(self, name: str, method: str, who: str) -> tuple[bool, int, set[bytes]]:
        """Whether `who` may, the status, and whose NIP is shown; nothing stays of what the request did."""
        path = self.paths.get(name) or reverse(name, kwargs=self.arguments.get(name))
        client = self.client_of(who)
        with transaction.atomic():
            if method == "GET":
                answer = client.get(path)
            elif name in self.json:
                ours = {"Sec-Fetch-Site": "same-origin"}
                answer = client.post(path, self.json[name], content_type="application/json", headers=ours)
            else:
                answer = client.post(path, self.data.get(name, {}))
            body = b"".join(answer) if answer.streaming else answer.content
            transaction.set_rollback(True)
        own = {self.people[who].nip.encode()} if who in self.people else set()
        return may_open(answer), answer.status_code, set(NIP.findall(body)) - own

    def test_every_address_answers_each_person_as_the_table_says(self) -> None:
        """Nor does any answer show the whole NIP of somebody else."""
        table = rows()
        wrong: list[str] = []
        broken: list[str] = []
        shown: list[str] = []
        for name, _path in addresses():
            for method in METHODS:
                may = table.get((name, method))
                for who in WHO if may is not None else SAMPLED:
                    cache.clear()  # the limits on guessing are not what is asked about
                    opened, status, numbers = self.ask(name, method, who)
                    if numbers:
                        shown.append(f"{name} {method} {who}")
                    if status >= 500:
                        broken.append(f"{name} {method} {who}: {status}")
                    elif may == {"depends"} or (may == {"own-account"} and who != "anonymous"):
                        continue
                    elif opened != (may is not None and who in may):
                        wrong.append(f"{name} {method} {who}: {status}, {'opened' if opened else 'refused'}")
        assert not broken, broken
        assert not wrong, "\n".join(wrong)
        assert not shown, shown


_INTERVAL = {"key": "01930000-0000-7000-8000-000000000001", "offset_ms": 0, "length_ms": 1000}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    named = {name for name, _path in addresses()}
    written = {name for name, _method in rows()}
    assert named - written == set(), "addresses without a row in docs/access.md"
    assert written - named == set(), "rows in docs/access.md without an address"


def test_every_operation_of_the_api_has_a_row() -> None:
    from learning.endpoints import api

    operations = {
        (f"api:{operation['operationId'].rpartition('endpoints_')[2]}", method.upper())
        for methods in api.get_openapi_schema()["paths"].values()
        for method, operation in methods.items()
    }
    assert operations <= set(rows()), operations - set(rows())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/redaksi/login/", "/_util/login/"])
def test_there_is_one_door_to_sign_in(path: str, client: Client) -> None:
    """Wagtail's own forms would sign in past the limits on guessing and the second step."""
    person = make.person(is_superuser=True)
    answer = client.post(path, {"username": person.username, "password": make.PASSWORD})
    assert answer.status_code == 302 and answer["Location"].startswith("/akun/login/")
    assert "_auth_user_id" not in client.session
