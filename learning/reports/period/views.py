"""Period reports on the web: the learner's own, and the page that checks a number."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learning.people import access
from learning.people.access import Deed
from learning.people.actions import log_look
from learning.people.models import Person
from learning.reports.period import actions, documents, queries
from learning.reports.period.content import content_of
from learning.reports.period.forms import CheckForm, SubmitForm
from learning.reports.period.models import PeriodSnapshot
from learning.reports.period.sheet import sheet_of
from learning.reports.period.spans import Span
from learning.reports.period.words import span_in_words
from learning.study.actions import record_visit
from learning.study.goals import EARLIEST
from learning.study.rules import local_day
from learning.study.views import person_of

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def asked_span(name: str, today: dt.date) -> Span:
    """The period of an address; 404 for none, one that lies ahead or before any record."""
    span = Span.named(name)
    if span is None or not EARLIEST <= span.first <= today:
        raise Http404
    return span


@login_required
@never_cache
@require_GET
def my_reports(request: HttpRequest) -> HttpResponse:
    """My reports by period: what may be sent, what waits, what came back, what stands."""
    person, now = person_of(request), timezone.now()
    record_visit(person=person, activity_id=None, now=now)
    return render(
        request,
        "reports/my_reports.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "periods": queries.my_periods(person, local_day(now)),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_report(request: HttpRequest, name: str) -> HttpResponse:
    """One period: a live draft until it is sent, then what was sent, then what is frozen."""
    person, now = person_of(request), timezone.now()
    span = asked_span(name, local_day(now))
    form = SubmitForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_report(person=person, span=span, note=form.cleaned_data["note"], now=now)
        except actions.NotPossible:
            form.add_error(None, _("It cannot be sent now. Below is how it stands."))
            status = 409
        else:
            messages.success(request, _("The report has been sent. Your supervisor decides about it."))
            return redirect("learning:my-report", name)
    elif request.method == "POST":
        status = 422
    else:
        record_visit(person=person, activity_id=None, now=now)
    report = queries.report_of(person, span)
    opened = queries.opened(report, now) if report else None
    is_draft = report is None or report.status in ("returned", "withdrawn")
    content = content_of(person, span, now) if opened is None or is_draft else opened.content
    return render(
        request,
        "reports/my_report.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "offer": queries.offer_of(span, report, local_day(now)),
            "opened": opened,
            "is_draft": is_draft,
            "sheet": sheet_of(content),
            "sources": sources(span, reverse("learning:ledger"), own=True),
            "supervisor": access.supervisor_of(person),
            "form": form,
        },
        status=status,
    )


def sources(span: Span, ledger_url: str, *, own: bool) -> list[tuple[str, str]]:
    """Where the numbers come from: the months of the ledger and, for oneself, the JP of the year."""
    found = [
        (span_in_words(month), f"{ledger_url}?bulan={month.name}")
        for month in span.months()
        if month.first <= local_day(timezone.now())
    ]
    if own:
        found.append((_("JP, each with its sum"), f"{reverse('learning:jp')}?tahun={span.first.year}"))
    return found


@login_required
@require_POST
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Take it back before it is decided."""
    person, now = person_of(request), timezone.now()
    report = queries.report_of(person, asked_span(name, local_day(now)))
    if report is None:
        raise Http404
    try:
        actions.withdraw_report(person=person, report_id=report.pk, now=now)
    except actions.NotPossible:
        messages.warning(request, _("It is decided already and cannot be taken back."))
    else:
        messages.success(request, _("Taken back. It is a draft again."))
    return redirect("learning:my-report", name)


def check_address(request: HttpRequest, snapshot: PeriodSnapshot) -> str:
    """The full address at which this very report is checked: what the QR code holds."""
    path = reverse("learning:check-report", args=[snapshot.number])
    return f"{request.build_absolute_uri(path)}?sidik={snapshot.sha256}"


@login_required
@never_cache
@require_GET
def document(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """An accepted report as a file: for its owner and for who may read the record. The look is logged."""
    viewer = person_of(request)
    snapshot = get_object_or_404(PeriodSnapshot.objects.select_related("report__person__unit"), number=number)
    _log_reading(viewer, snapshot.report.person)
    address = check_address(request, snapshot)
    if form == "pdf":
        body: bytes = documents.report_pdf(snapshot, address=address)
    elif form == "xlsx":
        body = documents.report_xlsx(snapshot, address=address)
    else:
        body = snapshot.content.encode()
    response = HttpResponse(body, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="laporan-kompetensi-{number}.{form}"'
    return response


def _log_reading(viewer: Person, owner: Person) -> None:
    """404 for who may not read the owner's record; the look of who may is logged."""
    if viewer.pk == owner.pk:
        return
    mandate = access.mandate_over(viewer, owner, Deed.READ)
    if mandate is None:
        raise Http404
    log_look(
        viewer=viewer,
        subject=owner,
        what="period_report_file",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=timezone.now(),
    )


@require_GET
@never_cache
def check(request: HttpRequest, number: str = "") -> HttpResponse:
    """Is a report genuine? Says number, fingerprint and time, and nothing of whom it is about."""
    asked: dict[str, Any] = {"nomor": number or request.GET.get("nomor", "")}
    asked["sidik"] = request.GET.get("sidik", "")
    if not asked["nomor"]:
        return render(request, "reports/check.html", {"form": CheckForm()})
    form = CheckForm(asked)
    snapshot, matches, status = None, None, 200
    if form.is_valid():
        wanted = "".join(form.cleaned_data["nomor"].split()).upper()
        snapshot = PeriodSnapshot.objects.filter(number=wanted).first()
        print_ = form.cleaned_data["sidik"].strip().lower()
        matches = snapshot.sha256 == print_ if snapshot and print_ else None
        status = 200 if snapshot else 404
    else:
        status = 422
    context = {"form": form, "snapshot": snapshot, "matches": matches, "is_asked": form.is_valid()}
    return render(request, "reports/check.html", context, status=status)
