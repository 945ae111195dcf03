"""Filling an index: what is known of the files, and putting, replacing and dropping leads."""

import contextlib
import json
import marshal
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbase.core.columns import COLUMNS
from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import entry
    from leadbase.core.entry import Entry
else:
    entry = late("leadbase.core.entry")

Stamp = tuple[int, int, int, int, int]

_PLACES = ", ".join("?" * (len(COLUMNS) + 6))
_PUT = f"INSERT INTO lead(id, folder, file, stamp, is_racy, hash, {', '.join(COLUMNS)}) VALUES({_PLACES})"


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of a file: its row, its stamp and the digest of its bytes when they were read.

    `is_racy`: it was read so soon after it was written that a further change may not show in its stamp.
    """

    id: int
    stamp: bytes
    digest: bytes
    is_racy: bool


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file that was read: `entry` None means that its bytes are those already known."""

    path: str
    stamp: Stamp
    digest: bytes
    is_racy: bool
    entry: "Entry | None"


def as_bytes(stamp: Stamp) -> bytes:
    """A stamp as the index keeps it."""
    return marshal.dumps(tuple(stamp), 2)


class Rows:
    """The rows of one index. Everything that changes them stands in a `with rows.change():` block."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._values: dict[tuple[str, str, str], int] = {}

    @contextmanager
    def change(self) -> Iterator[None]:
        """One change, whole or not at all; others read on meanwhile, and wait to write."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._values.clear()  # some of them may have been taken back
            with contextlib.suppress(sqlite3.Error):  # a full disk has taken it all back already
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def marks(self) -> dict[str, bytes]:
        """Folder → its mark when its files were last looked at."""
        return dict(self._connection.execute("SELECT folder, mark FROM shelf"))

    def mark(self, folder: str) -> bytes | None:
        """The folder's mark when its files were last looked at; None: they never were."""
        found = self._connection.execute("SELECT mark FROM shelf WHERE folder = ?", (folder,)).fetchone()
        return found[0] if found else None

    def files_in(self, folder: str) -> dict[str, Known]:
        """What is known of the files of a folder, by path."""
        query = "SELECT file, id, stamp, hash, is_racy FROM lead WHERE folder = ?"
        rows = self._connection.execute(query, (folder,))
        return {f"{folder}/{file}": Known(id_, stamp, digest, bool(racy)) for file, id_, stamp, digest, racy in rows}

    def stamp(self, path: str) -> bytes | None:
        """The stamp of a file when it was last read; None: it never was."""
        sql = "SELECT stamp FROM lead WHERE folder = ? AND file = ?"
        found = self._connection.execute(sql, _place(path)).fetchone()
        return found[0] if found else None

    def digests(self, paths: Iterable[str]) -> dict[str, bytes]:
        """What is known of the bytes of these files; one that was never read is left out."""
        sql = "SELECT hash FROM lead WHERE folder = ? AND file = ?"
        found = ((path, self._connection.execute(sql, _place(path)).fetchone()) for path in paths)
        return {path: row[0] for path, row in found if row}

    def racy(self) -> dict[str, list[str]]:
        """Folder → its files that must be read again whatever their stamp says."""
        found: dict[str, list[str]] = {}
        for folder, file in self._connection.execute("SELECT folder, file FROM lead WHERE is_racy"):
            found.setdefault(folder, []).append(f"{folder}/{file}")
        return found

    def set_mark(self, folder: str, mark: bytes, refused: Sequence[Problem]) -> None:
        """Remember how a folder was found, and what in it is not opened."""
        self._connection.execute("INSERT OR REPLACE INTO shelf VALUES(?, ?)", (folder, mark))
        self._connection.execute("DELETE FROM refused WHERE folder = ?", (folder,))
        rows = [(folder, _as_text(each.path), _as_json(each)) for each in refused]
        self._connection.executemany("INSERT INTO refused VALUES(?, ?, ?)", rows)

    def forget_folder(self, folder: str) -> None:
        """Drop a folder that is there no more, with its leads."""
        self._drop([known.id for known in self.files_in(folder).values()])
        self._connection.execute("DELETE FROM refused WHERE folder = ?", (folder,))
        self._connection.execute("DELETE FROM shelf WHERE folder = ?", (folder,))

    def put(self, fresh: Sequence[Fresh]) -> None:
        """Put what was read in the place of what was known of these files."""
        again = [each for each in fresh if each.entry is None]
        query = "UPDATE lead SET stamp = ?, is_racy = ? WHERE folder = ? AND file = ?"
        rows = [(as_bytes(each.stamp), each.is_racy, *_place(each.path)) for each in again]
        self._connection.executemany(query, rows)
        self._insert([(each, each.entry) for each in fresh if each.entry is not None])

    def _insert(self, fresh: Sequence[tuple[Fresh, "Entry"]]) -> None:
        run = self._connection
        ids = self._ids([each.path for each, _ in fresh])
        self._drop([id_ for id_, is_new in ids if not is_new])
        numbered = [(id_, each, kept) for (id_, _), (each, kept) in zip(ids, fresh, strict=True)]
        leads = [
            (id_, *_place(each.path), as_bytes(each.stamp), each.is_racy, each.digest, *kept.columns)
            for id_, each, kept in numbered
        ]
        run.executemany(_PUT, leads)
        run.executemany(
            "INSERT INTO whole VALUES(?, ?, ?)", [(id_, kept.record, kept.problems) for id_, _, kept in numbered]
        )
        worded = [(id_, *kept.words) for id_, _, kept in numbered if any(kept.words)]
        run.executemany("INSERT INTO words(rowid, title, company, body) VALUES(?, ?, ?, ?)", worded)
        had = [(self._value(each), id_) for id_, _, kept in numbered for each in kept.values]
        run.executemany("INSERT INTO has VALUES(?, ?)", had)

    def _ids(self, paths: Iterable[str]) -> list[tuple[int, bool]]:
        """A row for each path, and whether it is a new one."""
        run = self._connection
        free = run.execute("SELECT coalesce(max(id), 0) FROM lead").fetchone()[0]
        found = []
        for path in paths:
            row = run.execute("SELECT id FROM lead WHERE folder = ? AND file = ?", _place(path)).fetchone()
            free += row is None
            found.append((row[0], False) if row else (free, True))
        return found

    def _value(self, value: tuple[str, str, str]) -> int:
        known = self._values.get(value)
        if known is None:
            run = self._connection
            run.execute("INSERT OR IGNORE INTO value(field, text, canon) VALUES(?, ?, ?)", value)
            query = "SELECT id FROM value WHERE field = ? AND text = ? AND canon = ?"
            known = self._values[value] = run.execute(query, value).fetchone()[0]
        return known

    def drop_files(self, paths: Iterable[str]) -> None:
        """Drop files that are there no more."""
        query = "SELECT id FROM lead WHERE folder = ? AND file = ?"
        rows = [self._connection.execute(query, _place(path)).fetchone() for path in paths]
        self._drop([row[0] for row in rows if row])

    def _drop(self, ids: Iterable[int]) -> None:
        """Drop rows; values that no lead has any more stay known, and mean nothing."""
        run = self._connection
        for id_ in ids:
            record, is_readable = run.execute(
                "SELECT whole.record, lead.is_readable FROM whole JOIN lead USING(id) WHERE id = ?", (id_,)
            ).fetchone()
            if is_readable:
                whole = json.loads(record)
                words = entry.words(whole["title"], tuple(whole["company"]), whole["text"])
                if any(words):
                    # without the texts themselves, the words table must be told what it once was given
                    delete = "INSERT INTO words(words, rowid, title, company, body) VALUES('delete', ?, ?, ?, ?)"
                    run.execute(delete, (id_, *words))
            for table, key in (("lead", "id"), ("whole", "id"), ("has", "lead")):
                run.execute(f"DELETE FROM {table} WHERE {key} = ?", (id_,))


def _place(path: str) -> tuple[str, str]:
    folder, _, file = path.rpartition("/")
    return folder, file


def _as_json(problem: Problem) -> str:
    values = [problem.path, problem.line, problem.level, problem.code, problem.message, problem.hint]
    return json.dumps(values)


def _as_text(path: str) -> str:
    """A path that can be kept: bytes that are not UTF-8 are spelt out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
