"""Reading many files at once: the same bytes as one by one, each with its stamp, and none hidden by another."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from leadbase.adapters.folder import MAX_BYTES, Folder, Taken
from leadbase.errors import FileRefused

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes, links by default, or mode bits")
ZEROS = (0, 0, 0, 0, 0)


def lay(root: Path, **files: bytes) -> Folder:
    (root / "leads" / "deep").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (root / "leads" / f"{name}.md").write_bytes(content)
    return Folder(root)


def stamp(path: Path) -> tuple[int, int, int, int, int]:
    state = os.lstat(path)
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def one(folder: Folder, path: str) -> Taken:
    (taken,) = folder.read_all([path])
    assert taken.path == path
    return taken


def reason(folder: Folder, path: str) -> str:
    """Why a file is refused: the same reason that reading it alone gives."""
    taken = one(folder, path)
    assert taken.raw is None
    assert taken.refusal is not None
    with pytest.raises(FileRefused) as alone:
        folder.read(path)
    assert (str(alone.value), type(alone.value)) == (str(taken.refusal), type(taken.refusal))
    return taken.refusal.reason


def test_every_file_comes_in_order_with_the_stamp_it_has(tmp_path: Path) -> None:
    folder = lay(tmp_path, a=b"1", b=b"22", empty=b"", large=b"x" * MAX_BYTES)
    for path in ("top.md", "leads/deep/c.md", "leads/deep/d.md"):
        (tmp_path / path).write_bytes(path.encode())
    paths = [
        "leads/b.md", "top.md", "leads/a.md", "leads/deep/c.md", "leads/deep/d.md", "leads/empty.md", "leads/large.md",
        "leads/a.md",
    ]  # fmt: skip
    found = list(folder.read_all(iter(paths)))
    assert [taken.path for taken in found] == paths
    assert [taken.raw for taken in found] == [folder.read(path) for path in paths]
    assert [taken.stamp for taken in found] == [stamp(tmp_path / path) for path in paths]
    assert {taken.refusal for taken in found} == {None}


@posix_only
def test_an_unreadable_file_hides_none_of_the_others(tmp_path: Path) -> None:
    folder = lay(tmp_path, a=b"1", link=b"", z=b"9", large=b"x" * (MAX_BYTES + 1))
    leads = tmp_path / "leads"
    (leads / "link.md").unlink()
    (leads / "link.md").symlink_to("a.md")
    os.mkfifo(leads / "pipe.md")
    (leads / "folder.md").mkdir()
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(os.path.relpath(leads / "socket.md"))
    names = ("a", "folder", "gone", "large", "link", "pipe", "socket", "z")
    found = {taken.path: taken for taken in folder.read_all([f"leads/{name}.md" for name in names])}
    assert found["leads/a.md"].raw == b"1"
    assert found["leads/z.md"].raw == b"9"
    for name in names[1:-1]:
        path = f"leads/{name}.md"
        assert found[path].refusal is not None
        assert found[path].stamp == (ZEROS if name == "gone" else stamp(tmp_path / path))
    assert reason(folder, "leads/gone.md") == "there is no such file"
    assert reason(folder, "leads/link.md") == "it is a symbolic link"
    assert {reason(folder, f"leads/{name}.md") for name in ("folder", "pipe", "socket")} == {"it is not a regular file"}
    assert reason(folder, "leads/large.md") == "it is larger than 2 MB"


@posix_only
def test_no_path_leads_out_of_the_base(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_bytes(b"secret")
    folder = lay(tmp_path / "base", a=b"1")
    (tmp_path / "base" / "leads" / "door").symlink_to(outside)
    (tmp_path / "base" / ".git").mkdir()
    (tmp_path / "base" / ".git" / "x.md").write_bytes(b"secret")
    assert reason(folder, "leads/door/x.md") == "door is a symbolic link"
    assert reason(folder, "leads/a.md/x.md") == "a.md is not a folder"
    assert reason(folder, "leads/none/x.md") == "there is no such file"
    for path in ("../outside/x.md", "leads/../../outside/x.md", "/etc/passwd", "leads//a.md", "", "leads/", "leads/.."):
        assert reason(folder, path) == "it is not a plain path inside the base"
    assert reason(folder, ".git/x.md") == reason(folder, ".GIT/x.md") == "it leads into git's own folder"
    assert one(folder, "leads/door/x.md").stamp == ZEROS


@posix_only
def test_a_folder_that_became_a_link_is_not_followed_where_it_was_left(tmp_path: Path) -> None:
    folder = lay(tmp_path, a=b"1", b=b"2")
    deep = tmp_path / "leads" / "deep"
    (deep / "x.md").write_bytes(b"x")
    reading = folder.read_all(["leads/deep/x.md", "leads/a.md", "leads/deep/x.md", "leads/b.md"])
    assert [next(reading).raw, next(reading).raw] == [b"x", b"1"]
    deep.rename(tmp_path / "moved")
    deep.symlink_to(tmp_path / "moved")
    linked, last = reading
    assert linked.refusal is not None
    assert linked.refusal.reason == "deep is a symbolic link"
    assert last.raw == b"2"


@posix_only
def test_a_file_is_found_in_the_folder_that_took_the_place_of_the_open_one(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    deep = tmp_path / "leads" / "deep"
    (deep / "x.md").write_bytes(b"x")
    reading = folder.read_all(["leads/deep/x.md", "leads/deep/y.md", "leads/deep/x.md"])
    next(reading)
    deep.rename(tmp_path / "moved")
    deep.mkdir()
    (deep / "y.md").write_bytes(b"new")
    (deep / "x.md").write_bytes(b"new, too")
    assert [taken.raw for taken in reading] == [b"new", b"new, too"]


@posix_only
def test_a_file_saved_again_and_again_is_read_whole_with_the_stamp_of_what_was_read(tmp_path: Path) -> None:
    folder = lay(tmp_path, a=b"00000000" * 4096)
    program = (
        "import os, sys\n"
        "for number in range(100_000_000):\n"
        "    content = b'%08d' % number * (4096 + number % 3)\n"
        "    new = sys.argv[1] + '~'\n"
        "    with open(new, 'wb') as file:\n"
        "        file.write(content)\n"
        "    os.replace(new, sys.argv[1])\n"
    )
    saver = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "leads" / "a.md")])
    try:
        for taken in folder.read_all(["leads/a.md"] * 400):
            assert taken.raw is not None
            assert len(set(zip(*[iter(taken.raw)] * 8, strict=True))) == 1
            assert taken.stamp[2] == len(taken.raw)
    finally:
        saver.kill()
        saver.wait()


@pytest.mark.parametrize("later", [b"longer than before", b"new", b"", b"n"])
def test_a_file_changed_under_the_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: bytes
) -> None:
    folder = lay(tmp_path, a=b"old", b=b"1")
    path = tmp_path / "leads" / "a.md"
    os.utime(path, ns=(0, 0))  # however coarse the clock of the disk, the change below shows in it
    read, contents = os.read, iter([later])

    def read_and_then_save(fd: int, length: int) -> bytes:
        found = read(fd, length)
        for content in contents:
            path.write_bytes(content)
        return found

    monkeypatch.setattr(os, "read", read_and_then_save)
    first, second = folder.read_all(["leads/a.md", "leads/b.md"])
    assert (first.raw, first.stamp) == (later, stamp(path))
    assert second.raw == b"1"


@posix_only
def test_a_file_emptied_by_a_program_that_is_about_to_write_it_is_not_taken_for_empty(tmp_path: Path) -> None:
    folder = lay(tmp_path, a=b"")
    with (tmp_path / "leads" / "a.md").open("wb"):
        taken = one(folder, "leads/a.md")
    if sys.platform == "linux":  # elsewhere nobody can tell who has it open
        assert taken.refusal is not None
        assert taken.refusal.reason == "it is being saved at this moment"
    assert one(folder, "leads/a.md").raw == b""


@posix_only
def test_no_folder_stays_open_when_the_reading_ends_or_is_given_up(tmp_path: Path) -> None:
    folder = lay(tmp_path, a=b"1", b=b"2")
    before = sorted(Path("/dev/fd").iterdir())
    list(folder.read_all(["leads/a.md", "leads/none.md", "leads/b.md", "leads/none/x.md"]))
    given_up = folder.read_all(["leads/a.md", "leads/b.md"])
    next(given_up)
    assert isinstance(given_up, Generator)
    given_up.close()
    assert sorted(Path("/dev/fd").iterdir()) == before
