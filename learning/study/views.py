"""My ledger, and the trace of a reader without JavaScript."""

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from learning.people.models import Person
from learning.people.signed_in import person_of as person_of
from learning.study import actions, queries, rules
from learning.study.goals import EARLIEST, PLANNED_AHEAD, targets_of

MOST_STEPS = 500  # as in a report (endpoints.IntervalIn)
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def asked_week(text: str, today: dt.date) -> dt.date:
    """The Monday of `text` ("2026-W48"); this week when it is no week, lies ahead or before any record."""
    this_week = rules.week_of(today)
    try:
        year, _, number = text.partition("-W")
        week = dt.date.fromisocalendar(int(year), int(number), 1)
    except (ValueError, OverflowError):
        return this_week
    return week if EARLIEST <= week <= this_week else this_week


@dataclass(frozen=True, slots=True)
class WeekLink:
    """A link to the page at hand in another week."""

    number: int
    url: str


def week_links(request: HttpRequest, week: dt.date, today: dt.date) -> dict[str, WeekLink]:
    """Links to the week before (`prev`), the running one (`this`) and the next, filters kept."""
    this_week = rules.week_of(today)
    wanted = {"prev": week - rules.ONE_WEEK, "this": this_week, "next": week + rules.ONE_WEEK}
    if week == this_week:
        del wanted["this"], wanted["next"]
    if week <= EARLIEST:
        del wanted["prev"]
    links = {}
    for name, each in wanted.items():
        query = request.GET.copy()
        query.pop("halaman", None)
        query["pekan"] = rules.week_name(each)
        links[name] = WeekLink(each.isocalendar().week, f"?{query.urlencode()}")
    return links


def ledger_context(person: Person, request: HttpRequest, today: dt.date) -> dict[str, Any]:
    """All that a ledger page shows of one person's week."""
    week = asked_week(request.GET.get("pekan", ""), today)
    show = request.GET.get("tampil", "all")
    if show not in ("all", "credited", "refused"):
        show = "all"
    targets = targets_of(person, week, rules.week_of(today) + PLANNED_AHEAD)
    return {
        "person": person,
        "week": queries.week_of_person(person, week, targets),
        "absences": targets.away(person.pk),
        "days": queries.entries_of_week(person, week, show),
        "totals": queries.totals_of_week(person, week),
        "show": show,
        "week_name": rules.week_name(week),
        "weeks": week_links(request, week, today),
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
            step=min(max(1, number["langkah"] or 1), MOST_STEPS),
            now=timezone.now(),
        )
    return HttpResponse(_PIXEL, content_type="image/gif")
