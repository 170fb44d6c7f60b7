"""How often one may try to sign in or to activate: strict by account, generous by address.

A whole office shares one address, so an address alone stops only what no office does.
"""

import datetime as dt

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.http import HttpRequest

from asn_belajar.accounts.backend import sign_in_name
from learning.people import attempts
from learning.people.attempts import Limit


def _limit(name: str, whom: str) -> Limit:
    most, seconds = settings.BELAJAR_ATTEMPTS[name]
    return Limit(name, whom, most, seconds)


def may_sign_in(request: HttpRequest, name: str, now: dt.datetime) -> bool:
    """Count a try; the failures among them are given back by `signed_in`."""
    address = _limit("sign_in_by_address", get_ip(request))
    return attempts.take([address, *_failures(request, name)], now=now)


def signed_in(request: HttpRequest, name: str) -> None:
    """The try was right: it is no failure of this account, nor of this address."""
    attempts.give_back(_failures(request, name))


def _failures(request: HttpRequest, name: str) -> list[Limit]:
    return [
        _limit("failure_by_account", name.lower()),
        _limit("failure_by_address", get_ip(request)),
    ]


def may_activate(request: HttpRequest, nip: str, now: dt.datetime) -> bool:
    """Count a try to use a letter's code."""
    return attempts.take(
        [
            _limit("activation_by_person", sign_in_name(nip).lower()),
            _limit("activation_by_address", get_ip(request)),
        ],
        now=now,
    )
