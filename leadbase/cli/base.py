"""What every command needs: the base it works on, and the way it ends."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from leadbase.cli.output import Bar, complain
from leadbase.errors import UsageError
from leadbase.workspace import Listener, Workspace

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
        command(Workspace.open(start, Listener(Bar("indexing").show, complain)), *args, **kwargs)

    return with_workspace


_MARK = "\0"


class QueryCommand(click.Command):
    """A command that takes a query, in which `-source:reddit` is a condition and no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with conditions out of its sight: an option of one dash has one letter here."""
        marked = [_MARK + arg if len(arg) > 2 and arg[0] == "-" != arg[1] else arg for arg in args]
        rest = super().parse_args(ctx, marked)
        ctx.params = {name: _unmarked(value) for name, value in ctx.params.items()}
        return rest


def _unmarked(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_unmarked, value))
    return value.replace(_MARK, "") if isinstance(value, str) else value


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file can have
        return False


def finish(*, failed: bool) -> None:
    """End the command: exit code 1 when something failed, else return."""
    if failed:
        raise SystemExit(1)
