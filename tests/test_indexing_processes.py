"""Several processes at one index: killed, interrupted, and at the same time."""

import signal
import time
from pathlib import Path

import pytest

from leadbase.adapters.index.store import Lookup
from leadbase.workspace import Listener, Workspace
from tests.adapters.index.content import content, make_rules_once
from tests.cli.leads import BROKEN, QUOTABLE
from tests.conftest import World
from tests.processes import BEGIN, DEADLINE_S, Other, other, within

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks Linux which processes there are")

FILES = {f"leads/{number // 70}/{number}.md": QUOTABLE.replace("small", f"small {number}") for number in range(140)} | {
    "leads/0/broken.md": BROKEN,
}
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
from leadbase.adapters.index.store import Index
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
    until = time.monotonic() + 2.0
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
