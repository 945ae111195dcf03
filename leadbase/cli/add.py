"""`leadbase add`."""

import sys
from datetime import date, datetime

import click

from leadbase.actions.add import Added, Draft, add_lead
from leadbase.adapters import editor
from leadbase.cli.base import pass_workspace
from leadbase.cli.edit import rescore
from leadbase.cli.output import complain, say
from leadbase.cli.show import score_line
from leadbase.cli.words import day, today, words
from leadbase.errors import UsageError
from leadbase.workspace import Workspace


@click.command("add")
@click.argument("title")
@click.option("--company", "companies", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--type", "kind", default="", metavar="TYPE", help="In English or Chinese, such as funding or 融资.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Who says so; further ones go to `also`.")
@click.option("--link", "links", multiple=True, metavar="URL", help="An address, or the path of a desk note; likewise.")
@click.option("--time", default="", metavar="TIME", help="2026-04-24T11:30, 2026-04-24, yesterday.  [default: now]")
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
    sources: tuple[str, ...],
    links: tuple[str, ...],
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
    body = _standard_input() if text == "-" else text
    draft = Draft(
        _utf8(title), companies, kind, sources, links, _moment(time, workspace), body, verification, words(tags)
    )
    added = add_lead(workspace, draft, datetime.now(workspace.settings.zone))
    _tell(added, today(workspace.settings.zone))
    if opens_editor:
        path = added.scored.lead.path
        editor.edit(workspace.root / path)
        rescore(workspace, path)


def _standard_input() -> str:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("--text -: what came in is not UTF-8", "convert it first, as iconv does") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _utf8(title: str) -> str:
    try:
        title.encode()
    except UnicodeEncodeError as error:
        raise UsageError("the title is not UTF-8") from error
    return title


def _moment(time: str, workspace: Workspace) -> str:
    """The time as typed, with yesterday and its like as a day."""
    zone = workspace.settings.zone
    return str(day(time, zone, "--time")) if time in ("today", "yesterday") else time


def _tell(added: Added, now: date) -> None:
    for inference in added.inferred:
        complain(f"{inference.field}: {inference.value} (inferred: {inference.because})")
    if added.scored.lead.type == "other" and not any(each.field == "type" for each in added.inferred):
        complain("type: other (no word of the title or text gives another away)")
    missing = [problem.code.removeprefix("missing-") for problem in added.scored.reading.problems]
    if absent := [key for key in missing if key in ("company", "source", "link", "text")]:
        complain(f"still missing: {', '.join(absent)}")
    if added.scored.lead.day and added.scored.lead.day > now:
        complain(f"the lead is dated {added.scored.lead.day}, in the future")
    for twin in added.twins:
        complain(f"the base already has this link: {twin}")
    say(added.scored.lead.path)
    say(score_line(added.scored))
