"""An index with the tables that completion reads, and nothing else: written where the one of a base would be."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from leadbase.adapters.index.place import cache_folder

TABLES = """
CREATE TABLE lead(id INTEGER PRIMARY KEY, name TEXT, name_key TEXT, is_readable INTEGER, day INTEGER);
CREATE TABLE value(id INTEGER PRIMARY KEY, field TEXT NOT NULL, text TEXT NOT NULL, canon TEXT NOT NULL,
    UNIQUE(field, text, canon));
CREATE INDEX lead_name ON lead(name_key);
"""


def small_index(
    root: Path, values: Iterable[tuple[str, str, str]] = (), names: Iterable[str] = (), edition: str = "0123456789ab"
) -> Path:
    """The file of an index of the base in `root`; every name is a day later than the one before."""
    file = cache_folder(root) / f"index-{edition}.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(TABLES)
        connection.executemany("INSERT INTO value(field, text, canon) VALUES (?, ?, ?)", values)
        connection.executemany(
            "INSERT INTO lead(name, name_key, is_readable, day) VALUES (?, ?, 1, ?)",
            [(name, name.casefold(), 739000 + day) for day, name in enumerate(names)],
        )
        connection.commit()
    return file
