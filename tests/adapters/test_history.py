import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadbase.adapters import history
from leadbase.adapters.history import Stamp, create_repository, source_stamp
from leadbase.errors import LeadbaseError

World = Callable[..., Path]
PATHS = ("leads", "rules", "leadbase.toml")
LEAD = {"leads/a.md": "---\ntitle: A\n---\n"}


def git(root: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return done.stdout.strip()


def stamp_of(root: Path) -> Stamp:
    stamp, reason = source_stamp(root, PATHS)
    assert stamp is not None, reason
    assert reason == ""
    return stamp


def save(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_the_stamp_is_the_last_commit_of_these_files(world: World) -> None:
    root = world(LEAD)
    assert stamp_of(root) == Stamp(
        git(root, "rev-parse", "HEAD"), datetime(2026, 4, 24, 10, 0, tzinfo=UTC), is_dirty=False
    )


def test_a_commit_of_other_files_is_not_it(world: World) -> None:
    root = world(LEAD)
    before = stamp_of(root)
    save(root, "reports/2026/2026-04-24.md", "report")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Report", GIT_COMMITTER_DATE="2026-04-25T08:00:00+08:00")
    assert stamp_of(root) == before


@pytest.mark.parametrize("change", ["edit", "new", "gone", "staged"])
def test_what_is_not_committed_makes_it_dirty(world: World, change: str) -> None:
    root = world(LEAD)
    if change == "gone":
        (root / "leads/a.md").unlink()
    else:
        save(root, "leads/b.md" if change == "new" else "leads/a.md", "---\ntitle: B\n---\n")
    if change == "staged":
        git(root, "add", "-A")
    assert stamp_of(root).is_dirty
    save(root, "reports/x.md", "other")


def test_other_files_may_change(world: World) -> None:
    root = world(LEAD)
    save(root, "reports/x.md", "new")
    save(root, "draft.md", "new")
    assert not stamp_of(root).is_dirty


def test_without_a_repository_or_a_commit_there_is_no_stamp(world: World) -> None:
    root = world(LEAD, commit=False)
    assert source_stamp(root, PATHS) == (None, "")
    git(root, "init", "-q")
    assert source_stamp(root, PATHS) == (None, "")
    git(root, "commit", "-qm", "Empty", "--allow-empty")
    assert source_stamp(root, PATHS) == (None, "")


def test_a_base_in_a_folder_of_a_repository_has_its_own_stamp(world: World) -> None:
    top = world({"desk/leads/a.md": "a", "leads/other.md": "b"})
    assert not stamp_of(top / "desk").is_dirty
    save(top, "leads/other.md", "changed")
    assert not stamp_of(top / "desk").is_dirty
    save(top, "desk/leads/a.md", "changed")
    assert stamp_of(top / "desk").is_dirty


def test_a_linked_work_tree_has_a_stamp(world: World, tmp_path: Path) -> None:
    root = world(LEAD)
    git(root, "worktree", "add", "-q", str(tmp_path / "second"))
    assert stamp_of(tmp_path / "second") == stamp_of(root)


def test_odd_folder_names_are_taken_literally(world: World) -> None:
    root = world(LEAD, name="$HOME -q 月")
    assert not stamp_of(root).is_dirty


def test_the_variables_of_a_hook_do_not_mislead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    root, other = world(LEAD), world({"leads/z.md": "z"}, name="other")
    expected = stamp_of(root)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert stamp_of(root) == expected


def test_a_repository_that_cannot_be_opened_is_named(world: World) -> None:
    root = world(LEAD)
    (root / ".git" / "HEAD").write_text("nonsense")
    stamp, reason = source_stamp(root, PATHS)
    assert stamp is None
    assert reason.startswith("the git repository of ")


def test_git_that_fails_is_a_reason_and_no_crash(world: World) -> None:
    root = world(LEAD)
    (root / ".git" / "index").write_bytes(b"nonsense")
    stamp, reason = source_stamp(root, PATHS)
    assert stamp is None
    assert reason.startswith("git failed: ")


def test_without_git_there_is_no_stamp_and_a_reason(world: World) -> None:
    root = world(LEAD)
    code = (
        "from pathlib import Path; from leadbase.adapters.history import create_repository, source_stamp; "
        f"root = Path({str(root)!r}); print(source_stamp(root, ['leads']), create_repository(root / 'new'))"
    )
    environment = {**os.environ, "PATH": "", "PYTHONPATH": str(Path(history.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "(None, 'git is not installed') False"


def trap(root: Path, name: str) -> tuple[str, Path]:
    """A command that leaves a mark when anyone runs it, and the mark."""
    mark, script = root.parent / f"{name}-ran", root.parent / f"{name}.sh"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat 2>/dev/null || true\n")
    script.chmod(0o755)
    return str(script), mark


HOSTILE_SETTINGS = (
    "core.fsmonitor", "core.pager", "pager.status", "pager.rev-list", "diff.external", "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process", "filter.a=b.clean", "gpg.program", "core.sshCommand", "credential.helper", "core.editor",
    "uploadpack.packObjectsHook", "core.alternateRefsCommand", "alias.status", "alias.rev-list", "core.askPass",
)  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="the trap is a shell script")
@pytest.mark.parametrize("key", HOSTILE_SETTINGS)
def test_nothing_that_a_repository_names_is_run(world: World, key: str) -> None:
    name = "a=b" if "a=b" in key else "evil"
    root = world({**LEAD, ".gitattributes": f"*.md filter={name} diff={name}\n"})
    command, mark = trap(root, "setting")
    git(root, "config", key, command)
    git(root, "config", "log.showSignature", "true")
    os.utime(root / "leads" / "a.md", (0, 0))  # so that git has to look into the file
    stamp_of(root)
    assert not mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the trap is a shell script")
def test_the_trap_catches_a_plain_git(world: World) -> None:
    root = world({**LEAD, ".gitattributes": "*.md filter=evil\n"})
    command, mark = trap(root, "control")
    git(root, "config", "filter.evil.clean", command)
    os.utime(root / "leads" / "a.md", (0, 0))
    git(root, "status")
    assert mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the trap is a shell script")
def test_no_hook_is_run(world: World) -> None:
    root = world(LEAD)
    command, mark = trap(root, "hook")
    for hook in ("post-index-change", "pre-commit", "post-checkout", "reference-transaction"):
        (root / ".git" / "hooks").mkdir(exist_ok=True)
        (root / ".git" / "hooks" / hook).symlink_to(command)
    os.utime(root / "leads" / "a.md", (0, 0))
    stamp_of(root)
    assert not mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the trap is a shell script")
def test_a_bare_repository_in_the_tree_is_not_the_repository(world: World) -> None:
    top = world({**LEAD, "sub/leadbase.toml": "", "sub/leads/a.md": "a"})
    command, mark = trap(top, "bare")
    git(top, "clone", "-q", "--bare", str(top), str(top.parent / "bare.git"))
    for part in (top.parent / "bare.git").iterdir():
        part.rename(top / "sub" / part.name)
    (top / "sub" / "config").write_text(f'[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "{command}"\n')
    assert source_stamp(top / "sub", PATHS) == (None, "")
    assert stamp_of(top).commit
    assert not mark.exists()


def test_a_filter_that_is_the_persons_own_still_counts(world: World) -> None:
    """As with large files kept elsewhere: what is committed is the filter's output, and the file is not dirty."""
    root = world({**LEAD, ".gitattributes": "*.md filter=upper\n"})
    home = Path(os.environ["HOME"])
    (home / ".gitconfig").write_text('[filter "upper"]\n\tclean = tr a-z A-Z\n\tsmudge = tr A-Z a-z\n')
    (root / "leads" / "a.md").touch()
    git(root, "add", "--renormalize", ".", GIT_CONFIG_GLOBAL=str(home / ".gitconfig"))
    git(root, "commit", "-qm", "Filtered", GIT_CONFIG_GLOBAL=str(home / ".gitconfig"))
    os.utime(root / "leads" / "a.md", (0, 0))
    assert not stamp_of(root).is_dirty


def test_reading_leaves_the_repository_as_it_was(world: World) -> None:
    root = world(LEAD)
    os.utime(root / "leads" / "a.md", (0, 0))

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (root / ".git").rglob("*") if path.is_file()}

    before = state()
    stamp_of(root)
    assert state() == before


def test_a_new_repository_has_the_branch_main_and_no_hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = tmp_path / "template"
    (template / "hooks").mkdir(parents=True)
    (template / "hooks" / "post-checkout").write_text("#!/bin/sh\n")
    (Path(os.environ["HOME"]) / ".gitconfig").write_text(
        f"[init]\n\ttemplateDir = {template}\n\tdefaultBranch = trunk\n"
    )
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template))
    root = tmp_path / "-q base"
    root.mkdir()
    assert create_repository(root)
    assert git(root, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert not (root / ".git" / "hooks").exists()


def test_a_folder_in_a_repository_is_left_alone(world: World) -> None:
    root = world(LEAD)
    assert not create_repository(root)
    assert not create_repository(root / "leads")
    assert not (root / "leads" / ".git").exists()


def test_a_damaged_repository_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    assert not create_repository(tmp_path)
    assert (tmp_path / ".git").read_text() == "gitdir: /nowhere\n"


def test_a_git_that_fails_to_make_one_says_why(tmp_path: Path) -> None:
    with pytest.raises(LeadbaseError, match="git failed: "):
        create_repository(tmp_path / "missing")
