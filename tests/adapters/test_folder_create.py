"""Making new files of a base, and what a crash leaves behind."""

import errno
import os
import sys
import threading
from pathlib import Path

import pytest

from leadbase.adapters.folder import Folder, Leftover
from leadbase.errors import AlreadyThere, FileRefused

LEAD = b"---\ntitle: x\n---\ntext\n"

posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no mode bits, and links only by permission"
)


def lay(root: Path, *paths: str) -> Folder:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(LEAD)
    return Folder(root)


def test_a_new_file_and_its_folders_are_made(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.create("leads/2026/04/春.md", LEAD)
    assert folder.exists("leads/2026/04/春.md")
    assert folder.read("leads/2026/04/春.md") == LEAD
    assert [found.name for found in (tmp_path / "leads/2026/04").iterdir()] == ["春.md"]


@posix_only
def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        Folder(tmp_path).create("leads/a.md", LEAD)
    finally:
        os.umask(before)
    made = (tmp_path / "leads/a.md").stat()
    assert (made.st_mode & 0o777, made.st_nlink) == (0o640, 1)


def test_a_taken_name_is_not_overwritten(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/a.md")
    (tmp_path / "leads/sub").mkdir()
    for path in ("leads/a.md", "leads/sub"):
        with pytest.raises(AlreadyThere):
            folder.create(path, b"new")
    assert folder.read("leads/a.md") == LEAD
    assert sorted(found.name for found in (tmp_path / "leads").iterdir()) == ["a.md", "sub"]


@posix_only
def test_a_link_that_leads_nowhere_is_a_taken_name(tmp_path: Path) -> None:
    folder = lay(tmp_path / "base", "leads/a.md")
    (tmp_path / "base/leads/b.md").symlink_to(tmp_path / "outside.md")
    assert folder.exists("leads/b.md")
    with pytest.raises(AlreadyThere):
        folder.create("leads/b.md", b"new")
    assert not (tmp_path / "outside.md").exists()


@pytest.mark.parametrize(
    "name",
    ["-rf.md", "con.md", "NUL", "com1.txt", "Lpt9.md", "a:b.md", "a\\b.md", "a?.md", "a\n.md", "a\x1b.md", "a .",
     "a.md ", " a.md", ".hidden.md", "x.md~", "4913", "x.sync-conflict-1.md"],
)  # fmt: skip
def test_names_that_another_system_or_program_trips_over_are_not_made(tmp_path: Path, name: str) -> None:
    for path in (f"leads/{name}", f"{name}/a.md"):
        with pytest.raises(FileRefused):
            Folder(tmp_path).create(path, b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [".gitignore", ".gitattributes", ".github/workflows/site.yml", "leads/console.md"])
def test_the_hidden_files_a_base_needs_are_made(tmp_path: Path, path: str) -> None:
    Folder(tmp_path).create(path, b"new")
    assert (tmp_path / path).read_bytes() == b"new"


def test_a_name_too_long_for_the_disk_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="too long"):
        Folder(tmp_path).create("leads/" + "x" * 300 + ".md", b"new")


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="leads"):
        lay(tmp_path, "leads").create("leads/a.md", b"new")


def test_nothing_over_two_megabytes_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="larger than 2 MB"):
        Folder(tmp_path).create("leads/a.md", b"x" * (2 * 1024 * 1024 + 1))
    assert not (tmp_path / "leads/a.md").exists()


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_no_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    (tmp_path / "leads").mkdir()

    def full(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(FileRefused, match="the disk is full; it was not made"):
        Folder(tmp_path).create("leads/a.md", b"new")
    assert list((tmp_path / "leads").iterdir()) == []


def test_of_many_who_make_one_file_one_succeeds_and_readers_see_it_whole(tmp_path: Path) -> None:
    (tmp_path / "leads").mkdir()
    made: list[int] = []
    seen: set[bytes] = set()
    done = threading.Event()

    def make(number: int) -> None:
        try:
            Folder(tmp_path).create("leads/a.md", b"%d" % number * 50_000)
        except AlreadyThere:
            return
        made.append(number)

    def look() -> None:
        while not done.is_set():
            if (tmp_path / "leads/a.md").exists():
                seen.add((tmp_path / "leads/a.md").read_bytes())

    makers = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    reader = threading.Thread(target=look)
    for thread in (reader, *makers):
        thread.start()
    for thread in makers:
        thread.join()
    done.set()
    reader.join()
    assert len(made) == 1
    assert seen <= {b"%d" % made[0] * 50_000}


# After a crash


def test_leftovers_say_whose_they_were_and_nothing_is_deleted(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/2026/a.md", "reports/r.md", "leads/b.md")
    (tmp_path / "leads/2026/.leadbase-0a81943b00000001.tmp").write_bytes(LEAD)
    (tmp_path / "leads/2026/.leadbase-0a81943b00000002.tmp").write_bytes(b"what it held before")
    (tmp_path / "reports/.leadbase-ffffffff00000003.tmp").write_bytes(LEAD)
    (tmp_path / "leads/.leadbase-notours.tmp").write_bytes(LEAD)
    assert folder.leftovers() == (
        Leftover("leads/2026/.leadbase-0a81943b00000001.tmp", "leads/2026/a.md", is_same=True),
        Leftover("leads/2026/.leadbase-0a81943b00000002.tmp", "leads/2026/a.md", is_same=False),
        Leftover("reports/.leadbase-ffffffff00000003.tmp", None, is_same=False),
    )
    assert folder.paths() == ("leads/2026/a.md", "leads/b.md")
