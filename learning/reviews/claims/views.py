"""A learner's claims: the list, the form, one of them; and the form with which a supervisor adds one."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learning.people import access
from learning.people.access import Deed
from learning.people.models import Person
from learning.reviews.claims import actions, queries, rules
from learning.reviews.claims.forms import ClaimForm, initial_of
from learning.reviews.decisions import NotAllowed, NotYours
from learning.reviews.declared.views import sent_in_bounds
from learning.reviews.models import Claim
from learning.study.actions import record_visit
from learning.study.views import person_of

ON_A_PAGE = 20


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All my claims."""
    person = person_of(request)
    record_visit(person=person, activity_id=None, now=timezone.now())
    page = Paginator(queries.claims_of(person), ON_A_PAGE).get_page(request.GET.get("halaman"))
    return render(
        request,
        "learning/claims.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.is_supervisor(person),
            "claims": page.object_list,
            "page_obj": page,
        },
    )


@sent_in_bounds
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a claim."""
    person = person_of(request)
    return _form_page(request, person, person, None)


@sent_in_bounds
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft again, or answer a return."""
    person = person_of(request)
    claim = get_object_or_404(Claim.objects.select_related("competency"), pk=pk, person=person)
    if claim.status not in (rules.DRAFT, rules.RETURNED):
        messages.warning(request, _("It cannot be changed now."))
        return redirect("learning:claim", pk)
    return _form_page(request, person, person, claim)


@sent_in_bounds
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def for_staff(request: HttpRequest, person_id: int) -> HttpResponse:
    """A supervisor adds a claim for somebody they lead."""
    viewer = person_of(request)
    person = get_object_or_404(Person.objects.select_related("unit"), pk=person_id, is_active=True)
    if access.mandate_over(viewer, person, Deed.READ) is None:
        raise Http404
    if access.mandate_over(viewer, person, Deed.DECIDE) is None:
        raise PermissionDenied
    return _form_page(request, viewer, person, None)


def _form_page(request: HttpRequest, viewer: Person, person: Person, claim: Claim | None) -> HttpResponse:
    now, is_sent = timezone.now(), request.method == "POST"
    files = list(claim.evidence.filter(is_current=True)) if claim else []
    initial = initial_of(claim) if claim else _asked_for(request)
    form = ClaimForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        person=person,
        claim=claim,
        files=files,
        initial=initial,
    )
    if is_sent and form.is_valid():
        is_draft = viewer.pk == person.pk and request.POST.get("do") == "save"
        made = _write(form, viewer, person, claim, send=not is_draft, now=now)
        if made is not None:
            if viewer.pk != person.pk:
                messages.success(request, _("Added. It is marked as yours, and waits for a decision."))
                return redirect("learning:review-claim", made.pk)
            messages.success(request, _("Saved as a draft.") if is_draft else _("Sent to your supervisor."))
            return redirect("learning:claim", made.pk)
    return render(
        request,
        "learning/claim_form.html",
        {
            "viewer": viewer,
            "viewer_is_supervisor": viewer.pk != person.pk or access.is_supervisor(viewer),
            "person": person,
            "is_own": viewer.pk == person.pk,
            "claim": claim,
            "decision": claim.decisions.select_related("by", "on_behalf_of").order_by("-round").first()
            if claim
            else None,
            "supervisor": access.supervisor_of(person),
            "form": form,
        },
        status=422 if is_sent else 200,
    )


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """A link from a gap names competency and level."""
    level = request.GET.get("level", "")
    return {
        "competency": request.GET.get("kompetensi", "")[:20],
        **({"level": level} if level in {"1", "2", "3", "4", "5"} else {}),
    }


def _write(
    form: ClaimForm, viewer: Person, person: Person, claim: Claim | None, *, send: bool, now: dt.datetime
) -> Claim | None:
    """Let the action take what the form holds; None when it would not, with the reason on the form."""
    content, files = form.content(), form.cleaned_data["uploads"]
    try:
        if viewer.pk != person.pk:
            return actions.claim_for(supervisor=viewer, person=person, content=content, files=files, now=now)
        return actions.write_claim(
            person=person,
            content=content,
            files=files,
            keep=form.cleaned_data.get("keep") or [],
            claim_id=claim.pk if claim else None,
            send=send,
            now=now,
        )
    except actions.ClaimRefused as refused:
        form.refuse(refused)
    except NotYours:
        raise PermissionDenied from None
    except NotAllowed:
        form.add_error(None, _("This was changed in another window meanwhile. Open it again."))
    return None


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One of mine, and what became of it; whoever may read my record is taken to their own page of it."""
    person = person_of(request)
    claim = get_object_or_404(queries.everything(), pk=pk)
    if claim.person_id != person.pk:
        if access.can_see_ledger(person, claim.person):
            return redirect("learning:review-claim", pk)
        raise Http404
    seen = queries.opened(claim)
    return render(
        request,
        "learning/claim.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.is_supervisor(person),
            "claim": claim,
            "opened": seen,
            "may_withdraw": rules.after(claim.status, rules.WITHDRAW) is not None
            and claim.origin != Claim.Origin.SAMPLE
            and not seen.decisions,
            "held_until": claim.held_until(person, timezone.now()),
        },
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back into a draft before it is decided."""
    person = person_of(request)
    get_object_or_404(Claim, pk=pk, person=person)
    try:
        actions.withdraw_claim(person=person, claim_id=pk, now=timezone.now())
    except NotAllowed:
        messages.warning(request, _("It cannot be taken back any more."))
    else:
        messages.success(request, _("Taken back: it is a draft again."))
    return redirect("learning:claim", pk)
