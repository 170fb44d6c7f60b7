"""The database says itself what made a roll-up stale: triggers that add a row to the queue.

They stand on what changes rarely (people, postings, absences, targets, holidays) and on the sealing of an
entry: never on what a report of study updates, so a report costs what it did. Whatever writes these tables,
an import in bulk or a statement by hand, is seen. Made anew after every migration: SQLite loses a table's
triggers when a migration remakes the table.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_QUEUE = "INSERT INTO reports_unitweekdue (person, unit, below, first, last) VALUES ({values})"
_EARLIER = {"postgresql": "LEAST", "sqlite": "min"}
_DIFFER = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}


def _either(one: str, other: str) -> str:
    """The earlier of two days, either of which may be missing."""
    return f"{{earlier}}(COALESCE({one}, {other}), COALESCE({other}, {one}))"


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"OLD.{each} {{differ}} NEW.{each}" for each in columns) + ")"


_GOALS = _either("OLD.weekly_goal_since", "NEW.weekly_goal_since")
_SERVICE = ("unit_id", "is_active", "joined_on")
_POSTING = "{row}.person_id, {row}.unit_id, FALSE, {first}, NULL"
# With the first posting of somebody it is their days that say where every earlier week belongs.
_UNLESS_FIRST = """CASE WHEN EXISTS (
    SELECT 1 FROM people_posting other
    WHERE other.person_id = NEW.person_id AND other.kind = 'definitive' AND other.id <> NEW.id
) THEN NEW.first_day END"""

# Name, table, event, condition, and the rows to queue: person, unit, units below too, first day, last day.
_TRIGGERS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "rollup_entry_sealed",
        "study_studyentry",
        "UPDATE OF sealed_at",
        "NEW.sealed_at IS NOT NULL",
        ("NEW.person_id, NULL, FALSE, NEW.week, NEW.week",),
    ),
    (
        "rollup_entry_added",
        "study_studyentry",
        "INSERT",
        "NEW.sealed_at IS NOT NULL",
        ("NEW.person_id, NULL, FALSE, NEW.week, NEW.week",),
    ),
    (
        "rollup_person_added",
        "people_person",
        "INSERT",
        "NEW.unit_id IS NOT NULL",
        ("NEW.id, NEW.unit_id, FALSE, NULL, NULL",),
    ),
    (
        "rollup_person_changed",
        "people_person",
        "UPDATE OF unit_id, is_active, joined_on",
        _changed(*_SERVICE),
        ("NEW.id, NEW.unit_id, FALSE, NULL, NULL", "NEW.id, OLD.unit_id, FALSE, NULL, NULL"),
    ),
    (
        "rollup_person_goal",
        "people_person",
        "UPDATE OF weekly_goal_minutes, weekly_goal_since",
        _changed("weekly_goal_minutes", "weekly_goal_since"),
        (f"NEW.id, NULL, FALSE, {_GOALS}, NULL",),
    ),
    (
        "rollup_person_removed",
        "people_person",
        "DELETE",
        "OLD.unit_id IS NOT NULL",
        ("NULL, OLD.unit_id, FALSE, NULL, NULL",),
    ),
    (
        "rollup_posting_added",
        "people_posting",
        "INSERT",
        "NEW.kind = 'definitive'",
        (_POSTING.format(row="NEW", first=_UNLESS_FIRST),),
    ),
    (
        "rollup_posting_changed",
        "people_posting",
        "UPDATE",
        "(OLD.kind = 'definitive' OR NEW.kind = 'definitive') AND "
        + _changed("kind", "person_id", "unit_id", "first_day"),
        (
            _POSTING.format(row="NEW", first=_either("OLD.first_day", "NEW.first_day")),
            _POSTING.format(row="OLD", first=_either("OLD.first_day", "NEW.first_day")),
        ),
    ),
    (
        "rollup_posting_ended",
        "people_posting",
        "UPDATE OF last_day",
        "NEW.kind = 'definitive' AND " + _changed("last_day"),
        (_POSTING.format(row="NEW", first=_either("OLD.last_day", "NEW.last_day")),),
    ),
    (
        "rollup_posting_removed",
        "people_posting",
        "DELETE",
        "OLD.kind = 'definitive'",
        (_POSTING.format(row="OLD", first="NULL"),),
    ),
    (
        "rollup_absence_added",
        "people_absence",
        "INSERT",
        "1 = 1",
        ("NEW.person_id, NULL, FALSE, NEW.first_day, NEW.last_day",),
    ),
    (
        "rollup_absence_changed",
        "people_absence",
        "UPDATE",
        "1 = 1",
        (
            "NEW.person_id, NULL, FALSE, NEW.first_day, NEW.last_day",
            "OLD.person_id, NULL, FALSE, OLD.first_day, OLD.last_day",
        ),
    ),
    (
        "rollup_target_added",
        "study_weeklytarget",
        "INSERT",
        "1 = 1",
        ("NULL, NEW.unit_id, TRUE, NEW.valid_from, NULL",),
    ),
    (
        "rollup_target_changed",
        "study_weeklytarget",
        "UPDATE",
        "1 = 1",
        (
            "NULL, NEW.unit_id, TRUE, NEW.valid_from, NULL",
            "NULL, OLD.unit_id, TRUE, OLD.valid_from, NULL",
        ),
    ),
    (
        "rollup_target_removed",
        "study_weeklytarget",
        "DELETE",
        "1 = 1",
        ("NULL, OLD.unit_id, TRUE, OLD.valid_from, NULL",),
    ),
    ("rollup_holiday_added", "study_holiday", "INSERT", "1 = 1", ("NULL, NULL, FALSE, NEW.day, NEW.day",)),
    (
        "rollup_holiday_changed",
        "study_holiday",
        "UPDATE",
        "1 = 1",
        ("NULL, NULL, FALSE, NEW.day, NEW.day", "NULL, NULL, FALSE, OLD.day, OLD.day"),
    ),
    (
        "rollup_holiday_removed",
        "study_holiday",
        "DELETE",
        "1 = 1",
        ("NULL, NULL, FALSE, OLD.day, OLD.day",),
    ),
    # A unit that moves inherits other targets.
    (
        "rollup_unit_moved",
        "people_unit",
        "UPDATE OF path",
        _changed("path"),
        ("NULL, NEW.id, FALSE, NULL, NULL",),
    ),
)


def _tables(connection: BaseDatabaseWrapper) -> set[str]:
    return set(connection.introspection.table_names())


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place, also where one already is; nothing while a table is still missing."""
    remove(connection)
    tables = _tables(connection)
    if not {"reports_unitweekdue", *(table for _name, table, *_rest in _TRIGGERS)} <= tables:
        return
    words = {"earlier": _EARLIER[connection.vendor], "differ": _DIFFER[connection.vendor]}
    with connection.cursor() as cursor:
        for name, table, event, condition, rows in _TRIGGERS:
            body = "; ".join(_QUEUE.format(values=row.format(**words)) for row in rows) + ";"
            head = (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW "
                f"WHEN ({condition.format(**words)}) "
            )
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {body} RETURN NULL; END $$"
                )
                cursor.execute(f"{head} EXECUTE FUNCTION {name}()")
            else:
                cursor.execute(f"{head} BEGIN {body} END")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all of them away: before migrations on SQLite, which renames tables under them."""
    tables = _tables(connection)
    with connection.cursor() as cursor:
        for name, table, *_rest in _TRIGGERS:
            if table in tables:
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
