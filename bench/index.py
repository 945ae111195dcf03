"""The index at 1,000, 10,000 and 100,000 leads: cold, unchanged, with one change, searched, beside the floors.

    python bench/index.py [--leads 10000] [--leads 100000] [--runs 5] [--keep DIR]

Every figure is the median of whole processes of one run, in seconds, with its ratio to the floor it is held against:
walking the tree with scandir and stat, a plain python-frontmatter loop over the same files, `leadbase --version`, and
`rg -l` where it is installed. What is held against something else runs in turn with it. `--keep` makes the bases in DIR, or uses those it finds there. The cache lies in a folder
of its own and is thrown away.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.generate import RARE_EN, RARE_ZH, generate

ROOT = Path(__file__).resolve().parent.parent
COMMON, CHINESE = "model", "融资"
LIST = ["list", "company:openai", "grade:quotable", "--format", "paths"]

WALK = """
import os, sys, time
began, folders, files = time.perf_counter(), [sys.argv[1]], 0
while folders:
    with os.scandir(folders.pop()) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                files += 1
print(time.perf_counter() - began)
"""
LOOP = """
import pathlib, sys, time
import frontmatter
paths = sorted(str(path) for path in pathlib.Path(sys.argv[1]).rglob("*.md"))
began, kept = time.perf_counter(), []
for path in paths:
    kept.append(frontmatter.load(path))
print(time.perf_counter() - began)
"""
PARTS = """
import gc, sys, time
from pathlib import Path
import frontmatter
from leadbase.core import entry
from leadbase.core.lead import read
from leadbase.core.scoring import assess
from leadbase.adapters.index import schema
from leadbase.adapters.index.rows import Fresh, Rows
from leadbase.indexing.files import Desk, indexed
from leadbase.workspace import Workspace
desk = Workspace.open(Path(sys.argv[1]))
paths, rules = desk.folder.paths("leads")[:3000], desk.rules
gc.freeze()
gc.set_threshold(200_000)
best = {}
def timed(name, work):
    began = time.process_time()
    made = work()
    best[name] = min(best.get(name, 1e9), time.process_time() - began)
    return made
for _ in range(3):
    timed("loop", lambda: [frontmatter.load(desk.root / path) for path in paths])
    taken = timed("read the files", lambda: list(desk.folder.read_all(paths)))
    read_ = timed("parse", lambda: [read(each.raw, each.path, desk.settings.zone) for each in taken])
    judged = timed("score", lambda: [assess(each.lead, rules) for each in read_])
    timed("records as JSON", lambda: [entry.as_record(*each) for each in zip(read_, judged)])
    timed("words", lambda: [entry.words(each.lead.title, each.lead.companies, each.lead.text) for each in read_])
    fresh = timed("all of it", lambda: indexed(paths, {}, Desk(desk.folder, rules, desk.settings.zone)))
    rows = Rows(schema.connect(":memory:"))
    def put():
        with rows.change():
            rows.put(fresh)
    timed("SQLite, in memory", put)
loop = best.pop("loop")
for name, seconds in best.items():
    print(f"{name} {seconds / loop:.2f}")
"""
WATCHER = """
import sys, time
from pathlib import Path
from leadbase.adapters.index.vouch import vouching
from leadbase.workspace import Workspace
index = Workspace.open(Path(sys.argv[1])).index
with vouching(index.path.parent) as vouch:
    vouch.give(index.identity)
    print("ready", flush=True)
    while True:
        vouch.beat()
        time.sleep(0.5)
"""


@dataclass
class Bench:
    """One base, and what was measured on it so far."""

    base: Path
    count: int
    runs: int
    environment: dict[str, str]
    rows: list[tuple[str, float, str]] = field(default_factory=list)

    def leadbase(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "leadbase", "--base", str(self.base), *words]

    def run(self, command: Sequence[str]) -> tuple[float, bytes]:
        began = time.perf_counter()
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False, cwd=self.base)
        took = time.perf_counter() - began
        if done.returncode not in (0, 1) or b"Traceback" in done.stderr:
            raise SystemExit(f"{command}: {done.stderr.decode()}")
        return took, done.stdout

    def median(self, command: Sequence[str], *, before: Callable[[], None] | None = None) -> float:
        return statistics.median(self.pair(command, None, before=before)[0])

    def pair(
        self, command: Sequence[str], other: Sequence[str] | None, *, before: Callable[[], None] | None = None
    ) -> tuple[list[float], list[float]]:
        """The seconds of both commands, run in turn: a machine that slows down slows both."""
        taken: list[float] = []
        beside: list[float] = []
        for _ in range(self.runs):
            if before:
                before()
            taken.append(self.run(command)[0])
            if other:
                beside.append(self.run(other)[0])
        return taken, beside

    def against(self, work: str, command: Sequence[str], other: Sequence[str], held: str) -> float:
        """Say how long a command takes, and how many times as long as another that ran in turn with it."""
        taken, beside = self.pair(command, other)
        ratio = statistics.median(one / two for one, two in zip(taken, beside, strict=True))
        self.say(work, statistics.median(taken), held.format(f"{ratio:.2f}"))
        return statistics.median(taken)

    def printed(self, script: str, runs: int) -> float:
        """The median of the seconds that a script says it took."""
        return statistics.median(
            float(self.run([sys.executable, "-c", script, str(self.base / "leads")])[1]) for _ in range(runs)
        )

    def say(self, work: str, seconds: float, held: str) -> None:
        print(f"| {self.count:>7,} | {work:<52} | {seconds:>8.3f} | {held}", flush=True)


def measure(bench: Bench) -> None:
    """Everything for one base, as rows of the table."""
    version = bench.leadbase("--version")
    bench.say("leadbase --version", bench.median(version), "")
    bench.say("floor: scandir + stat of the tree", bench.printed(WALK, bench.runs), "")
    cold(bench)
    quiet = waiting(bench)
    changed = bench.median(bench.leadbase(*LIST), before=lambda: change_one(bench.base))
    bench.say(
        "one file changed, then list", changed, f"nothing changed + {1000 * (changed - quiet):.0f} ms (target 20)"
    )
    export = bench.median(bench.leadbase("list", "--format", "jsonl"))
    bench.say("list --format jsonl of everything", export, "target 1.0 s at 10,000" if bench.count == 10_000 else "")
    words = (("rare", RARE_EN), ("common", COMMON), ("rare Chinese", RARE_ZH), ("Chinese", CHINESE))
    with watcher(bench):
        bench.against("a watcher, list company:x grade:y", bench.leadbase(*LIST), version, "{} x --version (target 2)")
        for kind, word in words:
            search = bench.leadbase("search", word, "--format", "paths")
            bench.against(f"a watcher, search {kind} word", search, version, "{} x --version (target 2.5)")
            if shutil.which("rg"):
                bench.against(
                    f"a watcher, search {kind} word", search, ["rg", "-l", word, "leads"], "{} x rg -l (target 1)"
                )
    for kind, word in words:
        search = bench.leadbase("search", word, "--format", "paths")
        if shutil.which("rg"):
            bench.against(f"no watcher, search {kind} word", search, ["rg", "-l", word, "leads"], "{} x rg -l")
        else:
            bench.say(f"no watcher, search {kind} word", bench.median(search), "rg is not installed")


def waiting(bench: Bench) -> float:
    """The list when nothing has changed, beside the walk of the same tree."""
    walk = [sys.executable, "-c", WALK, str(bench.base / "leads")]
    taken: list[float] = []
    walks: list[float] = []
    for _ in range(bench.runs):
        taken.append(bench.run(bench.leadbase(*LIST))[0])
        walks.append(float(bench.run(walk)[1]))
    beyond = statistics.median(one - two for one, two in zip(taken, walks, strict=True))
    times = statistics.median(one / two for one, two in zip(taken, walks, strict=True))
    target = {10_000: " (target 3)", 100_000: " (target 1.4)"}.get(bench.count, "")
    bench.say(
        "nothing changed, list company:x grade:y",
        statistics.median(taken),
        f"{times:.2f} x the walk{target}, or + {beyond:.3f}",
    )
    return statistics.median(taken)


def cold(bench: Bench) -> None:
    """The whole index from nothing beside the plain loop, with the memory of all processes together."""
    runs = min(bench.runs, 3) if bench.count > 50_000 else bench.runs
    loop = [sys.executable, "-c", LOOP, str(bench.base / "leads")]
    taken, loops, peaks = [], [], []
    for _ in range(runs):
        loops.append(float(bench.run(loop)[1]))
        with peak() as most:
            taken.append(bench.run(bench.leadbase("index", "--rebuild"))[0])
        peaks.append(most[0])
    ratio = statistics.median(one / two for one, two in zip(taken, loops, strict=True))
    target = 0.8 if bench.count > 50_000 else 2.0
    bench.say("floor: python-frontmatter loop", statistics.median(loops), "")
    bench.say(
        "cold index: read, score, full text", statistics.median(taken), f"{ratio:.2f} x the loop (target {target})"
    )
    bench.say("cold index, peak memory in MB", max(peaks), "target 400")
    parts(bench)


def parts(bench: Bench) -> None:
    """What the work of one process on some of the leads is made of, as shares of the plain loop over the same files."""
    done = bench.run([sys.executable, "-c", PARTS, str(bench.base)])[1].decode()
    for line in done.splitlines():
        name, times = line.rsplit(" ", 1)
        bench.say(f"  one process: {name}", float(times), "x the loop over the same files")


@contextmanager
def peak():  # type: ignore[no-untyped-def]
    """The most memory, in MB, that this process's children have had together; shared pages count once (PSS)."""
    most, is_over = [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.05):
            most[0] = max(most[0], sum(map(pss_kb, children(os.getpid()))) / 1024)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        is_over.set()
        thread.join()


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    own = [int(each) for each in text.split()]
    return own + [each for one in own for each in children(one)]


def pss_kb(pid: int) -> int:
    """A process's share of memory; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def change_one(base: Path) -> None:
    """Save one lead anew, with another text."""
    path = next((base / "leads").rglob("*.md"))
    text = path.read_text(encoding="utf-8").partition("\n<!-- ")[0]
    path.write_text(f"{text}\n<!-- {time.time_ns()} -->\n", encoding="utf-8")


@contextmanager
def watcher(bench: Bench):  # type: ignore[no-untyped-def]
    """A process that gives its word for the index, as a watcher does."""
    command = [sys.executable, "-c", WATCHER, str(bench.base)]
    with subprocess.Popen(command, env=bench.environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout and process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, action="append", metavar="N")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    asked = parser.parse_args()
    print(
        "| leads   | work                                                 | seconds  | held against\n| ---: | --- | ---: | ---"
    )
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "LEADBASE_CACHE_DIR": str(Path(scratch) / "cache"), "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for count in asked.leads or (1_000, 10_000, 100_000):
            base = (asked.keep or Path(scratch)) / f"leads-{count}"
            if not base.exists():
                generate(count, base)
            measure(Bench(base.resolve(), count, asked.runs, environment))


if __name__ == "__main__":
    main()
