"""A watcher's word: who is believed, for which index, and for how long."""

import os
import signal
import time
import uuid
from pathlib import Path

import pytest

from leadbase.adapters.index.place import cache_folder
from leadbase.adapters.index.store import Lookup
from leadbase.workspace import Workspace
from tests.adapters.index.content import make_rules_once
from tests.cli.leads import CHINESE, LEADS
from tests.conftest import World
from tests.processes import BEGIN, other

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks Linux which processes there are")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rules_once(monkeypatch)


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
def desk(world: World) -> Path:
    return world(LEADS, commit=False)


def test_a_watcher_that_lives_is_believed_and_the_files_are_not_looked_at(desk: Path) -> None:
    with other(WATCHER, desk) as watcher:
        assert watcher.line() == "watching"
        assert is_seen(desk), "it has not given its word yet"
        watcher.tell("give")
        assert not is_seen(desk)
        watcher.tell("withdraw")
        assert is_seen(desk)
        watcher.tell("give")
        assert not is_seen(desk)


def test_a_word_for_another_index_does_not_count(desk: Path) -> None:
    with other(WATCHER, desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give another")
        assert is_seen(desk)
        watcher.tell("give")
        (desk / "rules").mkdir()
        (desk / "rules/scoring.toml").write_text("[value.prominence]\nS = 25\n", encoding="utf-8")
        assert is_seen(desk), "another edition"


def test_a_word_does_not_outlive_the_index_it_was_given_for(desk: Path) -> None:
    with other(WATCHER, desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        for path in cache_folder(desk).glob("index-*"):
            path.unlink()
        assert is_seen(desk)
        assert Workspace.open(desk).ask(Lookup.tally).leads == len(LEADS) + 1
        watcher.tell("give")
        assert is_seen(desk), "it has another index open than the one that lies there"


def test_a_watcher_that_is_dead_is_not_believed(desk: Path) -> None:
    with other(WATCHER, desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        assert not is_seen(desk)
        watcher.process.kill()
        watcher.process.wait()
        assert is_seen(desk)


def test_a_watcher_that_is_stopped_is_not_believed(desk: Path) -> None:
    with other(WATCHER, desk) as watcher:
        assert watcher.line() == "watching"
        watcher.tell("give")
        os.kill(watcher.process.pid, signal.SIGSTOP)
        lock = cache_folder(desk) / "watcher.lock"
        for age_s in (10, -10):  # its last heartbeat was long ago, or the clock was set back since
            os.utime(lock, (time.time() - age_s, time.time() - age_s))
            assert is_seen(desk)
        os.kill(watcher.process.pid, signal.SIGCONT)
        watcher.tell("beat")
        assert not is_seen(desk)


def test_there_is_one_watcher_at_a_time(desk: Path) -> None:
    with other(WATCHER, desk) as watcher:
        assert watcher.line() == "watching"
        with other(WATCHER, desk) as second:
            assert second.line() == "refused"
        watcher.tell("give")
        assert not is_seen(desk)
    with other(WATCHER, desk) as third:
        assert third.line() == "watching"
        assert is_seen(desk), "the word of the one before is gone"


def test_those_who_ask_do_not_take_each_other_for_a_watcher(desk: Path) -> None:
    """A dead watcher's word is still in its file, and another process has the file locked to see whether it lives."""
    with other(WATCHER, desk) as watcher:
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
    with other(asking, cache_folder(desk) / "watcher.lock") as reader:
        assert reader.line() == "asking"
        assert is_seen(desk)
