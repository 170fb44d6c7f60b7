"""Who is asked for how many minutes in which week: dated targets, holidays, absences."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from django.conf import settings
from django.db.models import BigIntegerField, Case, CharField, DateField, F, QuerySet, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning.people.models import Absence, Person, Unit
from learning.study import goal_rules, rules
from learning.study.models import Holiday, WeeklyTarget

EARLIEST = dt.date(2000, 1, 3)  # long before anything was recorded here
PLANNED_AHEAD = dt.timedelta(weeks=60)  # how far ahead a page shows absences to come
_HOLIDAY, _WORKDAY = "holiday", "workday"


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> dict[dt.date, str]:
    """Public holidays and joint leave of Indonesia, as far as the library knows them."""
    import holidays  # not with the module: the door of the beat never needs it

    known = holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return dict(known.items())


@dataclass(frozen=True, slots=True)
class Learner:
    """What a target depends on. `Learner(*row)` of a row of `LEARNER_FIELDS`."""

    person_id: int
    unit_path: str | None
    own_minutes: int | None
    own_since: dt.date | None
    joined_on: dt.date | None

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(
            person.pk,
            person.unit.path if person.unit else None,
            person.weekly_goal_minutes,
            person.weekly_goal_since,
            person.joined_on,
        )


LEARNER_FIELDS = ("pk", "unit__path", "weekly_goal_minutes", "weekly_goal_since", "joined_on")


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as readers see it: the days it holds, and who recorded it."""

    absence_id: int
    person_id: int
    kind: str
    first_day: dt.date
    last_day: dt.date
    note: str
    recorded_by: str

    @property
    def kind_label(self) -> str:
        return str(Absence.Kind(self.kind).label)

    @property
    def stretch(self) -> goal_rules.Stretch:
        return goal_rules.Stretch(
            self.first_day, self.last_day, frees_week=self.kind == Absence.Kind.STUDY_ASSIGNMENT
        )

    def is_over(self, today: dt.date) -> bool:
        return self.last_day < today


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes of one week, where they come from, and why they are not more."""

    minutes: int
    source: str
    asked_minutes: int
    presence: goal_rules.Presence
    holiday_names: tuple[str, ...] = ()

    @property
    def is_free(self) -> bool:
        return self.minutes == 0

    @property
    def is_leave(self) -> bool:
        """Away all the week, as far as it is not holiday."""
        return self.is_free and bool(self.presence.away)

    @property
    def why(self) -> list[str]:
        """The reasons why the week asks for less than usual, each a whole sentence; none when it does not."""
        found = self.presence
        if found.is_whole:
            return []
        reasons = []
        if self.is_free:
            reasons.append(_("Nothing is asked of you this week."))
        else:
            reasons.append(
                _("%(minutes)d minutes: %(here)d of %(all)d working days.")
                % {"minutes": self.minutes, "here": found.here, "all": goal_rules.WORKING_DAYS}
            )
        if found.holidays:
            reasons.append(
                ngettext(
                    "%(n)d public holiday: %(names)s.",
                    "%(n)d public holidays: %(names)s.",
                    len(found.holidays),
                )
                % {"n": len(found.holidays), "names": "; ".join(self.holiday_names)}
            )
        if found.away:
            reasons.append(
                ngettext("%(n)d day away: %(days)s.", "%(n)d days away: %(days)s.", len(found.away))
                % {"n": len(found.away), "days": ", ".join(date_format(day, "j F") for day in found.away)}
            )
        if found.not_joined:
            reasons.append(
                ngettext("%(n)d day before you joined.", "%(n)d days before you joined.", found.not_joined)
                % {"n": found.not_joined}
            )
        return reasons


@dataclass(slots=True)
class _Calendar:
    """Rows of the back office over what the library knows."""

    holidays: dict[dt.date, str] = field(default_factory=dict)
    workdays: set[dt.date] = field(default_factory=set)

    def of_week(self, week: dt.date) -> dict[dt.date, str]:
        """The holidays of a week: a row of the back office overrules the library both ways."""
        days = [week + dt.timedelta(days=number) for number in range(7)]
        known = {day: name for day in days if (name := _public_holidays(day.year).get(day))}
        known.update({day: self.holidays[day] for day in days if day in self.holidays})
        return {day: name for day, name in sorted(known.items()) if day not in self.workdays}


class Targets:
    """The weekly targets of many people over many weeks: two statements, however many of either.

    `people` (ids, or a query of them) narrows the absences that are read; without it everybody's are.
    """

    def __init__(
        self,
        first: dt.date,
        last: dt.date | None = None,
        *,
        people: Iterable[int] | QuerySet[Any, Any] | None = None,
    ) -> None:
        self.last = last or first
        rows = WeeklyTarget.objects.filter(valid_from__lte=self.last).select_related("unit")
        self._by_path: dict[str, list[WeeklyTarget]] = {}
        for row in rows.order_by("-valid_from"):
            self._by_path.setdefault(row.unit.path, []).append(row)
        self._calendar = _Calendar()
        self._away: dict[int, list[Away]] = {}
        self._read_days_off(first, self.last + dt.timedelta(days=6), people)
        self._usual: dict[dt.date, tuple[goal_rules.Presence, tuple[str, ...]]] = {}

    @classmethod
    def from_rows(
        cls,
        week: dt.date,
        *,
        asked: Iterable[tuple[str, str, dt.date, int]],
        holidays: dict[dt.date, str],
        workdays: set[dt.date],
        away: Iterable[tuple[int, str, dt.date, dt.date, dt.date | None]],
    ) -> Self:
        """The targets of one week from rows that were read elsewhere: no statement.

        `asked`: path and name of the unit, since when, minutes; `away`: person, kind, first and last day, and
        the day from which it no longer holds.
        """
        self = cls.__new__(cls)
        self.last = week
        self._by_path = {}
        for path, name, valid_from, minutes in sorted(asked, key=lambda row: row[2], reverse=True):
            row = WeeklyTarget(unit=Unit(path=path, name=name), valid_from=valid_from, minutes=minutes)
            self._by_path.setdefault(path, []).append(row)
        self._calendar = _Calendar(holidays, workdays)
        self._away = {}
        for person_id, kind, first_day, last_day, ended_on in away:
            if ended_on is not None:
                last_day = min(last_day, ended_on - dt.timedelta(days=1))
            self._away.setdefault(person_id, []).append(Away(0, person_id, kind, first_day, last_day, "", ""))
        self._usual = {}
        return self

    def _read_days_off(
        self, first: dt.date, last: dt.date, people: Iterable[int] | QuerySet[Any, Any] | None
    ) -> None:
        """Absences and the back office's holidays, in one statement."""
        absences = Absence.objects.touching(first, last)
        if people is not None:
            absences = absences.filter(person__in=people)
        columns = ("pk", "person_id", "kind", "first_day", "last_day", "ended_on", "note", "by")
        days = Holiday.objects.filter(day__range=(first, last)).values_list(
            "pk",
            Value(None, BigIntegerField()),
            Case(
                When(is_workday=True, then=Value(_WORKDAY)), default=Value(_HOLIDAY), output_field=CharField()
            ),
            F("day"),
            F("day"),
            Value(None, DateField()),
            "name",
            Value("", CharField()),
        )
        found = absences.annotate(by=F("recorded_by__name")).values_list(*columns).union(days, all=True)
        for pk, person_id, kind, first_day, last_day, ended_on, text, by in found:
            if kind == _WORKDAY:
                self._calendar.workdays.add(first_day)
            elif kind == _HOLIDAY:
                self._calendar.holidays[first_day] = text
            else:
                if ended_on is not None:
                    last_day = min(last_day, ended_on - dt.timedelta(days=1))
                self._away.setdefault(person_id, []).append(
                    Away(pk, person_id, kind, first_day, last_day, text, by)
                )

    def _usual_week(self, week: dt.date) -> tuple[goal_rules.Presence, tuple[str, ...]]:
        """The week of somebody who is there all the time, and the names of its holidays."""
        if week not in self._usual:
            off = self._calendar.of_week(week)
            found = goal_rules.presence(week, holidays=off, workdays=self._calendar.workdays)
            self._usual[week] = found, tuple(off[day] for day in found.holidays)
        return self._usual[week]

    def _presence(self, learner: Learner, week: dt.date) -> tuple[goal_rules.Presence, tuple[str, ...]]:
        joined_on = learner.joined_on if learner.joined_on and learner.joined_on > week else None
        away = self._away.get(learner.person_id)
        if joined_on is None and not away:
            return self._usual_week(week)
        off = self._calendar.of_week(week)
        found = goal_rules.presence(
            week,
            holidays=off,
            workdays=self._calendar.workdays,
            away=[each.stretch for each in away or ()],
            joined_on=joined_on,
        )
        return found, tuple(off[day] for day in found.holidays)

    def _asked(self, path: str, week: dt.date) -> tuple[int, str]:
        """What the nearest unit at or above `path` that set a target asks for, else the programme."""
        for end in range(len(path), 0, -Unit.steplen):
            for row in self._by_path.get(path[:end], ()):
                if row.valid_from <= week:
                    return row.minutes, row.unit.name
        return settings.BELAJAR_WEEKLY_TARGET_MINUTES, _("the programme's own")

    def of_path(self, path: str, week: dt.date) -> Target:
        """What a unit asks of somebody who is there all the week."""
        minutes, source = self._asked(path, week)
        found, names = self._usual_week(week)
        return Target(goal_rules.target_minutes(minutes, found), source, minutes, found, names)

    def of(self, learner: Learner, week: dt.date) -> Target:
        """The learner's target: the unit's, or their own since they chose it when that is higher."""
        minutes, source = self._asked(learner.unit_path or "", week)
        own = learner.own_minutes or 0
        if own > minutes and (learner.own_since is None or rules.week_of(learner.own_since) <= week):
            minutes, source = own, _("your own choice")
        found, names = self._presence(learner, week)
        return Target(goal_rules.target_minutes(minutes, found), source, minutes, found, names)

    def judged_minutes(self, learner: Learner, week: dt.date) -> int:
        """What a run asks for: as `of`, but an own target counts from the week after its choice.

        Raising it in a week already met must not take that week back (DESIGN 5: the longest run is
        never erased).
        """
        target = self.of(learner, week)
        if learner.own_since is None or rules.week_of(learner.own_since) != week:
            return target.minutes
        return goal_rules.target_minutes(self._asked(learner.unit_path or "", week)[0], target.presence)

    def away(self, person_id: int) -> list[Away]:
        """The person's absences in these weeks, newest first."""
        return sorted(self._away.get(person_id, ()), key=lambda each: each.first_day, reverse=True)


def targets_of(person: Person, first: dt.date, last: dt.date | None = None) -> Targets:
    """The targets of one person from the week `first` to `last`."""
    return Targets(first, last, people=[person.pk])


def weekly_target(person: Person, week: dt.date) -> Target:
    """The minutes `person` is to study in `week`."""
    return targets_of(person, week).of(Learner.of(person), week)
