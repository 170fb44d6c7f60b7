"""The database's own refusal to rewrite the ledger: triggers on both databases.

While open an entry only grows; sealed, it never changes; it is never deleted. An entry is
open for 15 minutes after its last beat, and until it is sealed (DESIGN 5, "never edited").
A closed day (`LedgerDay`) never changes either, and takes no further entry. Only when a closed day
is retired (`Retirement`), its entries may go (docs/decisions/0008-retention.md).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from learning.study.rules import SEAL_AFTER_S

# What an entry was about is fixed by its first beat.
FIXED = (
    "id",
    "person_id",
    "activity_id",
    "revision",
    "kind",
    "channel",
    "started_at",
    "week",
    "policy_id",
    "corrects_id",
    "actor_id",
    "note",
)

_REWRITES = " OR ".join(
    [
        "OLD.sealed_at IS NOT NULL",
        "OLD.kind <> 'measured'",
        "NEW.claimed_s < OLD.claimed_s",
        "NEW.credited_s < OLD.credited_s",
        "NEW.received_at < OLD.received_at",
        *(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED),
    ]
)

# AFTER an update, where BEFORE would do as well: a BEFORE trigger locks the row first, which writes a
# record of its own to the write-ahead log, with every report.
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION study_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER study_entry_only_grows AFTER UPDATE ON study_studyentry FOR EACH ROW
    WHEN ({_REWRITES} OR NEW.received_at > OLD.received_at + interval '{SEAL_AFTER_S} seconds')
    EXECUTE FUNCTION study_entry_refuse()
    """,
    """
    CREATE TRIGGER study_entry_stays BEFORE DELETE ON study_studyentry FOR EACH ROW
    EXECUTE FUNCTION study_entry_refuse()
    """,
    """
    CREATE TRIGGER study_entry_all_stay BEFORE TRUNCATE ON study_studyentry FOR EACH STATEMENT
    EXECUTE FUNCTION study_entry_refuse()
    """,
    "ALTER TABLE study_studyentry SET (fillfactor = 70)",
    "ALTER TABLE study_weektotal SET (fillfactor = 70)",
    "ALTER TABLE study_yeartotal SET (fillfactor = 70)",
    "ALTER TABLE study_activitytotal SET (fillfactor = 70)",
)

_SQLITE = (
    f"""
    CREATE TRIGGER study_entry_only_grows BEFORE UPDATE ON study_studyentry
    WHEN {_REWRITES.replace("IS DISTINCT FROM", "IS NOT")}
        OR julianday(NEW.received_at) > julianday(OLD.received_at) + {SEAL_AFTER_S} / 86400.0 + 1e-8
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END
    """,
    """
    CREATE TRIGGER study_entry_stays BEFORE DELETE ON study_studyentry
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END
    """,
)


_CLOSED_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION study_entry_needs_open_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.sealed_at AT TIME ZONE 'Asia/Jakarta')::date <= (SELECT max(day) FROM study_ledgerday) THEN
            RAISE EXCEPTION 'that day of the ledger is closed' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER study_entry_sealed_on_open_day AFTER UPDATE OF sealed_at ON study_studyentry FOR EACH ROW
    WHEN (NEW.sealed_at IS NOT NULL) EXECUTE FUNCTION study_entry_needs_open_day()
    """,
    """
    CREATE TRIGGER study_entry_born_on_open_day BEFORE INSERT ON study_studyentry FOR EACH ROW
    WHEN (NEW.sealed_at IS NOT NULL) EXECUTE FUNCTION study_entry_needs_open_day()
    """,
    """
    CREATE TRIGGER study_day_stays BEFORE UPDATE OR DELETE ON study_ledgerday FOR EACH ROW
    EXECUTE FUNCTION study_entry_refuse()
    """,
    """
    CREATE TRIGGER study_day_all_stay BEFORE TRUNCATE ON study_ledgerday FOR EACH STATEMENT
    EXECUTE FUNCTION study_entry_refuse()
    """,
)

# Jakarta has no summer time: seven hours, always.
_CLOSED_DAY = """
    WHEN NEW.sealed_at IS NOT NULL
        AND date(substr(NEW.sealed_at, 1, 19), '+7 hours') <= (SELECT max(day) FROM study_ledgerday)
    BEGIN SELECT RAISE(ABORT, 'that day of the ledger is closed'); END
"""

_CLOSED_SQLITE = (
    "CREATE TRIGGER study_entry_sealed_on_open_day BEFORE UPDATE OF sealed_at ON study_studyentry"
    + _CLOSED_DAY,
    "CREATE TRIGGER study_entry_born_on_open_day BEFORE INSERT ON study_studyentry" + _CLOSED_DAY,
    """
    CREATE TRIGGER study_day_stays BEFORE UPDATE ON study_ledgerday
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END
    """,
    """
    CREATE TRIGGER study_day_all_stay BEFORE DELETE ON study_ledgerday
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END
    """,
)

_RETIRED_POSTGRESQL = (
    "DROP TRIGGER study_entry_stays ON study_studyentry",
    """
    CREATE OR REPLACE FUNCTION study_entry_needs_retirement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM study_retirement
                       WHERE day = (OLD.sealed_at AT TIME ZONE 'Asia/Jakarta')::date) THEN
            RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER study_entry_stays BEFORE DELETE ON study_studyentry FOR EACH ROW
    EXECUTE FUNCTION study_entry_needs_retirement()
    """,
    *(
        f"""
        CREATE TRIGGER {name}_{what}stay BEFORE {deed} ON {table} FOR EACH {each}
        EXECUTE FUNCTION study_entry_refuse()
        """
        for name, table in (("study_days", "study_studyday"), ("study_retirements", "study_retirement"))
        for what, deed, each in (("", "UPDATE OR DELETE", "ROW"), ("all_", "TRUNCATE", "STATEMENT"))
    ),
)

_RETIRED_SQLITE = (
    "DROP TRIGGER study_entry_stays",
    """
    CREATE TRIGGER study_entry_stays BEFORE DELETE ON study_studyentry
    WHEN NOT EXISTS (SELECT 1 FROM study_retirement
                     WHERE day = date(substr(OLD.sealed_at, 1, 19), '+7 hours'))
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END
    """,
    *(
        f"""
        CREATE TRIGGER {name}_{what}stay BEFORE {deed} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END
        """
        for name, table in (("study_days", "study_studyday"), ("study_retirements", "study_retirement"))
        for what, deed in (("", "UPDATE"), ("all_", "DELETE"))
    ),
)

_TRIGGERS = {
    "study_studyentry": (
        "study_entry_only_grows",
        "study_entry_stays",
        "study_entry_all_stay",
        "study_entry_sealed_on_open_day",
        "study_entry_born_on_open_day",
    ),
    "study_ledgerday": ("study_day_stays", "study_day_all_stay"),
    "study_studyday": ("study_days_stay", "study_days_all_stay"),
    "study_retirement": ("study_retirements_stay", "study_retirements_all_stay"),
}


def _tables(connection: BaseDatabaseWrapper) -> set[str]:
    """The tables that stand: the first migrations run before some of them do."""
    return set(connection.introspection.table_names())


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse what the ledger must not suffer."""
    is_postgresql, tables = connection.vendor == "postgresql", _tables(connection)
    statements: tuple[str, ...] = _POSTGRESQL if is_postgresql else _SQLITE
    if "study_ledgerday" in tables:
        statements += _CLOSED_POSTGRESQL if is_postgresql else _CLOSED_SQLITE
    if "study_retirement" in tables:
        statements += _RETIRED_POSTGRESQL if is_postgresql else _RETIRED_SQLITE
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for migrations, and for tests that empty the database."""
    tables = _tables(connection)
    with connection.cursor() as cursor:
        for table, names in _TRIGGERS.items():
            if table not in tables:
                continue
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            for name in names:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
