"""Replacing a file beside a program that saves it without pause, and through crashes and errors of the system itself.

The faults are injected by strace into the n-th call of one kind, in a process of its own.
"""

import os
import re
import select
import shutil
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

import leadbase
from leadbase.adapters.folder import Folder
from leadbase.errors import ChangedMeanwhile, FileRefused, Unreadable

PACKAGE = str(Path(leadbase.__file__).parent.parent)
OLD, NEW = b"old\n" * 100, b"new\n" * 100

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the promise that no save is lost is made for Linux")


# Saves without pause


EDITOR = """
import os, random, sys, time
style, path = sys.argv[1:]
def write(name, flags, text):
    fd = os.open(name, os.O_WRONLY | flags)
    os.write(fd, text[:20])
    os.write(fd, text[20:])
    os.fsync(fd)
    os.close(fd)
for line in sys.stdin:
    text = b"score: 0\\nsave %d\\n" % int(line) + b"text\\n" * 50 + b"end\\n"
    until = time.perf_counter() + random.random() * 0.003
    while time.perf_counter() < until:
        pass
    if style == "in place":
        write(path, os.O_TRUNC, text)
    elif style == "rename over":
        write(path + ".sb", os.O_CREAT | os.O_TRUNC, text)
        os.rename(path + ".sb", path)
    else:
        os.rename(path, path + "~")
        write(path, os.O_CREAT | os.O_TRUNC, text)
        os.unlink(path + "~")
    print(line, end="", flush=True)
"""


def rescore_until_saved(folder: Folder, acknowledged: int, scores: "count[int]") -> list[str]:
    """Write one score after the other until the editor says it has saved; the reasons for which it was not done."""
    reasons, deadline = [], time.monotonic() + 30
    while not select.select([acknowledged], [], [], 0)[0]:
        assert time.monotonic() < deadline, "the editor does not come back"
        try:
            was = folder.read("a.md")
            folder.replace("a.md", re.sub(rb"score: \d+", b"score: %d" % next(scores), was), was=was)
        except (Unreadable, ChangedMeanwhile, FileRefused) as error:
            reasons.append(error.reason)
    os.read(acknowledged, 100)
    return reasons


@pytest.mark.parametrize("style", ["in place", "rename away", "rename over"])
def test_of_a_hundred_racing_saves_none_is_lost_or_torn(tmp_path: Path, style: str) -> None:
    lead, scores = tmp_path / "a.md", count(1)
    lead.write_bytes(b"score: 0\nsave 0\n")
    command = [sys.executable, "-ISc", EDITOR, style, str(lead)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as editor:
        assert editor.stdin is not None
        assert editor.stdout is not None
        for save in range(1, 101):
            editor.stdin.write(b"%d\n" % save)
            reasons = rescore_until_saved(Folder(tmp_path), editor.stdout.fileno(), scores)
            content = lead.read_bytes()
            assert re.fullmatch(rb"score: \d+\nsave %d\n(text\n){50}end\n" % save, content), (content, reasons)
        editor.stdin.close()
    assert editor.returncode == 0


# Crashes and errors of the system


SCRIPT = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from leadbase.adapters.folder import Folder, saving
saving.replace  # loaded before the calls are counted
from leadbase.errors import FileRefused
folder = Folder(Path(sys.argv[2]))
try:
    os.stat("/replacing starts here")
except OSError:
    pass
try:
    folder.replace("leads/a.md", b"new\\n" * 100, was=b"old\\n" * 100)
except FileRefused as error:
    sys.exit(error.message)
"""


@pytest.fixture(scope="module")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed: faults cannot be injected into system calls")
    probe = subprocess.run(
        [found, "-e", "inject=getcwd:error=EIO", "true"], capture_output=True, text=True, check=False
    )
    if probe.returncode != 0:
        pytest.skip(f"strace may not be used here: {probe.stderr.strip()}")
    return found


@pytest.fixture(scope="module")
def calls_before(strace: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many calls of each kind the process makes before it begins to replace."""
    base = tmp_path_factory.mktemp("traced")
    log = base / "log"
    assert run(strace, base, "-o", str(log)).returncode == 0
    before, _, after = log.read_text().partition("/replacing starts here")
    assert "RENAME_EXCHANGE" in after
    names = re.findall(r"^(\w+)\(", before, re.MULTILINE)
    return {name: names.count(name) for name in names}


def run(strace: str, base: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Replace the bytes of leads/a.md in a process of its own, under strace."""
    (base / "leads").mkdir()
    (base / "leads/a.md").write_bytes(OLD)
    command = [strace, "-qq", *options, sys.executable, "-ISBc", SCRIPT, PACKAGE, str(base)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def with_faults(strace: str, base: Path, *faults: str) -> subprocess.CompletedProcess[str]:
    return run(strace, base, *injected(*faults))


def injected(*faults: str) -> list[str]:
    """The options for these faults. Stopping at no other call makes it quick, but strace 6.1 then sends no signal."""
    calls = ",".join(fault.partition(":")[0] for fault in faults)
    quick = ["-f", "--seccomp-bpf"] if all("error=" in fault for fault in faults) else []
    inject = [option for fault in faults for option in ("-e", f"inject={fault}")]
    return [*quick, "-o", os.devnull, "-e", f"trace={calls}", *inject]


def nth_call(calls_before: dict[str, int], call: str, nth: int, what: str) -> str:
    return f"{call}:{what}:when={calls_before.get(call, 0) + nth}"


NO_SWAP = "renameat2:error=EINVAL"
OPEN_TEMP, OPEN_DISPLACED = ("openat", 4), ("openat", 5)  # after the base, its folder and the file itself


@pytest.mark.parametrize(
    ("call", "nth", "swapped"),
    [
        (*OPEN_TEMP, False), ("write", 1, False), ("fchmod", 1, False), ("fsync", 1, False), ("renameat2", 1, False),
        ("fsync", 2, True), (*OPEN_DISPLACED, True), ("unlinkat", 1, True),
    ],
)  # fmt: skip
def test_a_process_killed_at_any_call_leaves_the_old_or_the_new_file_whole(
    tmp_path: Path, strace: str, calls_before: dict[str, int], call: str, nth: int, swapped: bool
) -> None:
    ended = with_faults(strace, tmp_path, nth_call(calls_before, call, nth, "signal=KILL"))
    assert ended.returncode == -9
    folder = Folder(tmp_path)
    assert folder.read("leads/a.md") == (NEW if swapped else OLD)
    assert folder.paths() == ("leads/a.md",)
    leftovers = folder.leftovers()
    assert len(leftovers) == (0 if (call, nth) == OPEN_TEMP else 1)
    for leftover in leftovers:
        assert leftover.of == "leads/a.md"
        if swapped:
            assert folder.read(leftover.path) == OLD


@pytest.mark.parametrize(
    ("call", "nth", "swapped"),
    [("linkat", 1, False), ("renameat", 1, False), ("fsync", 2, True), ("unlinkat", 1, True)],
)
def test_the_same_holds_where_two_names_cannot_be_swapped(
    tmp_path: Path, strace: str, calls_before: dict[str, int], call: str, nth: int, swapped: bool
) -> None:
    ended = with_faults(strace, tmp_path, NO_SWAP, nth_call(calls_before, call, nth, "signal=KILL"))
    assert ended.returncode == -9
    folder = Folder(tmp_path)
    assert folder.read("leads/a.md") == (NEW if swapped else OLD)
    if swapped:
        assert [folder.read(leftover.path) for leftover in folder.leftovers()] == [OLD]


@pytest.mark.parametrize(
    ("call", "nth", "code", "words"),
    [
        (*OPEN_TEMP, "ENOSPC", "the disk is full; nothing was changed"),
        ("write", 1, "ENOSPC", "the disk is full; nothing was changed"),
        ("read", 1, "EIO", "input/output error; nothing was changed"),
        ("fsync", 1, "EIO", "input/output error; nothing was changed"),
        ("renameat2", 1, "EIO", "input/output error; nothing was changed"),
        ("renameat2", 1, "EINTR", "nothing was changed"),
    ],
)
def test_an_error_of_any_call_before_the_swap_is_told_and_changes_nothing(
    tmp_path: Path, strace: str, calls_before: dict[str, int], call: str, nth: int, code: str, words: str
) -> None:
    ended = with_faults(strace, tmp_path, nth_call(calls_before, call, nth, f"error={code}"))
    assert (ended.returncode, words in ended.stderr) == (1, True), ended.stderr
    assert [(found.name, found.read_bytes()) for found in (tmp_path / "leads").iterdir()] == [("a.md", OLD)]


@pytest.mark.parametrize(("call", "nth"), [("fsync", 2), ("openat", 5), ("unlinkat", 1)])
def test_an_error_after_the_swap_loses_neither_version(
    tmp_path: Path, strace: str, calls_before: dict[str, int], call: str, nth: int
) -> None:
    with_faults(strace, tmp_path, nth_call(calls_before, call, nth, "error=EIO"))
    contents = sorted(found.read_bytes() for found in (tmp_path / "leads").iterdir())
    assert contents in ([OLD], [NEW, OLD])
    assert Folder(tmp_path).read("leads/a.md") in (OLD, NEW)


def test_a_disk_that_can_neither_swap_nor_link_is_left_alone(tmp_path: Path, strace: str) -> None:
    ended = with_faults(strace, tmp_path, NO_SWAP, "linkat:error=EPERM")
    assert (ended.returncode, "neither swap two files nor give one a second name" in ended.stderr) == (1, True), (
        ended.stderr
    )
    assert [(found.name, found.read_bytes()) for found in (tmp_path / "leads").iterdir()] == [("a.md", OLD)]


def test_a_program_that_opens_the_file_during_the_question_does_not_end_ours(
    tmp_path: Path, strace: str, calls_before: dict[str, int]
) -> None:
    # The lease is the second fcntl; it is held for as long as strace delays the way out of that call.
    options = injected(nth_call(calls_before, "fcntl", 2, "delay_exit=200000"))
    (tmp_path / "leads").mkdir()
    lead = tmp_path / "leads/a.md"
    lead.write_bytes(OLD)
    command = [strace, "-qq", *options, sys.executable, "-ISBc", SCRIPT, PACKAGE, str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            os.close(os.open(lead, os.O_WRONLY))
    assert process.returncode in (0, 1)  # written, or refused because it was open; not ended by a signal
    assert lead.read_bytes() in (OLD, NEW)


def test_where_two_names_cannot_be_swapped_every_rule_of_replacing_still_holds(strace: str) -> None:
    tests = [str(Path(__file__).with_name(f"test_folder_{name}.py")) for name in ("replace", "saves")]
    wanted = "stay or test_folder_saves and not writes_after_it"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests, "-k", wanted]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (PACKAGE, os.environ.get("PYTHONPATH"))))}
    traced = [strace, "-qq", *injected(NO_SWAP), *command]
    ended = subprocess.run(traced, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert ended.returncode == 0, ended.stdout
    assert re.search(r"\d\d passed", ended.stdout), ended.stdout
