"""`leadbase check`."""

import click

from leadbase.actions.check import check_base
from leadbase.cli.base import finish, pass_workspace
from leadbase.cli.output import complain, say, say_json
from leadbase.cli.words import today
from leadbase.core.record import problem_record
from leadbase.workspace import Workspace


@click.command("check")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@pass_workspace
def command(workspace: Workspace, *, form: str) -> None:
    """Report every problem of every file in one run.

    One line each: `path:line: level code: message (what to try)`. Exit code 1 when there is an error; warnings alone
    leave it 0.
    """
    checked = check_base(workspace, today(workspace.settings.zone))
    problems = checked.problems
    errors = sum(problem.level == "error" for problem in problems)
    if form == "json":
        say_json([problem_record(problem) for problem in problems])
    else:
        for problem in problems:
            say(str(problem))
        warnings = len(problems) - errors
        leads = checked.files
        complain(f"{leads} leads: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}")
    finish(failed=bool(errors))
