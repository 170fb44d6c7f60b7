"""How often a client is asked to report, and who reports too often. One for each process, no Django.

Reports are cumulative, so a longer interval loses nothing but freshness: when answers get slow or
the process has no time left, everybody is asked to wait longer, up to five minutes.
"""

import random
import time
from collections import OrderedDict, deque

LEAST_S, MOST_S = 60.0, 300.0
SLOW_S = 0.1  # the p95 of answers from which on we are busy
BUSY = 0.7  # the share of one core from which on we are busy: Python computes on one at a time
LOOK_EVERY_S = 2.0
ANSWERS = 256  # the last ones, of which p95 is taken

MOST_A_MINUTE = 240  # reports of one person to one process: four a second are no browser
PEOPLE = 50_000  # remembered at most


class Pace:
    """The interval until the next report: 60 s, growing while p95 or the processor is too high."""

    def __init__(self) -> None:
        self.interval_s = LEAST_S
        self._took: deque[float] = deque(maxlen=ANSWERS)
        self._looked_at = time.monotonic()
        self._used_s = time.process_time()

    def note(self, took_s: float) -> None:
        """An answer took `took_s` seconds."""
        self._took.append(took_s)
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            used_s = time.process_time()
            share = (used_s - self._used_s) / (now - self._looked_at)
            self._looked_at, self._used_s = now, used_s
            self.look(share)

    def look(self, share: float) -> None:
        """Grow by a half while it is too much, shrink by a tenth while it is not: all within 60 to 300 s."""
        took = sorted(self._took)
        p95 = took[int(len(took) * 0.95)] if took else 0.0
        factor = 1.5 if p95 > SLOW_S or share > BUSY else 0.9
        self.interval_s = min(MOST_S, max(LEAST_S, self.interval_s * factor))

    def next_ms(self) -> int:
        """What one client is told: up to a fifth more, so that they do not come back together."""
        return int(min(MOST_S, self.interval_s * random.uniform(1.0, 1.2)) * 1000)  # noqa: S311 - no secret


class Patience:
    """Counts reports by person and minute."""

    def __init__(self, most: int = MOST_A_MINUTE, people: int = PEOPLE) -> None:
        self._most = most
        self._people = people
        self._counts: OrderedDict[int, tuple[int, int]] = OrderedDict()

    def is_too_often(self, person_id: int, now_s: float) -> bool:
        """Count one report at `now_s` (seconds, any clock that only goes on)."""
        minute = int(now_s // 60)
        since, count = self._counts.get(person_id, (minute, 0))
        count = count + 1 if since == minute else 1
        self._counts[person_id] = (minute, count)
        self._counts.move_to_end(person_id)
        if len(self._counts) > self._people:
            self._counts.popitem(last=False)
        return count > self._most

    def forget(self) -> None:
        self._counts.clear()


PACE = Pace()
PATIENCE = Patience()
