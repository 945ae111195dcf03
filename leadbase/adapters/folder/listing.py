"""Listing the files below a folder of the base: no link followed, no lead lost without a word."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from leadbase.adapters.folder.names import is_litter
from leadbase.adapters.folder.place import sentence
from leadbase.errors import Problem


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
