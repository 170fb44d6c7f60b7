"""What readers ask about period reports: mine, one of them opened, those of a unit, what waits."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from learning.people import access
from learning.people.access import Deed
from learning.people.models import Person, PersonQuerySet, Unit
from learning.reports.period import rules
from learning.reports.period.content import Content, content_of
from learning.reports.period.models import PeriodDecision, PeriodReport, PeriodSnapshot
from learning.reports.period.spans import Span
from learning.reports.period.words import Difference, differences, span_in_words

SHOWN = {rules.MONTH: 6, rules.QUARTER: 4, rules.SEMESTER: 2, rules.YEAR: 2}  # on "my reports"


@dataclass(frozen=True, slots=True)
class Offer:
    """One period on "my reports": its report so far, and whether one may be sent."""

    span: Span
    report: PeriodReport | None
    when: str
    may_submit: bool

    @property
    def label(self) -> str:
        return span_in_words(self.span)

    @property
    def due(self) -> dt.date:
        return rules.due(self.span.last)


def offer_of(span: Span, report: PeriodReport | None, today: dt.date) -> Offer:
    status = report.status if report else ""
    return Offer(span, report, rules.when(span.last, today), rules.may_submit(status, span.last, today))


def my_periods(person: Person, today: dt.date) -> dict[str, list[Offer]]:
    """The running and the latest periods of each kind, and every older one with a report: one statement."""
    reports = {(each.kind, each.first_day): each for each in PeriodReport.objects.filter(person=person)}
    found: dict[str, list[Offer]] = {}
    for kind, count in SHOWN.items():
        spans = [Span.of(kind, today)]
        while len(spans) < count:
            spans.append(spans[-1].just_before())
        older = {first for each, first in reports if each == kind} - {span.first for span in spans}
        spans += [Span.of(kind, first) for first in sorted(older, reverse=True)]
        found[kind] = [offer_of(span, reports.get((kind, span.first)), today) for span in spans]
    return found


def report_of(person: Person, span: Span) -> PeriodReport | None:
    return PeriodReport.objects.filter(person=person, kind=span.unit, first_day=span.first).first()


@dataclass(frozen=True, slots=True)
class Opened:
    """A report opened: what it says, what was decided, what the record says otherwise by now."""

    report: PeriodReport
    content: Content
    note: str
    decisions: list[PeriodDecision]
    snapshot: PeriodSnapshot | None
    differences: list[Difference]


def opened(report: PeriodReport, now: dt.datetime) -> Opened:
    """The frozen content of an accepted report, else that of the latest round."""
    submission = report.submissions.get(round=report.round)
    decisions = PeriodDecision.objects.filter(submission__report=report)
    snapshot = PeriodSnapshot.objects.filter(report=report).first()
    content: Content = json.loads(snapshot.content if snapshot else submission.content)
    return Opened(
        report,
        content,
        submission.note,
        list(decisions.select_related("by", "on_behalf_of", "submission").order_by("-submission__round")),
        snapshot,
        differences(content, content_of(report.person, report.span, now)),
    )


def waiting_reports(viewer: Person) -> QuerySet[PeriodReport, PeriodReport]:
    """What `viewer` may decide, oldest first."""
    people = access.people_for(viewer, Deed.DECIDE)
    waiting = PeriodReport.objects.filter(status=rules.SUBMITTED, person__in=people)
    return waiting.select_related("person__unit").order_by("submitted_at", "pk")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One person of a unit, and how far their report is."""

    person_id: int
    name: str
    position: str
    report: PeriodReport | None
    when: str

    @property
    def state(self) -> str:
        """A status, or: late, missing, not yet."""
        if self.report is not None and self.report.status != rules.WITHDRAWN:
            return self.report.status
        return {rules.OPEN: "missing", rules.EARLY: "early"}.get(self.when, "late")


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """How far the reports of a unit are, whatever page is shown."""

    people: int
    accepted: int
    submitted: int
    returned: int

    @property
    def missing(self) -> int:
        return self.people - self.accepted - self.submitted - self.returned


def people_of_unit(viewer: Person, unit: Unit) -> PersonQuerySet:
    return access.people_for(viewer, Deed.READ).in_unit(unit)


def unit_summary(people: PersonQuerySet, span: Span) -> UnitSummary:
    """One statement."""
    reports: dict[str, Any] = {
        "period_reports__kind": span.unit,
        "period_reports__first_day": span.first,
    }
    found = people.order_by().aggregate(
        people=Count("pk", distinct=True),
        **{
            status: Count("pk", filter=Q(**reports, period_reports__status=status), distinct=True)
            for status in (rules.ACCEPTED, rules.SUBMITTED, rules.RETURNED)
        },
    )
    return UnitSummary(**found)


def unit_rows(people: Iterable[Person], span: Span, today: dt.date) -> list[UnitRow]:
    """These people with their reports of `span`: one statement."""
    people = list(people)
    reports = {
        each.person_id: each
        for each in PeriodReport.objects.filter(person__in=people, kind=span.unit, first_day=span.first)
    }
    when = rules.when(span.last, today)
    return [UnitRow(each.pk, each.name, each.position, reports.get(each.pk), when) for each in people]
