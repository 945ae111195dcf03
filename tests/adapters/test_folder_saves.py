"""Replacing a file that another program saves at the worst moment: its save is never lost."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from leadbase.adapters.folder import Folder, Leftover
from leadbase.errors import ChangedMeanwhile

OLD = b"---\nscore: 41\n---\ntext\n"
NEW = OLD.replace(b"41", b"97")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets no one rename a file that is open")
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


def test_a_newer_save_is_never_overwritten(folder: Folder, lead: Path) -> None:
    lead.write_bytes(b"their save")
    with pytest.raises(ChangedMeanwhile, match="changed since it was read"):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (b"their save", ["a.md"])


def test_a_file_moved_or_deleted_meanwhile_is_not_brought_back(folder: Folder, lead: Path) -> None:
    lead.unlink()
    for path in ("leads/a.md", "leads/gone/a.md"):
        with pytest.raises(ChangedMeanwhile, match="moved or deleted"):
            folder.replace(path, NEW, was=OLD)
    assert names(lead) == []


def in_place(lead: Path) -> None:
    with lead.open("r+b") as file:
        file.truncate()
        file.write(b"their save")


def rename_over(lead: Path) -> None:
    lead.with_name("sedAbCdEf").write_bytes(b"their save")
    lead.with_name("sedAbCdEf").replace(lead)


def rename_away(lead: Path) -> None:
    lead.rename(lead.with_name("a.md~"))
    lead.write_bytes(b"their save")
    lead.with_name("a.md~").unlink()


STYLES = [in_place, rename_over, rename_away]


@pytest.mark.parametrize("save", STYLES)
def test_a_save_while_the_new_file_is_written_wins(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], None]
) -> None:
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: save(lead))
    with pytest.raises(ChangedMeanwhile):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (b"their save", ["a.md"])


@pytest.mark.parametrize("save", STYLES)
def test_a_save_in_the_last_instant_before_the_swap_wins(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], None]
) -> None:
    before = lead.stat()

    def saved_after_the_look(*arguments: object, **options: object) -> os.stat_result:
        monkeypatch.undo()
        save(lead)
        return before  # as it was a moment ago: only the look at the displaced file can tell

    monkeypatch.setattr(os, "stat", saved_after_the_look)
    with pytest.raises(ChangedMeanwhile):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (b"their save", ["a.md"])


@pytest.mark.parametrize("save", STYLES)
def test_a_save_right_after_the_swap_wins(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], None]
) -> None:
    on_call(monkeypatch, "fsync", AFTER_SWAP, lambda: save(lead))
    folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (b"their save", ["a.md"])


@linux_only
def test_a_program_that_opened_the_file_before_the_swap_and_writes_after_it_keeps_its_save(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: opened.append(os.open(lead, os.O_WRONLY)))
    with pytest.raises(ChangedMeanwhile):
        folder.replace("leads/a.md", NEW, was=OLD)
    os.write(opened[0], b"their save, long after")
    os.close(opened[0])
    assert lead.read_bytes().startswith(b"their save, long after")
    assert names(lead) == ["a.md"]


def test_a_save_into_the_displaced_file_is_put_back(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: opened.append(os.open(lead, os.O_WRONLY)))

    def save() -> None:
        os.ftruncate(opened[0], 0)
        os.write(opened[0], b"their save")
        os.close(opened[0])

    on_call(monkeypatch, "fsync", AFTER_SWAP, save)
    with pytest.raises(ChangedMeanwhile, match="that version was kept"):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (b"their save", ["a.md"])


def test_a_writer_that_gives_up_without_writing_does_not_stop_us(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: opened.append(os.open(lead, os.O_WRONLY)))
    on_call(monkeypatch, "fsync", AFTER_SWAP, lambda: threading.Timer(0.05, os.close, opened).start())
    folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (NEW, ["a.md"])


@pytest.mark.parametrize("save", STYLES)
def test_of_two_saves_during_one_write_both_are_kept_and_named(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], None]
) -> None:
    opened: list[int] = []
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: opened.append(os.open(lead, os.O_WRONLY | os.O_APPEND)))

    def save_twice() -> None:
        os.write(opened[0], b" and the first save")
        os.close(opened[0])
        save(lead)

    on_call(monkeypatch, "fsync", AFTER_SWAP, save_twice)
    with pytest.raises(ChangedMeanwhile, match="saved twice") as caught:
        folder.replace("leads/a.md", NEW, was=OLD)
    (leftover,) = folder.leftovers()
    assert leftover == Leftover(leftover.path, "leads/a.md", is_same=False)
    assert leftover.path in caught.value.reason
    assert folder.read(leftover.path) == OLD + b" and the first save"
    assert lead.read_bytes() == b"their save"


def test_a_second_save_while_the_first_is_put_back_keeps_the_name(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    read, rename_over_once = os.read, [rename_over]
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: opened.append(os.open(lead, os.O_WRONLY | os.O_APPEND)))

    def save_first() -> None:
        os.write(opened[0], b" and the first save")
        os.close(opened[0])

    def read_and_save_second(fd: int, size: int) -> bytes:
        chunk = read(fd, size)
        if chunk == NEW and rename_over_once:
            rename_over_once.pop()(lead)
        return chunk

    on_call(monkeypatch, "fsync", AFTER_SWAP, save_first)
    monkeypatch.setattr(os, "read", read_and_save_second)
    with pytest.raises(ChangedMeanwhile, match="saved twice"):
        folder.replace("leads/a.md", NEW, was=OLD)
    (leftover,) = folder.leftovers()
    assert (lead.read_bytes(), folder.read(leftover.path)) == (b"their save", OLD + b" and the first save")


def test_a_save_found_where_the_name_is_gone_gets_its_name_back(
    folder: Folder, lead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    on_call(monkeypatch, "fsync", BEFORE_SWAP, lambda: opened.append(os.open(lead, os.O_WRONLY | os.O_APPEND)))

    def save_and_take_away() -> None:
        os.write(opened[0], b" and their save")
        os.close(opened[0])
        lead.unlink()

    on_call(monkeypatch, "fsync", AFTER_SWAP, save_and_take_away)
    with pytest.raises(ChangedMeanwhile):
        folder.replace("leads/a.md", NEW, was=OLD)
    assert (lead.read_bytes(), names(lead)) == (OLD + b" and their save", ["a.md"])
