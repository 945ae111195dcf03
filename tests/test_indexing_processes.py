"""Several processes at one index: killed, interrupted, at the same time, and one that vouches for it."""

import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from leadbase.adapters.index import Lookup
from leadbase.adapters.index.place import cache_folder
from leadbase.workspace import Listener, Workspace
from tests.adapters.index.content import content, make_rules_once
from tests.cli.leads import BROKEN, CHINESE, LEADS, QUOTABLE
from tests.conftest import World

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks Linux which processes there are")

PACKAGE = Path(__file__).resolve().parent.parent
DEADLINE_S = 60.0
FILES = {f"leads/{number // 70}/{number}.md": QUOTABLE.replace("small", f"small {number}") for number in range(140)} | {
    "leads/0/broken.md": BROKEN,
}
BEGIN = """
import os, signal, sys, time
from importlib import import_module
from pathlib import Path
from leadbase.workspace import Listener, Workspace

indexing = import_module("leadbase.indexing")
indexing.BATCH, indexing._FEW = 20, 10

def said(text):
    print(text, flush=True)
"""
BUILD = (
    BEGIN
    + """
last = int(sys.argv[2])

def progress(done, total):
    said(f"{done} {total}")
    if done >= last:
        os.kill(os.getpid(), signal.SIGKILL)

workspace = Workspace.open(Path(sys.argv[1]), Listener(progress, lambda text: said(f"notice {text}")))
try:
    workspace.index.close()
except KeyboardInterrupt:
    said("interrupted")
    raise SystemExit(130)
said("done")
"""
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rules_once(monkeypatch)


@pytest.fixture
def desk(world: World) -> Path:
    return world(FILES, commit=False)


class Other:
    """Another process that runs a script; every process it starts carries its mark."""

    def __init__(self, script: str, *arguments: object) -> None:
        self.mark = uuid.uuid4().hex
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "LEADBASE_TEST_MARK": self.mark}
        command = [sys.executable, "-c", script, *map(str, arguments)]
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def line(self) -> str:
        assert self.process.stdout
        assert select.select([self.process.stdout], [], [], DEADLINE_S)[0], "it says nothing"
        return self.process.stdout.readline().strip()

    def tell(self, word: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.line()

    def end(self) -> tuple[list[str], str]:
        said, complaints = self.process.communicate(timeout=DEADLINE_S)
        return said.splitlines(), complaints

    def left_over(self) -> list[int]:
        """The processes that it started and that are still there."""
        return [pid for pid in pids() if pid != self.process.pid and self.mark in environment_of(pid)]


def pids() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def environment_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_text(errors="replace")
    except OSError:
        return ""


@contextmanager
def other(script: str, *arguments: object) -> Iterator[Other]:
    started = Other(script, *arguments)
    try:
        yield started
    finally:
        for pid in (started.process.pid, *started.left_over()):
            with_pid(pid, signal.SIGCONT)
            with_pid(pid, signal.SIGKILL)
        started.process.communicate()


def with_pid(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def within(seconds: float, process: Other) -> bool:
    """Whether everything that the process had started is gone before the deadline."""
    until = time.monotonic() + seconds
    while process.left_over():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def is_exact(desk: Path) -> bool:
    """Whether the index is that of a rebuild."""
    workspace = Workspace.open(desk)
    assert workspace.index.path
    found = content(workspace.index.path)
    workspace.rebuild()
    assert workspace.index.notice == ""
    return found["count"] == len(found["leads"]) == len(FILES) and found == content(workspace.index.path)


# ------------------------------------------------------------------------------------------------------ cut short


@pytest.mark.parametrize("last", [1, 120])
def test_a_build_that_is_killed_is_completed_by_the_next(desk: Path, last: int) -> None:
    with other(BUILD, desk, last) as build:
        said, _ = build.end()
        assert build.process.returncode == -signal.SIGKILL
        assert int(said[-1].split()[0]) >= last
        assert within(DEADLINE_S, build), "workers outlive the process that started them"
    totals: list[int] = []
    workspace = Workspace.open(desk, Listener(lambda _done, total: totals.append(total)))
    assert workspace.ask(Lookup.tally).leads == len(FILES) - 1
    workspace.index.close()
    assert is_exact(desk)


@pytest.mark.parametrize("lines", [2])
def test_a_build_that_is_killed_from_outside_is_completed_by_the_next(desk: Path, lines: int) -> None:
    with other(BUILD, desk, 999) as build:
        for _ in range(lines):
            build.line()
        build.process.kill()
        build.process.wait()
        assert within(DEADLINE_S, build)
    assert is_exact(desk)


def test_ctrl_c_keeps_what_is_done(desk: Path) -> None:
    # as at a terminal, the signal is for the workers too; no file is so new that it would be read again anyway
    script = BUILD.replace("if done >= last:", "if done >= 60:").replace(
        "os.kill(os.getpid(), signal.SIGKILL)", "os.killpg(0, signal.SIGINT)"
    )
    script = script.replace("indexing.BATCH", 'import_module("leadbase.indexing.files")._RACY_NS = -1; indexing.BATCH')
    with other(script, desk, 0) as build:
        said, complaints = build.end()
        assert (build.process.returncode, said[-1], complaints) == (130, "interrupted", "")
        assert build.left_over() == []
    done = int(said[-2].split()[0])
    assert 60 <= done < len(FILES)
    with other(script.replace(">= 60", ">= 999"), desk, 0) as build:
        said, _ = build.end()
    assert said[-1] == "done"
    assert int(said[0].split()[1]) == len(FILES) - done
    assert is_exact(desk)


def test_workers_that_are_killed_leave_the_work_to_the_one_that_writes(desk: Path) -> None:
    kill = "[each.kill() for each in import_module('multiprocessing').active_children()]"
    script = BUILD.replace("if done >= last:", "if done >= 20:").replace("os.kill(os.getpid(), signal.SIGKILL)", kill)
    with other(script, desk, 0) as build:
        said, complaints = build.end()
        assert (build.process.returncode, said[-1], complaints) == (0, "done", "")
        assert build.left_over() == []
    assert is_exact(desk)


# ------------------------------------------------------------------------------------------------------ at the same time


def test_two_builds_at_once_both_end_with_the_whole(desk: Path) -> None:
    with other(BUILD, desk, 999) as one, other(BUILD, desk, 999) as two:
        for build in (one, two):
            said, complaints = build.end()
            assert (build.process.returncode, said[-1], complaints) == (0, "done", "")
            assert not [line for line in said if line.startswith("notice")]
            assert build.left_over() == []
    assert is_exact(desk)


def test_many_may_open_a_new_index_at_once(desk: Path) -> None:
    script = (
        BEGIN
        + """
from leadbase.adapters.index import Index
said("ready")
sys.stdin.readline()
index = Index.open(Path(sys.argv[1]), "0" * 12)
said(index.notice or "kept")
"""
    )
    others = [Other(script, desk) for _ in range(5)]
    assert [each.line() for each in others] == ["ready"] * 5
    for each in others:
        assert each.process.stdin
        each.process.stdin.write("go\n")
        each.process.stdin.flush()
    assert [each.line() for each in others] == ["kept"] * 5
    for each in others:
        each.end()


WRITER = (
    BEGIN
    + """
notices = []
root = Path(sys.argv[1])
for number in range(400):
    path = root / f"leads/{number % 2}/{number % 50}.md"
    if number % 7 == 3 and path.exists():
        path.unlink()
    else:
        path.write_text(path.read_text().replace("small", "large") if path.exists() else "---\\ntitle: small\\n---\\n")
    if number % 2:
        workspace = Workspace.open(root, Listener(notice=notices.append))
        workspace.index.close()
    if time.monotonic() > float(sys.argv[2]):
        break
said(f"{number} {notices}")
"""
)
READER = (
    BEGIN
    + """
from datetime import date
from leadbase.actions.list import list_leads, list_records
from leadbase.actions.search import search_leads
from leadbase.actions.stats import count_leads
notices, asked = [], 0
root = Path(sys.argv[1])
while time.monotonic() < float(sys.argv[2]):
    workspace = Workspace.open(root, Listener(notice=notices.append))
    day = date(2026, 4, 24)
    assert list_leads(workspace, workspace.query("sort:score limit:10", day)).matched > 50
    assert search_leads(workspace, workspace.query("model", day), 10, 80).hits
    assert len(list(list_records(workspace, workspace.query("", day)))) > 50
    assert count_leads(workspace).leads > 50
    workspace.index.close()
    asked += 1
said(f"{asked} {notices}")
"""
)


def test_readers_and_a_writer_never_see_a_lock(desk: Path) -> None:
    until = time.monotonic() + 2.5
    with (
        other(WRITER, desk, until) as writer,
        other(READER, desk, until) as one,
        other(READER, desk, until) as two,
        other(READER, desk, until) as three,
    ):
        for each in (writer, one, two, three):
            said, complaints = each.end()
            assert complaints == ""
            assert said[-1].endswith(" []")
            assert int(said[-1].split()[0]) > 0


# ------------------------------------------------------------------------------------------------------ vouched for

WATCHER = (
    BEGIN
    + """
from leadbase.adapters.index.vouch import vouching
workspace = Workspace.open(Path(sys.argv[1]))
index = workspace.index
with vouching(index.path.parent) as vouch:
    said("watching" if vouch else "refused")
    for line in sys.stdin:
        word = line.strip()
        if word == "give":
            vouch.give(index.identity)
        elif word == "give another":
            vouch.give("0" * 32)
        elif word == "withdraw":
            vouch.withdraw()
        vouch.beat()
        said(word)
"""
)


def is_seen(desk: Path) -> bool:
    """Whether a change that was just made is in the answer."""
    name = f"new-{uuid.uuid4().hex}"
    (desk / f"leads/{name}.md").write_text(CHINESE, encoding="utf-8")
    return name in Workspace.open(desk).ask(Lookup.names)


@pytest.fixture
def small_desk(world: World) -> Path:
    return world(LEADS, commit=False)


def test_a_watcher_that_lives_is_believed_and_the_files_are_not_looked_at(small_desk: Path) -> None:
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        assert is_seen(small_desk), "it has not given its word yet"
        watcher.tell("give")
        assert not is_seen(small_desk)
        watcher.tell("withdraw")
        assert is_seen(small_desk)
        watcher.tell("give")
        assert not is_seen(small_desk)


def test_a_word_for_another_index_does_not_count(small_desk: Path) -> None:
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give another")
        assert is_seen(small_desk)
        watcher.tell("give")
        (small_desk / "rules").mkdir()
        (small_desk / "rules/scoring.toml").write_text("[value.prominence]\nS = 25\n", encoding="utf-8")
        assert is_seen(small_desk), "another edition"


def test_a_word_does_not_outlive_the_index_it_was_given_for(small_desk: Path) -> None:
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        for path in cache_folder(small_desk).glob("index-*"):
            path.unlink()
        assert is_seen(small_desk)
        assert Workspace.open(small_desk).ask(Lookup.tally).leads == len(LEADS) + 1
        watcher.tell("give")
        assert is_seen(small_desk), "it has another index open than the one that lies there"


def test_a_watcher_that_is_dead_is_not_believed(small_desk: Path) -> None:
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        assert not is_seen(small_desk)
        watcher.process.kill()
        watcher.process.wait()
        assert is_seen(small_desk)


def test_a_watcher_that_is_stopped_is_not_believed(small_desk: Path) -> None:
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        os.kill(watcher.process.pid, signal.SIGSTOP)
        lock = cache_folder(small_desk) / "watcher.lock"
        for age_s in (10, -10):  # its last heartbeat was long ago, or the clock was set back since
            os.utime(lock, (time.time() - age_s, time.time() - age_s))
            assert is_seen(small_desk)
        os.kill(watcher.process.pid, signal.SIGCONT)
        watcher.tell("beat")
        assert not is_seen(small_desk)


def test_there_is_one_watcher_at_a_time(small_desk: Path) -> None:
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        with other(WATCHER, small_desk) as second:
            assert second.line() == "refused"
        watcher.tell("give")
        assert not is_seen(small_desk)
    with other(WATCHER, small_desk) as third:
        assert third.line() == "watching"
        assert is_seen(small_desk), "the word of the one before is gone"


def test_those_who_ask_do_not_take_each_other_for_a_watcher(small_desk: Path) -> None:
    """A dead watcher's word is still in its file, and another process has the file locked to see whether it lives."""
    with other(WATCHER, small_desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        watcher.process.kill()
        watcher.process.wait()
    asking = (
        BEGIN
        + """
import fcntl
lock = open(sys.argv[1])
fcntl.flock(lock, fcntl.LOCK_SH)
said("asking")
sys.stdin.readline()
"""
    )
    with other(asking, cache_folder(small_desk) / "watcher.lock") as reader:
        assert reader.line() == "asking"
        assert is_seen(small_desk)
