"""The database's own refusal to rewrite a decision: triggers on both databases. It is only ever added."""

from django.db.backends.base.base import BaseDatabaseWrapper

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION review_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'decisions are only added to' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER decision_stays BEFORE UPDATE OR DELETE ON reviews_decision FOR EACH ROW
    EXECUTE FUNCTION review_refuse()
    """,
    """
    CREATE TRIGGER decision_all_stay BEFORE TRUNCATE ON reviews_decision FOR EACH STATEMENT
    EXECUTE FUNCTION review_refuse()
    """,
)

_SQLITE = (
    """
    CREATE TRIGGER decision_stays BEFORE UPDATE ON reviews_decision
    BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END
    """,
    """
    CREATE TRIGGER decision_all_stay BEFORE DELETE ON reviews_decision
    BEGIN SELECT RAISE(ABORT, 'decisions are only added to'); END
    """,
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change what was decided."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for migrations, and for tests that empty the database."""
    on_table = " ON reviews_decision" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in ("decision_stays", "decision_all_stay"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
