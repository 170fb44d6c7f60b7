"""The part of the index that only one kind of database has: FTS5 on SQLite, `tsvector` on PostgreSQL.

Both hold the same words and stems (`words.terms_of`) in three weights, title over summary over text, so both
find the same pages. What is asked comes as groups of terms: one term of each group must stand in the page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

_INSTALL = {
    "sqlite": (
        # Terms come without accents and in small letters; the prefix index serves what is still being typed.
        """CREATE VIRTUAL TABLE content_searchtext
            USING fts5(title, summary, body, prefix='3 4', tokenize='ascii')""",
        """CREATE TRIGGER content_searchtext_gone AFTER DELETE ON content_searchentry BEGIN
            DELETE FROM content_searchtext WHERE rowid = OLD.page_id;
        END""",
    ),
    "postgresql": (
        "ALTER TABLE content_searchentry ADD COLUMN terms tsvector",
        "CREATE INDEX content_searchtext ON content_searchentry USING gin (terms)",
    ),
}
_REMOVE = {
    "sqlite": ("DROP TRIGGER IF EXISTS content_searchtext_gone", "DROP TABLE IF EXISTS content_searchtext"),
    "postgresql": ("ALTER TABLE content_searchentry DROP COLUMN IF EXISTS terms",),
}
_PUT = {
    "sqlite": "INSERT INTO content_searchtext (rowid, title, summary, body) VALUES (%s, %s, %s, %s)",
    "postgresql": """
        UPDATE content_searchentry entry SET terms = setweight(to_tsvector('simple', told.title), 'A')
            || setweight(to_tsvector('simple', told.summary), 'B')
            || setweight(to_tsvector('simple', told.body), 'D')
        FROM (SELECT %s::bigint AS id, %s::text AS title, %s::text AS summary, %s::text AS body) told
        WHERE entry.page_id = told.id""",
}
# Lower is better, as bm25 has it.
_MATCH = {
    "sqlite": """SELECT rowid AS id, bm25(content_searchtext, 10.0, 4.0, 1.0) AS score
        FROM content_searchtext WHERE content_searchtext MATCH %s""",
    "postgresql": """SELECT page_id AS id, -ts_rank('{0.1, 0.2, 0.4, 1.0}', terms, asked, 1) AS score
        FROM content_searchentry, to_tsquery('simple', %s) asked WHERE terms @@ asked""",
}
_TSQUERY = ("'{}':*", "'{}'", " & ", " | ")
EVERYTHING = "SELECT page_id AS id, 0 AS score FROM content_searchentry"


def install(of: Any) -> None:
    _run(of, _INSTALL)


def remove(of: Any) -> None:
    _run(of, _REMOVE)


def _run(of: Any, statements: Mapping[str, tuple[str, ...]]) -> None:
    with of.cursor() as cursor:
        for statement in statements[of.vendor]:
            cursor.execute(statement)


def put(page_id: int, title: str, summary: str, body: str) -> None:
    """Index the terms of one page anew; its row in `SearchEntry` is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM content_searchtext WHERE rowid = %s", [page_id])
        cursor.execute(_PUT[connection.vendor], [page_id, title, summary, body])


def match(groups: Sequence[Sequence[str]], *, every: bool) -> tuple[str, list[Any]]:
    """SQL of (id, score) of the pages that hold a term of `every` group, or of any; and its values.

    A term that ends in "*" is a beginning. Terms are letters and digits, so none can be an operator.
    """
    if not groups:
        return EVERYTHING, []
    is_sqlite = connection.vendor == "sqlite"
    begins, other, both, either = ('"{}"*', '"{}"', " AND ", " OR ") if is_sqlite else _TSQUERY
    written = [
        either.join(begins.format(term[:-1]) if term.endswith("*") else other.format(term) for term in group)
        for group in groups
    ]
    text = (both if every else either).join(f"({each})" for each in written)
    return _MATCH[connection.vendor], [text]
