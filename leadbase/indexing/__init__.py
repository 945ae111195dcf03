"""Indexing: making the index say what the files say, with no more work than what changed asks for.

The tree is walked and each folder's mark compared with the one the index remembers. Only files of changed folders whose
stamp is new are read again, and files that were read so soon after they were written that a further change may not
show (git's rule of racily clean files). Every batch is one transaction with the folder's mark in it, so that a run that
is cut short goes on where it stopped, and two runs at once share the work.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbase.adapters.folder import Folder, Shelf
from leadbase.adapters.index.rows import Fresh, Known, Rows, as_bytes
from leadbase.adapters.index.store import Index, IndexLost
from leadbase.errors import Problem
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.indexing import files, workers
    from leadbase.indexing.files import Desk
else:
    files = late("leadbase.indexing.files")
    workers = late("leadbase.indexing.workers")

Progress = Callable[[int, int], None]
"""Told how many files have been indexed of how many."""

BATCH = 500
"""Files of one task of a worker."""
TRANSACTION = 2_000
"""Files of one transaction: so many are read again, at most, when a run is cut short."""
_FEW = 100
"""So many files are read faster by this process than others can be started."""
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """Some files of one folder to be read, and what is then known of the folder; `is_last`: with it all are.

    `was` is the mark that the index had for the folder when this was planned: if it has another by then, somebody else
    was faster, and what was read may be older than theirs. `before` are the stamps that the index had for the files,
    for the same reason, where a folder's files are of several parts and the mark is set only with the last.
    """

    folder: str
    was: bytes | None
    mark: bytes
    refused: Sequence[Problem]
    paths: Sequence[str]
    gone: Sequence[str]
    is_last: bool
    before: Mapping[str, bytes] | None = None


def refresh(index: Index, folder: Folder, under: str, desk: Callable[[], "Desk"], progress: Progress) -> None:
    """Make the index say what the files below `under` say. `desk` is asked for only when something has changed."""
    for _ in range(_ATTEMPTS):
        try:
            parts, gone = _plan(index, folder, under)
            if not parts and not gone:
                return
            if _carry_out(index, parts, gone, desk, progress):
                index.forget_old_editions()
                return
        except IndexLost:
            continue


def _plan(index: Index, folder: Folder, under: str) -> tuple[list[_Part], dict[str, bytes]]:
    """What is to be read, and which folders are there no more, with their marks."""
    with index.rows() as rows:
        marks = rows.marks()
        racy = rows.racy()
        seen = set()
        parts: list[_Part] = []
        for shelf in folder.scan(under):
            name = _folder_name(shelf.path)
            seen.add(name)
            if marks.get(name) != shelf.mark:
                parts += _parts(name, shelf, folder, marks.get(name), rows.files_in(name))
            elif name in racy:
                parts += _racy_parts(name, shelf.mark, racy[name])
        return parts, {each: mark for each, mark in marks.items() if each not in seen}


def _folder_name(path: str) -> str:
    """The folder's path as an index can keep it; one that is not UTF-8 holds nothing that is read, only refusals."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return f"/{os.fsencode(path).hex()}"  # no path in a base begins with /
    return path


def _racy_parts(name: str, mark: bytes, paths: list[str]) -> Iterator[_Part]:
    for start in range(0, len(paths), BATCH):
        yield _Part(name, mark, mark, (), paths[start : start + BATCH], (), is_last=False)


def _parts(name: str, shelf: Shelf, folder: Folder, was: bytes | None, known: dict[str, Known]) -> Iterator[_Part]:
    files, refused = folder.files_of(shelf)
    changed = [path for path, stamp in files.items() if not _is_known(known.get(path), as_bytes(stamp))]
    gone = [path for path in known if path not in files]
    for start in range(0, max(len(changed), 1), BATCH):
        is_last = start + BATCH >= len(changed)
        paths = changed[start : start + BATCH]
        before = {path: known[path].stamp for path in paths if path in known} if len(changed) > BATCH else None
        yield _Part(name, was, shelf.mark, refused if is_last else (), paths, gone if is_last else (), is_last, before)


def _is_known(known: Known | None, stamp: bytes) -> bool:
    return known is not None and known.stamp == stamp and not known.is_racy


def _carry_out(
    index: Index, parts: list[_Part], gone: Mapping[str, bytes], desk: Callable[[], "Desk"], progress: Progress
) -> bool:
    """Read and index it all; whether nobody else was at it meanwhile, so that nothing needs a second look."""
    if gone:
        with index.rows() as rows, rows.change():
            for each, mark in gone.items():
                if rows.mark(each) == mark:  # else it is there again, and somebody else has looked
                    rows.forget_folder(each)
    total = sum(len(part.paths) for part in parts)
    done = 0
    shared: set[str] = set()
    for batch, fresh in _gathered(_read(index, _batches(parts), total, desk)):
        _commit(index, batch, fresh, shared)
        done += sum(len(part.paths) for part in batch)
        progress(done, total)
    return not shared


def _gathered(read: Iterable[tuple[list[_Part], list[Fresh]]]) -> Iterator[tuple[list[_Part], list[Fresh]]]:
    """Batches put together to transactions: each one costs the disk, and the full text, the same again."""
    parts: list[_Part] = []
    fresh: list[Fresh] = []
    for batch, files_read in read:
        parts += batch
        fresh += files_read
        if len(fresh) >= TRANSACTION:
            yield parts, fresh
            parts, fresh = [], []
    if parts:
        yield parts, fresh


def _batches(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    batch: list[_Part] = []
    files_in_batch = 0
    for part in parts:
        if batch and files_in_batch + len(part.paths) > BATCH:
            yield batch
            batch, files_in_batch = [], 0
        batch.append(part)
        files_in_batch += len(part.paths)
    if batch:
        yield batch


def _read(
    index: Index, batches: Iterable[list[_Part]], total: int, desk: Callable[[], "Desk"]
) -> Iterator[tuple[list[_Part], list[Fresh]]]:
    """Every batch with its files read: here when they are few, else by several processes."""
    if total == 0:
        for batch in batches:
            yield batch, []
    elif total <= _FEW:
        own = desk()
        for batch in batches:
            yield batch, files.indexed(_paths(batch), _digests(index, batch), own)
    else:
        yield from _read_by_many(index, batches, desk())


def _read_by_many(
    index: Index, batches: Iterable[list[_Part]], desk: "Desk"
) -> Iterator[tuple[list[_Part], list[Fresh]]]:
    """At most a few batches wait to be written, however fast they are read."""
    with workers.started(desk) as crew:
        waiting: deque[tuple[list[_Part], workers.Task]] = deque()
        for batch in batches:
            if _is_done(index, batch):
                yield batch, []
                continue
            waiting.append((batch, crew.submit(_paths(batch), _digests(index, batch))))
            if len(waiting) > 2 * crew.size:
                first, task = waiting.popleft()
                yield first, task()
        for batch, task in waiting:
            yield batch, task()


def _is_done(index: Index, batch: list[_Part]) -> bool:
    """Whether another process has indexed the same by now."""
    with index.rows() as rows:
        return all(part.was != part.mark == rows.mark(part.folder) for part in batch)


def _paths(batch: list[_Part]) -> list[str]:
    return [path for part in batch for path in part.paths]


def _digests(index: Index, batch: list[_Part]) -> dict[str, bytes]:
    """What is known of the bytes of files that are to be read again."""
    with index.rows() as rows:
        return rows.digests(path for part in batch if part.was is not None for path in part.paths)


def _commit(index: Index, batch: list[_Part], fresh: Sequence[Fresh], shared: set[str]) -> None:
    """Put a batch into the index. A folder that somebody else has been at meanwhile is added to `shared`."""
    by_path = {each.path: each for each in fresh}
    with index.rows() as rows, rows.change():
        marks = {part.folder: rows.mark(part.folder) for part in batch}
        for part in batch:
            if marks[part.folder] != part.was:
                if marks[part.folder] != part.mark:
                    shared.add(part.folder)
                continue
            rows.drop_files(part.gone)
            rows.put(list(_unshared(rows, part, [by_path[path] for path in part.paths], shared)))
            if part.is_last and part.folder not in shared:
                rows.set_mark(part.folder, part.mark, part.refused)


def _unshared(rows: Rows, part: _Part, read: Iterable[Fresh], shared: set[str]) -> Iterator[Fresh]:
    """Those files of a part that nobody else has put meanwhile: which of the two was read later cannot be told."""
    for each in read:
        now = None if part.before is None else rows.stamp(each.path)
        if part.before is None or now == part.before.get(each.path):
            yield each
        elif now != as_bytes(each.stamp):
            shared.add(part.folder)
