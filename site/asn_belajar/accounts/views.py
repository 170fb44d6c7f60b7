"""Pages about one's own account that allauth does not have: the second step, devices, the e-mail address."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from asn_belajar.accounts import second_factor
from learning.people.models import Person


@never_cache
@login_required
@require_safe
def explain_second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second step, until when one may go on without it, and the two ways to set it up."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - login_required
    today = timezone.localdate()
    context = {
        "viewer": person,
        "has_step": second_factor.has_step(person),
        "is_staff": second_factor.is_staff(person, today),
        "is_enforced": second_factor.is_enforced(today),
        "start": settings.BELAJAR_SECOND_FACTOR_FROM,
        "next": get_next_redirect_url(request) or "/belajar/",
    }
    return render(request, "account/second_factor.html", context)


@never_cache
@login_required
@require_safe
def email(request: HttpRequest) -> HttpResponse:
    """The e-mail address as the personnel data have it: it is changed there, not here."""
    return render(request, "account/email.html", {"viewer": request.user})


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Signs one of the reader's own devices out."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    return _end(request, [session])


@login_required
@require_POST
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Signs the reader out everywhere, here too."""
    return _end(request, list(UserSession.objects.filter(user=request.user)))


def _end(request: HttpRequest, sessions: list[UserSession]) -> HttpResponse:
    here = any(session.session_key == request.session.session_key for session in sessions)
    get_sessions_adapter().end_sessions(sessions)
    if here:
        get_account_adapter(request).logout(request)
        messages.success(request, _("You are signed out on every device you chose, this one too."))
        return redirect("account_login")
    messages.success(request, _("The device is signed out."))
    return redirect("usersessions_list")


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]  # allauth is untyped
    """allauth asks its adapter before an app is removed, not before a passkey is."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_mfa_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        response: HttpResponse = super().form_valid(form)
        return response


remove_passkey = RemovePasskeyView.as_view()
