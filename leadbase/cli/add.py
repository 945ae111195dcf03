"""`leadbase add`."""

import sys
from datetime import datetime

import click

from leadbase.actions.add import Added, Draft, add_lead
from leadbase.cli.base import pass_workspace
from leadbase.cli.edit import rescore
from leadbase.cli.output import complain, complain_problems, say
from leadbase.cli.show import score_line
from leadbase.cli.words import words
from leadbase.workspace import Workspace


@click.command("add")
@click.argument("title")
@click.option("--company", "companies", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--type", "kind", default="", metavar="TYPE", help="In English or Chinese, such as funding or 融资.")
@click.option("--source", default="", metavar="NAME", help="Who says so.")
@click.option("--link", default="", metavar="URL", help="An address, or the path of a desk note in the base.")
@click.option("--time", default="", metavar="TIME", help="2026-04-24 or 2026-04-24T11:30.  [default: now]")
@click.option("--text", default="", metavar="TEXT", help="The text; - reads it from standard input.")
@click.option("--verification", default="", metavar="STATUS", help="What the desk found.  [default: unverified]")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="May be repeated.")
@click.option("--edit", "-e", "opens_editor", is_flag=True, help="Open the new lead in your editor.")
@pass_workspace
def command(
    workspace: Workspace,
    *,
    title: str,
    companies: tuple[str, ...],
    kind: str,
    source: str,
    link: str,
    time: str,
    text: str,
    verification: str,
    tags: tuple[str, ...],
    opens_editor: bool,
) -> None:
    """Add a lead as a new file under leads/YYYY/MM/.

    What you leave out is inferred where it can be, and shown with its reason: the company from its names, products
    and domains, the type from words of the title, the source from the link. Nothing is fetched.

    \b
    leadbase add 'OpenAI launches GPT-5.5' --link https://openai.com/
    pbpaste | leadbase add '据悉某公司洽谈新一轮融资' --text -
    """
    body = sys.stdin.read() if text == "-" else text
    draft = Draft(title, companies, kind, source, link, time, body, verification, words(tags))
    added = add_lead(workspace, draft, datetime.now(workspace.settings.zone))
    _tell(added)
    if opens_editor:
        path = added.scored.lead.path
        click.edit(filename=str(workspace.root / path))
        rescore(workspace, path)


def _tell(added: Added) -> None:
    for inference in added.inferred:
        complain(f"{inference.field}: {inference.value} (inferred: {inference.because})")
    complain_problems(problem for problem in added.scored.reading.problems if problem.code != "missing-type")
    for twin in added.twins:
        complain(f"the base already has this link: {twin}")
    say(added.scored.lead.path)
    say(score_line(added.scored))
