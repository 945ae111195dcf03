"""`leadbase index`."""

import click

from leadbase.actions.index import index_base
from leadbase.cli.base import pass_workspace
from leadbase.cli.output import complain, say
from leadbase.errors import UsageError
from leadbase.workspace import Workspace


@click.command("index")
@click.option("--rebuild", is_flag=True, help="Throw the index away and make it anew from the files.")
@click.option("--path", "shows_path", is_flag=True, help="Only print where the index is.")
@pass_workspace
def command(workspace: Workspace, *, rebuild: bool, shows_path: bool) -> None:
    """Bring the index up to date, which every command does by itself.

    The index is a cache of the files and the rules, in your cache folder. It may be deleted at any time.
    """
    if rebuild and shows_path:
        raise UsageError("--rebuild and --path do not go together")
    if shows_path:
        say(str(workspace.index_path))
        return
    indexed = index_base(workspace, rebuild=rebuild)
    say(f"{indexed.leads} lead{'s' * (indexed.leads != 1)} in the index, {indexed.megabytes:.1f} MB")
    if indexed.unreadable:
        count = indexed.unreadable
        complain(f"{count} file{'s' * (count != 1)} could not be read as a lead; `leadbase check` says why")
    say(str(indexed.path or "in memory only"))
