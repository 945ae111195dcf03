"""The index: a cache of the files and the rules in one SQLite file of the user's cache folder, never in the base.

It can be deleted at any time. What cannot be opened, written or read is thrown away and made anew, in memory if need
be; `notice` then says so. The file's name carries the edition - what the numbers in it depend on beside the files -
so that another version of leadbase or other rules never see it.
"""

import contextlib
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from leadbase.adapters.index import schema
from leadbase.adapters.index.lookup import Found, Lookup, Tally, sought
from leadbase.adapters.index.place import cache_folder
from leadbase.adapters.index.sql import Condition
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.adapters.index import rows
else:
    rows = late("leadbase.adapters.index.rows")

__all__ = ["Condition", "Found", "Index", "IndexLost", "Lookup", "Tally", "sought"]

_MEMORY = ":memory:"
_KEPT_EDITIONS = 2
_MOST_LOSSES = 2
_SENSELESS = (ValueError, TypeError, LookupError, OverflowError)
"""What comes of rows whose columns do not hold what was put into them."""


class IndexLost(Exception):
    """The index turned out to be damaged, or could not be written; it was put aside, and a new one is open."""


class Index:
    """One base's index, open. `notice` is a sentence for the person when it could not be kept on disk, else "".

    Its methods raise nothing but IndexLost; whoever fills it begins again then. All answers between two looks at its
    `rows` are of one moment, whatever other processes write meanwhile.
    """

    def __init__(self, path: Path | None, connection: sqlite3.Connection, notice: str = "") -> None:
        self.path = path
        self.notice = notice
        self._losses = 0
        self._patience_s = schema.PATIENCE_S
        self._use(connection)

    def _use(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._file = _file_number(self.path)
        self._is_in_moment = False
        self._rows: rows.Rows | None = None
        self._lookup = Lookup(connection)

    @classmethod
    def open(cls, root: Path, edition: str, patience_s: float = schema.PATIENCE_S) -> "Index":
        """The index of the base at `root` for an edition: 12 hex digits. Made when it is not there.

        `patience_s`: so long it waits for another process that writes.
        """
        folder = cache_folder(root)
        path = folder / f"index-{edition}.sqlite"
        try:
            _make_private(folder)
            if not _is_a_file_of_mine(path):
                _remove(path)
            try:
                connection = schema.connect(path, patience_s)
            except sqlite3.DatabaseError as error:
                if schema.is_locked(error):
                    raise
                _remove(path)
                connection = schema.connect(path, patience_s)
        except (OSError, sqlite3.Error) as error:
            return cls(None, schema.connect(_MEMORY), _notice(error))
        index = cls(path, connection)
        index._patience_s = patience_s
        return index

    @contextmanager
    def rows(self) -> Iterator["rows.Rows"]:
        """The rows, for filling. IndexLost when they turn out to be damaged or cannot be written."""
        with self._guarded():
            self._end_moment()
            if self._rows is None:
                self._rows = rows.Rows(self._connection)
            yield self._rows

    @contextmanager
    def lookup(self) -> Iterator[Lookup]:
        """The rows, for answering. IndexLost when they turn out to be damaged."""
        with self._guarded():
            if not self._is_in_moment and schema.has_log(self._connection):
                self._connection.execute("BEGIN")
                self._is_in_moment = True
            yield self._lookup

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if self._losses > _MOST_LOSSES:
                raise
            self._lose(error)
            raise IndexLost(str(error)) from error
        except _SENSELESS as error:
            if self._losses:
                raise  # the rows were made anew and are not to blame
            self._lose(sqlite3.DatabaseError("its rows make no sense"))
            raise IndexLost(str(error)) from error

    def _lose(self, error: sqlite3.Error) -> None:
        """Put a new index in the place of this one: on disk if this is the first damage, else in memory."""
        self.close()
        self._losses += 1
        if self.path and self._losses < _MOST_LOSSES and not schema.is_no_damage(error):
            self._make_anew()
        else:
            self._keep_in_memory(error)

    def _make_anew(self) -> None:
        if self.path is None:
            return
        try:
            _remove(self.path)
            self._use(schema.connect(self.path, self._patience_s))
        except (OSError, sqlite3.Error) as error:
            self._keep_in_memory(error)

    def _keep_in_memory(self, error: OSError | sqlite3.Error) -> None:
        self.path = None
        self.notice = _notice(error)
        self._use(schema.connect(_MEMORY))

    def _end_moment(self) -> None:
        """Let the next answers be of a later moment."""
        if self._is_in_moment:
            self._is_in_moment = False
            self._connection.execute("COMMIT")

    def renew(self) -> None:
        """Open the file anew if it is no longer the one that lies there: it was deleted, or somebody made another."""
        if self.path and _file_number(self.path) != self._file:
            self.close()
            try:
                _make_private(self.path.parent)
                self._use(schema.connect(self.path, self._patience_s))
            except (OSError, sqlite3.Error) as error:
                self._keep_in_memory(error)

    @property
    def identity(self) -> str:
        """A word that no other index has, nor this one after it was made anew; "" when it cannot be told."""
        return (self.kept(schema.IDENTITY) or b"").hex()

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
            self._end_moment()
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, content))

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def __del__(self) -> None:
        """Let go of the file at once: a connection of sqlite3 holds itself until somebody looks for such circles."""
        if hasattr(self, "_connection"):
            self.close()

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
        self.close()
        if self.path:
            self._make_anew()
        else:
            self._use(schema.connect(_MEMORY))


def _make_private(folder: Path) -> None:
    """The folder, made when missing, and nobody else's. OSError when it is a link or another user's."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = os.lstat(folder)
    if not stat.S_ISDIR(state.st_mode) or not _is_mine(state):
        raise PermissionError(f"{folder} is not a folder of yours")
    if sys.platform != "win32" and state.st_mode & 0o077:
        folder.chmod(0o700)


def _file_number(path: Path | None) -> int | None:
    try:
        return path.stat().st_ino if path else None
    except OSError:
        return None


def _is_mine(state: os.stat_result) -> bool:
    return sys.platform == "win32" or state.st_uid == os.getuid()


def _is_a_file_of_mine(path: Path) -> bool:
    """False for a link or another user's file; what is not there may become one."""
    try:
        state = os.lstat(path)
    except FileNotFoundError:
        return True
    return stat.S_ISREG(state.st_mode) and _is_mine(state)


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _notice(error: OSError | sqlite3.Error) -> str:
    """What went wrong, for a person."""
    if isinstance(error, OSError):
        reason = error.strerror.lower() if error.strerror else str(error)
    else:
        reason = "another program holds it" if schema.is_locked(error) else str(error)
    return f"the index is kept in memory only: {reason}"
