"""What an index is not believed, whom it waits for and for how long, and which editions there are."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from leadbase.adapters.index.edition import edition_of
from leadbase.adapters.index.place import cache_folder
from leadbase.adapters.index.store import Index, Lookup, schema
from leadbase.workspace import Listener, Workspace
from tests.adapters.index.content import make_rules_once
from tests.cli.leads import LEADS, QUOTABLE
from tests.conftest import SETTINGS, World

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="an open file can be neither removed nor replaced there"
)

EDITION = "0123456789ab"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rules_once(monkeypatch)


@pytest.fixture
def desk(world: World) -> Path:
    return world(LEADS, commit=False)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than an instant for another process."""
    opened = Index.open
    monkeypatch.setattr(Index, "open", lambda root, edition: opened(root, edition, patience_s=0.05))


def listed(workspace: Workspace) -> list[str]:
    return sorted(workspace.ask(Lookup.names))


NAMES = sorted(Path(path).stem for path in LEADS)


def closed_index(desk: Path) -> Path:
    workspace = Workspace.open(desk)
    assert listed(workspace) == NAMES
    workspace.index.close()
    assert workspace.index_path
    return workspace.index_path


# ------------------------------------------------------------------------------------------------------------- hostile

HOSTILE = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON shelf BEGIN INSERT INTO meta VALUES('executed', x'00'); END",
    "a trigger on leads": "CREATE TRIGGER t AFTER DELETE ON lead BEGIN UPDATE lead SET title = 'executed'; END",
    "a view": "CREATE VIEW v AS SELECT 1",
    "another table": "CREATE TABLE extra(x)",
    "another index": "CREATE INDEX extra ON lead(title)",
    "a column more": "ALTER TABLE lead ADD COLUMN extra",
    "a column less": "ALTER TABLE refused DROP COLUMN problem",
    "a view for a table": "DROP TABLE refused; CREATE VIEW refused AS SELECT '' AS folder, '' AS path, '' AS problem",
    "no table of words": "DROP TABLE words",
    "a trigger called as a table of words": """CREATE TRIGGER words_data2 AFTER INSERT ON shelf
        BEGIN INSERT INTO meta VALUES('executed', x'00'); END""",
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_index_with_anything_else_in_it_is_thrown_away(desk: Path, change: str) -> None:
    path = closed_index(desk)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(change)
    (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
    (desk / "leads" / next(iter(LEADS)).removeprefix("leads/")).unlink()
    workspace = Workspace.open(desk)
    names = listed(workspace)
    assert "new" in names
    assert len(names) == len(LEADS)
    assert workspace.index.kept("executed") is None
    workspace.index.close()
    with closing(sqlite3.connect(path)) as connection:
        there = connection.execute("SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')").fetchone()[0]
        assert there == 0
        assert connection.execute("SELECT count(*) FROM lead WHERE title = 'executed'").fetchone()[0] == 0


def test_a_trigger_that_is_entered_as_a_table_of_words_is_not_believed(desk: Path) -> None:
    path = closed_index(desk)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        sql = "CREATE TRIGGER words_data AFTER INSERT ON shelf BEGIN INSERT INTO meta VALUES('executed', x'00'); END"
        connection.execute("INSERT INTO sqlite_master VALUES('trigger', 'words_data', 'shelf', 0, ?)", (sql,))
    (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
    workspace = Workspace.open(desk)
    assert listed(workspace) == sorted([*NAMES, "new"])
    assert workspace.index.kept("executed") is None


# ------------------------------------------------------------------------------------------------------------- locked


@contextmanager
def held(path: Path, how: str) -> Iterator[None]:
    """Another process that has the index to itself for as long as the block lasts."""
    script = f"""
import sqlite3, sys
connection = sqlite3.connect({str(path)!r}, isolation_level=None)
for statement in {how!r}.split(";"):
    connection.execute(statement)
print("held", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            assert process.stdout.readline() == b"held\n"
            yield
        finally:
            process.stdin.close()


LOCKS = {
    "writes": "BEGIN IMMEDIATE",
    "writes alone": "BEGIN EXCLUSIVE",
    "has it alone": "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO meta VALUES('x', 1); COMMIT",
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", LOCKS.values(), ids=LOCKS.keys())
def test_a_lock_that_is_never_let_go_leaves_the_index_in_memory(desk: Path, how: str) -> None:
    path = closed_index(desk)
    (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
    notices: list[str] = []
    with held(path, how):
        workspace = Workspace.open(desk, Listener(notice=notices.append))
        assert listed(workspace) == sorted([*NAMES, "new"])
        assert workspace.index_path is None
        assert set(notices) == {"the index is kept in memory only: another program holds it"}
    assert listed(Workspace.open(desk)) == sorted([*NAMES, "new"])
    assert path.is_file()


@pytest.mark.usefixtures("impatient")
def test_nobody_waits_for_a_writer_when_nothing_has_changed(desk: Path) -> None:
    path = closed_index(desk)
    for file in LEADS:
        os.utime(desk / file, ns=(1, 1))  # long ago: then nothing needs a second look
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE lead SET is_racy = 0")
    Workspace.open(desk).index.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE lead SET is_racy = 0")
    with held(path, LOCKS["writes"]):
        workspace = Workspace.open(desk)
        assert listed(workspace) == NAMES
        assert (workspace.index_path, workspace.index.notice) == (path, "")


def test_nobody_waits_for_a_reader(desk: Path) -> None:
    path = closed_index(desk)
    with held(path, "BEGIN; SELECT count(*) FROM lead"):
        (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
        workspace = Workspace.open(desk)
        assert listed(workspace) == sorted([*NAMES, "new"])
        assert workspace.index_path == path


def test_answers_are_of_one_moment_until_one_looks_again(desk: Path) -> None:
    workspace = Workspace.open(desk)
    assert listed(workspace) == NAMES
    (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
    assert listed(Workspace.open(desk)) == sorted([*NAMES, "new"])
    assert listed(workspace) == NAMES
    workspace.refresh()
    assert listed(workspace) == sorted([*NAMES, "new"])


# ------------------------------------------------------------------------------------------------------------- unwritable


def spoken(desk: Path, *before: str) -> tuple[list[str], str]:
    """What `leadbase list` prints and complains of, run by another program."""
    package = Path(schema.__file__).parents[3]
    run = subprocess.run(
        [*before, sys.executable, "-m", "leadbase", "list", "--format", "paths"],
        cwd=desk, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(package)}, check=False,
    )  # fmt: skip
    return sorted(run.stdout.split()), run.stderr


def can_mount() -> bool:
    found = shutil.which("unshare")
    return bool(found) and subprocess.run([str(found), "-m", "true"], capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="this user cannot mount a disk")


@needs_mounts
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("ro", "read-only file system"),
        ("size=64k", "full"),
        ("nr_inodes=2", ""),
    ],
)
def test_a_disk_that_is_full_or_read_only_leaves_the_index_in_memory(desk: Path, options: str, reason: str) -> None:
    for number in range(20):
        (desk / f"leads/{number}.md").write_text(QUOTABLE, encoding="utf-8")
    top = cache_folder(desk).parent
    top.mkdir(parents=True)
    mount = f'mount -t tmpfs -o {options} none {top} && exec "$@"'
    found, complaints = spoken(desk, "unshare", "-m", "sh", "-c", mount, "sh")
    assert found == sorted([*LEADS, *(f"leads/{number}.md" for number in range(20))])
    assert "the index is kept in memory only: " in complaints
    assert reason in complaints
    assert "Traceback" not in complaints


@needs_mounts
def test_a_disk_that_became_read_only_leaves_the_index_in_memory(desk: Path) -> None:
    closed_index(desk)
    (desk / "leads/new.md").write_text(QUOTABLE, encoding="utf-8")
    top = cache_folder(desk).parent
    mount = f'mount --bind {top} {top} && mount -o remount,bind,ro {top} && exec "$@"'
    found, complaints = spoken(desk, "unshare", "-m", "sh", "-c", mount, "sh")
    assert found == sorted([*LEADS, "leads/new.md"])
    assert "in memory only" in complaints
    assert "Traceback" not in complaints


@pytest.mark.parametrize("blocks", [0, 64])
def test_a_file_that_may_not_grow_leaves_the_index_in_memory(desk: Path, blocks: int) -> None:
    found, complaints = spoken(desk, "sh", "-c", f'ulimit -f {blocks} && exec "$@"', "sh")
    assert found == sorted(LEADS)
    assert "in memory only" in complaints
    assert "Traceback" not in complaints


# ------------------------------------------------------------------------------------------------------------- editions


def edition(desk: Path) -> Path:
    workspace = Workspace.open(desk)
    assert listed(workspace) == NAMES
    path = workspace.index_path
    assert path
    workspace.index.close()
    return path


def test_other_rules_and_another_time_zone_are_another_file(desk: Path) -> None:
    first = edition(desk)
    assert edition(desk) == first
    (desk / "rules").mkdir()
    (desk / "rules/scoring.toml").write_text("[value.prominence]\nS = 25\n", encoding="utf-8")
    second = edition(desk)
    (desk / "leadbase.toml").write_text(SETTINGS.replace("Shanghai", "Tokyo"), encoding="utf-8")
    third = edition(desk)
    assert len({first, second, third}) == 3


def test_a_base_whose_rules_change_back_has_its_old_index(desk: Path) -> None:
    first = edition(desk)
    before = first.stat().st_ino
    (desk / "rules").mkdir()
    (desk / "rules/scoring.toml").write_text("[value.prominence]\nS = 25\n", encoding="utf-8")
    edition(desk)
    (desk / "rules/scoring.toml").unlink()
    assert edition(desk) == first
    assert first.stat().st_ino == before


def test_other_rules_give_other_numbers(desk: Path) -> None:
    def scores() -> dict[str, int]:
        workspace = Workspace.open(desk)
        every = workspace.query("", date(2026, 4, 24))
        rows, _ = workspace.ask(lambda lookup: lookup.listed(every))
        return {row.name: row.score for row in rows}

    before = scores()
    (desk / "rules").mkdir()
    (desk / "rules/scoring.toml").write_text("[value.prominence]\nS = 25\n", encoding="utf-8")
    assert scores()["2026-04-24-openai-weights"] == before["2026-04-24-openai-weights"] + 5


def test_another_code_file_is_another_edition(tmp_path: Path) -> None:
    package = Path(schema.__file__).parents[2]
    shutil.copytree(package, tmp_path / "leadbase")
    script = "from leadbase.adapters.index.edition import edition_of; print(edition_of({}, 'UTC'))"

    def said() -> str:
        run = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
        return run.stdout.strip()

    first = said()
    assert len(first) == 12
    assert said() == first
    os.utime(tmp_path / "leadbase/core/scoring/value.py", ns=(1, 1))
    assert said() != first


def test_an_edition_depends_on_what_each_file_of_rules_says() -> None:
    editions = {
        edition_of(rules, zone)
        for rules in ({}, {"a": b""}, {"a": b"x"}, {"b": b"x"}, {"a": b"x", "b": b""}, {"a": b"", "b": b"x"})
        for zone in ("UTC", "Asia/Shanghai")
    }
    assert len(editions) == 12


def test_old_editions_are_deleted_with_their_logs_but_two_are_kept(desk: Path) -> None:
    folder = cache_folder(desk)
    folder.mkdir(parents=True)
    for number in range(4):
        old = folder / f"index-{number:012}.sqlite"
        for name in (old.name, f"{old.name}-wal", f"{old.name}-shm"):
            (folder / name).write_bytes(b"old")
        os.utime(old, (1000 + number, 1000 + number))
    path = edition(desk)
    assert sorted(folder.glob("index-*.sqlite")) == sorted([path, folder / f"index-{3:012}.sqlite"])
    logs = {each.name for each in folder.iterdir() if each.name.endswith(("-wal", "-shm"))}
    assert logs - {f"{path.name}-wal", f"{path.name}-shm"} == {f"index-{3:012}.sqlite-wal", f"index-{3:012}.sqlite-shm"}


def test_what_is_no_edition_is_not_deleted(desk: Path) -> None:
    folder = cache_folder(desk)
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_bytes(b"mine")
    edition(desk)
    assert (folder / "notes.txt").read_bytes() == b"mine"
