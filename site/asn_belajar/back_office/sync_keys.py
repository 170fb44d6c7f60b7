"""Keys of staff systems (HR sync): made here and shown once, taken back here."""

from django.contrib import messages
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from asn_belajar.back_office.forms import SyncKeyForm
from asn_belajar.back_office.people_import import staff_of
from learning.people.importing.models import SyncToken
from learning.people.importing.tokens import make_token, revoke_token
from learning.people.staff import Reach

KEYS_SHOWN = 100


def _keys(reach: Reach) -> "list[SyncToken]":
    """Those of the units they look after: what is in use first, then what was taken back."""
    mine = Q() if reach.everybody else Q(unit__in=reach.all_units())
    found = SyncToken.objects.filter(mine).select_related("unit", "made_by")
    return list(found.order_by(F("revoked_at").desc(nulls_first=True), "-pk")[:KEYS_SHOWN])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The keys, and a place to make one. The secret is in the answer to the POST and nowhere else."""
    person, reach = staff_of(request)
    form, secret, made = SyncKeyForm(reach=reach), "", None
    if request.method == "POST":
        form = SyncKeyForm(request.POST, reach=reach)
        if form.is_valid():
            made, secret = make_token(
                name=form.cleaned_data["name"],
                unit=form.cleaned_data["unit"],
                by=person,
                now=timezone.now(),
            )
            form = SyncKeyForm(reach=reach)
    return render(
        request,
        "back_office/sync_keys.html",
        {
            "form": form,
            "made": made,
            "secret": secret,
            "keys": _keys(reach),
            "header_title": _("Keys of staff systems"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """It opens nothing from now on; what came by it stays."""
    person, reach = staff_of(request)
    token = SyncToken.objects.select_related("unit").filter(pk=key_id).first()
    if token is None or not reach.holds(token.unit):
        raise Http404
    revoke_token(token=token, by=person, now=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("sync_keys:index")


urlpatterns = [
    path("", index, name="index"),
    path("<int:key_id>/cabut/", revoke, name="revoke"),
]
