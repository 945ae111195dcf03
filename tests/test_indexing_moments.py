"""What changes at the worst of moments, and what is read again and what is not."""

import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from leadbase import indexing
from leadbase.adapters.index.place import CACHE_VARIABLE
from leadbase.adapters.index.rows import as_bytes
from leadbase.adapters.index.store import Condition, Lookup
from leadbase.cli import main
from leadbase.indexing.files import Desk
from leadbase.workspace import LEADS as UNDER
from leadbase.workspace import Listener, Workspace
from tests.adapters.index.content import content, make_rules_once
from tests.cli.leads import BROKEN, CHINESE, LEADS, QUOTABLE, WEAK
from tests.conftest import World

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="an open file can be neither removed nor replaced there"
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rules_once(monkeypatch)


@pytest.fixture
def desk(world: World) -> Path:
    return world(LEADS | {"leads/a.md": QUOTABLE}, commit=False)


def titles(workspace: Workspace) -> dict[str, str]:
    query = workspace.query("", date(2026, 4, 24))
    rows, _ = workspace.ask(lambda lookup: lookup.listed(query))
    return {row.path: row.title for row in rows}


def unreadable(workspace: Workspace) -> list[str]:
    broken = workspace.ask(lambda lookup: lookup.paths(Condition("NOT is_readable")))
    return sorted([*broken, *(problem.path for problem in workspace.ask(Lookup.refused))])


def path_of_index(desk: Path) -> Path:
    path = Workspace.open(desk).index.path
    assert path
    return path


def how_many(desk: Path) -> int:
    """How many files are read when somebody asks now."""
    totals = [0]
    workspace = Workspace.open(desk, Listener(lambda _done, total: totals.append(total)))
    assert workspace.index.notice == ""
    return totals[-1]


@pytest.fixture
def fine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock so fine that what was read is never too new to be believed."""
    monkeypatch.setattr(import_module("leadbase.indexing.files"), "_RACY_NS", -1)


@pytest.fixture
def coarse_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock so coarse that everything is read too soon to be believed, however slow this machine is."""
    monkeypatch.setattr(import_module("leadbase.indexing.files"), "_RACY_NS", 10**13)


@pytest.mark.usefixtures("fine_clock")
def test_only_what_changed_is_read(desk: Path) -> None:
    assert how_many(desk) == 4
    assert how_many(desk) == 0
    (desk / "leads/a.md").write_text(CHINESE, encoding="utf-8")
    (desk / "leads/new.md").write_text(CHINESE, encoding="utf-8")
    assert how_many(desk) == 2
    (desk / "leads/new.md").unlink()
    assert how_many(desk) == 0
    os.utime(desk / "leads/a.md")
    assert how_many(desk) == 1


@pytest.mark.usefixtures("coarse_clock")
def test_what_was_read_too_soon_after_it_was_written_is_read_again(desk: Path) -> None:
    """Where a disk's clock is coarse, a second change in the same instant leaves no trace."""
    with closing(sqlite3.connect(path_of_index(desk))) as connection, connection:
        assert connection.execute("SELECT sum(is_racy), count(*) FROM lead").fetchone() == (4, 4)
        (desk / "leads/a.md").write_text(QUOTABLE.replace("a small", "a LARGE"), encoding="utf-8")
        workspace = Workspace.open(desk)
        for shelf in workspace.folder.scan():  # as if the change did not show
            connection.execute("UPDATE shelf SET mark = ? WHERE folder = ?", (shelf.mark, shelf.path))
            for name, stamp in shelf.found:
                row = (as_bytes(stamp), shelf.path, name)
                connection.execute("UPDATE lead SET stamp = ? WHERE folder = ? AND file = ?", row)
    assert "LARGE" in titles(workspace)["leads/a.md"]


def test_the_same_bytes_are_not_scored_again(desk: Path) -> None:
    path = path_of_index(desk)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE lead SET title = 'as it was'")
    os.utime(desk / "leads/a.md", ns=(1, 1))
    assert set(titles(Workspace.open(desk)).values()) == {"as it was"}
    (desk / "leads/a.md").write_text(CHINESE, encoding="utf-8")
    assert titles(Workspace.open(desk))["leads/a.md"] != "as it was"


# ------------------------------------------------------------------------------------------- between looking and reading


def refreshed_while(workspace: Workspace, change: Callable[[], object]) -> None:
    """The index brought up to date, with a change of the files after they were looked at and before they are read."""

    def desk() -> Desk:
        change()
        return Desk(workspace.folder, workspace.rules, workspace.settings.zone)

    indexing.refresh(workspace.index, workspace.folder, UNDER, desk, lambda _done, _total: None)


@pytest.mark.usefixtures("coarse_clock")
def test_a_file_that_changes_before_it_is_read_is_right_now_and_later(desk: Path) -> None:
    workspace = Workspace.open(desk)
    refreshed_while(workspace, lambda: (desk / "leads/a.md").write_text(CHINESE, encoding="utf-8"))
    assert "深度求索" in titles(workspace)["leads/a.md"]
    assert "深度求索" in titles(Workspace.open(desk))["leads/a.md"]


@pytest.mark.usefixtures("coarse_clock")
def test_a_file_that_vanishes_before_it_is_read_is_no_lead(desk: Path) -> None:
    (desk / "leads/b.md").write_text(QUOTABLE, encoding="utf-8")
    workspace = Workspace.open(desk)
    refreshed_while(workspace, (desk / "leads/a.md").unlink)
    assert "leads/a.md" not in titles(workspace)
    after = Workspace.open(desk)
    assert "leads/a.md" not in titles(after)
    assert unreadable(after) == []


@pytest.mark.usefixtures("coarse_clock")
def test_a_folder_that_vanishes_before_it_is_read_is_gone(desk: Path) -> None:
    workspace = Workspace.open(desk)
    refreshed_while(workspace, lambda: shutil.rmtree(desk / "leads/2026"))
    after = Workspace.open(desk)
    assert set(titles(after)) == {"leads/a.md"}
    assert unreadable(after) == []


@pytest.mark.usefixtures("coarse_clock")
def test_a_file_that_comes_before_others_are_read_is_seen_the_next_time(desk: Path) -> None:
    workspace = Workspace.open(desk)
    refreshed_while(workspace, lambda: (desk / "leads/z.md").write_text(QUOTABLE, encoding="utf-8"))
    assert "leads/z.md" in titles(Workspace.open(desk))


def test_a_file_that_is_being_saved_is_never_a_lead_with_nothing_in_it(desk: Path) -> None:
    titles(Workspace.open(desk))
    with (desk / "leads/a.md").open("w", encoding="utf-8") as editor:
        during = Workspace.open(desk)
        if sys.platform == "linux":
            assert "leads/a.md" not in titles(during)
            assert unreadable(during) == ["leads/a.md"]
        editor.write(CHINESE)
    after = Workspace.open(desk)
    assert "深度求索" in titles(after)["leads/a.md"]
    assert unreadable(after) == []


# ------------------------------------------------------------------------------------------------- two at the same folder


@pytest.fixture
def two_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base with more files in one folder than are put into the index at once."""
    monkeypatch.setattr(indexing, "BATCH", 10)
    monkeypatch.setattr(import_module("leadbase.indexing.files"), "_RACY_NS", -1)
    return world({f"leads/{number:02}.md": QUOTABLE for number in range(20)}, commit=False)


class Builder:
    """One of two processes that make the index of a base, step by step."""

    def __init__(self, desk: Path) -> None:
        self.workspace = Workspace.open(desk)
        self.index = self.workspace._store
        self.parts, _ = indexing._plan(self.index, self.workspace.folder, UNDER)
        own = Desk(self.workspace.folder, self.workspace.rules, self.workspace.settings.zone)
        read = import_module("leadbase.indexing.files").indexed
        self.fresh = [read(part.paths, {}, own) for part in self.parts]
        self.shared: set[str] = set()

    def put(self, number: int) -> None:
        indexing._commit(self.index, [self.parts[number]], self.fresh[number], self.shared)


@pytest.mark.parametrize("order", ["NNOO", "NOON", "NONO", "ONNO", "ONON", "OONN"])
def test_of_two_that_read_one_file_at_different_times_the_older_never_stays(two_parts: Path, order: str) -> None:
    """O and N stand for the process that puts its next part."""
    older = Builder(two_parts)
    for name in ("05", "15"):
        (two_parts / f"leads/{name}.md").write_text(CHINESE, encoding="utf-8")
    newer = Builder(two_parts)
    assert [len(part.paths) for part in newer.parts] == [10, 10]
    steps = {"O": iter((0, 1)), "N": iter((0, 1))}
    for each in order:
        (older if each == "O" else newer).put(next(steps[each]))
    after = titles(Workspace.open(two_parts))
    assert len(after) == 20
    assert "深度求索" in after["leads/05.md"]
    assert "深度求索" in after["leads/15.md"]


def test_a_folder_that_is_there_again_is_not_forgotten(two_parts: Path) -> None:
    titles(Workspace.open(two_parts))
    (two_parts / "leads/x").mkdir()
    (two_parts / "leads/x/a.md").write_text(QUOTABLE, encoding="utf-8")
    titles(Workspace.open(two_parts))
    (two_parts / "leads/x").rename(two_parts / "aside")
    slow = Workspace.open(two_parts)
    _, gone = indexing._plan(slow._store, slow.folder, UNDER)
    assert set(gone) == {"leads/x"}
    (two_parts / "aside").rename(two_parts / "leads/x")
    (two_parts / "leads/x/b.md").write_text(QUOTABLE, encoding="utf-8")
    other = Workspace.open(two_parts)
    assert other.index.notice == ""
    indexing._carry_out(slow._store, [], gone, slow._desk, lambda _done, _total: None)
    assert {"leads/x/a.md", "leads/x/b.md"} <= set(titles(other))


# ------------------------------------------------------------------------------------------------------------- broken


@pytest.fixture
def broken_desk(world: World) -> Path:
    root = world(LEADS | {"leads/broken.md": BROKEN, "leads/latin.md": b"---\ntitle: \xff\n---\n"}, commit=False)
    os.mkfifo(root / "leads/pipe.md")
    (root / "leads/link.md").symlink_to("/etc/hostname")
    (root / "leads/huge.md").write_bytes(b"x" * 2_100_000)
    Path(os.fsdecode(bytes(root) + b"/leads/\xff.md")).write_text(QUOTABLE, encoding="utf-8")
    return root


@pytest.mark.parametrize("form", ["table", "paths", "jsonl", "csv"])
def test_what_cannot_be_read_is_never_silently_missing(
    broken_desk: Path, form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(broken_desk)
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main(["list", "--format", form])
        assert ended.value.code == 1
        assert "6 files could not be read as a lead" in capsys.readouterr().err
    assert len(unreadable(Workspace.open(broken_desk))) == 6


def test_an_unreadable_file_is_looked_at_again_each_time(broken_desk: Path) -> None:
    path_of_index(broken_desk)
    (broken_desk / "leads/huge.md").write_text(QUOTABLE, encoding="utf-8")
    (broken_desk / "leads/link.md").unlink()
    (broken_desk / "leads/link.md").write_text(QUOTABLE, encoding="utf-8")
    after = Workspace.open(broken_desk)
    assert {"leads/huge.md", "leads/link.md"} <= set(titles(after))
    assert len(unreadable(after)) == 4


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become somebody else")
def test_what_may_not_be_read_is_said_to_be_unreadable(desk: Path) -> None:
    """Run as somebody who may not read it."""
    shared = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")
    place = shared / f"leadbase-test-{os.getpid()}"
    shutil.copytree(desk, place)
    try:
        (place / "leads/a.md").chmod(0)
        (place / "leads/2026/04").chmod(0)
        place.chmod(0o755)
        found = as_nobody(place)
        assert found == ["leads/2026/04", "leads/a.md"]
    finally:
        shutil.rmtree(place)


def as_nobody(place: Path) -> list[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            os.environ[CACHE_VARIABLE] = "/nowhere/at/all"
            os.write(writing, "\n".join(unreadable(Workspace.open(place))).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        return said.read().split("\n")


# ------------------------------------------------------------------------------------------------------------- at length


def test_a_thousand_edits_and_a_rebuild_give_the_same_rows(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("leadbase.indexing.files"), "_RACY_NS", 20_000_000)
    chance = random.Random(7)
    texts = (QUOTABLE, CHINESE, WEAK, BROKEN, QUOTABLE.replace("small", "large"), CHINESE.replace("200", "300"))
    for number in range(1000):
        path = desk / f"leads/{chance.choice('ab')}/{chance.randrange(40)}.md"
        path.parent.mkdir(exist_ok=True)
        step = chance.random()
        if step < 0.7 or not path.exists():
            path.write_text(chance.choice(texts), encoding="utf-8")
        elif step < 0.85:
            path.unlink()
        else:
            path.rename(desk / f"leads/b/{chance.randrange(40)}.md")
        if number % 40 == 0:
            Workspace.open(desk).index.close()
    carried = Workspace.open(desk)
    assert carried.index.path
    first = content(carried.index.path)
    assert first["count"] > 20
    carried.rebuild()
    assert content(carried.index.path) == first
