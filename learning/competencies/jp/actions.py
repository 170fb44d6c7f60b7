"""What writes learning hours: an award with each completion, and awards computed anew."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learning.competencies.jp import rules
from learning.competencies.models import Completion, JPAward, JPAwardQuerySet, JPRule
from learning.people import access
from learning.people.actions import log_deed
from learning.people.models import Person
from learning.study.policies import changes_of
from learning.study.rules import local_day

LOGGED = ("code", "unit", "minutes_per_jp", "jp", "cap_jp", "cap_period", "source", "confidence")


class AlreadyReplaced(Exception):
    """Another award has taken this one's place: compute that one anew."""


class NotNewer(Exception):
    """A version of a rule begins on or before the day the version before it begins on."""


def publish_rule(*, rule: JPRule, actor: Person, now: dt.datetime) -> JPRule:
    """Write a new version of the rule of one form; the version before ends where it begins.

    No award changes by it: what is to be computed anew is computed anew, one by one, with a reason.
    Raises `NotNewer`, and `PermissionDenied` without the right to write rules.
    """
    if not actor.has_perm("competencies.add_jprule"):
        raise PermissionDenied
    with transaction.atomic():
        versions = JPRule.objects.select_for_update().filter(form=rule.form)
        before = versions.order_by("-valid_from").first()
        if before is not None and before.valid_from >= rule.valid_from:
            raise NotNewer
        rule.save(force_insert=True)
        if before is not None and (before.valid_to is None or before.valid_to > rule.valid_from):
            before.valid_to = rule.valid_from
            before.save(update_fields=["valid_to"])
        log_deed(
            actor=actor,
            action="publish_jp_rule",
            now=now,
            rule=rule.code,
            before=before.code if before else "",
            valid_from=rule.valid_from.isoformat(),
            role=access.role_over_all(actor, local_day(now)) or "",
            changes=changes_of(_logged(before) if before else {}, _logged(rule)),
        )
    return rule


def _logged(rule: JPRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in LOGGED}


def award_jp(*, completion: Completion, now: dt.datetime) -> JPAward | None:
    """Award what `completion` is worth by the rule of its day; None where no rule holds.

    Called in the transaction that writes the completion. Completions of one person wait for each
    other, so that no minute is carried into two awards.
    """
    day = local_day(completion.completed_at)
    rule = JPRule.objects.in_force(_form_of(completion), day).first()
    if rule is None:
        return None
    with transaction.atomic(savepoint=False):
        _one_at_a_time(completion.person_id)
        standing = _standing(completion.person_id, rule.form, day.year)
        earlier = [rules.Earlier(*row) for row in standing.values_list("day", "jp", "remainder_minutes")]
        return JPAward.objects.create(**_computed(completion, rule, earlier), at=now)


def award_declared(
    *, completion: Completion, form: int, days: Mapping[dt.date, int], now: dt.datetime
) -> list[JPAward]:
    """Award what learning outside is worth by the rule of its `form`; `days`: seconds credited on each.

    A form counted by minutes or days is awarded day by day, so that each day meets its own ceiling; one
    counted by activity or programme once, on its last day. Nothing for a day of which nothing counts.
    """
    counting = {day: seconds for day, seconds in days.items() if seconds > 0}
    if not counting:
        return []
    last = max(counting)
    rule = JPRule.objects.in_force(form, last).first()
    if rule is None:
        return []
    minutes = {last: sum(counting.values()) // 60}
    if rule.unit in (rules.MINUTES, rules.DAY):
        minutes = {day: seconds // 60 for day, seconds in sorted(counting.items())}
    awards = []
    with transaction.atomic(savepoint=False):
        _one_at_a_time(completion.person_id)
        for day, counted in minutes.items():
            rule = JPRule.objects.in_force(form, day).first()
            if rule is None:
                continue
            earlier = [_earlier(each) for each in _standing(completion.person_id, form, day.year)]
            fields = _computed(completion, rule, earlier, day=day, minutes=counted)
            awards.append(JPAward.objects.create(**fields, verified_by=JPAward.VerifiedBy.SUPERVISOR, at=now))
    return awards


def recompute_award(*, award: JPAward, actor: Person, reason: str, now: dt.datetime) -> JPAward:
    """Compute `award` anew by the rule that holds for its day now, as a new award that names it.

    What it carries on, and leaves under the ceiling, reaches the awards after it: those that
    come out otherwise are computed anew too, each by the rule it already had. Raises
    `AlreadyReplaced`, and `PermissionDenied` for one's own hours or without the right to award.
    """
    if actor.pk == award.person_id or not actor.has_perm("competencies.add_jpaward"):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("an award is computed anew for a reason")
    with transaction.atomic():
        _one_at_a_time(award.person_id)
        rule = JPRule.objects.in_force(award.rule.form, award.day).first() or award.rule
        before: list[rules.Earlier] = []
        made: JPAward | None = None
        standing = _standing(award.person_id, award.rule.form, award.year)
        for old in standing.select_related("rule", "completion__activity"):
            is_asked = old.pk == award.pk
            if made is None and not is_asked:
                before.append(_earlier(old))
                continue
            of_day: dict[str, Any] = {"day": old.day, "minutes": old.minutes_counted}
            if old.completion.attempt_id:  # a module is counted whole
                of_day = {}
            fields = _computed(old.completion, rule if is_asked else old.rule, before, **of_day)
            new = old
            if is_asked or any(getattr(old, name) != value for name, value in fields.items()):
                new = JPAward.objects.create(
                    **fields,
                    verified_by=old.verified_by,
                    at=now,
                    replaces=old,
                    actor=actor,
                    reason=reason.strip(),
                )
            before.append(_earlier(new))
            made = new if is_asked else made
        if made is None:
            raise AlreadyReplaced
        log_deed(
            actor=actor,
            action="recompute_jp",
            subject=award.person,
            role=access.role_over_all(actor, local_day(now)) or "",
            now=now,
            award=award.pk,
            made=made.pk,
            jp_before=award.jp,
            jp=made.jp,
            reason=reason.strip(),
        )
    return made


def minutes_that_count(unit: str, credited_s: int, planned_minutes: int) -> int:
    """The minutes a rule of `unit` looks at: those measured, or those of the programme."""
    return planned_minutes if unit == rules.PROGRAMME else credited_s // 60


def _form_of(completion: Completion) -> int:
    return rules.FORM_OF_KIND[completion.activity.kind]


def _one_at_a_time(person_id: int) -> None:
    """Hold the person until the transaction ends; who only refers to them does not wait."""
    Person.objects.select_for_update(no_key=True).filter(pk=person_id).values_list("pk").first()


def _standing(person_id: int, form: int, year: int) -> JPAwardQuerySet:
    """The awards of one form and year that count, in the order of their completions."""
    awards = JPAward.objects.standing().in_year(year).filter(person=person_id, rule__form=form)
    return awards.order_by("completion_id", "day")


def _earlier(award: JPAward) -> rules.Earlier:
    return rules.Earlier(award.day, award.jp, award.remainder_minutes)


def _computed(
    completion: Completion,
    rule: JPRule,
    earlier: list[rules.Earlier],
    *,
    day: dt.date | None = None,
    minutes: int | None = None,
) -> dict[str, Any]:
    """The columns of the award of `completion` that follow from the rule.

    `day` and `minutes` where they are not those of the completion as a whole.
    """
    activity = completion.activity
    day = day or local_day(completion.completed_at)
    if minutes is None or rule.unit == rules.PROGRAMME:
        minutes = minutes_that_count(rule.unit, completion.credited_s, activity.planned_minutes)
    award = rules.award(rule.arithmetic(), minutes=minutes, day=day, earlier=earlier)
    return {
        "person_id": completion.person_id,
        "completion_id": completion.pk,
        "rule_id": rule.pk,
        "minutes_counted": award.minutes,
        "carried_minutes": award.carried_minutes,
        "jp": award.jp,
        "cut_jp": award.cut_jp,
        "remainder_minutes": award.remainder_minutes,
        "minutes_per_jp": rule.minutes_per_jp if rule.unit == rules.MINUTES else None,
        "day": day,
        "year": day.year,
    }
