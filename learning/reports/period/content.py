"""What a report says, gathered from the record: plain numbers and words that canonical JSON can hold.

The screen, the PDF and the spreadsheet are all made from this and nothing else (`sheet`), so that they
cannot disagree. One person's own ledger is read by its index, since months cut weeks in two.
"""

import datetime as dt
import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from learning.competencies.jp import queries as hours
from learning.competencies.jp import rules as jp_rules
from learning.competencies.models import CompetencyRecord
from learning.competencies.profiles.queries import gaps_of
from learning.competencies.queries import LEVEL_NAMES
from learning.people.models import Person
from learning.reports.period.spans import Span
from learning.study import goal_rules, rules
from learning.study.goals import Learner, targets_of
from learning.study.ledger.queries import Group, groups_of, seconds_by_kind, sums
from learning.study.models import Kind
from learning.study.queries import week_seconds

FORMAT = 1  # of the JSON: a frozen report is read by the format it names

Content = dict[str, Any]


def canonical(content: Content) -> str:
    """The one spelling of `content`: sorted keys, no spaces, UTF-8 (as RFC 8785 for what we put in)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """The SHA-256 of `text`, as 64 hex digits: what `sha256sum` prints for the downloaded JSON."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(person: Person, span: Span, now: dt.datetime) -> Content:
    """The report of `person` about `span` as the record stands at `now`. As many statements at any size."""
    groups = groups_of(person, span)
    awards = hours.awards_between(person, span.first, span.last)
    target, is_ceiling = jp_rules.target_of(person.employment)
    return {
        "format": FORMAT,
        "as_of": now.astimezone(rules.WIB).isoformat(timespec="seconds"),
        "person": {
            "name": person.name,
            "nip": person.masked_nip,
            "position": person.position,
            "unit": person.unit.name if person.unit else "",
        },
        "period": {"kind": span.unit, "name": span.name, "first": str(span.first), "last": str(span.last)},
        "time": {**_times(groups), "rows": sums(groups).rows},
        "months": [
            {"name": month.name, **_times([each for each in groups if month.first <= each.day <= month.last])}
            for month in span.months()
        ],
        "weeks": _weeks(person, span, rules.local_day(now)),
        "jp": {
            "total": sum(award.jp for award in awards),
            "year_to_date": hours.jp_up_to(person, span.last),
            "target": target,
            "is_ceiling": is_ceiling,
            "awards": [_award(award) for award in reversed(awards)],
        },
        "competencies": _competencies(person, span),
        "gaps": _gaps(person, min(span.last, rules.local_day(now))),
    }


def _times(groups: list[Group]) -> dict[str, int]:
    """Credited seconds by kind and in all; the kinds are never mixed but in `total`."""
    found = seconds_by_kind(groups)
    kinds = {str(kind): found[f"{kind}_s"] for kind in Kind.values}
    return {**kinds, "offline": found["offline_s"], "coarse": found["coarse_s"], "total": sum(kinds.values())}


def _weeks(person: Person, span: Span, today: dt.date) -> dict[str, int]:
    """How many weeks of the period asked something, and in how many of them it was done."""
    weeks = [week for week in span.weeks() if week <= today]
    if not weeks:
        return {"asked": 0, "met": 0, "free": 0}
    targets, learner = targets_of(person, weeks[0], weeks[-1]), Learner.of(person)
    seconds = week_seconds(person, weeks)
    asked = {week: minutes for week in weeks if (minutes := targets.judged_minutes(learner, week))}
    met = sum(goal_rules.is_met(seconds.get(week, 0), minutes) for week, minutes in asked.items())
    return {"asked": len(asked), "met": met, "free": len(weeks) - len(asked)}


def _award(award: hours.AwardInWords) -> dict[str, Any]:
    return {
        "day": str(award.day),
        "title": award.title,
        "jp": award.jp,
        "sum": award.sum_in_words,
        "form": award.form,
        "source": award.source,
        "verified_by": award.verified_by,
    }


def _competencies(person: Person, span: Span) -> list[dict[str, Any]]:
    """What was recognised in the period and not ended by a decision, oldest first, each with its evidence."""
    records = CompetencyRecord.objects.filter(
        person=person, recognised_on__range=(span.first, span.last), ended_on__isnull=True
    ).select_related("competency", "completion__activity")
    found = []
    for record in records.order_by("recognised_on", "competency__code", "pk"):
        done = record.completion
        found.append(
            {
                "name": record.competency.name,
                "code": record.competency.code,
                "level": record.level,
                "level_name": LEVEL_NAMES[record.level],
                "evidence": done.activity.title if done else _("a claim that the supervisor recognised"),
                "score": done.score if done else None,
                "day": str(record.recognised_on),
            }
        )
    return found


def _gaps(person: Person, day: dt.date) -> dict[str, Any] | None:
    """The profile of the position beside what is recognised on `day`; None where the position has none."""
    found = gaps_of(person, day)
    if found.profile is None:
        return None
    rows = [
        {"name": each.competency.name, "needed": each.needed, "has": each.has, "gap": each.gap}
        for each in found.rows
    ]
    return {"position": person.position, "day": str(day), "rows": rows}
