"""The supervisor's queue: what waits, oldest first, decided one by one."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.actions import log_look
from learning.people.models import Person
from learning.reviews import queries, rules
from learning.reviews.appeals import actions as appeals
from learning.reviews.decisions import AlreadyDecided, DecisionRefused, NotYours
from learning.reviews.declared import actions as declared
from learning.reviews.declared.queries import opened, overlap_seconds
from learning.reviews.forms import AppealDecisionForm, DecisionForm
from learning.reviews.models import Appeal, Declaration
from learning.study.corrections import room_of, worth_between
from learning.study.ledger.queries import Row
from learning.study.models import Reason
from learning.study.views import person_of

ON_A_PAGE = 50
BESIDE = dt.timedelta(hours=1)


@login_required
@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Declared learning, appeals and claims that wait."""
    person, now = person_of(request), timezone.now()
    if not access.is_supervisor(person):
        raise PermissionDenied
    everybody = request.GET.get("saring") == "semua"
    rows = queries.waiting(person, everybody=everybody)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("halaman"))
    return render(
        request,
        "learning/reviews.html",
        {
            "viewer": person,
            "viewer_is_supervisor": True,
            "rows": (lines := queries.lines(page.object_list, now)),
            "may_recognise": any(line.is_rule_backed for line in lines),
            "page_obj": page,
            "everybody": everybody,
        },
    )


def _theirs(viewer: Person, submission: Declaration | Appeal) -> Mandate:
    """By which mandate `viewer` decides for the learner; 404 without one: nobody opens their own here."""
    mandate = access.mandate_over(viewer, submission.person, Deed.DECIDE)
    if mandate is None:
        raise Http404
    return mandate


def _decide(
    request: HttpRequest, form: DecisionForm, decide: Callable[[dict[str, Any]], object]
) -> tuple[int, AlreadyDecided | None]:
    """Try what the form says: the status of the answer, and what stands when somebody was faster."""
    if not form.is_valid():
        return 422, None
    try:
        decide(form.cleaned_data)
    except NotYours:
        raise Http404 from None
    except AlreadyDecided as first:
        return 409, first
    except DecisionRefused as refused:
        form.add_error(None, str(refused))
        return 422, None
    return 302, None


def _after(request: HttpRequest, viewer: Person, kind: str, pk: int) -> HttpResponse:
    """Decided: on to the oldest that still waits."""
    messages.success(request, _("Your decision has been recorded. The learner can read it."))
    following = queries.next_waiting(viewer, kind, pk)
    if following is None:
        return redirect("learning:reviews")
    return redirect(queries.address(*following))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def review_declared(request: HttpRequest, pk: int) -> HttpResponse:
    """Declared learning of somebody I lead, to be decided."""
    viewer, now = person_of(request), timezone.now()
    declaration = get_object_or_404(Declaration.objects.select_related("person__unit"), pk=pk)
    mandate = _theirs(viewer, declaration)
    form, status, first = DecisionForm(initial={"seen": declaration.round}), 200, None
    if request.method == "POST":
        form = DecisionForm(request.POST)
        status, first = _decide(
            request,
            form,
            lambda said: declared.decide(supervisor=viewer, declaration_id=pk, now=now, **said),
        )
        if status == 302:
            return _after(request, viewer, queries.DECLARED, pk)
        declaration.refresh_from_db()
    log_look(
        viewer=viewer,
        subject=declaration.person,
        what="declaration",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
    )
    return render(
        request,
        "learning/review_declared.html",
        {
            **_common(viewer, declaration, form, first),
            "opened": opened(declaration),
            "overlap_s": overlap_seconds(declaration) if declaration.is_waiting else 0,
        },
        status=status,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def review_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal of somebody I lead, with the row, its reason and its neighbours."""
    viewer, now = person_of(request), timezone.now()
    appeal = get_object_or_404(Appeal.objects.select_related("person__unit", "entry__activity"), pk=pk)
    mandate = _theirs(viewer, appeal)
    form, status, first = AppealDecisionForm(initial={"seen": appeal.round}), 200, None
    if request.method == "POST":
        form = AppealDecisionForm(request.POST)
        status, first = _decide(
            request,
            form,
            lambda said: appeals.decide_appeal(supervisor=viewer, appeal_id=pk, now=now, **_part(said)),
        )
        if status == 302:
            return _after(request, viewer, queries.APPEAL, pk)
        appeal.refresh_from_db()
    log_look(
        viewer=viewer,
        subject=appeal.person,
        what="appeal",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
    )
    entry = appeal.entry
    around = worth_between(appeal.person_id, entry.started_at - BESIDE, entry.started_at + 2 * BESIDE)
    return render(
        request,
        "learning/review_appeal.html",
        {
            **_common(viewer, appeal, form, first),
            "appeal": appeal,
            "row": Row.of(entry),
            "room": room_of(entry),
            "is_overlap": entry.reason == Reason.OVERLAP,
            "around": [(Row.of(other), worth) for other, _span, worth in around],
        },
        status=status,
    )


def _part(said: dict[str, Any]) -> dict[str, Any]:
    """What the form says, in the words of the action."""
    is_part = said["move"] == AppealDecisionForm.PART
    return {
        "move": rules.ACCEPT if is_part else said["move"],
        "seconds": said["minutes"] * 60 if is_part else None,
        "reason": said["reason"],
        "text": said["text"],
    }


def _common(
    viewer: Person, submission: Declaration | Appeal, form: DecisionForm, first: AlreadyDecided | None
) -> dict[str, Any]:
    """What both pages show. After a refusal the form keeps what was typed, for the round as it is now."""
    if first is not None and submission.is_waiting:
        form = type(form)({**{name: form.data[name] for name in form.data}, "seen": submission.round})
    return {
        "viewer": viewer,
        "viewer_is_supervisor": True,
        "submission": submission,
        "form": form,
        "is_late": first is not None,
        "typed": form.data.get("text", "") if first is not None else "",
        "decisions": list(submission.decisions.select_related("by", "on_behalf_of").order_by("-round")),
    }
