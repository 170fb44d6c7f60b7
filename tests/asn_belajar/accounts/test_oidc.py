"""Signing in at another provider: whose account it opens, and what an attacker can make of it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from asn_belajar.accounts.oidc import matching
from asn_belajar.accounts.oidc.claims import nip_in
from asn_belajar.settings.identity import openid_providers
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from learning.people.models import FormerNIP, Person
from tests import make
from tests.asn_belajar.accounts.provider import CLIENT_ID, ISSUER, Provider, key_pair

pytestmark = pytest.mark.django_db

KEY, OTHER_KEY = key_pair(), key_pair()


@pytest.fixture
def provider(settings, monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider(KEY)
    made.install(settings, monkeypatch)
    return made


def signed_in(client: Client) -> str:
    """The name of who is signed in, as the page header learns it."""
    return str(client.get("/api/v1/me").json()["name"])


def refused(answer: HttpResponse, client: Client, sentence: str, status: int = 403) -> bool:
    return answer.status_code == status and sentence in answer.content.decode() and signed_in(client) == ""


UNTRUSTED = "tidak dapat dipercaya"


# --- Whose account ------------------------------------------------------------------------------


def test_the_person_with_the_same_nip_is_signed_in_and_comes_back_to_the_page_they_wanted(
    provider,
) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    answer = provider.sign_in(client, next="/buku-belajar/")
    assert (answer.status_code, answer["Location"]) == (302, "/buku-belajar/")
    assert signed_in(client) == person.name
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"employee_number": "{nip}"},
        {"preferred_username": "{nip}"},
        {"nip": "", "preferred_username": "{nip}"},
        {"nip": "bukan nip", "employee_number": "{spaced}"},
    ],
)
def test_the_nip_may_be_in_any_of_the_claims_that_the_settings_name(provider, claims: dict[str, str]) -> None:
    person, client = make.person(), Client()
    nip = str(person.nip)
    spaced = f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"
    provider.claims = {name: text.format(nip=nip, spaced=spaced) for name, text in claims.items()}
    provider.sign_in(client)
    assert signed_in(client) == person.name


def test_a_nip_that_only_the_userinfo_endpoint_tells_counts(provider) -> None:
    person, client = make.person(), Client()
    provider.userinfo = {"sub": "u-1", "nip": person.nip}
    provider.sign_in(client)
    assert signed_in(client) == person.name


def test_the_second_time_the_same_account_opens_and_none_is_made(provider) -> None:
    person = make.person()
    provider.claims = {"nip": person.nip}
    for _time in range(3):
        client = Client()
        provider.sign_in(client)
        assert signed_in(client) == person.name
    assert SocialAccount.objects.count() == 1
    assert Person.objects.filter(nip=person.nip).count() == 1


def test_a_new_nip_keeps_the_person(provider) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    provider.sign_in(Client())
    Person.objects.filter(pk=person.pk).update(nip=make.nip(55_555))  # changed here first
    provider.sign_in(client)
    assert signed_in(client) == person.name


def test_the_provider_may_still_tell_a_former_nip(provider, now) -> None:
    person, client = make.person(), Client()
    old = make.nip(44_444)
    FormerNIP.objects.create(nip=old, person=person, until=now.date())
    provider.claims = {"nip": old}
    provider.sign_in(client)
    assert signed_in(client) == person.name


def test_an_unknown_nip_gets_a_page_that_says_so_and_no_account(provider) -> None:
    client, before = Client(), Person.objects.count()
    provider.claims = {"nip": make.nip(77_777), "name": "Bukan Pegawai"}
    answer = provider.sign_in(client)
    assert refused(answer, client, "NIP Anda belum ada dalam data kepegawaian kami")
    assert Person.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_an_account_is_made_only_where_the_settings_say_so(provider, settings) -> None:
    settings.BELAJAR_OIDC_CREATES_PEOPLE = True
    provider.claims = {"nip": make.nip(77_777), "name": "Pegawai Baru", "role": "admin", "is_superuser": True}
    for _time in range(2):
        client = Client()
        provider.sign_in(client)
        assert signed_in(client) == "Pegawai Baru"
    person = Person.objects.get(nip=make.nip(77_777))
    assert not person.is_superuser
    assert not person.has_usable_password()
    assert person.unit is None


def test_somebody_without_a_nip_over_there_is_told_so(provider) -> None:
    client = Client()
    provider.claims = {"nip": "", "email": "ayu@contoh.example", "preferred_username": "ayu"}
    make.person(email="ayu@contoh.example")  # never matched by e-mail
    assert refused(provider.sign_in(client), client, "tidak menyebutkan NIP")


def test_a_deactivated_person_is_refused(provider) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    provider.sign_in(Client())
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert refused(provider.sign_in(client), client, "Akun ini tidak aktif")


def test_an_account_over_there_that_now_names_another_person_opens_neither(provider) -> None:
    first, second, client = make.person(), make.person(), Client()
    provider.claims = {"nip": first.nip}
    provider.sign_in(Client())
    provider.claims = {"nip": second.nip}
    assert refused(provider.sign_in(client), client, "Dua akun, satu cara masuk")


def test_a_provider_that_numbers_its_people_anew_still_opens_the_right_account(provider) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    provider.sign_in(Client())
    provider.claims = {"nip": person.nip, "sub": "u-2"}
    provider.sign_in(client)
    assert signed_in(client) == person.name
    assert [account.uid for account in SocialAccount.objects.all()] == ["u-2"]


def test_groups_and_roles_count_only_where_the_settings_map_them(provider, settings, monkeypatch) -> None:
    person = make.person()
    writers, others = Group.objects.create(name="Penulis"), Group.objects.create(name="Lain")
    person.groups.add(others)
    provider.claims = {"nip": person.nip, "role": ["penulis", "admin"], "group": ["Lain"]}
    provider.sign_in(Client())
    assert set(person.groups.all()) == {others}

    provider.install(
        settings, monkeypatch, groups={"claim": "role", "map": {"penulis": "Penulis", "x": "Tidak Ada"}}
    )
    provider.sign_in(Client())
    assert set(person.groups.all()) == {writers, others}

    provider.claims["role"] = "admin"
    provider.sign_in(Client())
    assert set(person.groups.all()) == {others}


def test_who_is_signed_in_as_somebody_else_becomes_the_one_the_provider_names(provider) -> None:
    first, second, client = make.person(), make.person(), Client()
    client.force_login(first)
    provider.claims = {"nip": second.nip}
    provider.sign_in(client, next="/akun/3rdparty/?process=connect")
    assert signed_in(client) == second.name
    assert SocialAccount.objects.get().user == second


# --- Attacks -------------------------------------------------------------------------------------


def test_the_question_has_pkce_a_state_a_nonce_and_nothing_from_the_address_bar(provider) -> None:
    answer = Client().get("/akun/oidc/jatim/login/?scope=admin&auth_params=prompt%3Dnone&process=connect")
    question = parse_qs(urlsplit(answer["Location"]).query)
    assert question["code_challenge_method"] == ["S256"]
    assert len(question["state"][0]) >= 16
    assert len(question["nonce"][0]) >= 32
    assert set(question["scope"][0].split()) == {"openid", "profile"}
    assert "prompt" not in question
    again = parse_qs(urlsplit(Client().get("/akun/oidc/jatim/login/")["Location"]).query)
    assert not {question[name][0] for name in ("state", "nonce", "code_challenge")} & {
        again[name][0] for name in ("state", "nonce", "code_challenge")
    }


def test_the_code_is_exchanged_with_the_verifier_of_this_browser(provider) -> None:
    person = make.person()
    provider.claims = {"nip": person.nip}
    provider.sign_in(Client())
    (sent,) = [data for url, data in provider.asked if url.endswith("/token")]
    assert len(sent["code_verifier"]) >= 43


FORGERIES: dict[str, Callable[[Provider], Any]] = {
    "unsigned": lambda p: vars(p).update(algorithm="none", signing_key=""),
    "signed by somebody else": lambda p: vars(p).update(signing_key=OTHER_KEY),
    "signed with a shared secret": lambda p: vars(p).update(algorithm="HS256", signing_key="r" * 64),
    "an unknown key": lambda p: vars(p).update(kid="dua"),
    "another audience": lambda p: p.claims.update(aud="aplikasi-lain"),
    "several audiences, made for another": lambda p: p.claims.update(aud=[CLIENT_ID, "lain"], azp="lain"),
    "another issuer": lambda p: p.claims.update(iss="https://jahat.example"),
    "expired": lambda p: p.claims.update(iat=int(time.time()) - 900, exp=int(time.time()) - 600),
    "made in the future": lambda p: p.claims.update(iat=int(time.time()) + 900),
    "no nonce": lambda p: p.claims.update(nonce=None),
    "another nonce": lambda p: p.claims.update(nonce="lain"),
    "no subject": lambda p: p.claims.update(sub=None),
    "a subject that is no text": lambda p: p.claims.update(sub=["u-1"]),
    "not a token": lambda p: vars(p).update(replayed="a.b.c"),
    "no token": lambda p: vars(p).update(replayed=" "),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_is_not_ours_signs_nobody_in(provider, forgery: str) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    FORGERIES[forgery](provider)
    assert refused(provider.sign_in(client), client, UNTRUSTED, 401)
    assert not SocialAccount.objects.exists()


def test_the_token_of_an_earlier_sign_in_does_not_work_again(provider) -> None:
    person, thief = make.person(), Client()
    provider.claims = {"nip": person.nip}
    provider.sign_in(Client())
    provider.replayed = provider.answered
    assert refused(provider.sign_in(thief), thief, UNTRUSTED, 401)


@pytest.mark.parametrize("state", ["", "tebakan", "0" * 16])
def test_an_answer_nobody_asked_for_signs_nobody_in(provider, state: str) -> None:
    """A forged answer would sign the victim in to the attacker's account."""
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    assert refused(provider.sign_in(client, state=state), client, UNTRUSTED, 401)


def test_an_answer_works_once_and_in_the_browser_that_asked(provider) -> None:
    person, client, other = make.person(), Client(), Client()
    provider.claims = {"nip": person.nip}
    asked = parse_qs(urlsplit(client.get("/akun/oidc/jatim/login/")["Location"]).query)
    provider.nonce = asked["nonce"][0]
    answer = {"code": "kode", "state": asked["state"][0]}
    callback = "/akun/oidc/jatim/login/callback/"
    assert refused(other.get(callback, answer), other, UNTRUSTED, 401)
    assert client.get(callback, answer).status_code == 302
    client.post("/akun/logout/")
    assert refused(client.get(callback, answer), client, UNTRUSTED, 401)


def test_an_answer_from_another_provider_is_not_mixed_up(provider, settings, monkeypatch) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    assert refused(provider.sign_in(client, iss="https://jahat.example"), client, UNTRUSTED, 401)
    assert provider.sign_in(client, iss=ISSUER).status_code == 302

    entries = [
        {"id": name, "name": name, "issuer": ISSUER, "client_id": CLIENT_ID} for name in ("jatim", "bkn")
    ]
    settings.SOCIALACCOUNT_PROVIDERS = openid_providers(entries)
    client = Client()
    asked = parse_qs(urlsplit(client.get("/akun/oidc/jatim/login/")["Location"]).query)
    provider.nonce = asked["nonce"][0]
    answer = client.get("/akun/oidc/bkn/login/callback/", {"code": "kode", "state": asked["state"][0]})
    assert refused(answer, client, UNTRUSTED, 401)


def test_a_provider_that_always_names_itself_must_do_so(provider) -> None:
    person, client = make.person(), Client()
    provider.claims = {"nip": person.nip}
    provider.config = {"authorization_response_iss_parameter_supported": True}
    assert refused(provider.sign_in(client), client, UNTRUSTED, 401)
    assert provider.sign_in(client, iss=ISSUER).status_code == 302


def test_userinfo_about_somebody_else_signs_nobody_in(provider) -> None:
    person, client = make.person(), Client()
    provider.userinfo = {"sub": "u-2", "nip": person.nip}
    assert refused(provider.sign_in(client), client, UNTRUSTED, 401)


def test_a_renewed_key_is_asked_for_once(provider) -> None:
    person = make.person()
    provider.claims = {"nip": person.nip}
    provider.sign_in(Client())
    provider.key, client = OTHER_KEY, Client()  # under the same name: the known key does not fit
    assert refused(provider.sign_in(client), client, UNTRUSTED, 401)
    provider.kid = "satu-b"
    asked_before = len(provider.asked)
    assert refused(provider.sign_in(client), client, UNTRUSTED, 401)
    assert [url for url, _ in provider.asked[asked_before:]].count(f"{ISSUER}/jwks") == 1


def test_a_redirect_to_another_site_is_not_followed(provider) -> None:
    person = make.person()
    provider.claims = {"nip": person.nip}
    for wanted in ("https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:alert(1)"):
        assert provider.sign_in(Client(), next=wanted)["Location"] == "/belajar/"


def test_another_site_cannot_start_a_sign_in_unasked(provider) -> None:
    answer = Client().get("/akun/oidc/jatim/login/", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert "Situs lain membawa Anda ke sini" in answer.content.decode()
    for here in ("same-origin", "none"):
        answer = Client().get("/akun/oidc/jatim/login/", headers={"sec-fetch-site": here})
        assert answer.status_code == 302


def test_who_says_no_over_there_is_told_kindly(provider) -> None:
    client = Client()
    answer = provider.sign_in(client, code="", error="access_denied")
    assert answer["Location"] == "/akun/3rdparty/login/cancelled/"
    assert "Belum masuk" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "config",
    [
        {"issuer": "https://jahat.example"},
        {"authorization_endpoint": None},
        {"token_endpoint": 5},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_answers_nonsense_is_no_error_of_ours(provider, config: dict[str, Any]) -> None:
    provider.config = config
    client = Client()
    answer = client.get("/akun/oidc/jatim/login/")
    if answer.status_code == 302:
        state = parse_qs(urlsplit(answer["Location"]).query)["state"][0]
        answer = client.get("/akun/oidc/jatim/login/callback/", {"code": "kode", "state": state})
    assert refused(answer, client, UNTRUSTED, 401)


def test_a_provider_that_cannot_be_reached_is_no_error_of_ours(provider) -> None:
    provider.broken = True
    client = Client()
    assert refused(client.get("/akun/oidc/jatim/login/"), client, UNTRUSTED, 401)
    assert Client().get("/akun/login/").status_code == 200  # the local way stays


def test_an_unknown_provider_has_no_address(provider) -> None:
    for path in ("/akun/oidc/lain/login/", "/akun/oidc/lain/login/callback/?state=x&code=y"):
        assert Client().get(path).status_code == 404


# --- Settings ------------------------------------------------------------------------------------


GOOD = {"id": "jatim", "name": "Akun", "issuer": ISSUER, "client_id": "x"}


@pytest.mark.parametrize(
    "bad",
    [
        {**GOOD, "issuer": "http://sso.contoh.example"},
        {**GOOD, "id": "Jatim/.."},
        {**GOOD, "sekret": "x"},
        {name: text for name, text in GOOD.items() if name != "client_id"},
        {**GOOD, "groups": {"map": {}}},
    ],
)
def test_a_provider_that_is_set_up_wrongly_stops_the_start(bad: dict[str, Any]) -> None:
    assert openid_providers([GOOD])
    with pytest.raises(ImproperlyConfigured):
        openid_providers([bad])


def test_two_providers_do_not_share_a_name() -> None:
    with pytest.raises(ImproperlyConfigured):
        openid_providers([GOOD, GOOD])


def test_a_claim_counts_only_when_it_reads_as_a_nip() -> None:
    nip = make.nip(1)
    assert nip_in({"a": 5, "b": None, "c": nip}, ["a", "b", "c"]) == nip
    assert nip_in({"a": nip}, ["b"]) is None


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_the_same_moment_link_one_account() -> None:
    person = make.person()
    app = SimpleNamespace(settings={"claims": {"nip": ["nip"]}})

    def first_time(_number: int) -> Person:
        account = SocialAccount(provider="contoh", uid="s-1")
        found = SimpleNamespace(claims={"nip": person.nip}, user=None, is_existing=False, account=account)
        try:
            return matching._match(found, app)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(first_time, range(8))) == {person}
    assert SocialAccount.objects.get().user == person
