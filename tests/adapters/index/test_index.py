"""An index can be lost, damaged, foreign, locked or unwritable, and the answers are right all the same."""

import os
import random
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leadbase.adapters.index.place import cache_folder
from leadbase.adapters.index.store import Index, IndexLost, Lookup
from leadbase.workspace import Listener, Workspace
from tests.adapters.index.content import content, make_rules_once
from tests.cli.leads import BROKEN, LEADS, QUOTABLE
from tests.conftest import World

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="an open file can be neither removed nor replaced there"
)

EDITION = "0123456789ab"
_FAR = date(2026, 12, 31)
FILES = {**LEADS, "leads/broken.md": BROKEN} | {
    f"leads/more/{number}.md": QUOTABLE.replace("small model", f"small model {number}") for number in range(6)
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rules_once(monkeypatch)


@pytest.fixture
def desk(world: World) -> Path:
    return world(FILES, commit=False)


def answers(workspace: Workspace) -> Any:
    """What a few questions of every kind are answered."""
    query = workspace.query("small", workspace.ask(lambda lookup: lookup.latest_day(_FAR)) or _FAR)
    every = workspace.query("", _FAR)
    rows, count = workspace.ask(lambda lookup: lookup.listed(every))
    ids = [row.id for row in rows]
    return (
        [(row.path, row.title, row.score, row.grade, row.day) for row in rows],
        count,
        workspace.ask(lambda lookup: lookup.records(ids)),
        sorted(row.name for row in workspace.ask(lambda lookup: lookup.ranked(query, 100))),
        workspace.ask(Lookup.tally),
        workspace.ask(lambda lookup: sorted(map(str, lookup.counted("company")))),
        workspace.ask(lambda lookup: sorted(map(str, lookup.problems()))),
    )


class Heard:
    """What a workspace told its listener."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.progress: list[tuple[int, int]] = []

    def listener(self) -> Listener:
        return Listener(lambda done, total: self.progress.append((done, total)), self.notices.append)


def heard(desk: Path) -> tuple[Any, Heard, Workspace]:
    hearing = Heard()
    workspace = Workspace.open(desk, hearing.listener())
    return answers(workspace), hearing, workspace


# ------------------------------------------------------------------------------------------------------------- its place


def test_an_index_is_made_in_a_folder_of_the_users_own(desk: Path) -> None:
    index = Index.open(desk, EDITION)
    assert index.path == cache_folder(desk) / f"index-{EDITION}.sqlite"
    assert (index.path.is_file(), index.notice) == (True, "")
    assert stat.S_IMODE(index.path.parent.stat().st_mode) == 0o700
    index.close()


def test_nothing_is_written_into_the_base(desk: Path) -> None:
    before = sorted(desk.rglob("*"))
    heard(desk)
    assert sorted(desk.rglob("*")) == before


def test_a_folder_that_others_may_enter_is_closed_to_them(desk: Path) -> None:
    folder = cache_folder(desk)
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    Index.open(desk, EDITION).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def in_memory(desk: Path, reason: str) -> None:
    """The base is answered for without a file, and the person is told why."""
    expected = [path for path in FILES if path != "leads/broken.md"]
    found, hearing, workspace = heard(desk)
    assert sorted(path for path, *_ in found[0]) == sorted(expected)
    assert workspace.index_path is None
    assert set(hearing.notices) == {hearing.notices[0]}
    assert hearing.notices[0].startswith("the index is kept in memory only: ")
    assert reason in hearing.notices[0]


def test_a_cache_folder_that_is_a_link_is_not_used(desk: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "Elsewhere"
    elsewhere.mkdir()
    cache_folder(desk).parent.mkdir(parents=True)
    cache_folder(desk).symlink_to(elsewhere)
    in_memory(desk, f"{cache_folder(desk)} is not a folder of yours")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(os.name == "posix" and os.getuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_not_used(desk: Path) -> None:
    cache_folder(desk).mkdir(parents=True)
    os.chown(cache_folder(desk), 65534, 65534)
    in_memory(desk, "is not a folder of yours")


def test_an_index_that_is_a_link_is_not_followed(desk: Path, tmp_path: Path) -> None:
    answers_first, _, workspace = heard(desk)
    assert workspace.index_path
    workspace.index.close()
    target = tmp_path / "target.sqlite"
    workspace.index_path.rename(target)
    before = target.read_bytes()
    workspace.index_path.symlink_to(target)
    found, hearing, _ = heard(desk)
    assert found == answers_first
    assert not workspace.index_path.is_symlink()
    assert (target.read_bytes(), hearing.notices) == (before, [])


def test_where_no_folder_can_be_made_the_index_is_in_memory(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("LEADBASE_CACHE_DIR", str(tmp_path / "file"))
    in_memory(desk, "not a directory")


# ------------------------------------------------------------------------------------------------------------- lost


def test_an_index_that_is_deleted_is_made_again(desk: Path) -> None:
    first, _, workspace = heard(desk)
    workspace.index.close()
    shutil.rmtree(cache_folder(desk))
    found, hearing, _ = heard(desk)
    assert (found, hearing.notices) == (first, [])
    assert hearing.progress[-1] == (len(FILES), len(FILES))


def test_an_index_that_is_deleted_while_it_is_open_goes_on_and_is_made_again(desk: Path) -> None:
    first, hearing, workspace = heard(desk)
    shutil.rmtree(cache_folder(desk))
    assert answers(workspace) == first
    (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
    workspace.refresh()
    assert workspace.ask(Lookup.tally).leads == len(FILES)
    assert workspace.index_path
    assert len(content(workspace.index_path)["leads"]) == len(FILES) + 1
    assert hearing.notices == []


def test_an_index_made_anew_by_another_process_takes_the_place_of_the_old_one(desk: Path) -> None:
    _, _, first = heard(desk)
    before = first.index.identity
    Workspace.open(desk).rebuild()
    assert first.index.identity == before
    first.refresh()
    assert first.index.identity == Workspace.open(desk).index.identity != before


BROKEN_FILES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut to a page": lambda path: os.truncate(path, 4096),
    "cut in the middle": lambda path: os.truncate(path, path.stat().st_size // 2 + 100),
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(50_000)),
    "text": lambda path: path.write_bytes(b"not a database\n" * 1000),
    "zeros behind the first page": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(200_000)),
    "a log of random bytes": lambda path: path.with_name(f"{path.name}-wal").write_bytes(
        random.Random(2).randbytes(9_000)
    ),
}


def closed_index(desk: Path) -> tuple[Path, Any]:
    """A whole index of the base that nobody has open, and what it answers."""
    first, _, workspace = heard(desk)
    path = workspace.index_path
    assert path
    workspace.index.close()
    return path, first


@pytest.mark.parametrize("harm", BROKEN_FILES.values(), ids=BROKEN_FILES.keys())
def test_a_broken_index_is_made_anew(desk: Path, harm: Callable[[Path], object]) -> None:
    path, first = closed_index(desk)
    harm(path)
    found, hearing, workspace = heard(desk)
    assert (found, hearing.notices, workspace.index_path) == (first, [], path)


def test_a_folder_in_the_place_of_the_index_leaves_it_in_memory(desk: Path) -> None:
    path, _ = closed_index(desk)
    path.unlink()
    (path / "kept").mkdir(parents=True)
    in_memory(desk, "")
    assert (path / "kept").is_dir()


def test_what_breaks_while_it_is_open_is_made_anew(desk: Path) -> None:
    path, first = closed_index(desk)
    workspace = Workspace.open(desk)
    assert workspace.index.notice == ""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    assert answers(workspace) == first
    assert workspace.index_path == path


@pytest.fixture
def fast_cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk on which hundreds of indexes are made in a moment."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        monkeypatch.setenv("LEADBASE_CACHE_DIR", folder)
        yield


@pytest.mark.usefixtures("fast_cache")
def test_no_damage_stops_anybody(desk: Path) -> None:
    """What damage cannot be seen, in the middle of a text, is gone with the next rebuild."""
    path, first = closed_index(desk)
    whole = path.read_bytes()
    chance = random.Random(42)
    unseen = 0
    for _ in range(300):
        harmed = bytearray(whole)
        for _ in range(chance.choice((1, 1, 4))):
            length = chance.choice((1, 16, 512, 4096))
            start = chance.randrange(len(whole))
            harmed[start : start + length] = chance.randbytes(len(harmed[start : start + length]))
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        path.write_bytes(harmed)
        workspace = Workspace.open(desk)
        if answers(workspace) != first:
            unseen += 1
            workspace.rebuild()
            assert answers(workspace) == first
        assert workspace.index_path == path
        workspace.index.close()
    assert unseen < 30  # measured: 7, most of them a single byte of a text


def test_rows_that_make_no_sense_are_made_anew_once(desk: Path) -> None:
    path, first = closed_index(desk)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE lead SET day = 999999999")
    found, hearing, _ = heard(desk)
    assert (found, hearing.notices) == (first, [])


def test_a_question_that_makes_no_sense_is_not_asked_for_ever(desk: Path) -> None:
    def senseless(_lookup: Lookup) -> int:
        return int("x")

    workspace = Workspace.open(desk)
    with pytest.raises(ValueError, match="invalid literal"):
        workspace.ask(senseless)
    assert workspace.ask(Lookup.tally).leads == len(LEADS) + 6


def test_an_index_that_is_lost_again_and_again_ends_in_memory(desk: Path) -> None:
    index = Index.open(desk, EDITION)
    for _ in range(3):
        with pytest.raises(IndexLost), index.lookup():
            raise sqlite3.DatabaseError("malformed")
    with pytest.raises(sqlite3.DatabaseError), index.lookup():
        raise sqlite3.DatabaseError("malformed")
    assert index.path is None
    assert "in memory only" in index.notice


def test_an_index_that_nobody_holds_lets_go_of_its_files(tmp_path: Path) -> None:
    def opened() -> set[str]:
        return {str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.exists()}

    index = Index.open(tmp_path, "0" * 12)
    path = str(index.path)
    with index.lookup() as lookup:
        lookup.tally()
    del lookup
    if Path("/proc/self/fd").is_dir():
        assert path in opened()
        del index
        assert path not in opened()
