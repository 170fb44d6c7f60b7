"""The database's own refusal to rewrite the ledger: triggers on both databases.

While open an entry only grows; sealed, it never changes; it is never deleted. An entry is
open for 15 minutes after its last beat, and until it is sealed (DESIGN 5, "never edited").
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

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION study_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER study_entry_only_grows BEFORE UPDATE ON study_studyentry FOR EACH ROW
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


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse what the ledger must not suffer."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for migrations, and for tests that empty the database."""
    on_table = " ON study_studyentry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in ("study_entry_only_grows", "study_entry_stays", "study_entry_all_stay"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
