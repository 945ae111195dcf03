"""A watcher's word that the index says what the files say, so that nobody else need walk the tree.

The watcher of a base holds a lock on a file beside the index for as long as it lives, and touches that file every
second: the heartbeat. A process that is dead holds no lock, and one that is stopped or hangs does not touch the file.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_FILE = "watcher.lock"
_ALIVE_S = 3.0
"""Three heartbeats."""
_TRIES = 20
_PAUSE_S = 0.01
"""A reader that asks whether the lock is held has it for an instant."""


class Vouch:
    """The word of a watcher, as long as it is held. `beat` at least once a second; `withdraw` while behind."""

    def __init__(self, fd: int, path: Path) -> None:
        self._fd = fd
        self._path = path

    def give(self, identity: str) -> None:
        """Say that the index of this identity is equal to the files, and will be kept so; see Index.identity."""
        os.ftruncate(self._fd, 0)
        os.lseek(self._fd, 0, os.SEEK_SET)
        os.write(self._fd, f"{os.getpid()} {identity}\n".encode())

    def withdraw(self) -> None:
        """Say nothing until the word is given again: the files may have changed and not been read yet."""
        os.ftruncate(self._fd, 0)

    def beat(self) -> None:
        """Show that the watcher is alive."""
        os.utime(self._path)


@contextmanager
def vouching(folder: Path) -> Iterator[Vouch | None]:
    """The right to vouch for the base whose cache is in `folder`; None when another process has it."""
    path = folder / _FILE
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if not _lock_in_time(fd):
            yield None
            return
        vouch = Vouch(fd, path)
        vouch.withdraw()
        try:
            yield vouch
        finally:
            vouch.withdraw()
    finally:
        os.close(fd)


def is_vouched(folder: Path, identity: str) -> bool:
    """Whether a watcher that lives gives its word for the index of this identity, whose file is in `folder`."""
    path = folder / _FILE
    try:
        age_s = time.time() - path.stat().st_mtime
        if not -_ALIVE_S < age_s < _ALIVE_S:
            return False
        fd = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        said = os.read(fd, 4096).decode("utf-8", "replace").split()
        return bool(identity) and said[1:] == [identity] and not _lock(fd, is_shared=True)
    except OSError:
        return False
    finally:
        os.close(fd)


def _lock_in_time(fd: int) -> bool:
    for _ in range(_TRIES):
        if _lock(fd):
            return True
        time.sleep(_PAUSE_S)
    return False


def _lock(fd: int, *, is_shared: bool = False) -> bool:
    """Whether the lock could be had; it is let go with the file. Those who only ask share it among themselves."""
    try:
        if sys.platform == "win32":
            os.lseek(fd, 1 << 20, os.SEEK_SET)  # beyond the text, which others must be able to read
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
