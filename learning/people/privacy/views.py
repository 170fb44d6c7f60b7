"""The privacy notice, the page about one's own data, and the queue of those who answer."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from learning.people import access
from learning.people.access import Deed
from learning.people.audit.actions import log_look_at_list
from learning.people.models import DataRequest, PurposeChoice
from learning.people.privacy import actions
from learning.people.privacy.forms import AnswerForm, RequestForm
from learning.people.privacy.rules import hours_left
from learning.people.signed_in import person_of

ON_A_PAGE = 25


@require_GET
def notice(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, on which basis, for how long. The same for everybody."""
    retention = {
        "session_days": settings.BELAJAR_RETENTION_SESSION_DAYS,
        "ledger_months": settings.BELAJAR_RETENTION_MONTHS,
    }
    return render(request, "people/privacy_notice.html", {"retention": retention})


@login_required
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return redirect("learning:my-data")


def _my_data(request: HttpRequest, form: RequestForm, *, status: int = 200) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    requests = list(DataRequest.objects.filter(person=person).order_by("-asked_at")[:ON_A_PAGE])
    for each in requests:
        each.hours_left = hours_left(each.asked_at, now)  # type: ignore[attr-defined]
    agreed = actions.agreed_to(person)
    return render(
        request,
        "people/my_data.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "requests": requests,
            "purposes": [(value, label, value in agreed) for value, label in PurposeChoice.Purpose.choices],
            "form": form,
        },
        status=status,
    )


@login_required
@never_cache
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything about me: to download, to have corrected, to agree to or not."""
    return _my_data(request, RequestForm())


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a correction or a deletion."""
    form = RequestForm(request.POST)
    if form.is_valid():
        try:
            actions.ask(person=person_of(request), now=timezone.now(), **form.cleaned_data)
        except actions.RequestRefused as refused:
            form.refuse(refused.code)
    if form.errors:
        return _my_data(request, form, status=422)
    messages.success(
        request, _("Your request has been received. You will have an answer within 3 × 24 hours.")
    )
    return redirect("learning:my-data")


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Agree to optional purposes, or withdraw."""
    wanted = [each for each in request.POST.getlist("purpose") if each in PurposeChoice.Purpose.values]
    actions.choose_purposes(person=person_of(request), wanted=wanted, now=timezone.now())
    messages.success(request, _("Your choices have been saved."))
    return redirect("learning:my-data")


@login_required
@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The requests of the people one looks after, the oldest first."""
    viewer, now = person_of(request), timezone.now()
    mandate = next((each for each in access.mandates_of(viewer) if each.allows(Deed.CORRECT)), None)
    if mandate is None:
        raise PermissionDenied
    show = "answered" if request.GET.get("saring") == "answered" else "open"
    people = access.people_for(viewer, Deed.CORRECT)
    requests = DataRequest.objects.filter(person__in=people, answered_at__isnull=show == "open")
    ordered = requests.select_related("person__unit", "handled_by").order_by(
        "asked_at" if show == "open" else "-answered_at", "pk"
    )
    page = Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("halaman"))
    rows: list[Any] = list(page.object_list)
    for each in rows:
        each.hours_left = hours_left(each.asked_at, now)
    if rows:
        log_look_at_list(
            viewer=viewer,
            unit=None,
            people=sorted({each.person_id for each in rows}),
            what="requests",
            role=mandate.role,
            now=now,
        )
    return render(
        request,
        "people/data_requests.html",
        {
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "rows": rows,
            "page_obj": page,
            "filter": show,
        },
    )


@login_required
@require_POST
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take a request in hand, or answer it."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the answers offered; at most 1,000 characters."))
        return redirect("learning:data-requests")
    try:
        actions.answer(
            actor=person_of(request),
            request_id=request_id,
            state=form.cleaned_data["state"],
            text=form.cleaned_data["answer"],
            now=timezone.now(),
        )
    except actions.RequestRefused as refused:
        if refused.code == "not_yours":
            raise Http404 from None
        said = {
            "already_answered": _("Somebody has answered this request already."),
            "no_reason": _("Please write an answer: the person will read it."),
        }
        messages.error(request, said[refused.code])
        return redirect("learning:data-requests")
    messages.success(request, _("Saved. The person can see it on their page."))
    return redirect("learning:data-requests")
