"""git: the commit that a base's files stand at, and a repository for a new base.

GitPython finds and opens the repository; it does so in Python, and nothing that lies in a stranger's repository runs.
Every git command goes through `_git`, since GitPython's own runner can neither drop the GIT_* variables of a hook that
leadbase is run from, nor stop a git that hangs on Windows.
"""

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from leadbase.errors import LeadbaseError

try:
    from git.cmd import safer_popen
    from git.exc import GitError
    from git.repo import Repo
except ModuleNotFoundError:
    raise
except ImportError:  # GitPython does not let itself be imported where there is no git
    HAS_GIT = False
else:
    HAS_GIT = True

_TIMEOUT_S = 60
_LATEST = 253_000_000_000  # in the year 9987: no time zone leads from there beyond the calendar
# What a repository's own settings could make git run is off: the file system monitor, hooks, the pager, and the remote
# that a partial clone would fetch from. A bare repository that lies inside the tree is not taken for the repository.
_PROTOCOLS = ("ext", "file", "ssh", "git", "http", "https")
_PREFIX = (
    "git", "--no-pager", "--literal-pathspecs",
    "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.pager=cat", "-c", "protocol.allow=never", "-c", "color.ui=false", "-c", "core.quotePath=false",
    *(part for name in _PROTOCOLS for part in ("-c", f"protocol.{name}.allow=never")),
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": ":",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """The last commit that touched some files, its time, and whether they differ from what is committed by now."""

    commit: str
    time: datetime
    is_dirty: bool


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository with its files: the folder that holds `.git`, and where git keeps its own."""

    top: Path
    git_dir: Path


def source_stamp(root: Path, paths: Sequence[str]) -> tuple[Stamp | None, str]:
    """The stamp of these files and folders of a base, or None and, where a person should know it, the reason.

    No repository, or no commit of these files, is None with no reason. Nothing is written, nothing fetched, and
    nothing that the repository's own settings name is run.
    """
    if not HAS_GIT:
        return None, "git is not installed"
    try:
        repository = _opened(root)
        return (_stamp(root, repository, paths), "") if repository else (None, "")
    except LeadbaseError as error:
        return None, error.message


def _stamp(root: Path, repository: _Repository, paths: Sequence[str]) -> Stamp | None:
    if _git(root, repository, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], fails_with=None) is None:
        return None  # no commit yet
    last = _git(root, repository, ["rev-list", "--max-count=1", "--timestamp", "HEAD"], paths) or b""
    seconds, _, commit = last.decode("ascii").strip().partition(" ")
    if not commit:
        return None
    if not 0 <= int(seconds) < _LATEST:
        raise LeadbaseError("the last commit has a time that no calendar has")
    return Stamp(commit, datetime.fromtimestamp(int(seconds), UTC), _is_dirty(root, repository, paths))


def _is_dirty(root: Path, repository: _Repository, paths: Sequence[str]) -> bool:
    """Whether a file differs from its commit, is new, or is gone; True as well when that cannot be found out safely.

    To compare a file git runs the filter that an attribute gives it. A filter that the repository's own settings
    define is a stranger's command, so it is set to nothing for this call.
    """
    filters = _own_filters(root, repository)
    if any("=" in name for name in filters):
        return True  # -c cannot name it, so it cannot be switched off
    off = [f"filter.{name}.{key}" for name in sorted(filters) for key in ("clean=", "process=", "required=false")]
    command = [part for setting in off for part in ("-c", setting)]
    command += ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--ignore-submodules=all", "--no-renames"]
    return bool(_git(root, repository, command, paths))


def _own_filters(root: Path, repository: _Repository) -> set[str]:
    """The names of the filters that the repository itself defines, not the person or the machine."""
    listed = (_git(root, repository, ["config", "--list", "-z", "--show-scope"]) or b"").decode(
        "utf-8", "surrogateescape"
    )
    tokens = listed.split("\0")
    keys = [
        setting.partition("\n")[0]
        for scope, setting in zip(tokens[::2], tokens[1::2], strict=False)
        if scope not in ("system", "global")
    ]
    return {key.split(".", 1)[1].rpartition(".")[0] for key in keys if key.startswith("filter.") and key.count(".") > 1}


def _opened(root: Path) -> _Repository | None:
    """The repository that the folder is in, or None; LeadbaseError when there is one that cannot be opened."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    try:
        with Repo(root, search_parent_directories=True, expand_vars=False) as repo:
            if repo.bare or repo.working_tree_dir is None:
                return None
            found = _Repository(Path(repo.working_tree_dir), Path(repo.git_dir))
    except (GitError, OSError, ValueError) as error:
        raise LeadbaseError(f"the git repository of {root} cannot be opened: {type(error).__name__}") from error
    # the other kind is a bare repository that someone put into the tree: its settings are not ours to follow
    return found if (found.top / ".git").exists() else None


def create_repository(root: Path) -> bool:
    """Make a git repository with the branch `main` in a folder; False, and nothing done, when it is in one already.

    No template is copied into it, so it has no hooks. Without git nothing is done either. Raises LeadbaseError when
    git fails.
    """
    if not HAS_GIT or os.path.lexists(root / ".git") or _opened(root):
        return False
    _git(root, None, ["init", "--quiet", "--template=", "--initial-branch=main"])
    return True


def _git(
    root: Path,
    repository: _Repository | None,
    command: Sequence[str],
    paths: Iterable[str] = (),
    *,
    fails_with: str | None = "git failed",
) -> bytes | None:
    """What a git command prints. It runs in the base's root with fixed settings; paths are relative to that.

    LeadbaseError when git fails, or None with `fails_with` None.
    """
    where = (f"--git-dir={repository.git_dir}", f"--work-tree={repository.top}") if repository else ()
    behind = list(paths)
    whole = [*_PREFIX, "-C", str(root), *where, *command, *(["--", *behind] if behind else [])]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        running = safer_popen(
            whole,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**inherited, **_ENVIRONMENT},
        )
    except OSError as error:
        raise LeadbaseError(f"git cannot be run: {error.strerror}") from error
    with running:
        try:
            out, problem = running.communicate(timeout=_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            running.kill()
            raise LeadbaseError(f"git gave no answer within {_TIMEOUT_S} seconds") from error
    if running.returncode == 0:
        return bytes(out)
    if fails_with is None:
        return None
    first = problem.decode("utf-8", "replace").strip().partition("\n")[0]
    raise LeadbaseError(f"{fails_with}: {first}")
