"""Listing and reading the files of a base, and staying inside it."""

import errno
import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.adapters.folder import Folder, is_litter
from leadbase.errors import FileRefused, Unreadable

LEAD = b"---\ntitle: x\n---\ntext\n"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes, links by default, or mode bits")


def lay(root: Path, *paths: str, content: bytes = LEAD) -> Folder:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return Folder(root)


def refused(folder: Folder) -> dict[str, str]:
    return {problem.path: problem.code for problem in folder.listing().refused}


# Listing


def test_leads_are_listed_sorted_at_any_depth(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/b.md", "leads/2026/04/a.md", "leads/2026-z.md", "leads/notes.txt", "reports/r.md")
    assert folder.paths() == ("leads/2026-z.md", "leads/2026/04/a.md", "leads/b.md")
    assert folder.paths("reports") == ("reports/r.md",)
    assert folder.paths(".", ".txt") == ("leads/notes.txt",)


def test_a_missing_folder_holds_no_leads(tmp_path: Path) -> None:
    assert Folder(tmp_path).paths() == ()
    assert Folder(tmp_path).listing("leads/deep").refused == ()


@pytest.mark.parametrize(
    "name",
    [
        "4913", ".hidden.md", ".x.md.swp", ".#x.md", "#x.md#", "x.md~", "x.swp", "x.tmp", "x.md___jb_tmp___",
        "x.md___jb_old___", ".goutputstream-AB12CD", ".x.md.kate-swp", "sedAvzWlS", "x.md.sb-fc8ad3a6-66GHcO",
        "x.sync-conflict-20260401-120000-ABCDEFG.md", ".leadbase-0a81943b608d4d4e.tmp",
    ],
)  # fmt: skip
def test_what_an_editor_leaves_behind_is_no_lead(tmp_path: Path, name: str) -> None:
    folder = lay(tmp_path, f"leads/{name}", "leads/a.md")
    assert is_litter(name)
    assert folder.paths(suffix="") == ("leads/a.md",)
    assert folder.listing(suffix="").refused == ()


@pytest.mark.parametrize("name", ["sedona.md", "sedan1.md", "x.sb-story.md", "49130.md", "tmp.md", "swp.md"])
def test_a_lead_that_only_looks_like_litter_is_listed(tmp_path: Path, name: str) -> None:
    assert lay(tmp_path, f"leads/{name}").paths() == (f"leads/{name}",)


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    folder = lay(tmp_path, ".git/a.md", "leads/.obsidian/b.md", "leads/c.md")
    assert folder.paths(".") == ("leads/c.md",)


def test_a_folder_named_like_a_lead_is_no_lead_but_its_leads_are_found(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/x.md/y.md")
    assert folder.paths() == ("leads/x.md/y.md",)
    with pytest.raises(Unreadable, match="not a regular file"):
        folder.read("leads/x.md")


@posix_only
def test_links_are_not_followed_but_named(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/a.md", "elsewhere/b.md")
    (tmp_path / "leads/link.md").symlink_to("a.md")
    (tmp_path / "leads/nowhere.md").symlink_to("missing")
    (tmp_path / "leads/loop.md").symlink_to("loop.md")
    (tmp_path / "leads/inner").symlink_to("../elsewhere")
    (tmp_path / "leads/up").symlink_to("..")
    (tmp_path / "leads/photo.png").symlink_to("a.md")
    (tmp_path / "leads/.#a.md").symlink_to("emacs@host.1234")
    assert folder.paths() == ("leads/a.md",)
    names = ("inner", "link.md", "loop.md", "nowhere.md", "up")
    assert refused(folder) == {f"leads/{name}": "symbolic-link" for name in names}


@posix_only
def test_a_leads_folder_that_is_a_link_is_named(tmp_path: Path) -> None:
    lay(tmp_path, "elsewhere/b.md")
    (tmp_path / "leads").symlink_to("elsewhere")
    folder = Folder(tmp_path)
    assert folder.paths() == ()
    assert refused(folder) == {"leads": "symbolic-link"}


@posix_only
def test_pipes_sockets_and_names_that_are_not_utf8_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path, "leads/a.md")
    os.mkfifo(tmp_path / "leads/pipe.md")
    monkeypatch.chdir(tmp_path / "leads")  # a socket's path may only be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.md")
    expected = {"leads/pipe.md": "not-a-file", "leads/socket.md": "not-a-file"}
    if sys.platform == "linux":  # macOS refuses such names itself
        Path(os.fsdecode(b"caf\xe9.md")).write_bytes(LEAD)
        expected["leads/caf\\xe9.md"] = "name-not-utf-8"
    assert folder.paths() == ("leads/a.md",)
    assert refused(folder) == expected


@posix_only
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path, "leads/a.md", "leads/closed/b.md")
    scandir = os.scandir

    def scandir_denied(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scandir_denied)  # not by mode bits: root reads everything
    assert folder.paths() == ("leads/a.md",)
    assert refused(folder) == {"leads/closed": "unreadable-folder"}


# Reading


def test_bytes_are_read_as_they_are(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf---\r\ntitle: \xff\r\n---\r\nno end"
    assert lay(tmp_path, "leads/cafe\u0301.md", content=content).read("leads/cafe\u0301.md") == content
    assert lay(tmp_path, "leads/empty.md", content=b"").read("leads/empty.md") == b""


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/a.md")
    for path in ("leads/b.md", "nowhere/a.md"):
        with pytest.raises(Unreadable, match="there is no such file"):
            folder.read(path)


@posix_only
def test_a_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/a.md")
    os.mkfifo(tmp_path / "leads/pipe.md")
    with pytest.raises(Unreadable, match="not a regular file"):
        folder.read("leads/pipe.md")


def test_a_file_over_two_megabytes_is_not_read(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/a.md", content=b"x" * 2 * 1024 * 1024)
    assert len(folder.read("leads/a.md")) == 2 * 1024 * 1024
    with (tmp_path / "leads/a.md").open("r+b") as file:
        file.truncate(50 * 1024**3 if sys.platform == "linux" else 3 * 1024**2)  # sparse: it takes no room
    with pytest.raises(Unreadable, match="larger than 2 MB"):
        folder.read("leads/a.md")


@posix_only
@pytest.mark.parametrize("target", ["a.md", "/dev/zero", "/etc/passwd", "missing"])
def test_a_link_is_not_read(tmp_path: Path, target: str) -> None:
    folder = lay(tmp_path, "leads/a.md")
    (tmp_path / "leads/link.md").symlink_to(target)
    with pytest.raises(Unreadable, match="symbolic link"):
        folder.read("leads/link.md")


@posix_only
def test_a_save_under_way_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path, "leads/a.md", content=b"before, and longer")
    calls: list[bytes] = []
    path, read = tmp_path / "leads/a.md", os.read

    def read_while_saved(fd: int, size: int) -> bytes:
        chunk = read(fd, size)
        if not calls:
            calls.append(chunk)
            path.write_bytes(b"after")
        return chunk

    monkeypatch.setattr(os, "read", read_while_saved)
    assert folder.read("leads/a.md") == b"after"
    assert calls == [b"before, and longer"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can say who has a file open for writing")
def test_a_file_emptied_for_a_save_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    folder = lay(tmp_path, "leads/a.md")
    with (tmp_path / "leads/a.md").open("wb"), pytest.raises(Unreadable, match="being saved"):
        folder.read("leads/a.md")
    assert folder.read("leads/a.md") == b""


# Staying inside


OUTSIDE = ["../x.md", "leads/../../x.md", "/etc/passwd", "", ".", "leads/", "leads//a.md", "./leads/a.md", "a\0.md"]
GIT = [".git/hooks/x", ".GIT/config", "leads/.Git", ".g\u200cit/config", ".git./config", ".git /x", "git~1/x", ".git:x"]


@pytest.mark.parametrize("path", OUTSIDE + GIT)
def test_paths_that_leave_the_base_or_enter_git_are_refused(tmp_path: Path, path: str) -> None:
    lay(tmp_path, "x.md", "base/leads/a.md", "base/.git/config")
    folder = Folder(tmp_path / "base")
    before = sorted(str(found) for found in tmp_path.rglob("*"))
    for touch in (folder.read, folder.exists, lambda path: folder.replace(path, b"new", was=LEAD)):
        with pytest.raises(FileRefused):
            touch(path)
    with pytest.raises(FileRefused):
        folder.create(path, b"new")
    assert sorted(str(found) for found in tmp_path.rglob("*")) == before
    assert (tmp_path / "x.md").read_bytes() == LEAD


@pytest.mark.parametrize("under", ["..", "/", "leads/..", ".git", ""])
def test_only_folders_of_the_base_are_listed(tmp_path: Path, under: str) -> None:
    with pytest.raises(FileRefused):
        Folder(tmp_path).paths(under)


@posix_only
@pytest.mark.parametrize("target", ["../outside", "leads"])
def test_nothing_is_read_or_made_through_a_linked_folder(tmp_path: Path, target: str) -> None:
    lay(tmp_path, "outside/a.md", "base/leads/a.md")
    folder = Folder(tmp_path / "base")
    (tmp_path / "base/door").symlink_to(target)
    for touch in (folder.read, folder.exists, lambda path: folder.replace(path, b"new", was=LEAD)):
        with pytest.raises(FileRefused, match="door is a symbolic link"):
            touch("door/a.md")
    with pytest.raises(FileRefused, match="door is a symbolic link"):
        folder.create("door/deeper/new.md", b"new")
    assert (tmp_path / "outside/a.md").read_bytes() == LEAD
    assert [found.name for found in (tmp_path / "outside").iterdir()] == ["a.md"]


def test_a_base_reached_through_a_link_works(tmp_path: Path) -> None:
    lay(tmp_path, "base/leads/a.md")
    try:
        (tmp_path / "link").symlink_to("base", target_is_directory=True)
    except OSError:
        pytest.skip("this user may not make symbolic links")
    folder = Folder(tmp_path / "link")
    folder.replace("leads/a.md", b"new", was=LEAD)
    assert folder.read("leads/a.md") == b"new"


@settings(max_examples=150, deadline=None)
@given(
    path=st.text(st.sampled_from("ab./\\:~-\u200c \0*Git"), max_size=12)
    | st.lists(st.sampled_from(["..", ".", "", ".git", "leads", "a.md", "out"]), max_size=5).map("/".join)
)
def test_no_path_makes_a_file_outside_or_a_hidden_one(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    around = tmp_path_factory.mktemp("around")
    (around / "base").mkdir()
    try:
        Folder(around / "base").create(path, b"new")
    except FileRefused:
        pass
    else:
        assert (around / "base" / path).read_bytes() == b"new"
        assert Folder(around / "base").paths(".", "") == (path,)
    assert [found.name for found in around.iterdir()] == ["base"]
    assert not [found for found in around.rglob("*") if "git" in found.name.casefold() and found.name[0] == "."]
