"""Workers: processes that read and score files for the one that writes the index."""

import gc
import marshal
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from leadbase.adapters.folder import Folder
from leadbase.adapters.index.rows import Fresh
from leadbase.core.entry import Entry
from leadbase.core.rulespack import packed, unpacked
from leadbase.indexing.files import Desk, indexed

Task = Callable[[], list[Fresh]]
"""Waits for the files of a task."""

_LOOK_S = 1.0
_OBJECTS_BETWEEN_COLLECTIONS = 200_000


@dataclass(frozen=True, slots=True)
class Crew:
    """The processes at work, and how many there are."""

    pool: ProcessPoolExecutor
    size: int
    desk: Desk

    def submit(self, paths: list[str], digests: dict[str, bytes]) -> Task:
        """Have these files read and scored; see `files.indexed`. Where no process can do it, this one does."""
        try:
            task = self.pool.submit(_work, paths, digests)
        except (OSError, BrokenProcessPool):
            return partial(indexed, paths, digests, self.desk)

        def result() -> list[Fresh]:
            try:
                return [_fresh(each) for each in marshal.loads(task.result())]  # noqa: S302 - from our own process
            except BrokenProcessPool:  # somebody ended a worker, or the system did for want of memory
                return indexed(paths, digests, self.desk)

        return result


@contextmanager
def started(desk: Desk) -> Iterator[Crew]:
    """As many processes as this one may use processors. They end with it, even when it is killed."""
    size = _processors()
    # what is loaded here need not be loaded again there; nothing here runs threads
    method = "fork" if sys.platform == "linux" else "spawn"
    handed = (desk.folder.root, packed(desk.rules), desk.zone, os.getpid())
    pool = ProcessPoolExecutor(size, get_context(method), _begin, handed)
    try:
        yield Crew(pool, size, desk)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class _Bench:
    """What a worker process keeps from one task to the next."""

    desk: Desk


def _begin(root: Path, rules: bytes, zone: tzinfo, boss: int) -> None:
    _Bench.desk = Desk(Folder(root), unpacked(rules), zone)
    # what a task makes is handed over and forgotten, without circles: looking for them costs a tenth of the time
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    if hasattr(os, "getppid"):
        threading.Thread(target=_end_with, args=(boss,), daemon=True).start()


def _end_with(boss: int) -> None:
    while os.getppid() == boss:
        time.sleep(_LOOK_S)
    os._exit(1)


def _work(paths: list[str], digests: dict[str, bytes]) -> bytes:
    """The files as bytes: what is handed over is large, and this takes a quarter of the time that pickling does."""
    return marshal.dumps([_plain(each) for each in indexed(paths, digests, _Bench.desk)])


def _plain(fresh: Fresh) -> tuple[Any, ...]:
    kept = fresh.entry
    plain = kept and (kept.columns, kept.values, kept.words, kept.record, kept.problems)
    return fresh.path, fresh.stamp, fresh.digest, fresh.is_racy, plain


def _fresh(plain: tuple[Any, ...]) -> Fresh:
    path, stamp, digest, is_racy, kept = plain
    return Fresh(path, stamp, digest, is_racy, kept and Entry(*kept))
