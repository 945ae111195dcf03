"""The tables of an index, and how a file that holds them is opened."""

import sqlite3
import time
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

_STATEMENTS = [statement.strip() for statement in TABLES.split(";\n") if statement.strip()]
IDENTITY = "identity"
"""The key under which an index keeps a word of its own, made with it."""
PATIENCE_S = 5.0
"""So long a statement waits for another process that writes."""
_PAUSE_S = 0.02
_MOST_CACHE_KB = 32_000
_NO_DAMAGE = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
)  # fmt: skip
_TABLE_OF_WORDS = "CREATE TABLE 'words_"
_OF_WORDS = frozenset({"words_data", "words_idx", "words_docsize", "words_config"})
"""The tables that FTS5 keeps for the table `words`."""


def connect(path: Path | str, patience_s: float = PATIENCE_S) -> sqlite3.Connection:
    """A connection to the index in a file, or in memory for ":memory:"; its tables are made when there are none.

    Nothing in the file is trusted beyond its tables being exactly these: else sqlite3.DatabaseError.
    """
    connection = sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{_MOST_CACHE_KB}")
        if not _is_ours(connection):
            _make(connection, patience_s)
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def has_log(connection: sqlite3.Connection) -> bool:
    """Whether one who reads does not keep others from writing."""
    return bool(connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal")


def is_locked(error: sqlite3.Error) -> bool:
    """Whether it was another process that stood in the way."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_no_damage(error: sqlite3.Error) -> bool:
    """Whether it was the disk or another process that failed, and what stands in the file may well be right."""
    return is_locked(error) or _code(error) in _NO_DAMAGE


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # Python's own errors have none
    return code & 0xFF


def _make(connection: sqlite3.Connection, patience_s: float) -> None:
    _keep_a_log(connection, time.monotonic() + patience_s)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _is_ours(connection):  # nobody else has made them meanwhile
            for statement in _STATEMENTS:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES(?, randomblob(16))", (IDENTITY,))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _keep_a_log(connection: sqlite3.Connection, until: float) -> None:
    """Have readers and a writer not wait for each other. SQLite itself does not wait with this, so we do."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables are there; False for an empty file. sqlite3.DatabaseError when there is anything else."""
    there = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY rowid").fetchall()
    if not there:
        return False
    said = [(name, sql) for name, sql in there if sql is not None]
    own = [sql for name, sql in said if not (name in _OF_WORDS and sql.startswith(_TABLE_OF_WORDS))]
    if own != _STATEMENTS:
        raise sqlite3.DatabaseError("it is not an index of this version")
    return True
