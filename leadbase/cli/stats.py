"""`leadbase stats`."""

import sys
from collections.abc import Sequence

import click

from leadbase.actions.stats import DIMENSIONS, Count, Statistics, count_leads
from leadbase.cli.base import finish, pass_workspace
from leadbase.cli.output import complain, say, say_json
from leadbase.cli.tables import Cell, Column, say_table, width
from leadbase.core import vocabulary
from leadbase.workspace import Workspace


@click.command("stats")
@click.option(
    "--by", "dimensions", multiple=True, type=click.Choice(DIMENSIONS), help="Only this count; may be repeated."
)
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="Rows per count.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@pass_workspace
def command(workspace: Workspace, *, dimensions: tuple[str, ...], limit: int, form: str) -> None:
    """Count leads per grade, type, company, source and day.

    The filled part of a bar is the quotable share.
    """
    statistics = count_leads(workspace)
    shown = dimensions or DIMENSIONS
    if form == "json":
        say_json(_record(statistics, shown))
    else:
        _show(statistics, shown, limit)
    if statistics.unreadable:
        complain(f"{statistics.unreadable} files could not be read as a lead; `leadbase check` says why")
    finish(failed=statistics.failed)


def _record(statistics: Statistics, shown: Sequence[str]) -> dict[str, object]:
    by = {
        name: [{"value": each.value, "leads": each.leads, "quotable": each.quotable} for each in statistics.by[name]]
        for name in shown
    }
    return {"leads": statistics.leads, "unreadable": statistics.unreadable, "by": by}


def _show(statistics: Statistics, shown: Sequence[str], limit: int) -> None:
    full, open_ = _blocks()
    say(f"{statistics.leads} leads   {full} quotable {open_} not")
    for name in shown:
        counts = statistics.by[name]
        if counts:
            say()
            _chart(name, counts[:limit])
            if len(counts) > limit:
                say(f"… and {len(counts) - limit} more; --limit shows them")


def _chart(name: str, counts: Sequence[Count]) -> None:
    room = max(8, min(40, width() - 46))
    most = max(each.leads for each in counts)
    columns = (
        Column(name, most=28, flexible=True),
        Column("leads", right=True),
        Column("quotable", right=True),
        Column(""),
    )
    rows = [(_label(name, each.value), str(each.leads), str(each.quotable), _bar(each, most, room)) for each in counts]
    say_table(columns, rows)


def _label(name: str, value: str) -> str:
    labels = {"grade": vocabulary.grade_label, "type": vocabulary.type_label}
    return labels[name](value) if name in labels else value


def _blocks() -> tuple[str, str]:
    return ("█", "░") if (sys.stdout.encoding or "").lower().startswith("utf") else ("#", "-")


def _bar(count: Count, most: int, room: int) -> Cell:
    """A bar of at most `room` columns, the quotable share of it filled."""
    full, open_ = _blocks()
    length = max(1, round(room * count.leads / most))
    filled = round(length * count.quotable / count.leads)
    return Cell(full * filled + open_ * (length - filled), "green")
