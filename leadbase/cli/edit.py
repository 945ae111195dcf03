"""`leadbase edit`."""

import click

from leadbase.actions.score import score_leads
from leadbase.cli.base import finish, pass_workspace
from leadbase.cli.output import complain, complain_problems, say
from leadbase.cli.score import change_line
from leadbase.errors import LeadbaseError
from leadbase.workspace import Workspace


@click.command("edit")
@click.argument("lead")
@pass_workspace
def command(workspace: Workspace, *, lead: str) -> None:
    """Open a lead in your editor and rescore it afterwards.

    The editor is $VISUAL, else $EDITOR. The file is edited in place; only its managed lines are written afterwards.
    """
    path = workspace.path_of(lead)
    before = workspace.folder.read(path)
    open_editor(workspace, path)
    if workspace.folder.read(path) == before:
        complain(f"{path}: unchanged")
    rescore(workspace, path)


def open_editor(workspace: Workspace, path: str) -> None:
    """Open a file of the base in the person's editor and wait for its end. Raises LeadbaseError when that fails."""
    try:
        click.edit(filename=str(workspace.root / path))
    except (click.ClickException, ValueError, OSError) as error:
        reason = error.message if isinstance(error, click.ClickException) else str(error)
        hint = "set EDITOR to a command such as vim; the lead is as it was saved last"
        raise LeadbaseError(f"the editor failed: {reason}", hint) from error


def rescore(workspace: Workspace, path: str) -> None:
    """Rescore one file after a person edited it, and say what came of it."""
    for rescored in score_leads(workspace, [workspace.read(path)], write=True):
        complain_problems(rescored.reading.problems)
        if rescored.scored is not None:
            say(change_line(rescored.scored))
        if rescored.refusal:
            complain(f"{path}: left alone: {rescored.refusal}")
        finish(failed=rescored.failed or rescored.reading.failed)
