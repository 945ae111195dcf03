"""`leadbase edit`."""

import click

from leadbase.actions.score import score_leads
from leadbase.adapters import editor
from leadbase.cli.base import finish, pass_workspace
from leadbase.cli.output import complain, complain_problems, say
from leadbase.cli.score import change_line
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
    editor.edit(workspace.root / path)
    if workspace.folder.read(path) == before:
        complain(f"{path}: unchanged")
    rescore(workspace, path)


def rescore(workspace: Workspace, path: str) -> None:
    """Rescore one file after a person edited it, and say what came of it."""
    for rescored in score_leads(workspace, [workspace.read(path)], write=True):
        complain_problems(rescored.reading.problems)
        if rescored.scored is not None:
            say(change_line(rescored.scored))
        if rescored.refusal:
            complain(f"{path}: left alone: {rescored.refusal}")
        finish(failed=rescored.failed or rescored.reading.failed)
