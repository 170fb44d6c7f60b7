"""`/akun/aktivasi/`: the code of a letter and the NIP open an account for the first time."""

import time
from typing import Any

from allauth.account.forms import SetPasswordForm
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login, signup_authenticator
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from asn_belajar.accounts import limits
from asn_belajar.accounts.forms import PasskeyForm
from learning.people.activation import actions
from learning.people.activation.actions import ActivationRefused
from learning.people.models import ActivationCode, Person

HELD = "activation"  # in the session: which code was shown to be right, and until when that holds
HELD_S = 15 * 60

SENTENCES = {
    "wrong": _("The NIP and the code do not belong together. Compare both with the letter."),
    "used": _("This code was used already, or a newer letter replaced it. Ask for a new letter."),
    "expired": _("This code is too old. Ask the personnel office of your unit for a new letter."),
    "often": _("Too many attempts. Please wait an hour and try again."),
}


class CodeForm(forms.Form):
    """What stands in the letter, and what does not."""

    nip = forms.CharField(
        label="NIP",
        max_length=64,
        help_text=_("18 digits, spaces are fine. Partners type their sign-in name."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = forms.CharField(
        label=_("Activation code"),
        max_length=40,
        help_text=_("Six groups of four letters and digits; capitals and dashes do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """NIP and code. What is wrong is never said more exactly than "they do not belong together"."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        nip, now = form.cleaned_data["nip"], timezone.now()
        try:
            if not limits.may_activate(request, nip, now):
                status = 429
                raise ActivationRefused("often")
            code = actions.check_code(nip=nip, text=form.cleaned_data["code"], now=now)
        except ActivationRefused as refused:
            form.add_error(None, SENTENCES[refused.code])
        else:
            request.session.cycle_key()
            request.session[HELD] = {"code": code.pk, "until": time.time() + HELD_S}
            return redirect("activation_choose")
    return render(request, "account/activation.html", {"form": form}, status=status)


def _held_code(request: HttpRequest) -> ActivationCode | None:
    held = request.session.get(HELD)
    if not held or held["until"] < time.time():
        return None
    codes = ActivationCode.objects.open_at(timezone.now()).select_related("person")
    return codes.filter(pk=held["code"], person__is_active=True).first()


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """A password of one's own, or a passkey; then one is signed in and the code is spent."""
    code = _held_code(request)
    if code is None:
        request.session.pop(HELD, None)
        return redirect("activation")
    person = code.person
    by_passkey = "credential" in request.POST
    password = SetPasswordForm(user=person, data=None if by_passkey else request.POST or None)
    passkey = PasskeyForm(user=person, data=request.POST if by_passkey else None)
    chosen: Any = passkey if by_passkey else password
    if request.method == "POST" and chosen.is_valid():
        try:
            return _open(request, code, chosen)
        except ActivationRefused:
            return redirect("activation")
    context = {
        "person": person,
        "form": password,
        "passkey_form": passkey,
        "options": passkeys.begin_registration(person, True),
    }
    return render(request, "account/activation_choose.html", context)


def _open(request: HttpRequest, code: ActivationCode, chosen: Any) -> HttpResponse:
    given, authenticator = chosen.cleaned_data, None
    with transaction.atomic():
        person: Person = actions.use_code(code_id=code.pk, now=timezone.now())
        if isinstance(chosen, PasskeyForm):
            authenticator = signup_authenticator(
                request, user=person, name=given["name"], credential=given["credential"]
            )
        else:
            person.set_password(given["password1"])
            person.save(update_fields=["password"])
    request.session.pop(HELD, None)
    record_authentication(request, person, method="activation")
    login = Login(user=person)
    response: HttpResponse
    if authenticator is not None:
        response = perform_passwordless_login(request, authenticator, login)
    else:
        response = perform_login(request, login)
    return response
