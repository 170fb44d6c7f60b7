"""The database's own refusal to rewrite the audit log: triggers on both databases.

An entry never changes and never goes; a closed day (`AuditDay`) neither, and it takes no further entry.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_needs_open_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.at AT TIME ZONE 'Asia/Jakarta')::date <= (SELECT max(day) FROM people_auditday) THEN
            RAISE EXCEPTION 'that day of the audit log is closed' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_on_open_day BEFORE INSERT ON people_auditentry FOR EACH ROW
    EXECUTE FUNCTION audit_needs_open_day()
    """,
    *(
        f"""
        CREATE TRIGGER {name}_{deed} BEFORE {when} ON {table} FOR EACH {each}
        EXECUTE FUNCTION audit_refuse()
        """
        for table, name in (("people_auditentry", "audit_entry"), ("people_auditday", "audit_day"))
        for deed, when, each in (("stays", "UPDATE OR DELETE", "ROW"), ("all_stay", "TRUNCATE", "STATEMENT"))
    ),
)

# Jakarta has no summer time: seven hours, always.
_SQLITE = (
    """
    CREATE TRIGGER audit_entry_on_open_day BEFORE INSERT ON people_auditentry
    WHEN date(substr(NEW.at, 1, 19), '+7 hours') <= (SELECT max(day) FROM people_auditday)
    BEGIN SELECT RAISE(ABORT, 'that day of the audit log is closed'); END
    """,
    *(
        f"""
        CREATE TRIGGER {name}_{deed} BEFORE {when} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END
        """
        for table, name in (("people_auditentry", "audit_entry"), ("people_auditday", "audit_day"))
        for deed, when in (("stays", "UPDATE"), ("all_stay", "DELETE"))
    ),
)

_TRIGGERS = (
    ("people_auditentry", "audit_entry_on_open_day"),
    ("people_auditentry", "audit_entry_stays"),
    ("people_auditentry", "audit_entry_all_stay"),
    ("people_auditday", "audit_day_stays"),
    ("people_auditday", "audit_day_all_stay"),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change what was logged."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`: for migrations, and for tests that empty the database."""
    with connection.cursor() as cursor:
        for table, name in _TRIGGERS:
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
