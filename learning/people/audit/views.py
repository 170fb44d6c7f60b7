"""Who saw my data, and the auditor's search through the log."""

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learning.people import access
from learning.people.access import Role
from learning.people.audit import queries
from learning.people.audit.actions import log_deed
from learning.people.audit.forms import SearchForm, WantedForm
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


def _wanted(form: WantedForm) -> queries.Wanted:
    found = form.cleaned_data
    return queries.Wanted(
        subject=found["orang"],
        actor=found["pelaku"],
        action=found["tindakan"],
        first_day=found["dari"],
        last_day=found["sampai"],
    )


def _log(auditor: Person, action: str, wanted: queries.Wanted, now: dt.datetime) -> None:
    """What was searched for, or carried away."""
    subject = Person.objects.filter(pk=wanted.subject).first() if wanted.subject else None
    log_deed(
        actor=auditor,
        action=action,
        role=Role.AUDITOR,
        subject=subject,
        now=now,
        what="audit",
        by=wanted.actor,
        kind=wanted.action,
        first=str(wanted.first_day or ""),
        last=str(wanted.last_day or ""),
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The log, by person, deed and time; each page opened is itself logged.

    What is typed is posted, for it may be a NIP; the address it leads to names people by our key.
    """
    auditor, now = _auditor(request), timezone.now()
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            return redirect(f"{reverse('learning:audit')}?{urlencode(form.query())}")
        return _results(request, auditor, form, None, now, status=422)
    asked = WantedForm(request.GET)
    if not asked.is_valid():
        return _results(request, auditor, SearchForm(), None, now, status=422)
    wanted = _wanted(asked)
    names = dict(
        Person.objects.filter(pk__in=[each for each in (wanted.subject, wanted.actor) if each]).values_list(
            "pk", "name"
        )
    )
    initial = {
        "subjek": names.get(wanted.subject or 0, ""),
        "oleh": names.get(wanted.actor or 0, ""),
        "tindakan": wanted.action,
        "dari": wanted.first_day,
        "sampai": wanted.last_day,
    }
    return _results(request, auditor, SearchForm(initial=initial), wanted, now)


def _results(
    request: HttpRequest,
    auditor: Person,
    form: SearchForm,
    wanted: queries.Wanted | None,
    now: dt.datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    """The form, and below it the page of the log that was asked for."""
    rows: list[dict[str, Any]] = []
    page = None
    if wanted is not None:
        found = queries.with_names(queries.search(wanted))
        page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("halaman"))
        rows = [queries.in_words(entry) for entry in page.object_list]
        _log(auditor, "search_audit", wanted, now)
    return render(
        request,
        "people/audit.html",
        {
            "viewer": auditor,
            "viewer_is_supervisor": True,
            "form": form,
            "is_unreadable": wanted is None and not form.is_bound,
            "rows": rows,
            "page_obj": page,
            "newest_day": AuditDay.objects.order_by("-day").first(),
            "as_of": now,
        },
        status=status,
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
    form = WantedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("The search cannot be read."), status=422, content_type="text/plain")
    wanted = _wanted(form)
    _log(auditor, "export", wanted, now)
    response = StreamingHttpResponse(_lines(wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response
