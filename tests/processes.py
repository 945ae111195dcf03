"""Other processes that run a script with leadbase, watched and ended by a test."""

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

PACKAGE = Path(__file__).resolve().parent.parent
DEADLINE_S = 60.0
BEGIN = """
import os, signal, sys, time
from importlib import import_module
from pathlib import Path
from leadbase.workspace import Listener, Workspace

indexing = import_module("leadbase.indexing")
indexing.BATCH, indexing.TRANSACTION, indexing._FEW = 20, 20, 10

def said(text):
    print(text, flush=True)
"""


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
