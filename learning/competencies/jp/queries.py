"""What readers ask about learning hours: how many, of which year, and by which sum."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.competencies.jp import rules
from learning.competencies.models import JPAward, JPAwardQuerySet, JPRule
from learning.people.models import Person
from learning.study.rules import MINUTES_PER_JP, week_name, week_of


@dataclass(frozen=True, slots=True)
class YearOfJP:
    """Learning hours of one year: whole ones, and what is left towards the next."""

    year: int
    whole: int
    remainder_minutes: int
    target: int
    is_ceiling: bool
    minutes_per_jp: int = MINUTES_PER_JP

    @property
    def is_at_ceiling(self) -> bool:
        """Is a ceiling reached? That is said, and stops nobody."""
        return self.is_ceiling and self.whole >= self.target


def jp_of_year(person: Person, year: int) -> YearOfJP:
    """The standing awards of `year`; the rest is that of the form awarded last."""
    awards = JPAward.objects.standing().in_year(year).filter(person=person)
    rows = list(
        awards.order_by("completion_id", "day").values_list("jp", "remainder_minutes", "minutes_per_jp")
    )
    carrying = [(rest, per_jp) for _jp, rest, per_jp in rows if per_jp is not None]
    rest, per_jp = carrying[-1] if carrying else (0, MINUTES_PER_JP)
    target, is_ceiling = rules.target_of(person.employment)
    return YearOfJP(year, sum(jp for jp, _rest, _per in rows), rest, target, is_ceiling, per_jp)


def jp_of_people(people: Collection[int], year: int) -> dict[int, int]:
    """Whole JP of the year, by person."""
    awards = JPAward.objects.standing().in_year(year).filter(person__in=people)
    return dict(awards.values("person").annotate(whole=Sum("jp")).values_list("person", "whole"))


@dataclass(frozen=True, slots=True)
class AwardInWords:
    """One award, opened: what for, how much, by which sum and rule."""

    jp: int
    title: str
    url: str
    day: dt.date
    week: str
    sum_in_words: str
    form: str
    rule: str
    source: str
    confidence: str
    verified_by: str
    computed_anew_at: dt.datetime | None
    computed_anew_because: str
    jp_before: int | None


def awards_of_year(person: Person, year: int) -> list[AwardInWords]:
    """The awards that count in `year`, newest first."""
    return _in_words(JPAward.objects.standing().in_year(year).filter(person=person))


def awards_in_words_of(person: Person, activity_id: int) -> list[AwardInWords]:
    """The awards that count for completing one activity."""
    return _in_words(JPAward.objects.standing().filter(person=person, completion__activity=activity_id))


def _in_words(awards: JPAwardQuerySet) -> list[AwardInWords]:
    return [
        AwardInWords(
            jp=award.jp,
            title=award.completion.activity.title,
            url=award.completion.activity.path,
            day=award.day,
            week=week_name(week_of(award.day)),
            sum_in_words=sum_in_words(award),
            form=award.rule.form_name,
            rule=award.rule.code,
            source=award.rule.source,
            confidence=str(JPRule.Confidence(award.rule.confidence).label),
            verified_by=str(JPAward.VerifiedBy(award.verified_by).label),
            computed_anew_at=award.at if award.replaces else None,
            computed_anew_because=award.reason,
            jp_before=award.replaces.jp if award.replaces else None,
        )
        for award in awards.select_related("rule", "completion__activity", "replaces").order_by(
            "-day", "-completion_id"
        )
    ]


def awards_of_activity(activity_id: int) -> list[JPAward]:
    """The awards that count for one activity, by day."""
    awards = JPAward.objects.standing().filter(completion__activity=activity_id).select_related("rule")
    return list(awards.order_by("day", "pk"))


def forms_in_force(day: dt.date) -> list[JPRule]:
    """The forms of learning that may be declared: the rule of each that holds on `day`, by name."""
    held: dict[int, JPRule] = {}
    rules_of_day = JPRule.objects.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    for rule in rules_of_day.order_by("form", "valid_from"):
        held[rule.form] = rule
    return sorted(held.values(), key=lambda rule: rule.form_name)


def in_words(rule: JPRule) -> str:
    """What a rule grants, for somebody who chooses a form: "1 hari = 4 JP"."""
    words = {"per_jp": rule.minutes_per_jp, "jp": rule.jp, "cap": rule.cap_jp}
    sentence = {
        rules.MINUTES: _("%(per_jp)d minutes = 1 JP"),
        rules.PROGRAMME: _("%(per_jp)d minutes of the programme = 1 JP"),
        rules.DAY: _("1 day = %(jp)d JP"),
        rules.ACTIVITY: _("1 activity = %(jp)d JP"),
    }[rule.unit] % words
    if rule.cap_period == rules.PER_DAY:
        sentence += ", " + _("at most %(cap)d JP a day") % words
    elif rule.cap_period == rules.PER_MONTH:
        sentence += ", " + _("at most %(cap)d JP a month") % words
    return sentence


def years_with_jp(person: Person) -> list[int]:
    """The years in which something was awarded, newest first."""
    years = JPAward.objects.filter(person=person).order_by("-year")
    return list(years.values_list("year", flat=True).distinct())


def sum_in_words(award: JPAward) -> str:
    """How the award was reckoned: "135 menit ÷ 45 = 3 JP · aturan E-LEARNING-2018"."""
    parts = [_reckoned(award)]
    if award.cut_jp:
        ceiling = (
            _("limited to %(most)d JP a day: %(jp)d JP counted")
            if award.rule.cap_period == rules.PER_DAY
            else _("limited to %(most)d JP a month: %(jp)d JP counted")
        )
        parts.append(ceiling % {"most": award.rule.cap_jp, "jp": award.jp})
    if award.remainder_minutes:
        parts.append(
            ngettext(
                "%(minutes)d minute goes on to the next",
                "%(minutes)d minutes go on to the next",
                award.remainder_minutes,
            )
            % {"minutes": award.remainder_minutes}
        )
    parts.append(_("rule %(code)s") % {"code": award.rule.code})
    return " · ".join(parts)


def _reckoned(award: JPAward) -> str:
    rule, jp = award.rule, award.jp + award.cut_jp
    words = {
        "minutes": award.minutes_counted,
        "carried": award.carried_minutes,
        "per_jp": rule.minutes_per_jp,
        "each": rule.jp,
        "jp": jp,
    }
    if rule.unit == rules.MINUTES and award.carried_minutes:
        return _("(%(carried)d minutes carried over + %(minutes)d minutes) ÷ %(per_jp)d = %(jp)d JP") % words
    if rule.unit == rules.MINUTES:
        return (
            ngettext(
                "%(minutes)d minute ÷ %(per_jp)d = %(jp)d JP",
                "%(minutes)d minutes ÷ %(per_jp)d = %(jp)d JP",
                award.minutes_counted,
            )
            % words
        )
    if rule.unit == rules.PROGRAMME:
        return _("programme of %(minutes)d minutes ÷ %(per_jp)d = %(jp)d JP") % words
    if rule.unit == rules.DAY:
        return _("1 day × %(each)d JP = %(jp)d JP") % words
    return _("1 activity × %(each)d JP = %(jp)d JP") % words


def awards_between(person: Person, first: dt.date, last: dt.date) -> list[AwardInWords]:
    """The awards that count on the days from `first` to `last`, newest first."""
    return _in_words(JPAward.objects.standing().filter(person=person, day__range=(first, last)))


def jp_up_to(person: Person, day: dt.date) -> int:
    """Whole JP from the beginning of the year of `day` up to and with that day."""
    awards = JPAward.objects.standing().in_year(day.year).filter(person=person, day__lte=day)
    return awards.aggregate(whole=Sum("jp"))["whole"] or 0
