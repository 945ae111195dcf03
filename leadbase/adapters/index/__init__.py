"""The index: a cache of the files and the rules in one SQLite file of the user's cache folder, never in the base.

It can be deleted at any time. What cannot be opened, written or read is thrown away and made anew, in memory if need
be; `notice` then says so. The file's name carries the edition - what the numbers in it depend on beside the files -
so that another version of leadbase or other rules never see it.

schema.py   the tables, and opening a file that holds them
rows.py     putting, replacing and dropping leads
sql.py      a query's tree as a condition
lookup.py   answering: rows, records, counts, names
place.py    where the cache of a base is
peek.py     values for completion, without opening a base
vouch.py    a watcher's word that the index is up to date
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadbase.adapters.index import schema
from leadbase.adapters.index.lookup import Found, Lookup, Tally, sought
from leadbase.adapters.index.place import cache_folder
from leadbase.adapters.index.rows import Fresh, Known, Rows, Stamp, as_bytes
from leadbase.adapters.index.sql import Condition

__all__ = [
    "Condition", "Found", "Fresh", "Index", "IndexLost", "Known", "Lookup", "Stamp", "Tally", "as_bytes", "sought",
]  # fmt: skip

_MEMORY = ":memory:"
_KEPT_EDITIONS = 2
_LOCKED = ("locked", "busy")


class IndexLost(Exception):
    """The index turned out to be damaged, or could not be written; it was put aside, and a new one is open."""


class Index:
    """One base's index, open. `notice` is a sentence for the person when it could not be kept on disk, else "".

    Its methods raise nothing but IndexLost; whoever fills it begins again then.
    """

    def __init__(self, path: Path | None, connection: sqlite3.Connection, notice: str = "") -> None:
        self.path = path
        self.notice = notice
        self._connection = connection
        self._rows = Rows(connection)
        self._lookup = Lookup(connection)

    @classmethod
    def open(cls, root: Path, edition: str) -> "Index":
        """The index of the base at `root` for an edition: 12 hex digits. Made when it is not there."""
        folder = cache_folder(root)
        path = folder / f"index-{edition}.sqlite"
        try:
            _make_private(folder)
            try:
                connection = schema.connect(path)
            except sqlite3.DatabaseError as error:
                if _is_locked(error):
                    raise
                _remove(path)
                connection = schema.connect(path)
        except (OSError, sqlite3.Error) as error:
            return cls(None, schema.connect(_MEMORY), f"the index is kept in memory only: {_words(error)}")
        return cls(path, connection)

    @contextmanager
    def rows(self) -> Iterator[Rows]:
        """The rows, for filling. IndexLost when they turn out to be damaged or cannot be written."""
        with self._guarded():
            yield self._rows

    @contextmanager
    def lookup(self) -> Iterator[Lookup]:
        """The rows, for answering. IndexLost when they turn out to be damaged."""
        with self._guarded():
            yield self._lookup

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._lose(error)
            raise IndexLost(str(error)) from error

    def _lose(self, error: sqlite3.Error) -> None:
        """Put a new index in the place of this one: on disk if this one was damaged, else in memory."""
        self.close()
        path, self.path = self.path, None
        is_damage = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        connection: sqlite3.Connection | None = None
        if path and (is_damage or "malformed" in str(error) or "no such table" in str(error)):
            with contextlib.suppress(OSError, sqlite3.Error):
                _remove(path)
                connection = schema.connect(path)
                self.path = path
        if connection is None:
            self.notice = f"the index is kept in memory only: {_words(error)}"
            connection = schema.connect(_MEMORY)
        self._connection, self._rows, self._lookup = connection, Rows(connection), Lookup(connection)

    def kept(self, key: str) -> bytes | None:
        """What was kept under this key, or None."""
        try:
            found = self._connection.execute("SELECT content FROM meta WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            return None
        return found[0] if found and isinstance(found[0], bytes) else None

    def keep(self, key: str, content: bytes) -> None:
        """Keep something that costs time to make; where it cannot be kept, nothing is lost."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, content))

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def forget_old_editions(self) -> None:
        """Delete the files of editions that have not been used for longest; two are kept."""
        if self.path is None:
            return
        editions = sorted(self.path.parent.glob("index-*.sqlite"), key=_used_at, reverse=True)
        for old in [each for each in editions if each != self.path][_KEPT_EDITIONS - 1 :]:
            with contextlib.suppress(OSError):
                _remove(old)

    def remove(self) -> None:
        """Delete the index and open an empty one."""
        if self.path is None:
            return
        self.close()
        with contextlib.suppress(OSError):
            _remove(self.path)
        self._connection = schema.connect(self.path)
        self._rows, self._lookup = Rows(self._connection), Lookup(self._connection)


def _make_private(folder: Path) -> None:
    """The folder, made when missing, and nobody else's. OSError when it is a link or another user's."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = os.lstat(folder)
    is_mine = not hasattr(os, "getuid") or state.st_uid == os.getuid()
    if stat.S_ISLNK(state.st_mode) or not is_mine:
        raise PermissionError(f"{folder} is not a folder of yours")


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_locked(error: sqlite3.Error) -> bool:
    return any(word in str(error) for word in _LOCKED)


def _words(error: OSError | sqlite3.Error) -> str:
    """What went wrong, for a person."""
    if isinstance(error, OSError):
        return str(error.strerror or error).lower()
    return "another program holds it" if _is_locked(error) else str(error)
