"""Listing the files below a folder of the base: no link followed, no lead lost without a word."""

import marshal
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from leadbase.adapters.folder.names import is_litter
from leadbase.adapters.folder.place import sentence
from leadbase.errors import Problem

Stamp = tuple[int, int, int, int, int]
"""What tells one state of a file from another: device, inode, size, and the times of change, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files found, sorted, and what was met on the way but not opened, with the reason."""

    paths: tuple[str, ...]
    refused: tuple[Problem, ...]


def listing_of(root: Path, under: str, is_wanted: Callable[[str], bool]) -> Listing:
    """The files below `under` (`.` for the whole base) whose name `is_wanted`; hidden folders are passed over."""
    paths: list[str] = []
    refused: list[Problem] = []
    if under != "." and not _is_plain_folder(root, under, refused):
        return Listing((), tuple(refused))
    open_folders = ["" if under == "." else under]
    while open_folders:
        folder = open_folders.pop()
        for entry in _entries(root, folder, refused):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if not is_litter(entry.name):
                    open_folders.append(path)
            elif problem := _problem(entry, path, is_wanted):
                refused.append(problem)
            elif is_wanted(entry.name):
                paths.append(path)
    return Listing(tuple(sorted(paths)), tuple(sorted(refused, key=lambda problem: problem.path)))


@dataclass(frozen=True, slots=True)
class Shelf:
    """One folder as a scan found it, before anybody asked what its files are.

    `mark` is the same as long as no file of the folder was made, removed, renamed or changed, as far as the stats of
    the disk tell. `found` are its files with the wanted suffix, and its links, each with its stamp.
    """

    path: str
    mark: bytes
    found: tuple[tuple[str, Stamp], ...]
    problem: Problem | None = None


def scan(root: Path, under: str, suffix: str) -> Iterator[Shelf]:
    """Every folder below `under`, itself included, with the stamps of its files; hidden folders are passed over.

    This takes little more than the system calls it needs: what the files are is decided, by `sorted_out`, only for
    folders whose mark is a new one.
    """
    refused: list[Problem] = []
    if not _is_plain_folder(root, under, refused):
        for problem in refused:
            yield _unseen(under, problem)
        return
    open_folders = [under]
    while open_folders:
        path = open_folders.pop()
        try:
            found = _scanned(f"{root}/{path}", path, suffix, open_folders)
        except FileNotFoundError:
            continue  # removed while the scan was under way
        except OSError as error:
            yield _unseen(path, Problem(path, None, "error", "unreadable-folder", sentence(error)))
            continue
        yield Shelf(path, marshal.dumps(found, 2), tuple(found))


def _unseen(path: str, problem: Problem) -> Shelf:
    return Shelf(path, str(problem).encode("utf-8", "backslashreplace"), (), problem)


def _scanned(path: str, shown: str, suffix: str, open_folders: list[str]) -> list[tuple[str, Stamp]]:
    """The stamps of one folder's files; the folders in it are added to `open_folders`, as `shown` is."""
    if os.scandir not in os.supports_fd:
        with os.scandir(path) as entries:
            return _stamped(entries, shown, suffix, open_folders)
    # held open, each stat has only a name to look up
    at = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with os.scandir(at) as entries:
            return _stamped(entries, shown, suffix, open_folders)
    finally:
        os.close(at)


def _stamped(
    entries: Iterator[os.DirEntry[str]], folder: str, suffix: str, open_folders: list[str]
) -> list[tuple[str, Stamp]]:
    found = []
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if not is_litter(name):
                open_folders.append(f"{folder}/{name}")
        elif name.endswith(suffix) or entry.is_symlink() or name.lower().endswith(suffix):
            try:
                state = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            # as place.stamp; a call for each of 100,000 files would be felt
            stamp = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
            if stat.S_ISLNK(state.st_mode):  # what is said of a link depends on what it leads to
                stamp = (int(_is_folder_behind(entry)), *stamp[1:])
            found.append((name, stamp))
    return found


def sorted_out(root: Path, shelf: Shelf, is_wanted: Callable[[str], bool]) -> tuple[dict[str, Stamp], list[Problem]]:
    """The plain files of a folder by path, and what is there that is not opened, with the reason."""
    files: dict[str, Stamp] = {}
    if shelf.problem:
        return {}, [shelf.problem]
    refused: list[Problem] = []
    stamps = dict(shelf.found)
    for entry in _entries(root, shelf.path, refused):
        if entry.name not in stamps or entry.is_dir(follow_symlinks=False):
            continue  # it came after the scan, whose next run will see it
        path = f"{shelf.path}/{entry.name}"
        if problem := _problem(entry, path, is_wanted):
            refused.append(problem)
        elif is_wanted(entry.name):
            files[path] = stamps[entry.name]
    return files, refused


def _entries(root: Path, folder: str, refused: list[Problem]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as entries:
            yield from entries
    except FileNotFoundError:
        return  # removed while the walk was under way
    except OSError as error:
        refused.append(Problem(folder or ".", None, "error", "unreadable-folder", sentence(error)))


def _is_plain_folder(root: Path, under: str, refused: list[Problem]) -> bool:
    """Whether `under` is a folder reached without a link; a missing one is not, and is no problem either."""
    path = ""
    for piece in under.split("/"):
        path = f"{path}/{piece}" if path else piece
        try:
            mode = os.lstat(root / path).st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISLNK(mode):
            refused.append(_link(path))
            return False
        if not stat.S_ISDIR(mode):
            refused.append(Problem(path, None, "error", "not-a-folder", "it is not a folder"))
            return False
    return True


def _problem(entry: os.DirEntry[str], path: str, is_wanted: Callable[[str], bool]) -> Problem | None:
    """Why an entry that looks like a wanted file, or like a folder of such, is not opened; None when it is neither."""
    if entry.is_symlink():
        leads_to_folder = not is_litter(entry.name) and _is_folder_behind(entry)
        return _link(path) if leads_to_folder or is_wanted(entry.name) else None
    if not is_wanted(entry.name):
        return None
    if not entry.is_file(follow_symlinks=False):
        return Problem(path, None, "warning", "not-a-file", "it is a pipe, a socket or a device, and is not read")
    if not _is_utf8(path):
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        return Problem(shown, None, "error", "name-not-utf-8", "its name is not UTF-8, and it is not read", "rename it")
    return None


def _link(path: str) -> Problem:
    hint = "put the file or folder itself here"
    return Problem(path, None, "warning", "symbolic-link", "it is a symbolic link, and links are not followed", hint)


def _is_folder_behind(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # a loop of links
        return False


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
