"""Period reports of others: how far a unit is, one of them to read and to decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from learning.people import access
from learning.people.access import Deed
from learning.people.actions import log_look
from learning.people.audit.actions import log_look_at_list
from learning.people.models import Person
from learning.reports.period import actions, queries, rules
from learning.reports.period.forms import ReportDecisionForm
from learning.reports.period.models import PeriodReport
from learning.reports.period.sheet import sheet_of
from learning.reports.period.spans import Span
from learning.reports.period.views import sources
from learning.reports.period.words import span_in_words
from learning.reports.team.views import asked_unit, seen_as
from learning.study.goals import EARLIEST
from learning.study.rules import local_day
from learning.study.views import person_of

PEOPLE_ON_A_PAGE = 50
WAITING_SHOWN = 10


@login_required
@never_cache
@require_GET
def unit_reports(request: HttpRequest) -> HttpResponse:
    """Who of a unit has sent the report of a period; what waits for me, of all my units."""
    viewer, now = person_of(request), timezone.now()
    unit, mandate, _mandates = asked_unit(request, viewer)
    today = local_day(now)
    span = Span.named(request.GET.get("periode", ""))
    if span is None or not EARLIEST <= span.first <= today:
        span = Span.of(rules.MONTH, today).just_before()
    people = queries.people_of_unit(viewer, unit)
    summary = queries.unit_summary(people, span)
    page = Paginator(people.by_name(), PEOPLE_ON_A_PAGE).get_page(request.GET.get("halaman"))
    rows = queries.unit_rows(page.object_list, span, today)
    log_look_at_list(
        viewer=viewer,
        unit=unit,
        people=[row.person_id for row in rows],
        what="period_reports",
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=now,
    )
    return render(
        request,
        "reports/unit_reports.html",
        {
            **seen_as(mandate),
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "unit": unit,
            "span": span,
            "period": span_in_words(span),
            "due": rules.due(span.last),
            "kinds": [Span.of(kind, span.first) for kind in rules.MONTHS],
            "earlier": span.just_before(),
            "later": later if (later := span.just_after()).first <= today else None,
            "summary": summary,
            "rows": rows,
            "page_obj": page,
            "waiting": queries.waiting_reports(viewer)[:WAITING_SHOWN],
            "reminder": reminder(request, span),
            "as_of": now,
        },
    )


def reminder(request: HttpRequest, span: Span) -> str:
    """A polite text to send to who has not sent a report yet."""
    return _(
        "Good day. The competency report of %(period)s can be sent at %(address)s until %(day)s. "
        "It is filled in already; reading it and pressing send takes about two minutes. Thank you."
    ) % {
        "period": span_in_words(span),
        "address": request.build_absolute_uri(reverse("learning:my-report", args=[span.name])),
        "day": date_format(rules.due(span.last), "j F Y"),
    }


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of somebody I may read, to be decided by whoever may decide."""
    viewer, now = person_of(request), timezone.now()
    report = get_object_or_404(PeriodReport.objects.select_related("person__unit"), pk=pk)
    if report.person_id == viewer.pk:
        if request.method == "POST":
            raise PermissionDenied
        return redirect("learning:my-report", report.span.name)
    mandate = access.mandate_over(viewer, report.person, Deed.READ)
    if mandate is None:
        raise Http404
    deciding = access.mandate_over(viewer, report.person, Deed.DECIDE)
    form, status, is_late = ReportDecisionForm(initial={"seen": report.round}), 200, False
    if request.method == "POST":
        if deciding is None:
            raise PermissionDenied
        form = ReportDecisionForm(request.POST)
        status, is_late = _decide(form, viewer, pk)
        if status == 302:
            return _next(request, viewer)
        report.refresh_from_db()
        if is_late and report.is_waiting:  # the learner sent it anew: what was typed stays
            form = ReportDecisionForm({**form.cleaned_data, "seen": report.round})
    log_look(
        viewer=viewer,
        subject=report.person,
        what="period_report",
        role=(deciding or mandate).role,
        on_behalf_of=(deciding or mandate).on_behalf_of,
        now=now,
    )
    opened = queries.opened(report, now)
    ledger_url = reverse("learning:team-member", args=[report.person_id])
    return render(
        request,
        "reports/review.html",
        {
            **seen_as(deciding or mandate),
            "viewer": viewer,
            "viewer_is_supervisor": True,
            "report": report,
            "period": span_in_words(report.span),
            "opened": opened,
            "sheet": sheet_of(opened.content),
            "sources": sources(report.span, ledger_url, own=False),
            "form": form,
            "is_late": is_late,
            "typed": form.data.get("text", "") if is_late else "",
        },
        status=status,
    )


def _decide(form: ReportDecisionForm, viewer: Person, pk: int) -> tuple[int, bool]:
    """Try what the form says: the status of the answer, and whether somebody was faster."""
    if not form.is_valid():
        return 422, False
    said: dict[str, Any] = form.cleaned_data
    try:
        actions.decide_report(by=viewer, report_id=pk, now=timezone.now(), **said)
    except actions.NotYours:
        raise PermissionDenied from None
    except actions.AlreadyMoved:
        return 409, True
    return 302, False


def _next(request: HttpRequest, viewer: Person) -> HttpResponse:
    """Decided: on to the oldest that still waits."""
    messages.success(request, _("Your decision has been recorded. The learner can read it."))
    following = queries.waiting_reports(viewer).first()
    if following is None:
        return redirect("learning:unit-reports")
    return redirect("learning:review-report", following.pk)
