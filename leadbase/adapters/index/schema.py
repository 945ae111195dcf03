"""The tables of an index, and how a file that holds them is opened."""

import sqlite3
from pathlib import Path

from leadbase.core.columns import COLUMNS

_TYPES = {"instant": "REAL", "name": "TEXT", "name_key": "TEXT", "title": "TEXT", "companies": "TEXT", "type": "TEXT"}
_TYPES |= dict.fromkeys(("sources", "links", "tags", "verification", "attribution", "language"), "TEXT")
_TYPES |= dict.fromkeys(("grade", "code", "canonical"), "TEXT")
_KEPT = ", ".join(f"{column} {_TYPES.get(column, 'INTEGER')}" for column in COLUMNS)

TABLES = f"""
CREATE TABLE meta(key TEXT PRIMARY KEY, content) WITHOUT ROWID;
CREATE TABLE shelf(folder TEXT PRIMARY KEY, mark BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE refused(folder TEXT NOT NULL, path TEXT NOT NULL, problem TEXT NOT NULL);
CREATE TABLE lead(id INTEGER PRIMARY KEY, folder TEXT NOT NULL, file TEXT NOT NULL, stamp BLOB NOT NULL,
    is_racy INTEGER NOT NULL, hash BLOB NOT NULL, {_KEPT});
CREATE TABLE whole(id INTEGER PRIMARY KEY, record TEXT NOT NULL, problems TEXT NOT NULL);
CREATE TABLE value(id INTEGER PRIMARY KEY, field TEXT NOT NULL, text TEXT NOT NULL, canon TEXT NOT NULL,
    UNIQUE(field, text, canon));
CREATE TABLE has(value INTEGER NOT NULL, lead INTEGER NOT NULL, PRIMARY KEY(value, lead)) WITHOUT ROWID;
CREATE UNIQUE INDEX lead_place ON lead(folder, file);
CREATE INDEX lead_name ON lead(name_key);
CREATE INDEX lead_day ON lead(day, instant, name);
CREATE INDEX lead_racy ON lead(is_racy) WHERE is_racy;
CREATE INDEX lead_stale ON lead(is_stale) WHERE is_stale;
CREATE INDEX lead_failed ON lead(is_failed) WHERE is_failed;
CREATE INDEX lead_problems ON lead(problem_count) WHERE problem_count;
CREATE INDEX lead_references ON lead(has_references) WHERE has_references;
CREATE INDEX has_lead ON has(lead);
CREATE VIRTUAL TABLE words USING fts5(title, company, body, content='', tokenize="ascii tokenchars '_+#$%&@'");
"""
"""`shelf` has a folder's mark as of the last look; `lead` one row a file, readable or not; `has` which lead has which
value; `words` the tokens of leadbase.core.fulltext, one row a lead, without the texts themselves."""

_PATIENCE_S = 5
_MOST_CACHE_KB = 32_000


def connect(path: Path | str) -> sqlite3.Connection:
    """A connection to the index in a file, or in memory for ":memory:"; its tables are made when there are none.

    Nothing in the file is trusted beyond its tables being exactly these: else sqlite3.DatabaseError.
    """
    connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{_MOST_CACHE_KB}")
        if not _is_ours(connection):
            _make(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _is_ours(connection):  # nobody else has made them meanwhile
            for statement in TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables are there; False for an empty file. sqlite3.DatabaseError when there is anything else."""
    there = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    if not there:
        return False
    wanted = [statement.strip() for statement in TABLES.split(";\n") if statement.strip()]
    own = [sql for (sql,) in there if not sql.startswith("CREATE TABLE 'words_")]
    if own != wanted:
        raise sqlite3.DatabaseError("it is not an index of this version")
    connection.execute("PRAGMA synchronous = NORMAL")
    return True
