"""The ledger on the web: my own, and that of a person I lead; a row opened; the whole to take along."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from learning.competencies.jp.queries import awards_in_words_of
from learning.people import access
from learning.people.access import Deed, Mandate
from learning.people.actions import log_look
from learning.people.models import Person
from learning.reviews.queries import Seen, seen_weeks
from learning.study import queries, rules
from learning.study.actions import record_visit
from learning.study.goals import PLANNED_AHEAD, Targets, targets_of
from learning.study.ledger import download
from learning.study.ledger.periods import MONTH, WEEK, YEAR, Period, asked_period
from learning.study.ledger.queries import (
    Rows,
    Wanted,
    days_of,
    groups_of,
    options_of,
    rolled_of,
    seconds_by_kind,
    sums,
    weeks_of,
)
from learning.study.ledger.words import opened
from learning.study.models import StudyEntry, WeekTotal
from learning.study.views import person_of

ROWS_ON_A_PAGE = 100
SINCE_SEEN = "dilihat"  # ?sejak=dilihat: only what came in after the supervisor saw the week


def their_person(viewer: Person, person_id: int) -> tuple[Person, Mandate]:
    """Somebody whose record `viewer` may read, and why; 404 for anybody else."""
    person = Person.objects.get_queryset().active().select_related("unit").filter(pk=person_id).first()
    mandate = access.mandate_over(viewer, person, Deed.READ) if person else None
    if person is None or mandate is None:
        raise Http404
    return person, mandate


def _log(viewer: Person, person: Person, mandate: Mandate, what: str) -> None:
    log_look(
        viewer=viewer,
        subject=person,
        what=what,
        role=mandate.role,
        on_behalf_of=mandate.on_behalf_of,
        now=timezone.now(),
    )


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """A link to the page at hand in another period."""

    label: str
    url: str
    is_chosen: bool = False


def _address(request: HttpRequest, period: Period) -> str:
    """The query of the page at hand in another period: the filters stay, the place in the list does not."""
    query = request.GET.copy()
    for name in (WEEK, MONTH, YEAR, "halaman", "sejak"):
        query.pop(name, None)
    query[period.unit] = period.name
    return query.urlencode()


def _period_links(request: HttpRequest, period: Period, today: dt.date) -> dict[str, Any]:
    """The periods before and after, the running one, and the same days by week, month and year."""

    def link(label: str, to: Period | None, *, is_chosen: bool = False) -> PeriodLink | None:
        return PeriodLink(label, f"?{_address(request, to)}", is_chosen) if to else None

    words = {
        WEEK: (_("‹ Week before"), _("Week after ›"), _("This week")),
        MONTH: (_("‹ Month before"), _("Month after ›"), _("This month")),
        YEAR: (_("‹ Year before"), _("Year after ›"), _("This year")),
    }[period.unit]
    running = period.holding(today)
    shown = min(period.last, today)
    return {
        "prev": link(words[0], period.before()),
        "next": link(words[1], period.after(today)),
        "this": link(words[2], running) if running != period else None,
        "units": [
            link(_("Week"), Period.week(rules.week_of(shown)), is_chosen=period.unit == WEEK),
            link(_("Month"), Period.month(shown), is_chosen=period.unit == MONTH),
            link(_("Year"), Period.year(shown.year), is_chosen=period.unit == YEAR),
        ],
    }


@dataclass(frozen=True, slots=True)
class Change:
    """What a week gained or lost after its supervisor had seen it."""

    seen: Seen
    seconds: int


def _changes(person: Person, weeks: Collection[dt.date]) -> dict[dt.date, Change]:
    """The changes of those of `weeks` that were seen and are worth something else now."""
    seen = seen_weeks(person, weeks)
    now = queries.week_seconds(person, seen)
    return {
        week: Change(each, seconds)
        for week, each in seen.items()
        if (seconds := each.change(now.get(week, 0)))
    }


def ledger_context(person: Person, request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    """All that a ledger page shows of one person's week, month or year."""
    today = rules.local_day(now)
    period, wanted = asked_period(request.GET, today), Wanted.asked(request.GET)
    week = rules.week_of(period.first)
    targets = targets_of(person, week, rules.week_of(today) + PLANNED_AHEAD)
    context: dict[str, Any] = {
        "person": person,
        "period": period,
        "periods": _period_links(request, period, today),
        "wanted": wanted,
        "show": wanted.show,
        "query": _address(request, period),
        "as_of": now,
        "absences": targets.away(person.pk),
    }
    if period.unit == WEEK:
        return context | _week(person, request, period, wanted, targets, now)
    groups = groups_of(person, period)
    chosen = [group for group in groups if wanted.takes(group)]
    weeks = weeks_of(chosen)
    return context | {
        "totals": WeekTotal(person=person, **seconds_by_kind(groups)),
        "options": options_of(groups, wanted),
        "found": sums(chosen),
        "weeks": weeks,
        "changes": _changes(person, [each.week for each in weeks]),
        "days": [],
    }


def _week(
    person: Person,
    request: HttpRequest,
    period: Period,
    wanted: Wanted,
    targets: Targets,
    now: dt.datetime,
) -> dict[str, Any]:
    """The rows of one week; the figures on top are those of every other page."""
    totals = queries.totals_of_week(person, period.first)
    seen = seen_weeks(person, [period.first]).get(period.first)
    seconds = seen.change(totals.seconds) if seen else 0
    since = seen.at if seen and request.GET.get("sejak") == SINCE_SEEN else None
    groups = groups_of(person, period, since)
    chosen = [group for group in groups if wanted.takes(group)]
    entries = sum(group.rows for group in chosen if not group.is_rolled)
    rows = Rows(person, period, wanted, entries, since)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("halaman"))
    has_rolled = page.number == 1 and any(group.is_rolled for group in chosen)
    rolled = rolled_of(person, period, wanted) if has_rolled else []
    return {
        "week": queries.week_of_person(person, period.first, targets, totals),
        "week_name": period.name,
        "totals": totals,
        "options": options_of(groups, wanted),
        "found": sums(chosen),
        "seen": seen,
        "change": Change(seen, seconds) if seen and seconds else None,
        "is_since": since is not None,
        "page_obj": page,
        "days": days_of(page.object_list, chosen, rolled),
    }


@login_required
@never_cache
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Every interval behind my minutes."""
    person, now = person_of(request), timezone.now()
    record_visit(person=person, activity_id=None, now=now)
    context = ledger_context(person, request, now)
    return render(
        request,
        "learning/ledger.html",
        {**context, "is_own": True, "viewer": person, "base_url": reverse("learning:ledger")},
    )


def _entry_page(request: HttpRequest, viewer: Person, person: Person, key: uuid.UUID) -> HttpResponse:
    entry = get_object_or_404(
        StudyEntry.objects.of(person.pk).select_related("activity", "policy", "corrects", "actor"), pk=key
    )
    is_own = viewer.pk == person.pk
    return render(
        request,
        "learning/ledger_entry.html",
        {
            "viewer": viewer,
            "viewer_is_supervisor": not is_own,
            "is_own": is_own,
            "person": person,
            "opened": opened(entry),
            "entry": entry,
            "awards": awards_in_words_of(person, entry.activity_id),
            "activity_s": queries.activity_seconds(person, entry.activity_id),
            "week_name": rules.week_name(entry.week),
            "base_url": reverse("learning:ledger")
            if is_own
            else reverse("learning:team-member", args=[person.pk]),
        },
    )


@login_required
@never_cache
@require_GET
def entry(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One row of my ledger, opened."""
    person = person_of(request)
    record_visit(person=person, activity_id=None, now=timezone.now())
    return _entry_page(request, person, person, key)


@login_required
@never_cache
@require_GET
def member_entry(request: HttpRequest, person_id: int, key: uuid.UUID) -> HttpResponse:
    """One row of the ledger of a person I lead. The look is logged."""
    viewer = person_of(request)
    person, mandate = their_person(viewer, person_id)
    _log(viewer, person, mandate, "ledger_entry")
    return _entry_page(request, viewer, person, key)


def _download(request: HttpRequest, person: Person, form: str) -> StreamingHttpResponse:
    """The rows of the period and filter in the address, streamed."""
    now = timezone.now()
    period, wanted = asked_period(request.GET, rules.local_day(now)), Wanted.asked(request.GET)
    if form == "csv":
        content, kind = download.as_csv(person, period, wanted), "text/csv; charset=utf-8"
    else:
        content, kind = download.as_json(person, period, wanted, now), "application/json"
    name = f"buku-belajar-{period.name}.{form}"
    return StreamingHttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@login_required
@never_cache
@require_GET
def take_along(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """My rows as CSV or JSON."""
    return _download(request, person_of(request), form)


@login_required
@never_cache
@require_GET
def member_take_along(request: HttpRequest, person_id: int, form: str) -> StreamingHttpResponse:
    """The rows of a person I lead, as CSV or JSON. The look is logged."""
    viewer = person_of(request)
    person, mandate = their_person(viewer, person_id)
    _log(viewer, person, mandate, "ledger_download")
    return _download(request, person, form)
