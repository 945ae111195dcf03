"""`leadbase list`."""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from leadbase.actions.list import SORT_KEYS, Filter, Listing, Order, Row, list_leads
from leadbase.cli.base import finish, pass_workspace
from leadbase.cli.output import as_json, complain, say, say_exactly, say_json
from leadbase.cli.tables import Cell, Column, say_table
from leadbase.cli.words import GRADE_COLORS, GRADE_WORDS, day, score_range, words
from leadbase.late import late
from leadbase.workspace import Workspace

if TYPE_CHECKING:
    import csv

    from leadbase.core import escape, record
else:
    csv = late("csv")
    escape = late("leadbase.core.escape")
    record = late("leadbase.core.record")

_COLUMNS = (
    Column("score", right=True),
    Column("conf", right=True, least=40),
    Column("grade"),
    Column("day", least=72),
    Column("type", least=120),
    Column("company", most=18, least=58),
    Column("source", least=140, most=24),
    Column("title", flexible=True),
)
_FLAT = (
    "name", "day", "company", "title", "type", "source", "link", "verification", "score", "confidence", "code",
    "grade", "path",
)  # fmt: skip


@click.command("list")
@click.option(
    "--company", "companies", multiple=True, metavar="NAME", help="Of this company; any of its names will do."
)
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Of this type, in English or Chinese.")
@click.option("--grade", "grades", multiple=True, metavar="GRADE", help="quotable, needs-verification or not-adopted.")
@click.option("--verification", "verifications", multiple=True, metavar="STATUS", help="With this verification status.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="With this source or link domain.")
@click.option("--since", metavar="DAY", help="From this day on: 2026-04-24, today, yesterday, 3d.")
@click.option("--until", metavar="DAY", help="Up to and including this day.")
@click.option("--score", "scores", metavar="MIN..MAX", help="With a score in this range: 60..80, 60.., ..40.")
@click.option(
    "--text", "texts", multiple=True, metavar="WORD", help="With this word in title or text; repeated: with all."
)
@click.option("--sort", default="time", show_default=True, metavar="KEY", help=f"{', '.join(SORT_KEYS)}; KEY+ or KEY-.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@click.option("--as-of", metavar="DAY", help="Score as of this day: age then takes points away.")
@click.option(
    "--format", "form", default="table", show_default=True,
    type=click.Choice(["table", "json", "jsonl", "csv", "tsv", "md", "paths"]), help="How to print them.",
)  # fmt: skip
@pass_workspace
def command(
    workspace: Workspace,
    *,
    companies: tuple[str, ...],
    types: tuple[str, ...],
    grades: tuple[str, ...],
    verifications: tuple[str, ...],
    sources: tuple[str, ...],
    since: str | None,
    until: str | None,
    scores: str | None,
    texts: tuple[str, ...],
    sort: str,
    limit: int | None,
    as_of: str | None,
    form: str,
) -> None:
    """List leads, the latest first.

    Options of one kind widen the list (two companies: either), different kinds narrow it. The score is the one as of
    each lead's own day, as written in its file; JSON and the other formats give it as the rules do now, and --as-of
    with the lead's age taken into account.

    \b
    leadbase list --grade quotable --since 3d
    leadbase list --company 阿里巴巴 --score 60.. --sort score
    leadbase list --type funding,m-and-a --format csv > deals.csv
    """
    zone = workspace.settings.zone
    least, most = score_range(scores) if scores else (0, 100)
    wanted = Filter(
        words(companies), words(types), words(grades), words(verifications), words(sources),
        day(since, zone, "--since") if since else None, day(until, zone, "--until") if until else None,
        least, most, texts,
    )  # fmt: skip
    as_of_day = day(as_of, zone, "--as-of") if as_of else None
    listing = list_leads(workspace, wanted, Order(sort, limit), as_of=as_of_day, fresh=form not in ("table", "paths"))
    _FORMATS[form](listing.rows)
    _notices(listing, form)
    finish(failed=listing.failed)


def _notices(listing: Listing, form: str) -> None:
    if form == "table" and listing.matched > len(listing.rows):
        complain(f"{len(listing.rows)} of {listing.matched} leads")
    elif form == "table" and not listing.rows:
        complain("no lead matches" if not listing.failed else "no readable lead matches")
    if listing.unreadable:
        count = len(listing.unreadable)
        complain(f"{count} file{'s' * (count != 1)} could not be read as a lead; `leadbase check` says why")


def _table(rows: Sequence[Row]) -> None:
    if rows:
        say_table(_COLUMNS, [_row(row) for row in rows])


def _row(row: Row) -> list[str | Cell]:
    lead = row.lead
    flag = "! " if row.reading.failed else ""
    return [
        str(row.score), str(row.confidence), Cell(GRADE_WORDS[row.grade], GRADE_COLORS[row.grade]),
        str(lead.day or ""), lead.type, ", ".join(lead.companies), lead.source, flag + lead.title,
    ]  # fmt: skip


def _json(rows: Sequence[Row]) -> None:
    say_json([record.record(row.reading, row.assessment) for row in rows])


def _jsonl(rows: Sequence[Row]) -> None:
    for row in rows:
        say_exactly(as_json(record.record(row.reading, row.assessment)) + "\n")


def _flat(row: Row) -> list[str]:
    whole: dict[str, Any] = record.record(row.reading, row.assessment)
    values = ("; ".join(value) if isinstance(value, list) else value for value in (whole[key] for key in _FLAT))
    return ["" if value is None else escape.clean(str(value)) for value in values]


def _csv(rows: Sequence[Row]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_FLAT)
    writer.writerows([escape.spreadsheet(value) for value in _flat(row)] for row in rows)
    say_exactly(out.getvalue())


def _tsv(rows: Sequence[Row]) -> None:
    say_exactly("\t".join(_FLAT) + "\n")
    for row in rows:
        say_exactly("\t".join(escape.spreadsheet(value) for value in _flat(row)) + "\n")


def _md(rows: Sequence[Row]) -> None:
    say_exactly("| score | confidence | grade | day | company | title |\n| ---: | ---: | --- | --- | --- | --- |\n")
    for row in rows:
        title = escape.inline(row.lead.title, strict=True)
        destination = escape.link_destination(row.lead.link)
        linked = f"[{title}]({destination})" if destination else title
        company = escape.inline(", ".join(row.lead.companies), strict=True)
        code = row.assessment.code if row.assessment else ""
        say_exactly(
            f"| {row.score} | {row.confidence} {code} | {row.grade} | {row.lead.day or ''} | {company} | {linked} |\n"
        )


def _paths(rows: Sequence[Row]) -> None:
    for row in rows:
        say(row.lead.path)


_FORMATS: dict[str, Callable[[Sequence[Row]], None]] = {
    "table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv, "tsv": _tsv, "md": _md, "paths": _paths,
}  # fmt: skip
