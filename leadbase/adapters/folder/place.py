"""Reaching one file of a base without leaving it: folders opened step by step, no link followed, reads bounded."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leadbase.errors import FileRefused, Unreadable
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.adapters.folder import system
else:
    system = late("leadbase.adapters.folder.system")

MAX_BYTES = 2 * 1024 * 1024

# Missing flags are 0: Windows has neither, and only Windows has O_BINARY. O_NONBLOCK: opening a FIFO must not hang.
READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How a file is opened for reading: a link is not followed, and nothing is waited for."""
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)

Stamp = tuple[int, int, int, int, int]
"""What tells one state of a file from another: device, inode, size, and the times of change, in nanoseconds."""

_TRIES = 5
_PAUSE_S = 0.01

_SENTENCES = {
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the disk may only be read",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EIO: "the disk reports an input/output error",
    errno.ENAMETOOLONG: "its name is too long for this disk",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.EOPNOTSUPP: "this disk can neither swap two files nor give one a second name, so a save could be lost",
    errno.ELOOP: "it is a symbolic link",
    errno.ENXIO: "it is not a regular file",  # a socket
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one file lies: a folder held open, and a name in it.

    `at` is the open folder, or None on Windows, where folders cannot be held and `folder` is its full path instead.
    `path` is relative to the base.
    """

    path: str
    at: int | None
    folder: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]

    def call(self, name: str) -> str:
        """What to hand to a system call, together with `at`, for the file `name` of this folder."""
        return name if self.at is not None else str(Path(self.folder, name))

    def beside(self, name: str) -> str:
        """The path, relative to the base, of the file `name` of this folder."""
        return self.path.removesuffix(self.name) + name

    def state(self, name: str) -> os.stat_result:
        """The stat of the file `name` of this folder, of a link itself."""
        return os.stat(self.call(name), dir_fd=self.at, follow_symlinks=False)

    def remove(self, name: str) -> None:
        """Delete the file `name` of this folder."""
        os.unlink(self.call(name), dir_fd=self.at)

    @contextmanager
    def opened(self, name: str) -> Iterator[int]:
        """The file `name` of this folder, open for reading; OSError for a link (ELOOP) and what cannot be opened."""
        if not hasattr(os, "O_NOFOLLOW") and stat.S_ISLNK(self.state(name).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), name)
        fd = os.open(self.call(name), READ, dir_fd=self.at)
        try:
            yield fd
        finally:
            os.close(fd)


@contextmanager
def place_of(root: Path, path: str, pieces: tuple[str, ...], *, make: bool = False) -> Iterator[Place]:
    """The place of `path`, whose `pieces` have been checked; with `make`, its missing folders are made.

    FileRefused when a folder on the way is a symbolic link or no folder, FileNotFoundError when it is missing.
    """
    if sys.platform == "win32":
        yield Place(path, None, _checked_folder(root, path, pieces[:-1], make=make))
        return
    at = os.open(root, _FOLDER)
    try:
        for step in range(len(pieces) - 1):
            inner = _step_into(at, path, pieces[step], make=make)
            os.close(at)
            at = inner
        yield Place(path, at, "")
    finally:
        os.close(at)


def _step_into(at: int, path: str, name: str, *, make: bool) -> int:
    """The folder `name` inside the open folder `at`, opened."""
    if make:
        try:
            os.mkdir(name, dir_fd=at)
            system.sync_folder(at)
        except FileExistsError:
            pass
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=at)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        is_link = stat.S_ISLNK(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode)
        raise FileRefused(path, f"{name} is {'a symbolic link' if is_link else 'not a folder'}") from error


def _checked_folder(root: Path, path: str, pieces: tuple[str, ...], *, make: bool) -> str:
    """The real path of the folder `pieces`, for systems that cannot hold folders open."""
    folder = root.joinpath(*pieces)
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    real = folder.resolve(strict=True)
    if real != root.resolve().joinpath(*pieces):
        raise FileRefused(path, "a folder on the way is a symbolic link")
    return str(real)


def stamp(state: os.stat_result) -> Stamp:
    """What tells one state of a file from another: device, inode, size, and the times of change."""
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def sentence(error: OSError) -> str:
    """What went wrong, for a person."""
    return _SENTENCES.get(error.errno or 0) or os.strerror(error.errno or 0)


def read(place: Place) -> bytes:
    """The file's bytes, all of one moment. Unreadable when that cannot be had; see `read_stamped`."""
    return read_stamped(place)[0]


def read_stamped(place: Place) -> tuple[bytes, Stamp]:
    """The file's bytes, all of one moment, and its stamp in that moment. Unreadable when that cannot be had.

    A save under way (the file away for an instant, emptied, or changing under the read) is waited for a few times.
    """
    reason = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_S)
        try:
            with place.opened(place.name) as fd:
                moment = _moment(place, fd)
                if moment and (moment[0] or not system.someone_writes(fd)):
                    return moment
                reason = "it is being saved at this moment"
        except FileNotFoundError:
            reason = "there is no such file"
        except OSError as error:
            raise Unreadable(place.path, sentence(error)) from error
    raise Unreadable(place.path, reason)


def read_open(place: Place, fd: int) -> bytes | None:
    """The bytes of an open file, None when it changed under the read; Unreadable when it is not a small plain file."""
    moment = _moment(place, fd)
    return moment[0] if moment else None


def _moment(place: Place, fd: int) -> tuple[bytes, Stamp] | None:
    before = os.fstat(fd)
    if not stat.S_ISREG(before.st_mode):
        raise Unreadable(place.path, "it is not a regular file")
    if before.st_size > MAX_BYTES:
        raise Unreadable(place.path, f"it is larger than {MAX_BYTES // 1024 // 1024} MB")
    content = read_up_to(fd, before.st_size + 1)
    after = os.fstat(fd)
    # The length catches a file cut and refilled within one tick of a coarse clock, where both stats are equal.
    if stamp(before) != stamp(after) or len(content) != after.st_size:
        return None
    return content, stamp(after)


def read_up_to(fd: int, limit: int) -> bytes:
    """The first `limit` bytes of an open file."""
    os.lseek(fd, 0, os.SEEK_SET)
    chunks = []
    while limit > 0 and (chunk := os.read(fd, limit)):
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)
