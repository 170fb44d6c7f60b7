"""The forms of second steps: a code counts once, a passkey must also open the account alone."""

from typing import Any

from allauth.core import context
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from asn_belajar.templatetags.belajar import device_name


class CodeField(forms.CharField):
    """Six digits from an app, or a recovery code; spaces are fine."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
        }


def code_field() -> CodeField:
    return CodeField(label=_("Code"), max_length=32)


class _CodeCountsOnce(forms.Form):
    """A code of an app is accepted for one step of 30 s before and after its own: longer than allauth
    remembers it. So it is remembered here for as long as it could be used again."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form it is mixed into
        if self.authenticator.type == Authenticator.Type.TOTP:
            steps = 2 * mfa_settings.TOTP_TOLERANCE + 2
            key = f"totp-used:{self.authenticator.pk}:{code.replace(' ', '')}"
            if not cache.add(key, True, timeout=steps * mfa_settings.TOTP_PERIOD):
                raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(_CodeCountsOnce, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    code = code_field()


class ConfirmCodeForm(_CodeCountsOnce, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    code = code_field()


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth is untyped
    code = code_field()


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Every passkey of ours signs in by itself: it must have checked a finger, a face or a PIN."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        required=False,
        max_length=60,
        help_text=_("So that you can tell it from others later, for example the name of your phone."),
    )
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def clean_passwordless(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        """allauth expects what a browser makes; what somebody else makes must not break us."""
        try:
            found: dict[str, Any] = super().clean()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found

    def clean_name(self) -> str:
        return self.cleaned_data["name"] or device_name(context.request.headers.get("User-Agent", ""))


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    name = forms.CharField(label=_("Name of this passkey"), max_length=60)
