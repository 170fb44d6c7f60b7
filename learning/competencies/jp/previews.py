"""What a new version of a rule would do, reckoned and not written."""

import datetime as dt
from dataclasses import dataclass, field

from learning.competencies.jp import rules
from learning.competencies.jp.actions import minutes_that_count
from learning.competencies.models import JPAward, JPRule

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One award that would come out otherwise."""

    person: str
    activity: str
    day: dt.date
    before: int
    after: int


@dataclass(slots=True)
class Preview:
    """The standing awards of one form since a day, as they are and as a new version would make them.

    `is_trial`: the version begins in the future, so it is tried on the awards of this year.
    """

    since: dt.date
    is_trial: bool
    people: int = 0
    awards: int = 0
    changed: int = 0
    jp_before: int = 0
    jp_after: int = 0
    examples: list[Example] = field(default_factory=list)


def preview_of(rule: JPRule, today: dt.date) -> Preview:
    """What `rule`, not yet written, would make of the awards: one statement, read in one pass."""
    is_trial = rule.valid_from > today
    since = dt.date(today.year, 1, 1) if is_trial else rule.valid_from
    preview = Preview(since, is_trial)
    awards = (
        JPAward.objects.standing()
        .filter(rule__form=rule.form, year__gte=since.year)
        .select_related("rule", "person", "completion__activity")
        .order_by("person_id", "year", "completion_id", "day")
    )
    new, owner = rule.arithmetic(), (0, 0)
    earlier: list[rules.Earlier] = []
    people = set()
    for award in awards.iterator(chunk_size=2_000):
        if (award.person_id, award.year) != owner:
            owner, earlier = (award.person_id, award.year), []
        by = new if award.day >= since else award.rule.arithmetic()
        completion = award.completion
        minutes = minutes_that_count(by.unit, completion.credited_s, completion.activity.planned_minutes)
        if completion.attempt_id is None and by.unit != rules.PROGRAMME:
            minutes = award.minutes_counted  # learning outside has an award for each of its days
        after = rules.award(by, minutes=minutes, day=award.day, earlier=earlier)
        earlier.append(rules.Earlier(award.day, after.jp, after.remainder_minutes))
        if award.day < since:
            continue
        people.add(award.person_id)
        preview.awards += 1
        preview.jp_before += award.jp
        preview.jp_after += after.jp
        if after.jp != award.jp:
            preview.changed += 1
            if len(preview.examples) < EXAMPLES:
                preview.examples.append(
                    Example(award.person.name, completion.activity.title, award.day, award.jp, after.jp)
                )
    preview.people = len(people)
    return preview
