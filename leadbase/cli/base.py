"""What every command needs: the base it works on, and the way it ends."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from leadbase.errors import UsageError
from leadbase.workspace import Workspace

Params = ParamSpec("Params")


def pass_workspace(command: Callable[Concatenate[Workspace, Params], None]) -> Callable[Params, None]:
    """Give a command the base named by --base, or the one around the current folder."""

    @functools.wraps(command)
    def with_workspace(*args: Params.args, **kwargs: Params.kwargs) -> None:
        base = click.get_current_context().find_root().obj
        try:
            start = Path(base) if base else Path.cwd()
        except FileNotFoundError as error:
            raise UsageError("the folder you stand in is there no more", "go to another, or name a base") from error
        if not _is_folder(start):
            raise UsageError(f"--base {base}: there is no such folder")
        command(Workspace.open(start), *args, **kwargs)

    return with_workspace


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file can have
        return False


def finish(*, failed: bool) -> None:
    """End the command: exit code 1 when something failed, else return."""
    if failed:
        raise SystemExit(1)
