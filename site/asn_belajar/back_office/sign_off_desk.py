"""Back-office screen: send a partner's expert the link to a text, see what came back, withdraw it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from content.models import SignOff
from content.models.sign_offs import due_at
from content.sign_off import actions
from content.sign_off.actions import SignOffRefused


class LinkForm(forms.Form):
    """For whom a link is, and how long it holds."""

    expert = forms.CharField(label=gettext_lazy("Name of the expert"), max_length=120)
    organisation = forms.CharField(label=gettext_lazy("Organisation"), max_length=160)
    days = forms.IntegerField(
        label=gettext_lazy("Days the link holds"), min_value=1, max_value=actions.MOST_DAYS
    )


def _editable(request: HttpRequest, page_id: int) -> Page:
    page: Page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def _organisation(page: Page) -> str:
    """The partner the text belongs to, as far as the page says."""
    for each in (page, page.get_parent().specific if page.depth > 1 else None):
        partner = getattr(each, "owner_partner", None) or getattr(each, "partner", None)
        if partner:
            return str(partner.title)[:160]
    return ""


@never_cache
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, page_id: int) -> HttpResponse:
    """The sign-offs of one page. The answer to a POST shows the new link, once."""
    page, now = _editable(request, page_id), timezone.now()
    state = actions.waiting_state(page)
    link = ""
    initial = {"organisation": _organisation(page), "days": actions.days_left(state, now) if state else 7}
    form = LinkForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _new, secret = actions.issue_link(page=page, by=request.user, now=now, **form.cleaned_data)
                link = request.build_absolute_uri(reverse("sign-off", args=[secret]))
                form = LinkForm(initial=initial)
            except SignOffRefused:
                form.add_error(None, _("This page is not waiting for a partner. Submit it first."))
        status = 422 if form.errors else 200
    context: dict[str, Any] = {
        "page": page,
        "header_title": _("Sign-off by a partner"),
        "form": form,
        "link": link,
        "waiting": state,
        "due": due_at(state) if state else None,
        "sign_offs": SignOff.objects.filter(page=page).select_related("issued_by")[:50],
        "now": now,
    }
    return render(request, "back_office/sign_offs.html", context, status=status)


@never_cache
@require_POST
def withdraw(request: HttpRequest, page_id: int, pk: int) -> HttpResponse:
    page = _editable(request, page_id)
    actions.withdraw(sign_off=get_object_or_404(SignOff, pk=pk, page=page), now=timezone.now())
    messages.success(request, _("The link no longer works."))
    return redirect("sign_offs:desk", page.pk)


urlpatterns = [
    path("<int:page_id>/", desk, name="desk"),
    path("<int:page_id>/<int:pk>/cabut/", withdraw, name="withdraw"),
]


@hooks.register("register_page_header_buttons")  # type: ignore[untyped-decorator]
def sign_off_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """In the page's menu, where the page waits for its partner or did before."""
    if page.permissions_for_user(user).can_edit() and (
        actions.waiting_state(page) or SignOff.objects.filter(page=page).exists()
    ):
        yield Button(
            _("Sign-off by a partner"),
            reverse("sign_offs:desk", args=[page.pk]),
            icon_name="link",
            priority=15,
        )
