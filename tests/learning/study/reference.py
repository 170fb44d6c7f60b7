"""The ledger once more, as small as it can be: time as a row of bits, four to a second.

What the tests compare the real one with. It knows no database, no statement, no batch; a person's
day is an integer whose bits are its quarters of a second. Moments are ticks since `EPOCH`.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from learning.study import rules

TICKS = 4  # to a second
DAY = 86_400 * TICKS
EPOCH = dt.datetime(2026, 11, 1, tzinfo=rules.WIB)  # a midnight


def moment(tick: int) -> dt.datetime:
    return EPOCH + dt.timedelta(seconds=tick / TICKS)


def bits(start: int, end: int, day: int) -> int:
    """The time from `start` to `end`, as bits of that day."""
    return (1 << end - day * DAY) - (1 << start - day * DAY) if end > start else 0


@dataclass
class Row:
    """A stretch of one day: `claimed` and `credited` seconds from the tick `start` on."""

    person: int
    activity: int
    channel: str
    start: int
    received: int = 0
    claimed: int = 0
    credited: int = 0
    corrected: int = 0

    @property
    def worth(self) -> int:
        return self.credited + self.corrected

    @property
    def end(self) -> int:
        return self.start + self.claimed * TICKS

    @property
    def day(self) -> int:
        return self.start // DAY


@dataclass
class Ceilings:
    """The policy in force."""

    day_s: int
    late_s: int = 86_400
    offline_late_s: int = 14 * 86_400
    seal_s: int = 900


@dataclass
class Reference:
    """Every row of everybody."""

    ceilings: Ceilings
    activity_s: dict[int, int]  # what each activity is worth at most
    rows: list[Row] = field(default_factory=list)
    chains: dict[tuple[uuid.UUID, int | None], list[Row]] = field(default_factory=dict)

    def taken(self, claimant: Row) -> int:
        """What other credited rows of the person cover of that day."""
        taken = 0
        for row in self.rows:
            if (row.person, row.day) == (claimant.person, claimant.day) and row.worth > 0:
                taken |= bits(row.start, row.end, row.day) if row is not claimant else 0
        return taken

    def of_activity(self, person: int, activity: int) -> int:
        return sum(row.worth for row in self.rows if (row.person, row.activity) == (person, activity))

    def of_day(self, person: int, day: int) -> int:
        return sum(row.credited for row in self.rows if (row.person, row.day) == (person, day))

    def claim(
        self,
        key: uuid.UUID,
        template: Row,
        length: int,
        now: int,
        *,
        signed_out: int | None = None,
        most: int | None = None,
    ) -> tuple[int, int, bool]:
        """One interval of `length` ticks: what it claims and is credited in all, and is it known?"""
        head = self.chains.get((key, None))  # where a key lies is fixed by its first report
        start = head[0].start if head else template.start
        claimed = credited = 0
        is_known = True
        at, end = start, start + length
        while at < end:
            until = min(end, (at // DAY + 1) * DAY)
            part_s, done = (until - at) // TICKS, 0
            chain = self.chains.setdefault((key, None if at == start else at // DAY), [])
            for row in [*chain, Row(template.person, template.activity, template.channel, at)]:
                if row.claimed == 0:  # nothing went before, or what did is sealed
                    if done == part_s:
                        break
                    row.start, row.received = at + done * TICKS, now
                    chain.append(row)
                    self.rows.append(row)
                growth = part_s - done - row.claimed
                if growth > 0 and now - row.received <= self.ceilings.seal_s * TICKS:
                    row.credited += self.earned(row, growth, now, signed_out, most and most - credited)
                    row.claimed += growth
                    row.received = max(now, row.received)
                    is_known = False
                done += row.claimed
                claimed += row.claimed
                credited += row.worth
                if done >= part_s:
                    break
            at = until
        return claimed, credited, is_known

    def earned(self, row: Row, growth: int, now: int, signed_out: int | None, most: int | None) -> int:
        end = row.end + growth * TICKS
        late_s = self.ceilings.offline_late_s if row.channel == "offline" else self.ceilings.late_s
        if now - end > late_s * TICKS:
            return 0
        last = end if signed_out is None else min(end, signed_out)
        free = bits(row.end, last, row.day) & ~self.taken(row)
        bounds = [
            growth,
            free.bit_count() // TICKS,
            self.ceilings.day_s - self.of_day(row.person, row.day),
            self.activity_s[row.activity] - self.of_activity(row.person, row.activity),
        ]
        return max(0, min(bounds if most is None else [*bounds, most]))
