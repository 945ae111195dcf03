"""Replacing a file's bytes: what stays, what is left alone, and errors of the disk."""

import errno
import os
import signal
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leadbase.adapters.folder import Folder
from leadbase.errors import ChangedMeanwhile, FileRefused, Unreadable

OLD = b"\xef\xbb\xbf---\r\nscore: 41  # machine\r\n---\r\nno final newline"
NEW = OLD.replace(b"41", b"97")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="mode bits, links and owners are those of POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can say who has a file open for writing")


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    path = tmp_path / "leads/a.md"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


@pytest.fixture
def folder(lead: Path) -> Folder:
    return Folder(lead.parent.parent)


@pytest.fixture
def with_attributes(lead: Path) -> Path:
    """A lead on a disk that keeps extended attributes; some container and network disks do not."""
    try:
        os.setxattr(lead, "user.desk", b"economy")
    except (AttributeError, OSError) as error:
        pytest.skip(f"this disk keeps no extended attributes: {error}")
    return lead


def names(lead: Path) -> list[str]:
    return sorted(found.name for found in lead.parent.iterdir())


def on_call(monkeypatch: pytest.MonkeyPatch, call: str, count: int, act: Callable[[], object]) -> None:
    """Have another program act just before the `count`-th call of os.`call`."""
    original, calls = getattr(os, call), iter(range(1, 1000))

    def acting(*arguments: object, **options: object) -> object:
        if next(calls) == count:
            act()
        return original(*arguments, **options)

    monkeypatch.setattr(os, call, acting)


BEFORE_SWAP, AFTER_SWAP = 1, 2  # of the calls of fsync: first the new file, then the folder


# What stays


def test_only_the_bytes_given_change(folder: Folder, lead: Path) -> None:
    folder.replace("leads/a.md", NEW, was=OLD)
    assert lead.read_bytes() == NEW
    assert names(lead) == ["a.md"]


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o777, 0o2664])
def test_the_mode_stays(folder: Folder, lead: Path, mode: int) -> None:
    lead.chmod(mode)
    before = os.umask(0o077)
    try:
        folder.replace("leads/a.md", NEW, was=OLD)
    finally:
        os.umask(before)
    assert stat.S_IMODE(lead.stat().st_mode) == mode


def test_the_owner_and_group_stay(folder: Folder, lead: Path) -> None:
    if os.geteuid() == 0:
        os.chown(lead, 12345, 23456)
    before = lead.stat()
    folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.stat().st_uid, lead.stat().st_gid) == (before.st_uid, before.st_gid)
    assert lead.read_bytes() == NEW


def test_extended_attributes_stay(folder: Folder, with_attributes: Path) -> None:
    folder.replace("leads/a.md", NEW, was=OLD)
    assert with_attributes.read_bytes() == NEW
    assert os.getxattr(with_attributes, "user.desk") == b"economy"


ACCESS_LIST = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", tag, rights, who)
    for tag, rights, who in [
        (1, 6, 2**32 - 1),
        (2, 4, 1234),
        (4, 4, 2**32 - 1),
        (0x10, 4, 2**32 - 1),
        (0x20, 0, 2**32 - 1),
    ]
)  # owner rw, user 1234 r, group r, mask r, others nothing


def test_the_access_list_stays(folder: Folder, with_attributes: Path) -> None:
    os.setxattr(with_attributes, "system.posix_acl_access", ACCESS_LIST)
    folder.replace("leads/a.md", NEW, was=OLD)
    assert with_attributes.read_bytes() == NEW
    assert os.getxattr(with_attributes, "system.posix_acl_access") == ACCESS_LIST


def test_the_access_list_of_new_files_is_not_laid_on_an_old_one(folder: Folder, with_attributes: Path) -> None:
    os.setxattr(with_attributes.parent, "system.posix_acl_default", ACCESS_LIST)
    folder.replace("leads/a.md", NEW, was=OLD)
    assert with_attributes.read_bytes() == NEW
    assert os.listxattr(with_attributes) == ["user.desk"]


def test_attributes_only_the_kernel_may_set_are_left_out(
    folder: Folder, with_attributes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setxattr, listed = os.setxattr, os.listxattr
    monkeypatch.setattr(os, "listxattr", lambda fd: [*listed(fd), "security.ima"])
    monkeypatch.setattr(os, "getxattr", lambda fd, name: b"economy")

    def denied(fd: int, name: str, value: bytes) -> None:
        if name == "security.ima":
            raise PermissionError(errno.EPERM, "not permitted")
        setxattr(fd, name, value)

    monkeypatch.setattr(os, "setxattr", denied)
    folder.replace("leads/a.md", NEW, was=OLD)
    assert with_attributes.read_bytes() == NEW


def test_an_attribute_that_cannot_be_kept_stops_the_write(
    folder: Folder, with_attributes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, name: str, value: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "setxattr", full)
    with pytest.raises(FileRefused, match="the disk is full; nothing was changed"):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (with_attributes.read_bytes(), names(with_attributes)) == (OLD, ["a.md"])


def test_with_nothing_to_change_nothing_is_written(folder: Folder, lead: Path) -> None:
    lead.chmod(0o444)  # nor is a read-only file a problem then
    before = lead.stat()
    folder.replace("leads/a.md", OLD, was=OLD)
    assert lead.stat() == before
    lead.chmod(0o644)
    lead.write_bytes(NEW)
    with pytest.raises(ChangedMeanwhile):
        folder.replace("leads/a.md", OLD, was=OLD)


def test_a_decomposed_name_and_a_deep_folder_work(folder: Folder) -> None:
    path = "leads/2026/04/cafe\u0301 新.md"
    folder.create(path, OLD)
    folder.replace(path, NEW, was=OLD)
    assert folder.read(path) == NEW


# What is left alone


def left_alone(folder: Folder, lead: Path, reason: str, kind: type[FileRefused] = FileRefused) -> None:
    before, listed = lead.lstat(), names(lead)
    with pytest.raises(kind, match=reason):
        folder.replace("leads/a.md", NEW, was=OLD)
    now = lead.lstat()
    assert (now.st_ino, now.st_mode, now.st_mtime_ns) == (before.st_ino, before.st_mode, before.st_mtime_ns)
    assert names(lead) == listed


def test_a_link_is_left_alone(folder: Folder, lead: Path) -> None:
    lead.rename(lead.with_name("real.md"))
    lead.symlink_to("real.md")
    left_alone(folder, lead, "symbolic link")
    assert lead.with_name("real.md").read_bytes() == OLD


def test_a_file_with_a_second_name_is_left_alone(folder: Folder, lead: Path) -> None:
    os.link(lead, lead.with_name("b.md"))
    left_alone(folder, lead, "hard link")
    assert lead.read_bytes() == OLD


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o466])
def test_a_read_only_file_is_left_alone(folder: Folder, lead: Path, mode: int) -> None:
    lead.chmod(mode)
    left_alone(folder, lead, "read-only")
    assert lead.read_bytes() == OLD


def test_a_file_closed_to_everyone_is_left_alone(folder: Folder, lead: Path) -> None:
    lead.chmod(0)
    left_alone(folder, lead, "read-only|permission denied")  # root reads it all the same
    lead.chmod(0o600)
    assert lead.read_bytes() == OLD


def test_another_users_file_is_left_alone(folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: lead.stat().st_uid + 1)
    left_alone(folder, lead, "belongs to another user")
    assert lead.read_bytes() == OLD


def test_a_pipe_is_left_alone(folder: Folder, lead: Path) -> None:
    lead.unlink()
    os.mkfifo(lead)
    left_alone(folder, lead, "not a regular file", Unreadable)


def test_content_it_could_not_read_again_is_not_written(folder: Folder, lead: Path) -> None:
    with pytest.raises(FileRefused, match="larger than 2 MB"):
        folder.replace("leads/a.md", b"x" * (2 * 1024 * 1024 + 1), was=OLD)
    assert lead.read_bytes() == OLD


@linux_only
@pytest.mark.parametrize("flags", [os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND])
def test_a_file_another_program_has_open_for_writing_is_left_alone(folder: Folder, lead: Path, flags: int) -> None:
    fd = os.open(lead, flags)
    try:
        left_alone(folder, lead, "open for writing")
    finally:
        os.close(fd)
    folder.replace("leads/a.md", NEW, was=OLD)
    assert lead.read_bytes() == NEW


def test_a_file_another_program_only_reads_is_replaced(folder: Folder, lead: Path) -> None:
    with lead.open("rb") as reader:
        folder.replace("leads/a.md", NEW, was=OLD)
        assert reader.read() == OLD
    assert lead.read_bytes() == NEW


# Errors of the disk


CODES = [
    (errno.ENOSPC, "the disk is full"),
    (errno.EIO, "input/output error"),
    (errno.EROFS, "may only be read"),
    (errno.EACCES, "permission denied"),
]


@pytest.mark.parametrize(("code", "words"), CODES)
@pytest.mark.parametrize("call", ["write", "fchmod", "fsync"])
def test_an_error_before_the_swap_changes_nothing(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int, words: str
) -> None:
    def fail() -> None:
        raise OSError(code, os.strerror(code))

    on_call(monkeypatch, call, 1, fail)
    with pytest.raises(FileRefused, match=f"{words}; nothing was changed"):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (OLD, ["a.md"])


def test_a_write_cut_short_is_gone_on_with(folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, content: write(fd, content[:7]))
    folder.replace("leads/a.md", NEW, was=OLD)
    assert lead.read_bytes() == NEW


def test_an_error_after_the_swap_keeps_and_names_the_version_before(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    on_call(monkeypatch, "fsync", AFTER_SWAP, fail)
    with pytest.raises(FileRefused) as caught:
        folder.replace("leads/a.md", NEW, was=OLD)
    (leftover,) = folder.leftovers()
    assert leftover.path in caught.value.reason
    assert (lead.read_bytes(), folder.read(leftover.path)) == (NEW, OLD)


def test_ctrl_c_in_the_middle_lets_the_write_finish(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_call(monkeypatch, "fsync", AFTER_SWAP, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (NEW, ["a.md"])
