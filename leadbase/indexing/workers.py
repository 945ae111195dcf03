"""Workers: processes that read and score files for the one that writes the index."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from multiprocessing import get_context
from pathlib import Path

from leadbase.adapters.folder import Folder
from leadbase.adapters.index import Fresh
from leadbase.core.rulespack import packed, unpacked
from leadbase.indexing.files import Desk, indexed

Task = Future[list[Fresh]]

_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Crew:
    """The processes at work, and how many there are."""

    pool: ProcessPoolExecutor
    size: int

    def submit(self, paths: list[str], digests: dict[str, bytes]) -> Task:
        """Have these files read and scored; see `files.indexed`."""
        return self.pool.submit(_work, paths, digests)


@contextmanager
def started(desk: Desk) -> Iterator[Crew]:
    """As many processes as this one may use processors. They end with it, even when it is killed."""
    size = _processors()
    # what is loaded here need not be loaded again there; nothing here runs threads
    method = "fork" if sys.platform == "linux" else "spawn"
    handed = (desk.folder.root, packed(desk.rules), desk.zone, os.getpid())
    pool = ProcessPoolExecutor(size, get_context(method), _begin, handed)
    try:
        yield Crew(pool, size)
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    if hasattr(os, "getppid"):
        threading.Thread(target=_end_with, args=(boss,), daemon=True).start()


def _end_with(boss: int) -> None:
    while os.getppid() == boss:
        time.sleep(_LOOK_S)
    os._exit(1)


def _work(paths: list[str], digests: dict[str, bytes]) -> list[Fresh]:
    return indexed(paths, digests, _Bench.desk)
