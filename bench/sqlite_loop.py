"""The statements of one report on SQLite in a loop of one process: prints how many a second.

python -m bench.sqlite_loop '<what bench.prepare floor printed>' <growths done> <seconds>
"""

import datetime as dt
import json
import sqlite3
import sys
import time

import django

django.setup()

from asn_belajar.settings.databases import SQLITE_PRAGMAS  # noqa: E402 - Django is set up first
from django.conf import settings  # noqa: E402

from learning.study import beat_sqlite, rules  # noqa: E402


def main(told: dict[str, str | int], done: int, seconds: float) -> None:
    connection = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    for pragma in filter(None, SQLITE_PRAGMAS.split(";")):
        connection.execute(pragma)
    opened = dt.datetime.fromisoformat(str(told["opened"]))
    day = rules.local_day(opened)
    people, first = int(told["people"]), int(told["first_person"])
    fit, week = beat_sqlite.FITS[day.weekday()], beat_sqlite.WEEKS[day.weekday()]
    began, count, growth = time.perf_counter(), 0, done + 2
    while time.perf_counter() - began < seconds:
        for number in range(people):
            now = dt.datetime.now(dt.UTC)
            values = {
                "person": first + number,
                "activity": int(told["first_activity"]) + number % int(told["activities"]),
                "session": "",
                "revision": None,
                "key": f"{told['key']}{number:012x}".replace("-", ""),
                "week": rules.week_of(day).isoformat(),
                "start": beat_sqlite.stored(opened),
                "end": beat_sqlite.stored(opened + dt.timedelta(seconds=15 * growth)),
                "length": 15 * growth,
                "step": 2,
                "evidence": "input",
                "now": beat_sqlite.stored(now),
                "open_since": beat_sqlite.stored(now - dt.timedelta(minutes=15)),
                "day_limit": 21_600,
                "factor": 2.0,
                "policy": 1,
            }
            connection.execute("BEGIN IMMEDIATE")
            found = connection.execute(fit, values).fetchone()
            values |= {"growth": 15, "week_id": found[0], "total_id": found[1]}
            for statement in (beat_sqlite.GROW, week, beat_sqlite.ACTIVITY):
                connection.execute(statement, values)
            connection.execute("COMMIT")
            count += 1
            if time.perf_counter() - began >= seconds:
                break
        growth += 1
    print(count / (time.perf_counter() - began))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
