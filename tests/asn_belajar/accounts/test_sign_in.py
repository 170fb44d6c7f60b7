"""Signing in with a NIP, and what a stranger can learn from trying."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from learning.people.models import AuditEntry, Person
from learning.study.models import SignedOut, StudyEntry
from learning.study.tokens import session_mark
from tests import make, make_study

pytestmark = pytest.mark.django_db

LOGIN = "/akun/login/"
WRONG = "bukan-kata-sandinya"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> Iterator[None]:
    """The limits on guessing live in the cache."""
    cache.clear()
    yield
    cache.clear()


def try_to_sign_in(login: str, password: str = make.PASSWORD, client: Client | None = None) -> HttpResponse:
    return (client or Client()).post(LOGIN, {"login": login, "password": password})


def succeeded(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"] == "/belajar/"


def text_of(answer: HttpResponse, login: str) -> str:
    """The page without what differs each time: the name typed and the form's secret."""
    html = answer.content.decode().replace(login, "NAME")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


# --- The door -------------------------------------------------------------------------


def test_a_nip_opens_the_door_with_or_without_spaces() -> None:
    nip = make.person().nip
    assert nip
    for written in (
        nip,
        f"  {nip} ",
        f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}",
        f"{nip[:8]}.{nip[8:14]}.{nip[14]}.{nip[15:]}",
        f"{nip[:8]}\u00a0{nip[8:]}",
    ):
        assert succeeded(try_to_sign_in(written)), written
    assert not succeeded(try_to_sign_in(nip[:-1]))


def test_partner_staff_sign_in_with_a_name_of_their_own() -> None:
    Person.objects.create_user("mitra-1.dua", make.PASSWORD, name="Mitra")
    assert succeeded(try_to_sign_in("mitra-1.dua"))
    assert not succeeded(try_to_sign_in("mitra1dua"))


def test_one_comes_back_to_where_one_wanted_to_go_but_never_to_another_site() -> None:
    person = make.person()
    for wanted, reached in (("/buku-belajar/", "/buku-belajar/"), ("https://jahat.example/", "/belajar/")):
        answer = Client().post(LOGIN, {"login": person.nip, "password": make.PASSWORD, "next": wanted})
        assert answer["Location"] == reached


# --- What a stranger learns ------------------------------------------------------------------


@pytest.fixture
def tries() -> dict[str, tuple[str, str]]:
    """Sign-in names and passwords that must all be answered alike."""
    known, inactive, without = make.person(), make.person(is_active=False), make.person(password=None)
    return {
        "unknown NIP": (make.nip(77_777), make.PASSWORD),
        "wrong password": (known.nip, WRONG),
        "inactive, right password": (inactive.nip, make.PASSWORD),
        "inactive, wrong password": (inactive.nip, WRONG),
        "no password yet": (without.nip, make.PASSWORD),
        "no NIP at all": ("1234", make.PASSWORD),
        "unknown e-mail": ("tidak.ada@contoh.example", make.PASSWORD),
    }


def test_a_wrong_name_a_wrong_password_and_an_inactive_account_get_one_same_answer(tries) -> None:
    assert succeeded(try_to_sign_in(make.person().nip))
    answers = {name: try_to_sign_in(*each) for name, each in tries.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(tries, 200)
    texts = {text_of(answers[name], tries[name][0]) for name in tries if name != "unknown e-mail"}
    assert len(texts) == 1
    for answer in answers.values():
        (error,) = answer.context["form"].non_field_errors()
        assert error
        assert "sessionid" not in answer.cookies


def test_a_known_e_mail_address_is_answered_like_an_unknown_one() -> None:
    make.person(email="ayu@contoh.example")
    known, unknown = (
        text_of(try_to_sign_in(email, WRONG), email)
        for email in ("ayu@contoh.example", "tidak.ada@contoh.example")
    )
    assert known == unknown
    assert succeeded(try_to_sign_in("ayu@contoh.example"))


def test_the_same_work_is_done_whoever_is_asked_for(tries, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    work = {}
    for name, each in tries.items():
        hashed.clear()
        try_to_sign_in(*each)
        work[name] = len(hashed)
    assert work == dict.fromkeys(tries, 1)


def test_asking_for_a_new_password_does_not_tell_whether_an_address_is_known() -> None:
    make.person(email="ayu@contoh.example")
    answers = [
        Client().post("/akun/password/reset/", {"email": email})
        for email in ("ayu@contoh.example", "tidak.ada@contoh.example")
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/akun/password/reset/done/")
    ] * 2
    assert {message.to[0] for message in mail.outbox} <= {"ayu@contoh.example", "tidak.ada@contoh.example"}


@pytest.mark.parametrize("login", ["", "\x00", "😀", "' OR 1=1 --", "9" * 5000, "a@b\r\nBcc: x@y.example"])
def test_no_sign_in_name_breaks_the_door(login: str) -> None:
    answer = try_to_sign_in(login)
    assert answer.status_code == 200
    assert answer.context["form"].errors


# --- Limits on guessing -------------------------------------------------------------------------


def test_the_sixth_wrong_try_of_one_account_is_refused_kindly_and_its_neighbour_still_gets_in() -> None:
    person, neighbour = make.person(), make.person()
    first = [try_to_sign_in(person.nip, WRONG) for _ in range(5)]
    assert len({text_of(answer, person.nip) for answer in first}) == 1
    sixth = try_to_sign_in(person.nip, WRONG)
    assert sixth.status_code == 200
    (sentence,) = sixth.context["form"].non_field_errors()
    (before,) = first[0].context["form"].non_field_errors()
    assert sentence != before
    assert not succeeded(try_to_sign_in(person.nip))  # nor does the right password tell a guesser
    assert succeeded(try_to_sign_in(neighbour.nip))


def test_spaces_do_not_give_more_tries() -> None:
    nip = make.person().nip
    assert nip
    for number in range(5):
        try_to_sign_in(f"{nip[:number]} {nip[number:]}", WRONG)
    assert not succeeded(try_to_sign_in(nip))


def test_an_account_that_does_not_exist_is_limited_alike() -> None:
    known, unknown = make.person().nip, make.nip(77_777)
    texts = [
        [text_of(try_to_sign_in(login, WRONG), login) for _ in range(7)]
        for login in (known, unknown)
        if login
    ]
    assert texts[0] == texts[1]
    assert texts[0][4] != texts[0][5]


def test_signing_in_rightly_uses_up_no_tries() -> None:
    nip = make.person().nip
    assert nip
    assert all(succeeded(try_to_sign_in(nip)) for _ in range(8))


# --- Nobody signs up, and who leaves has left --------------------------------------------------------


def test_nobody_signs_up() -> None:
    form = {"username": make.nip(88_888), "password1": make.PASSWORD, "password2": make.PASSWORD}
    assert Client().get("/akun/signup/").status_code == 200
    before = Person.objects.count()
    Client().post("/akun/signup/", form)
    assert Person.objects.count() == before
    assert "password1" not in Client().get("/akun/signup/").content.decode()


@pytest.fixture
def study(client: Client) -> Callable[[], dict[str, object]]:
    """Signs somebody in at a page of a module; call it to report a second of study."""
    person, activity = make.person(), make.activity()
    assert succeeded(try_to_sign_in(person.nip, client=client))
    token = client.get(f"/api/v1/me?activity={activity.pk}").json()["study"]["token"]

    def report() -> dict[str, object]:
        sent = {
            "token": token,
            "intervals": [{"key": str(make_study.key()), "offset_ms": 0, "length_ms": 1000}],
        }
        answer = Client().post("/api/v1/study/intervals", sent, content_type="application/json")
        assert answer.status_code == 200
        return answer.json()["intervals"][0]

    return report


def test_after_signing_out_the_page_left_open_credits_nothing_more(client: Client, study) -> None:
    before = study()
    assert (before["credited_s"], before["outcome"]) == (1, "credited")
    answer = client.post("/akun/logout/")
    assert answer.status_code == 302
    signed_out = SignedOut.objects.get()
    assert not client.get("/api/v1/me").json()["signed_in"]
    SignedOut.objects.update(at=StudyEntry.objects.get().started_at)  # as if it had been right away
    after = study()
    assert (after["credited_s"], after["reason"]) == (0, "signed_out")
    assert signed_out.at


def test_a_link_does_not_sign_anybody_out(client: Client, study) -> None:
    assert client.get("/akun/logout/").status_code == 200
    assert client.get("/api/v1/me").json()["signed_in"]
    assert not SignedOut.objects.exists()


def test_signing_in_writes_no_nip_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    person = make.person()
    with caplog.at_level("DEBUG"):
        try_to_sign_in(person.nip, WRONG)
        try_to_sign_in(person.nip)
    records = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in records if person.nip in line]
    assert not AuditEntry.objects.exists()


# --- A NIP is in no address ------------------------------------------------------------------------------


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, path)
        else:
            yield path, each


def test_no_address_of_ours_takes_a_nip_or_a_sign_in_name() -> None:
    found = list(patterns(get_resolver()))
    assert len(found) > 100
    for path, pattern in found:
        names = {*pattern.pattern.converters, *pattern.pattern.regex.groupindex}
        assert not names & {"nip", "username", "user_name", "login"}, path


def test_a_session_ended_from_another_device_credits_nothing_more(db: None) -> None:
    person = make.person()
    laptop, phone = Client(), Client()
    for client in (laptop, phone):
        client.post("/akun/login/", {"login": person.username, "password": make.PASSWORD})
    mark = session_mark(laptop.session.session_key)

    phone.post("/akun/sessions/")

    assert SignedOut.objects.filter(session=mark).exists()
    assert not laptop.get("/api/v1/me").json()["signed_in"]
    assert phone.get("/api/v1/me").json()["signed_in"]
