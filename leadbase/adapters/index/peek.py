"""A quick look into a base's index as it lies there, for completion: it may lag behind the files and never fails."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from leadbase.adapters.index.place import cache_folder

_PATIENCE_S = 0.02
_MOST_VALUES = 20_000
_MOST_NAMES = 200
_LAST = "\U0010ffff"

_VALUES = "SELECT text, canon FROM value WHERE field = ? LIMIT ?"
# these walk the index on name_key backwards and stop after 200: names begin with their day as a rule
_BEGINNING = "SELECT name FROM lead WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key DESC LIMIT ?3"
_FIRST = "SELECT name FROM lead WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT 1"
_WITHIN = "SELECT name FROM lead WHERE instr(name_key, ?1) ORDER BY name_key DESC LIMIT ?2"


def values(root: Path, field: str) -> tuple[tuple[str, str], ...]:
    """What the leads of a base have under company, source, domain or tag: each as written and its canonical word or "".

    () when there is no index, or none that can be read now.
    """
    return tuple((text, canon) for text, canon in _rows(root, (_VALUES, (field, _MOST_VALUES))))


def names(root: Path, word: str) -> tuple[str, ...]:
    """Names of leads that begin with `word`, in any case, or else have it in them: the last 200 in order, last first.

    Where more begin with it, the first of all is there too, so that what those shown begin with is so of all of them.
    () when there is no index, or none that can be read now.
    """
    key = word.casefold()
    span = (key, key + _LAST)
    found = [name for (name,) in _rows(root, (_BEGINNING, (*span, _MOST_NAMES)))]
    if len(found) == _MOST_NAMES:
        found += [name for (name,) in _rows(root, (_FIRST, span))]
    elif not found:
        found = [name for (name,) in _rows(root, (_WITHIN, (key, _MOST_NAMES)))]
    return tuple(dict.fromkeys(found))


def _rows(root: Path, asked: tuple[str, Sequence[object]]) -> list[tuple[str, ...]]:
    """The rows a query gives; those of a locked, broken or foreign file are none."""
    try:
        file = _newest(cache_folder(root))
        if file is None:
            return []
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_S)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            rows = connection.execute(*asked).fetchall()
    except (OSError, ValueError, RuntimeError, sqlite3.Error):
        return []
    return [row for row in rows if all(isinstance(each, str) for each in row)]


def _newest(folder: Path) -> Path | None:
    """The index file that was written to last: another version of leadbase keeps another file."""
    return max(_indexes(folder), default=(0, None))[1]


def _indexes(folder: Path) -> Iterator[tuple[int, Path]]:
    with os.scandir(folder) as entries:
        for each in entries:
            if each.name.startswith("index-") and each.name.endswith(".sqlite") and each.is_file():
                yield each.stat().st_mtime_ns, folder / each.name
