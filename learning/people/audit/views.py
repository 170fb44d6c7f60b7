"""Who saw my data, and the auditor's search through the log."""

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from learning.people import access
from learning.people.access import Role
from learning.people.audit import queries
from learning.people.audit.actions import log_deed
from learning.people.audit.forms import SearchForm
from learning.people.models import AuditDay, Person
from learning.people.signed_in import person_of

ON_A_PAGE = 50
LOOKED_BACK = dt.timedelta(days=366)


@login_required
@never_cache
@require_GET
def who_saw_me(request: HttpRequest) -> HttpResponse:
    """Everybody who saw my record in the last year, by role and time."""
    person, now = person_of(request), timezone.now()
    looks = queries.looks_at(person, now - LOOKED_BACK)
    page = Paginator(looks, ON_A_PAGE).get_page(request.GET.get("halaman"))
    return render(
        request,
        "people/who_saw_me.html",
        {
            "viewer": person,
            "viewer_is_supervisor": access.sees_others(person),
            "looks": list(page.object_list),
            "page_obj": page,
        },
    )


def _auditor(request: HttpRequest) -> Person:
    person = person_of(request)
    if not access.holds(person, Role.AUDITOR):
        raise PermissionDenied
    return person


def _wanted(form: SearchForm) -> queries.Wanted:
    found = form.cleaned_data
    subject, actor = found.get("subjek"), found.get("pelaku")
    return queries.Wanted(
        subject=subject.pk if subject else None,
        actor=actor.pk if actor else None,
        action=found.get("tindakan") or "",
        first_day=found.get("dari"),
        last_day=found.get("sampai"),
    )


@login_required
@never_cache
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The log, by person, deed and time; each page opened is itself logged."""
    auditor, now = _auditor(request), timezone.now()
    form = SearchForm(request.GET or None)
    rows: list[dict[str, Any]] = []
    page = None
    if not form.is_bound or form.is_valid():
        wanted = _wanted(form) if form.is_bound else queries.Wanted()
        page = Paginator(queries.with_names(queries.search(wanted)), ON_A_PAGE).get_page(
            request.GET.get("halaman")
        )
        rows = [queries.in_words(entry) for entry in page.object_list]
        log_deed(
            actor=auditor,
            action="search_audit",
            role=Role.AUDITOR,
            subject=Person.objects.filter(pk=wanted.subject).first() if wanted.subject else None,
            now=now,
            what="audit",
            by=wanted.actor,
            kind=wanted.action,
            page=page.number,
        )
    return render(
        request,
        "people/audit.html",
        {
            "viewer": auditor,
            "viewer_is_supervisor": True,
            "form": form,
            "rows": rows,
            "page_obj": page,
            "newest_day": AuditDay.objects.order_by("-day").first(),
            "as_of": now,
        },
        status=422 if form.errors else 200,
    )


class _Line:
    """A file that gives back each line written to it."""

    def write(self, line: str) -> str:
        return line


COLUMNS = ("at", "actor", "on_behalf_of", "role", "action", "subject", "unit", "what", "detail")


def _safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = value.isoformat(timespec="seconds") if isinstance(value, dt.datetime) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _lines(wanted: queries.Wanted) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + writer.writerow(COLUMNS)
    for row in queries.all_in_words(queries.search(wanted)):
        yield writer.writerow([_safe(row[name]) for name in COLUMNS])


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The entries of a search as CSV, streamed; the export is logged before the first line."""
    auditor, now = _auditor(request), timezone.now()
    form = SearchForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("The search cannot be read."), status=422, content_type="text/plain")
    wanted = _wanted(form)
    log_deed(
        actor=auditor,
        action="export",
        role=Role.AUDITOR,
        subject=Person.objects.filter(pk=wanted.subject).first() if wanted.subject else None,
        now=now,
        what="audit",
        by=wanted.actor,
        kind=wanted.action,
    )
    response = StreamingHttpResponse(_lines(wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response
