"""After whatever happened to the files, the index says what they say: what a rebuild says, and what reading them says."""

import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from leadbase.adapters.index.place import CACHE_VARIABLE
from leadbase.adapters.index.store import Lookup
from leadbase.adapters.settings import shipped_rules
from leadbase.core.columns import COLUMNS
from leadbase.core.entry import entries
from leadbase.core.rules import build
from leadbase.workspace import Listener, Workspace
from tests.adapters.index.content import content
from tests.cli.leads import BROKEN, CHINESE, QUOTABLE, WEAK
from tests.conftest import SETTINGS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pipes, links by default, or such names there")

IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A disk on which hundreds of indexes are made in a moment."""
RULES = build(shipped_rules(), {})
FOLDERS = ("leads", "leads/2026", "leads/2026/04", "leads/b", "leads/dir.md")
NAMES = ("a.md", "A.MD", "b.md", "c.md", "新.md", "x\udcff.md", "notes.txt", ".a.md.swp", "b.md~")
TEXTS = (
    QUOTABLE.encode(), QUOTABLE.replace("small", "large").encode(), CHINESE.encode(), WEAK.encode(), BROKEN.encode(),
    b"", b"no front matter at all\n", "﻿---\r\ntitle: ＧＰＴ 新一轮\r\ncompany: 阿里\r\n---\r\n".encode(), b"---\ntitle: \xff\n---\n",
    QUOTABLE.replace("type:", "follow-up-of: a\ntype:").encode(),
)  # fmt: skip


def opened(root: Path, cache: Path, listener: Listener | None = None) -> Workspace:
    """The base as another command would find it, with its index equal to the files."""
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(cache)
    try:
        workspace = Workspace.open(root, listener)
        vars(workspace)["rules"] = RULES  # they need not be read again each time
        assert workspace.index.notice == ""
    finally:
        os.environ.pop(CACHE_VARIABLE)
        if before is not None:
            os.environ[CACHE_VARIABLE] = before
    return workspace


def kept(workspace: Workspace) -> dict[str, Any]:
    path = workspace.index_path
    assert path
    found = content(path)
    workspace.index.close()
    return found


def agree(root: Path, caches: Path) -> None:
    """The index that was carried along, one made from nothing, and the files themselves say the same."""
    carried = kept(opened(root, caches / "carried"))
    shutil.rmtree(caches / "fresh", ignore_errors=True)
    fresh = opened(root, caches / "fresh")
    refused = fresh.ask(Lookup.refused)
    assert carried == kept(fresh)
    read = {reading.path: reading for reading in fresh.readings}
    listed = fresh.folder.listing()
    assert set(carried["leads"]) == set(listed.paths)
    assert sorted(map(str, refused)) == sorted(map(str, listed.refused))
    for path, (digest, *rest) in carried["leads"].items():
        own = [problem for problem in read[path].problems if problem.code != "duplicate-name"]
        assert bool(rest[COLUMNS.index("is_readable")]) == (read[path].lead is not None)
        assert rest[COLUMNS.index("problem_count")] == len(own)
        assert digest or read[path].lead is None
        if read[path].lead and len(own) == len(read[path].problems):
            [found] = entries([read[path]], RULES)
            assert rest == [*found.columns, found.record, found.problems]
    assert carried["count"] == len(carried["leads"])


class Desk(RuleBasedStateMachine):
    """People and programs at work on a base; after each step somebody asks."""

    places = st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)).map("/".join)
    folders = st.sampled_from(FOLDERS[1:])
    texts = st.sampled_from(TEXTS)
    numbers = st.integers(0, 20)

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp(dir=IN_MEMORY))
        self.clock = pytest.MonkeyPatch()
        # a clock as fine as this disk's: then most files are old enough to be known by their stamps alone
        self.clock.setattr(import_module("leadbase.indexing.files"), "_RACY_NS", 20_000_000)
        self.root = self.top / "base"

    @initialize()
    def begin(self) -> None:
        (self.root / "leads").mkdir(parents=True)
        (self.root / "leadbase.toml").write_text(SETTINGS, encoding="utf-8")
        for place in ("leads/a.md", "leads/2026/b.md", "leads/2026/04/c.md", "leads/2026/04/新.md"):
            self.free(place).write_text(QUOTABLE, encoding="utf-8")

    def free(self, place: str) -> Path:
        """The place, with its folder made and whatever had its name gone."""
        path = self.root / place
        for each in (*reversed(path.relative_to(self.root).parents), path.relative_to(self.root)):
            here = self.root / each
            if os.path.lexists(here) and (here == path or not here.is_dir() or here.is_symlink()):
                shutil.rmtree(here) if here.is_dir() and not here.is_symlink() else here.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def there(self, number: int) -> Path | None:
        """One of the files that are there, if any is."""
        found = sorted(each for each in self.root.rglob("leads/**/*") if each.is_file() and not each.is_symlink())
        return found[number % len(found)] if found else None

    @rule(place=places, text=texts)
    def write(self, place: str, text: bytes) -> None:
        self.free(place).write_bytes(text)

    @rule(which=numbers)
    def rewrite_with_the_same_size_and_time(self, which: int) -> None:
        if path := self.there(which):
            before = path.stat()
            with path.open("r+b") as file:
                raw = file.read()
                file.seek(0)
                file.write(raw.replace(b"small", b"SMALL") if b"small" in raw else raw.replace(b"SMALL", b"small"))
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(place=places, text=texts)
    def replace(self, place: str, text: bytes) -> None:
        (self.root / "new").write_bytes(text)
        path = self.free(place)
        (self.root / "new").rename(path)

    @rule(which=numbers, other=numbers)
    def swap_by_rename(self, which: int, other: int) -> None:
        first, second = self.there(which), self.there(other)
        if first and second and first != second:
            first.rename(self.root / "aside")
            second.rename(first)
            (self.root / "aside").rename(second)

    @rule(which=numbers)
    def delete(self, which: int) -> None:
        if path := self.there(which):
            path.unlink()

    @rule(which=numbers, to=places)
    def rename(self, which: int, to: str) -> None:
        if path := self.there(which):
            path.rename(self.root / "aside")
            (self.root / "aside").rename(self.free(to))

    @rule(folder=folders)
    def move_out(self, folder: str) -> None:
        path = self.root / folder
        if path.is_dir() and not path.is_symlink() and not (self.top / "out").exists():
            path.rename(self.top / "out")

    @rule(folder=folders)
    def move_in(self, folder: str) -> None:
        if (self.top / "out").exists():
            (self.top / "out").rename(self.free(folder))

    @rule(folder=folders)
    def put_a_file_for_a_folder(self, folder: str) -> None:
        self.free(folder).write_bytes(TEXTS[0])

    @rule(place=places, to=st.sampled_from(["a.md", "..", ".", "nowhere", "/etc/hostname", "/etc", "x"]))
    def link(self, place: str, to: str) -> None:
        self.free(place).symlink_to(to)

    @rule(folder=folders)
    def link_a_folder(self, folder: str) -> None:
        self.free(folder).symlink_to(self.root)

    @rule(place=places)
    def make_a_pipe(self, place: str) -> None:
        os.mkfifo(self.free(place))

    @rule(which=numbers)
    def touch(self, which: int) -> None:
        if path := self.there(which):
            os.utime(path, ns=(1, 1))

    @rule(name=st.sampled_from(["\udcff", "\udcfe", ".git"]), text=texts)
    def write_in_an_odd_folder(self, name: str, text: bytes) -> None:
        self.free(f"leads/{name}/a.md").write_bytes(text)

    @rule()
    def link_in_an_odd_folder(self) -> None:
        self.free("leads/\udcff/l\udcff.md").symlink_to("x")

    @rule()
    def lose_everything(self) -> None:
        self.free("leads")

    @rule()
    def have_a_file_for_all_leads(self) -> None:
        self.free("leads").write_bytes(b"")

    @invariant()
    def the_index_says_what_the_files_say(self) -> None:
        if (self.root / "leadbase.toml").is_file():
            agree(self.root, self.top)

    def teardown(self) -> None:
        self.clock.undo()
        shutil.rmtree(self.top)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
