"""A supervisor's pages of a claim: opened, decided, reopened; and several recognised by one press."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learning.competencies.profiles.queries import gaps_of
from learning.competencies.queries import proofs
from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.actions import log_look
from learning.people.models import Person
from learning.people.rules import local_day
from learning.reviews import queries as submissions
from learning.reviews.claims import deciding, gate, queries, rules
from learning.reviews.claims.forms import ClaimDecisionForm, ReopenForm
from learning.reviews.decisions import AlreadyDecided, DecisionRefused, NotAllowed, NotYours
from learning.reviews.models import Claim
from learning.study.views import person_of


def _theirs(viewer: Person, pk: int) -> tuple[Claim, Mandate]:
    """The claim, and by which mandate `viewer` reads it; 404 without one: nobody opens their own here."""
    claim = get_object_or_404(queries.everything(), pk=pk)
    mandate = access.mandate_over(viewer, claim.person, Deed.READ)
    if mandate is None or claim.status == rules.DRAFT:
        raise Http404
    return claim, mandate


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The claim of somebody whose record I may read; a decision where I may decide."""
    viewer, now = person_of(request), timezone.now()
    claim, mandate = _theirs(viewer, pk)
    if request.method != "POST":
        return _page(request, claim, mandate)
    form = ClaimDecisionForm(request.POST, claimed=claim.level)
    if not form.is_valid():
        if gate.may_decide(viewer, claim, local_day(now)) is None:
            raise PermissionDenied
        return _page(request, claim, mandate, form=form, status=422)
    try:
        deciding.decide_claim(supervisor=viewer, claim_id=pk, now=now, **form.cleaned_data)
    except NotYours:
        raise PermissionDenied from None
    except (AlreadyDecided, deciding.Held) as first:
        return _page(request, claim, mandate, form=form, first=first, status=409)
    except DecisionRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, claim, mandate, form=form, status=422)
    messages.success(request, _("Your decision has been recorded. The learner can read it."))
    following = submissions.next_waiting(viewer, submissions.CLAIM, pk)
    return redirect(submissions.address(*following) if following else "learning:reviews")


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the claim for myself: for half an hour nobody else decides it."""
    viewer = person_of(request)
    claim, mandate = _theirs(viewer, pk)
    try:
        deciding.open_claim(supervisor=viewer, claim_id=pk, now=timezone.now())
    except NotYours:
        raise PermissionDenied from None
    except (AlreadyDecided, deciding.Held) as first:
        return _page(request, claim, mandate, first=first, status=409)
    return redirect("learning:review-claim", pk)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the decision in question, with a reason; another follows."""
    viewer = person_of(request)
    claim, mandate = _theirs(viewer, pk)
    form, status = ReopenForm(request.POST), 422
    if form.is_valid():
        try:
            deciding.reopen_claim(
                actor=viewer,
                claim_id=pk,
                reason=form.cleaned_data["reopen_reason"],
                text=form.cleaned_data["reopen_text"],
                now=timezone.now(),
            )
        except NotYours:
            raise PermissionDenied from None
        except NotAllowed:
            form.add_error(None, _("It does not stand where it could be reopened. Look at it again."))
            status = 409
        except DecisionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Reopened. The earlier decision stays to be read; another follows."))
            return redirect("learning:review-claim", pk)
    elif not _reopens(viewer, claim):
        raise PermissionDenied
    return _page(request, claim, mandate, reopening=form, status=status)


def _reopens(viewer: Person, claim: Claim) -> bool:
    verdict = queries.last_verdict(claim)
    return (
        verdict is not None
        and rules.after(claim.status, rules.REOPEN) is not None
        and gate.may_reopen(viewer, claim, verdict, local_day(timezone.now())) is not None
    )


def _page(
    request: HttpRequest,
    claim: Claim,
    mandate: Mandate,
    *,
    form: ClaimDecisionForm | None = None,
    reopening: ReopenForm | None = None,
    first: AlreadyDecided | deciding.Held | None = None,
    status: int = 200,
) -> HttpResponse:
    """The claim with what the viewer may do. What was typed stays, also when somebody was faster."""
    viewer, now = person_of(request), timezone.now()
    claim = queries.everything().get(pk=claim.pk)
    log_look(
        viewer=viewer,
        subject=claim.person,
        what="claim",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
    )
    may_decide = claim.is_waiting and gate.may_decide(viewer, claim, local_day(now)) is not None
    held_until = claim.held_until(viewer, now) if may_decide else None
    typed = form.data.get("text", "") if form is not None and first is not None else ""
    if first is not None and form is not None:  # for the round as it is now
        form = ClaimDecisionForm(
            {**{name: form.data[name] for name in form.data}, "seen": claim.round}, claimed=claim.level
        )
    context: dict[str, Any] = {
        "viewer": viewer,
        "viewer_is_supervisor": True,
        "mandate": mandate,
        "on_behalf_of": Person.objects.filter(pk=mandate.on_behalf_of).first()
        if mandate.on_behalf_of
        else None,
        "submission": claim,
        "opened": queries.opened(claim),
        "may_decide": may_decide,
        "is_mine": may_decide and claim.status == rules.IN_REVIEW and claim.opened_by_id == viewer.pk,
        "held_until": held_until,
        "is_late": isinstance(first, AlreadyDecided),
        "typed": typed,
        "form": form or ClaimDecisionForm(initial={"seen": claim.round}, claimed=claim.level),
        "reopening": reopening or (ReopenForm() if _reopens(viewer, claim) else None),
    }
    return render(request, "learning/review_claim.html", context, status=status)


@login_required
@require_POST
def recognise(request: HttpRequest) -> HttpResponse:
    """Recognise the ticked claims that a rule backs."""
    viewer = person_of(request)
    if not access.is_supervisor(viewer):
        raise PermissionDenied
    ticked: dict[int, int] = {}
    for text in request.POST.getlist("claim")[: 2 * rules.MOST_AT_ONCE]:
        key, _colon, seen = text.partition(":")
        if key.isdecimal() and seen.isdecimal() and len(key) < 16 and len(seen) < 6:
            ticked[int(key)] = int(seen)
    if not ticked:
        messages.warning(request, _("No claim was ticked."))
        return redirect("learning:reviews")
    try:
        done = deciding.recognise_many(supervisor=viewer, claims=ticked, now=timezone.now())
    except NotYours:
        raise Http404 from None
    except deciding.TooMany:
        messages.error(request, _("At most %(n)d at once. Nothing was decided.") % {"n": rules.MOST_AT_ONCE})
        return redirect("learning:reviews")
    messages.success(
        request,
        ngettext("%(n)d claim recognised.", "%(n)d claims recognised.", done.recognised)
        % {"n": done.recognised},
    )
    if done.skipped:
        messages.warning(
            request,
            ngettext(
                "%(n)d was passed over: decided, changed or opened by somebody else meanwhile.",
                "%(n)d were passed over: decided, changed or opened by somebody else meanwhile.",
                done.skipped,
            )
            % {"n": done.skipped},
        )
    return redirect("learning:reviews")


MOST_CLAIMS = 50  # of one person, the newest


@login_required
@never_cache
@require_GET
def member(request: HttpRequest, person_id: int) -> HttpResponse:
    """What somebody's position asks for, what is recognised, and their claims; their own view is theirs."""
    viewer, now = person_of(request), timezone.now()
    person = get_object_or_404(Person.objects.select_related("unit"), pk=person_id)
    mandate = access.mandate_over(viewer, person, Deed.READ)
    if mandate is None:
        raise Http404
    log_look(
        viewer=viewer,
        subject=person,
        what="competencies",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
    )
    today = local_day(now)
    return render(
        request,
        "learning/member_competencies.html",
        {
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "mandate": mandate,
            "on_behalf_of": Person.objects.filter(pk=mandate.on_behalf_of).first()
            if mandate.on_behalf_of
            else None,
            "may_decide": mandate.allows(Deed.DECIDE),
            "person": person,
            "gaps": gaps_of(person, today),
            "claims": queries.claims_of(person).exclude(status=rules.DRAFT)[:MOST_CLAIMS],
            "records": proofs(person, today),
        },
    )
