"""Whose account a sign-in elsewhere opens: that of the person with the same NIP, and no other."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render

from asn_belajar.accounts.oidc.claims import nip_in
from learning.people.models import FormerNIP, Person

log = logging.getLogger(__name__)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Matches by NIP, never by e-mail; makes nobody unless `BELAJAR_OIDC_CREATES_PEOPLE`."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the settings: none can be slipped in through the database, and no statement is spent."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Person:
        """Nothing is taken over from the provider: `pre_social_login` finds the person."""
        person: Person = sociallogin.user
        return person

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False  # `pre_social_login` has decided

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        log.warning("sign-in at %s failed: %s", provider.app.provider_id, details.get("exception"))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Sets whom this sign-in is of; `ImmediateHttpResponse` with a page that says why it is nobody."""
        app = sociallogin.provider.app
        try:
            person = _match(sociallogin, app)
        except Refused as reason:
            page = render(
                request,
                "socialaccount/refused.html",
                {"reason": reason.code, "provider": sociallogin.provider},
                status=403,
            )
            raise ImmediateHttpResponse(page) from reason
        sociallogin.user = person
        _give_mapped_groups(person, sociallogin.claims, app)


class Refused(Exception):
    """Nobody is signed in; `code`: `no_nip`, `unknown`, `conflict` or `inactive`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def _match(sociallogin: SocialLogin, app: SocialApp) -> Person:
    """The person meant. The provider's own number (`sub`) is remembered: a new NIP keeps the person."""
    nip = nip_in(sociallogin.claims, app.settings["claims"]["nip"])
    linked: Person | None = sociallogin.user if sociallogin.is_existing else None
    named = _with_nip(nip)
    if linked and named and linked != named:
        raise Refused("conflict")
    person = linked or named
    if person is None:
        if nip is None:
            raise Refused("no_nip")
        if not settings.BELAJAR_OIDC_CREATES_PEOPLE:
            raise Refused("unknown")
        person = _new_person(nip, sociallogin.claims)
    # One at a time: two first sign-ins of somebody at the same moment link one account.
    held = Person.objects.select_for_update(no_key=True).filter(pk=person.pk)
    if not held.values_list("is_active", flat=True).get():
        raise Refused("inactive")
    if linked is None:
        # The provider renumbered its people, or this is the first time: the NIP decides.
        account = sociallogin.account
        SocialAccount.objects.filter(user=person, provider=account.provider).delete()
        account.user = person
        account.save()
    return person


def _with_nip(nip: str | None) -> Person | None:
    if nip is None:
        return None
    person: Person | None = Person.objects.filter(nip=nip).first()
    if person is None:
        former = FormerNIP.objects.filter(nip=nip).select_related("person").first()
        person = former.person if former else None
    return person


def _new_person(nip: str, claims: dict[str, Any]) -> Person:
    name = str(claims.get("name") or nip)[:160]
    person, made = Person.objects.get_or_create(username=nip, defaults={"nip": nip, "name": name})
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _give_mapped_groups(person: Person, claims: dict[str, Any], app: SocialApp) -> None:
    """Only groups that the settings map: given to whom the provider says, taken from whom it does not."""
    mapped: dict[str, str] = app.settings["groups"].get("map", {})
    if not mapped:
        return
    told = claims.get(app.settings["groups"]["claim"], [])
    told = {told} if isinstance(told, str) else {each for each in told if isinstance(each, str)}
    groups = {group.name: group for group in Group.objects.filter(name__in=mapped.values())}
    given = {mapped[each] for each in told if each in mapped}
    person.groups.add(*(groups[name] for name in given if name in groups))
    person.groups.remove(*(group for name, group in groups.items() if name not in given))
