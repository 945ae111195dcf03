"""A quick look into a base's index as it lies there: for completion, which may be late but never slow or wrong aloud."""

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
_BEGINNING = "SELECT name FROM lead WHERE name_key >= ?1 AND name_key < ?2 ORDER BY day DESC, name_key LIMIT ?3"
_ENDS = (
    "SELECT name FROM lead WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT 1",
    "SELECT name FROM lead WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key DESC LIMIT 1",
)
# the inner query is answered by the index on name_key alone, without the rows of the leads
_WITHIN = """SELECT name FROM lead WHERE id IN (SELECT id FROM lead WHERE instr(name_key, ?1))
    ORDER BY day DESC, name_key LIMIT ?2"""


def values(root: Path, field: str) -> tuple[tuple[str, str], ...]:
    """What the leads of a base have under company, source, domain or tag: each as written and its canonical word or "".

    () when there is no index, or none that can be read now.
    """
    return tuple((text, canon) for text, canon in _rows(root, (_VALUES, (field, _MOST_VALUES))))


def names(root: Path, word: str) -> tuple[str, ...]:
    """Names of leads that begin with `word`, in any case, or else have it in them; the latest 200, latest first.

    Where more begin with it, the first and the last of all in order are there too, so that what those shown have in
    common is common to all. () when there is no index, or none that can be read now.
    """
    key = word.casefold()
    span = (key, key + _LAST)
    found = [name for (name,) in _rows(root, (_BEGINNING, (*span, _MOST_NAMES)))]
    if len(found) == _MOST_NAMES:
        found += [name for (name,) in _rows(root, *((each, span) for each in _ENDS))]
    elif not found:
        found = [name for (name,) in _rows(root, (_WITHIN, (key, _MOST_NAMES)))]
    return tuple(dict.fromkeys(found))


def _rows(root: Path, *asked: tuple[str, Sequence[object]]) -> list[tuple[str, ...]]:
    """The rows that queries give together; those of a locked, broken or foreign file are none."""
    try:
        file = _newest(cache_folder(root))
        if file is None:
            return []
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_S)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            rows = [row for statement, given in asked for row in connection.execute(statement, given)]
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
