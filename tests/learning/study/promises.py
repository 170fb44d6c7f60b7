"""What holds of any ledger, whoever wrote it: read from the tables alone, asserted row by row."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from learning.people.models import Person
from learning.study import rules
from learning.study.checks import check_totals
from learning.study.models import ActivityTotal, Channel, Kind, StudyEntry, WeekTotal, YearTotal
from learning.study.queries import year_totals


@dataclass(frozen=True, slots=True)
class Found:
    """One row as the database has it."""

    key: uuid.UUID
    person: int
    activity: int
    kind: str
    channel: str
    start: dt.datetime
    claimed: int
    credited: int
    reason: str
    is_sealed: bool
    worth: int  # with all corrections of it

    @property
    def day(self) -> dt.date:
        return rules.local_day(self.start)

    @property
    def end(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=self.claimed)


def rows_of(people: Iterable[Person]) -> list[Found]:
    """All rows of these people; a correction lies where the entry it corrects lies."""
    rows = StudyEntry.objects.filter(person__in=list(people)).values_list(
        *("id", "person", "activity", "kind", "channel", "started_at", "claimed_s", "credited_s", "reason"),
        "sealed_at",
        "corrects",
    )
    given: dict[Any, int] = defaultdict(int)
    for *_rest, credited, _reason, _sealed, corrects in rows:
        given[corrects] += credited if corrects else 0
    return [
        Found(*row, is_sealed=sealed is not None, worth=row[7] + given[row[0]])
        for *row, sealed, _corrects in rows
    ]


def no_second_is_credited_twice(rows: Sequence[Found]) -> None:
    """Between any two moments no more is credited to a person than lies between them.

    That is Hall's condition for intervals: all that was credited can be laid out without overlap.
    """
    for person in {row.person for row in rows}:
        mine = [row for row in rows if row.person == person and row.kind != Kind.ADJUSTED and row.worth]
        mine.sort(key=lambda row: row.end)
        for begin in {row.start for row in mine}:
            inside = 0
            for row in mine:
                if row.start >= begin:
                    inside += row.worth
                    assert inside <= (row.end - begin).total_seconds(), (begin, row)


def nothing_is_credited_beyond(rows: Sequence[Found], first: dt.datetime, last: dt.datetime) -> None:
    """Not before the first page was opened, not after now, but for the drift of two clocks."""
    tolerance = dt.timedelta(seconds=rules.DRIFT_S)
    credited = [row for row in rows if row.kind == Kind.MEASURED and row.credited]
    assert all(first <= row.start and row.end <= last + tolerance for row in credited)


def what_is_cut_says_why(rows: Sequence[Found]) -> None:
    for row in rows:
        assert row.kind != Kind.MEASURED or bool(row.reason) == (row.credited < row.claimed), row


def the_ceilings_hold(rows: Sequence[Found], day_s: int, activity_s: dict[int, int]) -> None:
    """Of a day; and of an activity, which only a supervisor's correction may lift."""
    days: dict[Any, int] = defaultdict(int)
    worth: dict[tuple[int, int], int] = defaultdict(int)
    given: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        worth[row.person, row.activity] += row.credited
        if row.kind == Kind.MEASURED:
            days[row.person, row.day] += row.credited
        else:
            given[row.person, row.activity] += max(0, row.credited)
    assert all(seconds <= day_s for seconds in days.values()), days
    for (person, activity), seconds in worth.items():
        assert 0 <= seconds <= activity_s[activity] + given[person, activity]


def every_total_is_the_sum_of_its_rows(people: Sequence[Person], rows: Sequence[Found]) -> None:
    """Week, activity, days, channels, and the year of what is sealed (docs/decisions/0011): added up
    here, and by the product's own check."""
    kinds = ("measured_s", "adjusted_s", "offline_s", "coarse_s")
    days = [f"day_{number}_s" for number in range(1, 8)]
    weeks: dict[Any, list[int]] = defaultdict(lambda: [0] * 11)
    years: dict[Any, list[int]] = defaultdict(lambda: [0] * 4)
    sealed: dict[Any, list[int]] = defaultdict(lambda: [0] * 4)
    worth: dict[Any, int] = defaultdict(int)
    for row in rows:
        week, year = weeks[row.person, rules.week_of(row.day)], years[row.person, row.day.year]
        worth[row.person, row.activity] += row.credited
        if row.kind == Kind.ADJUSTED:
            places = [1]
        else:
            week[4 + row.day.weekday()] += row.credited
            places = [0, *({Channel.OFFLINE: [2], Channel.COARSE: [3]}.get(Channel(row.channel), []))]
        for place in places:
            week[place] += row.credited
            year[place] += row.credited
            sealed[row.person, row.day.year][place] += row.credited if row.is_sealed else 0
    assert _counted(weeks) == _kept(WeekTotal, people, "week", *kinds, *days)
    told = {
        (person, year): [getattr(total, name) for name in kinds]
        for year in {row.day.year for row in rows}
        for person, total in year_totals([each.pk for each in people], year).items()
    }
    assert _counted(years) == _counted(told)  # sealed or still open
    assert _counted(sealed) == _kept(YearTotal, people, "year", *kinds)
    assert _counted({each: [seconds] for each, seconds in worth.items()}) == _kept(
        ActivityTotal, people, "activity", "credited_s"
    )
    keys = sorted(person.pk for person in people)
    assert not list(check_totals((keys[0], keys[-1])))


def _kept(model: Any, people: Sequence[Person], *fields: str) -> dict[Any, list[int]]:
    rows = model.objects.filter(person__in=people).values_list("person", *fields)
    return _counted({(person, period): kept for person, period, *kept in rows})


def _counted(totals: dict[Any, list[int]]) -> dict[Any, list[int]]:
    """Without what comes to nothing: a refused report may leave an empty total."""
    return {each: kept for each, kept in totals.items() if any(kept)}
