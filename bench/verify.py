"""`python -m bench.verify N`: the ledger of a year with N rows, proven by `ledger verify`, on both databases.

For each database: fill it, close its days, verify (time, CPU, most memory), retire what a shorter retention
would, verify again; then change one entry behind the back of the guards and see what verify names.
A second argument names one database: `sqlite` or `postgresql`.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.postgresql import NotInstalled, private_cluster, say_loudly
from tests.serving import ROOT, environment, manage

MOST_PEOPLE = 78_351  # the province
FIRST_DAY = "2025-01-06"  # a Monday
SETTINGS = {"DJANGO_SETTINGS_MODULE": "bench.settings"}

INTO = """INSERT INTO study_studyentry (id, person_id, activity_id, revision, kind, channel, evidence,
            started_at, week, claimed_s, credited_s, reason, policy_id, received_at, sealed_at, note)"""
ROWS = {
    "postgresql": """
        {into}
        SELECT md5(i::text)::uuid, %(first)s + i %% %(people)s, 1 + i %% 50, 7, 'measured', 'live', 'input',
            at, date_trunc('week', at AT TIME ZONE 'Asia/Jakarta')::date, 600,
            CASE WHEN i %% 10 = 0 THEN 300 ELSE 600 END, CASE WHEN i %% 10 = 0 THEN 'overlap' ELSE '' END, 1,
            at + interval '10 minutes', at + interval '30 minutes', ''
        FROM (SELECT i, timestamptz '{day} 08:00+07' + make_interval(
                  days => CAST(i / %(people)s * 364 / %(slots)s AS integer),
                  secs => i %% %(people)s %% 30000) AS at
              FROM generate_series(%(from)s, %(to)s - 1) i) rows""",
    "sqlite": """
        WITH RECURSIVE counted(i) AS (
            SELECT %(from)s UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < %(to)s),
        timed AS (SELECT i, datetime('{day} 01:00:00', (i / %(people)s * 364 / %(slots)s) || ' days',
                      (i %% %(people)s %% 30000) || ' seconds') AS at FROM counted)
        {into}
        SELECT printf('%%032x', i), %(first)s + i %% %(people)s, 1 + i %% 50, 7, 'measured', 'live', 'input',
            at, date(at, '+7 hours', 'weekday 0', '-6 days'), 600,
            CASE WHEN i %% 10 = 0 THEN 300 ELSE 600 END, CASE WHEN i %% 10 = 0 THEN 'overlap' ELSE '' END, 1,
            datetime(at, '+10 minutes'), datetime(at, '+30 minutes'), ''
        FROM timed""",
}
ENDS = {
    "postgresql": "started_at + make_interval(secs => credited_s)",
    "sqlite": "datetime(started_at, credited_s || ' seconds')",
}


def fill(rows: int) -> None:
    """People, activities, rows, the totals they come to, and their days closed."""
    import django

    django.setup()
    import datetime as dt

    from django.db import connection

    from learning.people.models import Person
    from learning.study import checks
    from learning.study.chain import close_days
    from learning.study.models import Activity

    people = min(MOST_PEOPLE, max(100, rows // 52))
    slots = -(-rows // people)
    Activity.objects.bulk_create(
        Activity(pk=number, title=f"Modul {number}", planned_minutes=600) for number in range(1, 51)
    )
    Person.objects.bulk_create(
        (
            Person(username=f"bench-{number}", name=f"Orang {number}", password="!")
            for number in range(people)
        ),
        batch_size=2_000,
    )
    first = Person.objects.order_by("pk").values_list("pk", flat=True)[0]
    vendor = connection.vendor
    local = checks._LOCAL[vendor]
    weekday, year = checks._WEEKDAY[vendor].format(local=local), checks._YEAR[vendor].format(local=local)
    days = ", ".join(
        f"SUM(CASE WHEN {weekday} = {number} THEN credited_s ELSE 0 END)" for number in range(1, 8)
    )
    with connection.cursor() as cursor:
        for start in range(0, rows, 200_000):
            cursor.execute(
                ROWS[vendor].format(day=FIRST_DAY, into=INTO),
                {
                    "first": first,
                    "people": people,
                    "slots": slots,
                    "from": start,
                    "to": min(rows, start + 200_000),
                },
            )
        cursor.execute(
            f"""INSERT INTO study_weektotal (person_id, week, measured_s, attended_s, declared_s, adjusted_s,
                offline_s, coarse_s, covered_until,
                day_1_s, day_2_s, day_3_s, day_4_s, day_5_s, day_6_s, day_7_s)
            SELECT person_id, week, SUM(credited_s), 0, 0, 0, 0, 0, MAX({ENDS[vendor]}), {days}
            FROM study_studyentry GROUP BY person_id, week""".replace("%%", "%")
        )
        cursor.execute(
            f"""INSERT INTO study_yeartotal (person_id, year, measured_s, attended_s, declared_s, adjusted_s,
                offline_s, coarse_s)
            SELECT person_id, {year}, SUM(credited_s), 0, 0, 0, 0, 0
            FROM study_studyentry GROUP BY person_id, {year}""".replace("%%", "%")
        )
        cursor.execute(
            """INSERT INTO study_activitytotal (person_id, activity_id, credited_s, last_step, last_at)
            SELECT person_id, activity_id, SUM(credited_s), 1, MAX(started_at)
            FROM study_studyentry GROUP BY person_id, activity_id"""
        )
    if vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    closed = close_days(now=dt.datetime(2026, 1, 12, tzinfo=dt.UTC))
    print(f"{people:,} people, {rows:,} rows, {len(closed)} days closed")


def tamper() -> None:
    """Somebody who owns the database takes the guards away and gives one row a minute more."""
    import django

    django.setup()
    from django.db import connection
    from django.db.models import F

    from learning.study import guards
    from learning.study.models import StudyEntry

    guards.remove(connection)
    middle = StudyEntry.objects.filter(reason="overlap").order_by("-sealed_at")[0]
    StudyEntry.objects.filter(pk=middle.pk).update(credited_s=F("credited_s") + 60)
    guards.install(connection)


def measured(env: dict[str, str], *arguments: str) -> str:
    """Run `manage.py ledger …` and print how long, how much CPU and how much memory it took; what it said."""
    command = [sys.executable, "manage.py", "ledger", *arguments]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    print(
        f"  ledger {' '.join(arguments):22} exit {child.returncode}  {time.monotonic() - started:7.1f} s,"
        f" {usage.ru_utime + usage.ru_stime:7.1f} s CPU of the command, {usage.ru_maxrss // 1024} MB at most"
    )
    return said


def measure(name: str, folder: Path, url: str | None, rows: int) -> None:
    var = folder / name
    var.mkdir()
    env = environment(var, url, **SETTINGS)
    manage("migrate", "--verbosity", "0", env=env)
    started = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-m", "bench.verify", "fill", str(rows)],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    print(f"\n{name}: {told.strip()} ({time.monotonic() - started:.0f} s)")
    measured(env, "verify")
    measured({**env, "BELAJAR_RETENTION_MONTHS": "18"}, "retire")
    measured(env, "verify")
    subprocess.run([sys.executable, "-m", "bench.verify", "tamper"], cwd=ROOT, env=env, check=True)
    for line in measured(env, "verify").splitlines():
        print(f"    {line}")


def main(rows: int, only: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="belajar-verify-") as temporary, ExitStack() as stack:
        if only in ("", "sqlite"):
            measure("SQLite", Path(temporary), None, rows)
        if only in ("", "postgresql"):
            try:
                measure("PostgreSQL", Path(temporary), stack.enter_context(private_cluster()), rows)
            except NotInstalled as reason:
                say_loudly(f"NOT MEASURED on PostgreSQL: {reason}.")


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    elif sys.argv[1] == "tamper":
        tamper()
    else:
        main(int(sys.argv[1].replace("_", "")), *sys.argv[2:3])
