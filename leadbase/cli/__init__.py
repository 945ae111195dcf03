"""The command line: a group that loads a command's module only when that command runs, and the one error boundary."""

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from leadbase import __version__
from leadbase.cli.output import complain, complain_problems, safe
from leadbase.errors import LeadbaseError, LeadNotFound, ProblemsError
from leadbase.late import late

if TYPE_CHECKING:
    from leadbase.core import vocabulary
else:
    vocabulary = late("leadbase.core.vocabulary")

COMMANDS = {
    "init": "Make a new base in a folder.",
    "add": "Add a lead; what you leave out is inferred where it can be.",
    "list": "List leads, filtered and sorted.",
    "search": "Find leads by their words, the best match first.",
    "show": "Show one lead: its fields, its text, its score.",
    "why": "Explain a lead's score, confidence and grade, line by line.",
    "edit": "Open a lead in your editor and rescore it afterwards.",
    "score": "Rescore leads and write what changed into their files.",
    "check": "Report every problem of every file.",
    "report": "Compile the daily report.",
    "stats": "Count leads per grade, type, company, source and day.",
    "index": "Bring the index up to date, or make it anew.",
    "completion": "Print what lets bash, zsh or fish complete leadbase's words.",
}
"""Every command with its help line, in the order of a working day. A command lives in the module of its name."""


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are run: `leadbase list` never waits for git or Jinja."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]  # `list` is by now the name of a module here

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"leadbase.cli.{cmd_name}")
        command: click.Command = module.command
        command.short_help = COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command named when there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = vocabulary.nearest(args[0], COMMANDS)
            hint = f" Did you mean {near}?" if near else " `leadbase --help` lists the commands."
            ctx.fail(f"there is no command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="A lead is a markdown file under leads/; a base is a folder with a leadbase.toml, best kept in git. "
    "Start one with `leadbase init desk`, then `cd desk` and `leadbase list`.",
)
@click.option("--base", metavar="DIR", help="Work on the base in DIR instead of the one you stand in.")
@click.version_option(__version__, prog_name="leadbase", message="%(prog)s %(version)s")
@click.pass_context
def group(ctx: click.Context, base: str | None) -> None:
    """Keep a news desk's leads as markdown files: scored with reasons, graded, compiled into the daily report.

    Nothing here uses the network. Every number explains itself: try `leadbase why LEAD`.
    """
    ctx.obj = base


def main(args: Sequence[str] | None = None) -> None:
    """The entry point. Exit codes: 0 done, 1 leadbase's or any lead's failure, 2 usage, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        result: Any = group.main(args=args, prog_name="leadbase", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(safe(shown.getvalue()), err=True, nl=False)
        sys.exit(error.exit_code)
    except LeadbaseError as error:
        _explain(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader has gone, as `| head` does; say nothing more, not even while the interpreter closes
        _forget_output()
        sys.exit(141)
    except OSError as error:
        _forget_output()
        complain(f"leadbase: {error.filename or 'the output'}: {error.strerror or error}")
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


def _forget_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: LeadbaseError) -> None:
    if isinstance(error, ProblemsError):
        complain_problems(error.problems)
        return
    first, *more = error.message.split("\n")
    complain(f"leadbase: {first}")
    for line in more:  # such as a query with a caret below its mistake
        complain(line)
    if isinstance(error, LeadNotFound):
        for candidate in error.candidates[:20]:
            complain(f"  {candidate}")
        if len(error.candidates) > 20:
            complain(f"  … and {len(error.candidates) - 20} more")
    if error.hint:
        complain(f"  {error.hint}")
