"""A learner's learning outside the site: the list, the form, one of them, its evidence."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learning.people import access
from learning.people.actions import log_look
from learning.people.models import Person
from learning.reviews.decisions import NotAllowed
from learning.reviews.declared import actions, queries
from learning.reviews.declared.evidence import REQUEST_LIMIT
from learning.reviews.declared.forms import BaseSpans, DeclarationForm, Spans, initial_of, initial_spans
from learning.reviews.models import Declaration, Evidence, Status
from learning.study.actions import record_visit
from learning.study.views import person_of

ON_A_PAGE = 20


def sent_in_bounds(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 413 to a request that is too large before anything reads it, then asks for its secret."""

    @csrf_exempt
    @wraps(view)
    def bounded(request: HttpRequest, **kwargs: int) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > REQUEST_LIMIT:
            return render(request, "413.html", status=413)
        return csrf_protect(view)(request, **kwargs)

    return bounded


def _own(person: Person, pk: int) -> Declaration:
    """The person's own declaration; 404 for anybody else's."""
    return get_object_or_404(Declaration, pk=pk, person=person)


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All that I have declared."""
    person = person_of(request)
    record_visit(person=person, activity_id=None, now=timezone.now())
    page = Paginator(queries.declarations_of(person), ON_A_PAGE).get_page(request.GET.get("halaman"))
    return render(
        request,
        "learning/declared_list.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.is_supervisor(person),
            "declarations": page.object_list,
            "page_obj": page,
        },
    )


@sent_in_bounds
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare learning outside."""
    return _form_page(request, None)


@sent_in_bounds
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what came back, and send it again."""
    declaration = _own(person_of(request), pk)
    if declaration.status != Status.RETURNED:
        messages.warning(request, _("Only what came back for correction can be changed."))
        return redirect("learning:declared", pk)
    return _form_page(request, declaration)


def _form_page(request: HttpRequest, declaration: Declaration | None) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    evidence = list(declaration.evidence.filter(is_current=True)) if declaration else []
    is_sent = request.method == "POST"
    form = DeclarationForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        now=now,
        evidence=evidence,
        initial=initial_of(declaration) if declaration else None,
    )
    spans = Spans(
        request.POST if is_sent else None,
        prefix="hari",
        initial=initial_spans(declaration) if declaration and not is_sent else None,
        form_kwargs={"now": now},
    )
    if is_sent and form.is_valid() & spans.is_valid():
        sent = _send(person, declaration, form, spans, now)
        if sent is not None:
            messages.success(request, _("Sent to your supervisor. It counts once it is accepted."))
            return redirect("learning:declared", sent.pk)
    context = {
        "viewer": person,
        "viewer_is_supervisor": access.is_supervisor(person),
        "declaration": declaration,
        "decision": declaration.decisions.order_by("-round").first() if declaration else None,
        "supervisor": access.supervisor_of(person),
        "form": form,
        "spans": spans,
    }
    return render(request, "learning/declared_form.html", context, status=422 if is_sent else 200)


def _send(
    person: Person, declaration: Declaration | None, form: DeclarationForm, spans: BaseSpans, now: dt.datetime
) -> Declaration | None:
    """Let the action take what the form holds; None when it would not, with the reason on the form."""
    content, files = form.content(spans.spans()), form.cleaned_data["uploads"]
    try:
        if declaration is None:
            return actions.declare_learning(person=person, content=content, files=files, now=now)
        return actions.resubmit(
            person=person,
            declaration_id=declaration.pk,
            content=content,
            files=files,
            keep=form.cleaned_data.get("keep") or [],
            now=now,
        )
    except actions.DeclarationRefused as refused:
        form.refuse(refused)
    except NotAllowed:
        form.add_error(None, _("This was changed in another window meanwhile. Open it again."))
    return None


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One of mine, and what became of it; whoever leads me is taken to their own page of it."""
    person = person_of(request)
    declaration = get_object_or_404(Declaration.objects.select_related("person"), pk=pk)
    if declaration.person_id != person.pk:
        if access.can_see_ledger(person, declaration.person):
            return redirect("learning:review-declared", pk)
        raise Http404
    return render(
        request,
        "learning/declared.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.is_supervisor(person),
            "declaration": declaration,
            "opened": queries.opened(declaration),
        },
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before it is decided."""
    person = person_of(request)
    _own(person, pk)
    try:
        actions.withdraw(person=person, declaration_id=pk, now=timezone.now())
    except NotAllowed:
        messages.warning(request, _("It is decided already and cannot be taken back."))
    else:
        messages.success(request, _("Taken back. It counts nothing."))
    return redirect("learning:declared", pk)


@login_required
@never_cache
@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of evidence, to be saved: for its owner and for who leads them. The look is logged."""
    person = person_of(request)
    file = get_object_or_404(
        Evidence.objects.select_related("declaration__person__unit", "claim__person__unit"), pk=pk
    )
    owner = file.owner
    mandate = access.mandate_over(person, owner, access.Deed.READ)
    if mandate is None and owner.pk != person.pk:
        raise Http404
    try:
        opened = file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    if mandate is not None:
        log_look(
            viewer=person,
            subject=owner,
            what="evidence",
            role=mandate.role,
            on_behalf_of=mandate.on_behalf_of,
            now=timezone.now(),
        )
    response = FileResponse(opened, as_attachment=True, filename=file.name, content_type=file.kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
