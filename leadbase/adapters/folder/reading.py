"""Reading many files of a base, one after the other: their folder stays open while they lie in the same one."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from leadbase.adapters.folder import names
from leadbase.adapters.folder.place import MAX_BYTES, READ, Place, Stamp, place_of, read_stamped, sentence, stamp
from leadbase.errors import FileRefused, Unreadable

_NOTHING_THERE = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's bytes with the stamp of the moment they were read in, or why it cannot be read.

    Without bytes `raw` is None, `refusal` is what `Folder.read` raises, and `stamp` is that of whatever has the name
    now: zeros when nothing has, or when a folder on the way may not be entered.
    """

    path: str
    raw: bytes | None
    stamp: Stamp
    refusal: FileRefused | None


def read_all(root: Path, paths: Iterable[str]) -> Iterator[Taken]:
    """Each of these files in turn, as `read` reads it; a file that cannot be read hides none of the others."""
    reader = _Reader(root)
    try:
        for path in paths:
            yield reader.quickly(path) or reader.carefully(path)
    finally:
        reader.leave()


class _Reader:
    """Reads file after file; the folder of the last one is kept open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder: str | None = None
        self.at: int | None = None
        self._way = ExitStack()

    def leave(self) -> None:
        """Close the folder that is open, if one is."""
        self.folder = None
        self._way.close()

    def quickly(self, path: str) -> Taken | None:
        """The file when nothing about it is out of the ordinary, with no more system calls than that takes."""
        if sys.platform == "win32":
            return None
        folder, _, name = path.rpartition("/")
        try:
            names.parts(name)
            if folder != self.folder:
                self._enter(folder, path)
            if self.at is None:
                return None
            fd = os.open(name, READ, dir_fd=self.at)
        except (OSError, FileRefused):
            return None
        try:
            return _ordinary(path, fd)
        except OSError:
            return None
        finally:
            os.close(fd)

    def _enter(self, folder: str, path: str) -> None:
        self.leave()
        place = self._way.enter_context(place_of(self.root, path, names.parts(path)))
        self.folder, self.at = folder, place.at

    def carefully(self, path: str) -> Taken:
        """The file reached from the base's root, with patience for a save under way; else the reason."""
        self.leave()  # the folder of that name may be another one by now
        try:
            with place_of(self.root, path, names.parts(path)) as place:
                return _with_patience(place)
        except FileNotFoundError:
            refusal: FileRefused = Unreadable(path, "there is no such file")
        except OSError as error:
            refusal = Unreadable(path, sentence(error))
        except FileRefused as error:
            refusal = error
        return Taken(path, None, _NOTHING_THERE, refusal)


def _ordinary(path: str, fd: int) -> Taken | None:
    """An open file that is plain, small, not empty, and did not change while it was read."""
    before = os.fstat(fd)
    if not stat.S_ISREG(before.st_mode) or not 0 < before.st_size <= MAX_BYTES:
        return None
    raw = os.read(fd, before.st_size + 1)
    moment = stamp(os.fstat(fd))
    return Taken(path, raw, moment, None) if moment == stamp(before) and len(raw) == before.st_size else None


def _with_patience(place: Place) -> Taken:
    try:
        raw, moment = read_stamped(place)
    except Unreadable as refusal:
        try:
            there = stamp(place.state(place.name))
        except OSError:
            there = _NOTHING_THERE
        return Taken(place.path, None, there, refusal)
    return Taken(place.path, raw, moment, None)
