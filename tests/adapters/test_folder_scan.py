"""The fast scan of an index against the careful listing: the same files, and a new mark whenever something changed."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.folder import Folder
from leadbase.adapters.folder.place import stamp

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes, links by default, or mode bits")

NAMES = (
    b"a.md", b"B.MD", b"c.md", b"notes.txt", b".hidden.md", b"x.md~", b"4913", b"sedAvzWlS", b"x.sync-conflict-1.md",
    b"x.sb-fc8ad3a6-66GHcO", b"\xff.md", b"\xe4\xb8\xad.md", b" a b.md", b"-rf.md", b"new\nline.md", b".md", b"2026", b"04",
    b".git", b"dir.md", b"\xfe",
)  # fmt: skip
KINDS = (
    "file",
    "file",
    "file",
    "folder",
    "folder",
    "link to a file",
    "link to a folder",
    "loop",
    "nowhere",
    "pipe",
    "socket",
)


def made(path: Path, kind: str) -> None:
    if os.path.lexists(path):
        return
    if kind == "file":
        path.write_bytes(b"---\ntitle: x\n---\n")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    else:
        targets: dict[str, str | Path] = {
            "link to a file": "/etc/passwd",
            "link to a folder": "/etc",
            "loop": path,
            "nowhere": "/nowhere/x",
        }
        path.symlink_to(targets[kind])


def agree(folder: Folder) -> None:
    """The scan gives what the listing gives, with the stamps of the disk."""
    files: dict[str, object] = {}
    refused = []
    for shelf in folder.scan():
        found, problems = folder.files_of(shelf)
        files |= found
        refused += problems
    listing = folder.listing()
    assert tuple(sorted(files)) == listing.paths
    assert sorted(map(str, refused)) == sorted(map(str, listing.refused))
    assert files == {path: stamp(os.lstat(folder.root / path)) for path in files}


def marks(folder: Folder) -> dict[str, bytes]:
    return {shelf.path: shelf.mark for shelf in folder.scan()}


tree = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(NAMES), st.sampled_from(KINDS)), max_size=25)


@posix_only
@given(tree)
@settings(max_examples=100)
def test_the_scan_finds_what_the_listing_finds(steps: list[tuple[int, bytes, str]]) -> None:
    with tempfile.TemporaryDirectory() as made_at:
        folders = [Path(made_at) / "leads"]
        folders[0].mkdir()
        for where, name, kind in steps:
            path = folders[where % len(folders)] / os.fsdecode(name)
            made(path, kind)
            if path.is_dir() and not path.is_symlink():
                folders.append(path)
        folder = Folder(Path(made_at))
        agree(folder)
        assert marks(folder) == marks(folder)


def laid(root: Path) -> Folder:
    for path in ("leads/a.md", "leads/b.md", "leads/2026/c.md", "leads/2026/04/d.md", "leads/notes.txt"):
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"---\ntitle: x\n---\ntext\n")
    return Folder(root)


def rewritten_with_its_old_time(root: Path) -> None:
    path = root / "leads/2026/c.md"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"text", b"TEXT"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced_by_rename(root: Path) -> None:
    path = root / "leads/2026/c.md"
    before = path.stat()
    shutil.copy2(path, root / "other")
    os.utime(root / "other", ns=(before.st_atime_ns, before.st_mtime_ns))
    (root / "other").rename(path)


def appended(root: Path) -> None:
    with (root / "leads/2026/c.md").open("a") as file:
        file.write("more\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": appended,
    "touched": lambda root: os.utime(root / "leads/2026/c.md", ns=(1, 1)),
    "same size and time": rewritten_with_its_old_time,
    "replaced": replaced_by_rename,
    "renamed": lambda root: (root / "leads/2026/c.md").rename(root / "leads/2026/z.md"),
    "removed": lambda root: (root / "leads/2026/c.md").unlink(),
    "made": lambda root: (root / "leads/2026/new.MD").write_bytes(b""),
    "a link": lambda root: (root / "leads/2026/link.md").symlink_to("c.md"),
    "a link to a folder": lambda root: (root / "leads/2026/link").symlink_to(root),
    "a pipe": lambda root: os.mkfifo(root / "leads/2026/pipe.md"),
    "a name that is not UTF-8": lambda root: Path(os.fsdecode(bytes(root) + b"/leads/2026/\xff.md")).write_bytes(b""),
}


@posix_only
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_gives_its_folder_another_mark_and_no_other(tmp_path: Path, change: Callable[[Path], object]) -> None:
    folder = laid(tmp_path)
    before = marks(folder)
    change(tmp_path)
    after = marks(folder)
    assert {path for path in before if before[path] != after[path]} == {"leads/2026"}
    agree(folder)


@posix_only
def test_what_is_no_lead_changes_no_mark(tmp_path: Path) -> None:
    folder = laid(tmp_path)
    before = marks(folder)
    (tmp_path / "leads/2026/notes.txt").write_bytes(b"changed")
    (tmp_path / "leads/2026/.git").mkdir()
    (tmp_path / "leads/2026/.git/x.md").write_bytes(b"x")
    (tmp_path / "leads/2026/x.md~").write_bytes(b"x")
    (tmp_path / "reports").mkdir()
    (tmp_path / "leads/2026/c.md").read_bytes()
    assert marks(folder) == before
    agree(folder)


def test_a_folder_that_is_moved_keeps_its_mark_under_its_new_path(tmp_path: Path) -> None:
    folder = laid(tmp_path)
    before = marks(folder)
    (tmp_path / "leads/2026/04").rename(tmp_path / "leads/2026/05")
    assert set(marks(folder)) == {"leads", "leads/2026", "leads/2026/05"}
    assert set(before) == {"leads", "leads/2026", "leads/2026/04"}
    agree(folder)


def test_a_missing_folder_has_no_shelves(tmp_path: Path) -> None:
    assert list(Folder(tmp_path).scan()) == []


@posix_only
def test_a_folder_of_leads_that_is_a_link_or_a_file_is_one_shelf_with_a_problem(tmp_path: Path) -> None:
    (tmp_path / "leads").write_bytes(b"")
    [shelf] = Folder(tmp_path).scan()
    assert shelf.problem
    assert (shelf.problem.code, shelf.found) == ("not-a-folder", ())
    (tmp_path / "leads").unlink()
    (tmp_path / "leads").symlink_to("/etc")
    [shelf] = Folder(tmp_path).scan()
    assert shelf.problem
    assert shelf.problem.code == "symbolic-link"


@posix_only
@pytest.mark.skipif(os.name == "posix" and os.getuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_entered_is_a_shelf_with_a_problem(tmp_path: Path) -> None:
    folder = laid(tmp_path)
    (tmp_path / "leads/2026").chmod(0)
    try:
        [problem] = [shelf.problem for shelf in folder.scan() if shelf.path == "leads/2026"]
    finally:
        (tmp_path / "leads/2026").chmod(0o755)
    assert problem
    assert problem.code == "unreadable-folder"


def test_a_link_that_leads_to_something_else_is_seen(tmp_path: Path) -> None:
    (tmp_path / "leads").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "leads/link").symlink_to(tmp_path / "target")
    (tmp_path / "target").symlink_to(tmp_path / "folder")
    folder = Folder(tmp_path)
    [before] = folder.scan()
    assert [problem.code for problem in folder.files_of(before)[1]] == ["symbolic-link"]
    (tmp_path / "target").unlink()
    (tmp_path / "target").write_text("x")
    [after] = folder.scan()
    assert after.mark != before.mark
    assert folder.files_of(after)[1] == []
