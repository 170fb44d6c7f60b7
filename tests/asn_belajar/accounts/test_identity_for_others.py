"""A tool of a partner signs somebody in with our account: a small one, as RFC 6749 and OpenID Connect ask."""

import base64
import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client

from learning.people.models import Person, Unit
from tests import make
from tests.asn_belajar.accounts.provider import key_pair

pytestmark = pytest.mark.django_db

CALLBACK = "https://mitra.contoh.example/kembali"
PEM = (
    key_pair()
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)


@pytest.fixture
def switched_on(settings) -> None:
    settings.ROOT_URLCONF = "tests.asn_belajar.accounts.idp_urls"
    settings.IDP_OIDC_PRIVATE_KEY = PEM


@dataclass
class Tool:
    """The relying party: it asks, and reads what it is answered."""

    client_id: str
    client_secret: str
    verifier: str = ""
    nonce: str = ""

    def question(self, **changed: str | None) -> dict[str, str]:
        self.verifier, self.nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked: dict[str, str | None] = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid profile",
            "state": "keadaan",
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: text for name, text in asked.items() if text is not None}

    def exchange(self, code: str, **changed: str) -> HttpResponse:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "code_verifier": self.verifier,
            **changed,
        }
        return Client().post("/identitas/token", form)

    def read(self, id_token: str) -> dict[str, Any]:
        keys = Client().get("/.well-known/jwks.json").json()["keys"]
        key = jwt.PyJWK(keys[0], algorithm="RS256").key
        claims: dict[str, Any] = jwt.decode(
            id_token, key, algorithms=["RS256"], audience=self.client_id, issuer="http://testserver"
        )
        assert claims["nonce"] == self.nonce
        return claims


@pytest.fixture
def tool(switched_on: None, capsys: pytest.CaptureFixture[str]) -> Tool:
    call_command("identity_client", "Ruang Kelas Mitra", CALLBACK)
    printed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    return Tool(printed["client_id"], printed["client_secret"])


def allow(client: Client, tool: Tool, *, scopes: list[str] | None = None, **changed: str) -> HttpResponse:
    """The person reads the consent page and allows what it asks."""
    page = client.get("/identitas/setujui", tool.question(**changed))
    assert page.status_code == 200, page
    form = {
        "request": page.context["form"]["request"].value(),
        "scopes": scopes or ["openid", "profile"],
        "action": "grant",
    }
    return client.post("/identitas/setujui", form)


def code_in(answer: HttpResponse) -> str:
    assert answer["Location"].startswith(CALLBACK)
    found = parse_qs(urlsplit(answer["Location"]).query)
    assert found["state"] == ["keadaan"]
    return found["code"][0]


def test_nothing_answers_while_it_is_switched_off(client: Client) -> None:
    client.force_login(make.person())
    for path in (
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json",
        "/identitas/setujui",
        "/identitas/token",
        "/identitas/saya",
        "/identitas/cabut",
        "/identitas/keluar",
        "/identity/o/authorize",
    ):
        assert client.get(path, follow=True).status_code == 404, path
        assert client.post(path, follow=True).status_code == 404, path


def test_a_tool_learns_who_it_is_and_the_name_and_nothing_else(tool: Tool, client: Client) -> None:
    person = make.person(name="Ayu Lestari, S.Kom.", email="ayu@contoh.example")
    client.force_login(person)
    answer = tool.exchange(code_in(allow(client, tool)))
    assert answer.status_code == 200, answer.content
    given = answer.json()
    claims = tool.read(given["id_token"])
    told = Client().get("/identitas/saya", headers={"authorization": f"Bearer {given['access_token']}"})
    assert told.json() == {"sub": claims["sub"], "name": person.name}
    for kept in (person.nip, person.email):
        assert kept not in json.dumps([claims, told.json()])
    again = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert tool.exchange("", **again).status_code == 400  # ten minutes, and then the person is asked anew


def test_the_person_may_keep_the_name_to_themselves_or_say_no(tool: Tool, client: Client) -> None:
    client.force_login(make.person())
    given = tool.exchange(code_in(allow(client, tool, scopes=["openid"]))).json()
    told = Client().get("/identitas/saya", headers={"authorization": f"Bearer {given['access_token']}"})
    assert set(told.json()) == {"sub"}

    page = client.get("/identitas/setujui", tool.question())
    form = {"request": page.context["form"]["request"].value(), "action": "cancel"}
    answer = client.post("/identitas/setujui", form)
    assert answer["Location"] == f"{CALLBACK}?error=access_denied&state=keadaan"


def test_the_consent_page_is_ours_in_indonesian_and_its_answer_reaches_the_tool(
    tool: Tool, client: Client
) -> None:
    client.force_login(make.person())
    page = client.get("/identitas/setujui", tool.question())
    text = page.content.decode()
    for sentence in ("Ruang Kelas Mitra ingin", "Melihat nama Anda", "Kata sandi dan NIP Anda tetap di sini"):
        assert sentence in text
    (form_action,) = [part for part in page["Content-Security-Policy"].split(";") if "form-action" in part]
    assert form_action.split() == ["form-action", "'self'", "https://mitra.contoh.example"]


def test_who_is_not_signed_in_signs_in_first(tool: Tool, client: Client) -> None:
    answer = client.get("/identitas/setujui", tool.question())
    assert answer["Location"].startswith("/akun/login/?next=/identitas/setujui")


def test_staff_need_their_second_step_here_too(tool: Tool, client: Client, settings) -> None:
    settings.BELAJAR_SECOND_FACTOR_FROM = dt.date(2020, 1, 1)
    head = make.person()
    Unit.objects.filter(pk=head.unit_id).update(head=head)
    client.force_login(head)
    answer = client.get("/identitas/setujui", tool.question())
    assert answer["Location"].startswith("/akun/langkah-kedua/")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "tidak-ada"},
        {"redirect_uri": "https://jahat.example/kembali"},
        {"redirect_uri": f"{CALLBACK}/lain"},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_tool_that_asks_wrongly_gets_no_answer_and_no_redirect(
    tool: Tool, client: Client, changed: dict[str, str | None]
) -> None:
    client.force_login(make.person())
    answer = client.get("/identitas/setujui", tool.question(**changed))
    assert answer.status_code in (400, 401), answer
    assert "Location" not in answer
    assert "Alat ini" in answer.content.decode()


def test_a_tool_gets_no_more_than_was_agreed_with_it(tool: Tool, client: Client) -> None:
    client.force_login(make.person())
    answer = client.get("/identitas/setujui", tool.question(scope="openid profile email nip"))
    assert "error=invalid_scope" in answer["Location"]
    answer = client.get("/identitas/setujui", tool.question(response_type="token"))
    assert "code=" not in answer.get("Location", "")


def test_a_code_works_once_for_the_tool_and_the_browser_that_asked(tool: Tool, client: Client) -> None:
    client.force_login(make.person())
    code = code_in(allow(client, tool))
    assert tool.exchange(code, code_verifier="x" * 43).status_code == 400
    code = code_in(allow(client, tool))
    assert tool.exchange(code, client_secret="salah").status_code in (400, 401)
    assert tool.exchange(code, redirect_uri="https://jahat.example").status_code == 400
    code = code_in(allow(client, tool))
    assert tool.exchange(code).status_code == 200
    assert tool.exchange(code).status_code == 400


def test_a_consent_cannot_be_given_by_another_site(tool: Tool) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.person())
    page = strict.get("/identitas/setujui", tool.question())
    form = {
        "request": page.context["form"]["request"].value(),
        "scopes": ["openid"],
        "action": "grant",
    }
    assert strict.post("/identitas/setujui", form).status_code == 403
    assert Client().post("/identitas/setujui", {**form, "request": "palsu"}).status_code in (302, 403)


def test_who_has_left_is_told_to_nobody(tool: Tool, client: Client) -> None:
    person = make.person()
    client.force_login(person)
    given = tool.exchange(code_in(allow(client, tool))).json()
    code = code_in(allow(client, tool))
    Person.objects.filter(pk=person.pk).update(is_active=False)
    told = Client().get("/identitas/saya", headers={"authorization": f"Bearer {given['access_token']}"})
    assert told.status_code in (401, 403)
    assert tool.exchange(code).status_code in (400, 401)


def test_what_is_not_offered_is_not_there(tool: Tool) -> None:
    config = Client().get("/.well-known/openid-configuration").json()
    assert config["scopes_supported"] == ["openid", "profile"]
    assert config["response_types_supported"] == ["code"]
    assert config["grant_types_supported"] == ["authorization_code"]
    assert not [name for name in config if "device" in name or "registration" in name]
    assert Client().post("/identitas/gawai/kode", {"client_id": tool.client_id}).status_code == 404


def test_a_tool_is_registered_over_https_only(switched_on: None) -> None:
    with pytest.raises(CommandError):
        call_command("identity_client", "Alat", "http://mitra.contoh.example/kembali")
