"""Who must have a second step at sign-in, and what happens until they have one.

From `BELAJAR_SECOND_FACTOR_FROM` on, whoever may see or decide about others (`is_staff`) opens no
personal page before a passkey or an authenticator app is set up; until that day they are asked at each
sign-in and may go on. What was found is kept in the session: a page costs no statement for it. A role given
meanwhile is noticed on pages of staff at once, elsewhere by the next day.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.people import access
from learning.people.actions import log_deed
from learning.people.models import Person

# In the session: "met", "missing", or the day (ISO, local) on which no staff role was found.
MARK = "second_factor"
MET, MISSING = "met", "missing"

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Everybody's, or needed to set the second step up, or (me) asked by every page for its header.
OPEN = ("/akun/", "/static/", "/media/", "/dokumen/", "/healthz", "/readyz", "/api/v1/me")
OF_STAFF = (
    *("/tim/", "/redaksi/", "/laporan/", "/surat-aktivasi/"),
    *("/peran/", "/audit/", "/permintaan-data/"),
)


def is_staff(person: Person, today: dt.date) -> bool:
    """May `person` see or decide about others on `today`, whatever their role, or write content?"""
    return access.has_duties(person, today)


def has_step(person: Person) -> bool:
    """Has `person` a passkey or an authenticator app? Recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=person, type__in=STEPS).exists())


def is_enforced(today: dt.date) -> bool:
    """Has the day come?"""
    start: dt.date | None = settings.BELAJAR_SECOND_FACTOR_FROM
    return start is not None and start <= today


def note_sign_in(request: HttpRequest, person: Person, *, now: dt.datetime) -> None:
    """What this session has proved, kept in it; a sign-in of staff is written into the audit log."""
    found = _found(request, person, timezone.localdate(now))
    request.session[MARK] = found
    if found not in (MET, MISSING):
        return
    methods = [_method(record) for record in get_authentication_records(request, person)]
    log_deed(actor=person, action="sign_in", now=now, methods=methods)


def _found(request: HttpRequest, person: Person, today: dt.date) -> str:
    if not is_staff(person, today):
        return today.isoformat()
    return MET if _proved(request, person) else MISSING


def _method(record: dict[str, Any]) -> str:
    return str(record.get("type") or record.get("provider") or record["method"])


def _proved(request: HttpRequest, person: Person) -> bool:
    """A second step was set up (allauth then asks for it), or the identity provider vouches for one."""
    vouching = {
        app["provider_id"]
        for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        if app["settings"]["second_factor"]
    }
    records = get_authentication_records(request, person)
    return has_step(person) or any(record.get("provider") in vouching for record in records)


def is_missing(request: HttpRequest) -> bool:
    """Is this a session of staff without a second step, where one is or will be asked for?"""
    return settings.BELAJAR_SECOND_FACTOR_FROM is not None and request.session.get(MARK) == MISSING


def is_last_of_staff(authenticator: Authenticator, *, now: dt.datetime) -> bool:
    """Would its owner be staff without a second step once it is gone?"""
    today = timezone.localdate(now)
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STEPS)
    return (
        is_enforced(today)
        and not others.exclude(pk=authenticator.pk).exists()
        and is_staff(authenticator.user, today)
    )


def to_enrolment(request: HttpRequest, wanted: str) -> HttpResponse:
    """To the page that explains the second step, and from there to where they wanted to go."""
    return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': wanted})}")


class SecondFactorMiddleware:
    """Holds the rule on every personal page and every call of the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        now = timezone.now()
        if not is_enforced(timezone.localdate(now)) or _is_open(request):
            return None
        person = request.user
        if not isinstance(person, Person) or _is_settled(request, person, timezone.localdate(now)):
            return None
        if request.path.startswith("/api/"):
            sentence = _("Your role needs a second step at sign-in. Set it up under My account.")
            return JsonResponse({"code": "second_factor", "detail": sentence}, status=403)
        wanted = request.get_full_path() if request.method == "GET" else "/"
        return to_enrolment(request, wanted)


def _is_open(request: HttpRequest) -> bool:
    found = request.resolver_match
    return request.path.startswith(OPEN) or (found is not None and found.url_name == "wagtail_serve")


def _is_settled(request: HttpRequest, person: Person, today: dt.date) -> bool:
    """May this session go on? Asks the database only when what is noted may have become wrong."""
    mark = request.session.get(MARK)
    if mark == MET:
        return True
    if mark == today.isoformat() and not request.path.startswith(OF_STAFF):
        return True
    found = _found(request, person, today)
    if found != mark:
        request.session[MARK] = found
    return found != MISSING
