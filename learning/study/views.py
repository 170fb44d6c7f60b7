"""What pages of one person share, and the trace of a reader without JavaScript."""

import base64
import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from learning.people.models import Person
from learning.people.signed_in import person_of as person_of
from learning.study import actions, rules
from learning.study.goals import EARLIEST

MOST_STEPS = 500  # as in a report (endpoints.IntervalIn)
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


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
