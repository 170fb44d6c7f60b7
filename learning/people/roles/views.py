"""The roles that are held, and giving and ending them. For BPSDM; an auditor may look.

In our own look and not in Wagtail's back office: who may enter is decided by the gate, with its dates.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from learning.people import access
from learning.people.access import Role
from learning.people.models import RoleGrant
from learning.people.roles import actions
from learning.people.roles.forms import GrantForm
from learning.people.rules import local_day
from learning.people.signed_in import person_of

ON_A_PAGE = 50


def _page(request: HttpRequest, form: GrantForm, *, status: int = 200) -> HttpResponse:
    viewer, today = person_of(request), local_day(timezone.now())
    may_grant = actions.may_grant(viewer, today)
    if not may_grant and not access.holds(viewer, Role.AUDITOR, today):
        raise PermissionDenied
    show = "past" if request.GET.get("saring") == "past" else "now"
    past = Q(last_day__isnull=False, last_day__lt=today)
    grants = RoleGrant.objects.filter(past if show == "past" else ~past)
    ordered = grants.select_related("person", "unit", "granted_by").order_by("role", "person__name", "pk")
    page = Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("halaman"))
    return render(
        request,
        "people/roles.html",
        {
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "may_grant": may_grant,
            "grants": list(page.object_list),
            "page_obj": page,
            "filter": show,
            "today": today,
            "form": form,
        },
        status=status,
    )


@login_required
@never_cache
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Who holds which role over what, until when."""
    return _page(request, GrantForm(initial={"first_day": local_day(timezone.now())}))


@login_required
@require_POST
def grant(request: HttpRequest) -> HttpResponse:
    """Give a role; a wrong form comes back with its reasons."""
    viewer, now = person_of(request), timezone.now()
    if not actions.may_grant(viewer, local_day(now)):
        raise PermissionDenied
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            actions.grant_role(actor=viewer, now=now, **form.cleaned_data)
        except actions.GrantRefused as refused:
            form.refuse(refused.code)
    if form.errors:
        return _page(request, form, status=422)
    messages.success(request, _("The role has been given."))
    return redirect("learning:roles")


@login_required
@require_POST
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role as of today."""
    viewer, now = person_of(request), timezone.now()
    if not actions.may_grant(viewer, local_day(now)):
        raise PermissionDenied
    try:
        actions.end_role(actor=viewer, grant=get_object_or_404(RoleGrant, pk=grant_id), now=now)
    except actions.GrantRefused as refused:
        if refused.code == "own":
            messages.error(request, _("Another BPSDM admin must end your role."))
        else:
            messages.info(request, _("This role has ended already."))
        return redirect("learning:roles")
    messages.success(request, _("The role ends today."))
    return redirect("learning:roles")
