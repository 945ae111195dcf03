"""`leadbase search`."""

import sys

import click

from leadbase.actions.search import Hit, search_leads
from leadbase.cli.base import QueryCommand, finish, pass_workspace
from leadbase.cli.list import tell_unreadable
from leadbase.cli.output import complain, has_color, safe, say, say_json
from leadbase.cli.tables import width
from leadbase.cli.words import GRADE_COLORS, GRADE_WORDS, today
from leadbase.core.fulltext import Snippet
from leadbase.workspace import Workspace

_INDENT = "       "
_WIDEST = 200


@click.command("search", cls=QueryCommand)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="The best N.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "paths"]), default="text", show_default=True,
    help="How to print them.",
)  # fmt: skip
@pass_workspace
def command(workspace: Workspace, *, words: tuple[str, ...], limit: int, form: str) -> None:
    """Find leads by WORDS in title, company and text, the best match first, with the place where they stand.

    Words are found in any script, Chinese without spaces around it, and `fund*` finds what begins so. Quotes make a
    phrase. Everything else of the query language works too.

    \b
    leadbase search 融资 grade:quotable
    leadbase search '"new model" time:this-week'
    """
    room = min(width() - len(_INDENT), _WIDEST)
    found = search_leads(workspace, workspace.query(" ".join(words), today(workspace.settings.zone)), limit, room)
    if form == "json":
        say_json([{**hit.record, "snippet": hit.snippet.text} for hit in found.hits])
    elif form == "paths":
        for hit in found.hits:
            say(hit.row.path)
    else:
        for hit in found.hits:
            _show(hit)
        if found.matched > len(found.hits):
            complain(f"{len(found.hits)} of {found.matched} leads")
        elif not found.hits:
            complain("no lead matches")
    finish(failed=tell_unreadable(found.unreadable))


def _show(hit: Hit) -> None:
    row = hit.row
    grade = f"{GRADE_WORDS[row.grade]:<11}"
    painted = click.style(grade, fg=GRADE_COLORS[row.grade]) if has_color(sys.stdout) else grade
    _line(f"{row.score:>3}  {painted}  {row.day or ''!s:<10}  {_painted(hit.title)}")
    place = safe(", ".join(filter(None, (row.name, ", ".join(row.companies)))))
    _line(_INDENT + (click.style(place, dim=True) if has_color(sys.stdout) else place))
    if hit.snippet.text:
        before, after = "… " * hit.snippet.is_cut_before, " …" * hit.snippet.is_cut_after
        _line(f"{_INDENT}{before}{_painted(hit.snippet)}{after}")


def _line(text: str) -> None:
    click.echo(text, color=True)


def _painted(snippet: Snippet) -> str:
    """The text with what was searched for in bold; in brackets of its own, where there is no colour, nothing is."""
    if not has_color(sys.stdout):
        return safe(snippet.text)
    pieces, at = [], 0
    for start, end in snippet.spans:
        pieces += [safe(snippet.text[at:start]), click.style(safe(snippet.text[start:end]), bold=True, fg="cyan")]
        at = end
    return "".join([*pieces, safe(snippet.text[at:])])
