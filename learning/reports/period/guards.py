"""The database's own refusal to rewrite what was sent, decided or frozen: triggers on both databases."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = {
    "period_submission": "reports_periodsubmission",
    "period_decision": "reports_perioddecision",
    "period_snapshot": "reports_periodsnapshot",
}
_MESSAGE = "period reports are only added to"

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION period_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'period reports are only added to' USING ERRCODE = 'restrict_violation';
END $$
"""


def _statements(vendor: str) -> list[str]:
    found = [_POSTGRESQL] if vendor == "postgresql" else []
    for name, table in TABLES.items():
        if vendor == "postgresql":
            found += [
                f"CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
                "EXECUTE FUNCTION period_refuse()",
                f"CREATE TRIGGER {name}_all_stay BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
                "EXECUTE FUNCTION period_refuse()",
            ]
        else:
            found += [
                f"CREATE TRIGGER {name}_{suffix} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
                for suffix, deed in (("stays", "UPDATE"), ("all_stay", "DELETE"))
            ]
    return found


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change what was sent, decided or frozen."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for migrations, and for tests that empty the database."""
    with connection.cursor() as cursor:
        for name, table in TABLES.items():
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            for suffix in ("stays", "all_stay"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_{suffix}{on_table}")
