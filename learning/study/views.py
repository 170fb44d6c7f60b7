"""My ledger, and the trace of a reader without JavaScript."""

import base64
import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from learning.people.models import Person
from learning.study import actions, queries, rules

_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def person_of(request: HttpRequest) -> Person:
    """The signed-in person of a request behind `login_required`."""
    assert isinstance(request.user, Person)  # noqa: S101 - login_required saw to it
    return request.user


def asked_week(text: str, today: dt.date) -> dt.date:
    """The Monday of `text` ("2026-W48"); this week when it is no week or lies ahead."""
    this_week = rules.week_of(today)
    try:
        year, _, number = text.partition("-W")
        return min(dt.date.fromisocalendar(int(year), int(number), 1), this_week)
    except ValueError:
        return this_week


def ledger_context(person: Person, request: HttpRequest, today: dt.date) -> dict[str, object]:
    """All that a ledger page shows of one person's week."""
    week = asked_week(request.GET.get("pekan", ""), today)
    show = request.GET.get("tampil", "all")
    if show not in ("all", "credited", "refused"):
        show = "all"
    this_week = rules.week_of(today)
    return {
        "person": person,
        "week": queries.week_of_person(person, week),
        "days": queries.entries_of_week(person, week, show),
        "totals": queries.totals_of_week(person, week),
        "show": show,
        "week_name": rules.week_name(week),
        "previous_week": rules.week_name(week - dt.timedelta(weeks=1)),
        "next_week": rules.week_name(week + dt.timedelta(weeks=1)) if week < this_week else "",
        "is_this_week": week == this_week,
    }


@login_required
@never_cache
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Every interval behind my minutes."""
    person, now = person_of(request), timezone.now()
    actions.record_visit(person=person, activity_id=None, now=now)
    context = ledger_context(person, request, rules.local_day(now))
    return render(request, "learning/ledger.html", {**context, "is_own": True, "viewer": person})


@never_cache
@require_GET
def trace(request: HttpRequest) -> HttpResponse:
    """The 1 × 1 picture that a page without JavaScript loads: this page is open now."""
    person = request.user
    number = {
        name: int(value) if (value := request.GET.get(name, "")).isdecimal() and len(value) < 9 else None
        for name in ("aktivitas", "langkah", "revisi")
    }
    if isinstance(person, Person) and number["aktivitas"] is not None:
        actions.record_visit(
            person=person,
            activity_id=number["aktivitas"],
            revision=number["revisi"],
            step=number["langkah"] or 1,
            now=timezone.now(),
        )
    return HttpResponse(_PIXEL, content_type="image/gif")
