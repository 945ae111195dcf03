"""`leadbase init`."""

import shlex
from pathlib import Path

import click

from leadbase.actions.init import init_base
from leadbase.adapters.settings import local_zone_name, zone_named
from leadbase.cli.output import say
from leadbase.cli.words import today


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--name", help="The desk's name.  [default: the folder's]")
@click.option("--timezone", "zone_name", metavar="ZONE", help="Such as Asia/Shanghai.  [default: this machine's]")
def command(folder: str, name: str | None, zone_name: str | None) -> None:
    """Make a new base in DIR, or here.

    A base is a folder with leadbase.toml, rules/, templates/, three example leads and a git repository. A folder that
    is a base already, or lies in one, is not touched; neither is any file that is there.
    """
    target = Path(folder)
    wanted = zone_name or local_zone_name()
    zone = zone_named(wanted)
    if zone is None:
        raise click.UsageError(f"--timezone {wanted}: not a time zone; write one such as Asia/Shanghai")
    made = init_base(target, name=name or target.resolve().name, zone_name=wanted, today=today(zone))
    for path in made.paths:
        say(f"  {path}")
    git = " and a git repository" if made.has_new_repository else ""
    say(f"A new base in {made.root} with {len(made.paths)} files{git}. Next:")
    go = "" if target.resolve() == Path.cwd() else f"cd {shlex.quote(folder)} && "
    say(f"  {go}leadbase list")
    say("  leadbase add 'OpenAI announces …' --link https://openai.com/")
    say("  leadbase report")
