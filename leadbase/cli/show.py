"""`leadbase show`."""

import json
import re
import sys

import click
from rich.console import Console
from rich.markdown import Markdown

from leadbase.actions.show import show_lead
from leadbase.cli.base import pass_workspace
from leadbase.cli.output import complain_problems, has_color, say, say_json, say_text
from leadbase.cli.tables import Cell, Column, say_table, width
from leadbase.cli.words import day
from leadbase.core import escape, vocabulary
from leadbase.core.entry import as_record
from leadbase.core.lead import Evidence
from leadbase.core.scoring import likelihood
from leadbase.workspace import Scored, Workspace

_LONG = 50_000
_MANY_BRACKETS = 2000
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]*;)")


@click.command("show")
@click.argument("lead")
@click.option("--as-of", metavar="DAY", help="Score as of this day.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@pass_workspace
def command(workspace: Workspace, *, lead: str, as_of: str | None, form: str) -> None:
    """Show one lead: its fields, its text, its score.

    LEAD is its name, a part of the name that no other has, or the path of its file.
    """
    scored = show_lead(workspace, lead, day(as_of, workspace.settings.zone, "--as-of") if as_of else None)
    if form == "json":
        say_json(json.loads(as_record(scored.reading, scored.assessment)))
        return
    _show(scored)
    complain_problems(scored.reading.problems)


def _show(scored: Scored) -> None:
    lead = scored.lead
    say(lead.title, bold=True)
    say(score_line(scored))
    say()
    say_table(
        (Column(""), Column("", flexible=True, folds=True)),
        [[Cell(key, dim=True), value] for key, value in _fields(scored)],
        headed=False,
    )
    if not lead.text:
        return
    say()
    if has_color(sys.stdout) and _can_be_laid_out(lead.text):
        console = Console(width=width(), emoji=False, markup=False, legacy_windows=False)
        # entities stay as they are written: what they stand for would come past the escaping
        text = _ENTITY.sub("&amp;", escape.terminal(lead.text, multiline=True))
        console.print(Markdown(text, hyperlinks=False))
    else:
        say_text(lead.text)


def _can_be_laid_out(text: str) -> bool:
    """Whether laying a text out as Markdown takes no time worth speaking of: brackets cost it their square."""
    return len(text) <= _LONG and text.count("[") + text.count("(") <= _MANY_BRACKETS


def score_line(scored: Scored) -> str:
    """Score, confidence, code and grade in one line."""
    fresh = scored.assessment
    form = {"fact": ", quote as fact", "attributed": f", attribute: “{fresh.quote_line}”"}.get(fresh.form, "")
    aged = f" as of {fresh.as_of}" if fresh.as_of else ""
    sure = f"confidence {fresh.confidence} ({likelihood(fresh.confidence)})"
    return f"score {fresh.score} · {sure} · {fresh.code} · {vocabulary.grade_label(fresh.grade)}{form}{aged}"


def _fields(scored: Scored) -> list[tuple[str, str]]:
    lead = scored.lead
    fields = {
        "name": lead.name,
        "company": ", ".join(lead.companies),
        "type": vocabulary.type_label(lead.type),
        "source": lead.source,
        "link": lead.link,
        "time": str(lead.time or ""),
        "verification": lead.verification + (f" by {lead.verified_by}" if lead.verified_by else ""),
        "attribution": "" if lead.attribution == "unspecified" else lead.attribution,
        "also": "\n".join(_also(each) for each in lead.evidence[1:]),
        "embargo until": str(lead.embargo_until or ""),
        "follow-up of": ", ".join(lead.follow_up_of),
        "same as": ", ".join(lead.same_as),
        "not same as": ", ".join(lead.not_same_as),
        "duplicate of": lead.duplicate_of,
        "tags": ", ".join(lead.tags),
        "note": lead.note,
        **{key: str(value) for key, value in lead.extra.items()},
        "file": lead.path,
    }
    return [(key, value) for key, value in fields.items() if value]


def _also(evidence: Evidence) -> str:
    origin = f"after {evidence.origin}" if evidence.origin else ""
    return " · ".join(part for part in (evidence.source, evidence.link, str(evidence.time or ""), origin) if part)
