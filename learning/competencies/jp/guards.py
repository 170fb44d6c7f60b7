"""The database's own refusal to rewrite learning hours: triggers on both databases.

An award is only ever added. A rule's numbers stay as they were when the first award named it;
its end, its source and how sure we are of it may be written down later.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

NUMBERS = (
    "id",
    "code",
    "form",
    "unit",
    "minutes_per_jp",
    "jp",
    "cap_jp",
    "cap_period",
    "valid_from",
)
_CHANGES = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in NUMBERS)

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION jp_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'learning hours are only added to' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER jp_award_stays BEFORE UPDATE OR DELETE ON competencies_jpaward FOR EACH ROW
    EXECUTE FUNCTION jp_refuse()
    """,
    """
    CREATE TRIGGER jp_award_all_stay BEFORE TRUNCATE ON competencies_jpaward FOR EACH STATEMENT
    EXECUTE FUNCTION jp_refuse()
    """,
    f"""
    CREATE TRIGGER jp_rule_keeps_its_numbers BEFORE UPDATE ON competencies_jprule FOR EACH ROW
    WHEN ({_CHANGES}) EXECUTE FUNCTION jp_refuse()
    """,
)

_SQLITE = (
    """
    CREATE TRIGGER jp_award_stays BEFORE UPDATE ON competencies_jpaward
    BEGIN SELECT RAISE(ABORT, 'learning hours are only added to'); END
    """,
    """
    CREATE TRIGGER jp_award_all_stay BEFORE DELETE ON competencies_jpaward
    BEGIN SELECT RAISE(ABORT, 'learning hours are only added to'); END
    """,
    f"""
    CREATE TRIGGER jp_rule_keeps_its_numbers BEFORE UPDATE ON competencies_jprule
    WHEN {_CHANGES.replace("IS DISTINCT FROM", "IS NOT")}
    BEGIN SELECT RAISE(ABORT, 'learning hours are only added to'); END
    """,
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change what was awarded."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for migrations, and for tests that empty the database."""
    with connection.cursor() as cursor:
        for name, table in (
            ("jp_award_stays", "competencies_jpaward"),
            ("jp_award_all_stay", "competencies_jpaward"),
            ("jp_rule_keeps_its_numbers", "competencies_jprule"),
        ):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
