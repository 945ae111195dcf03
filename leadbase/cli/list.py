"""`leadbase list`."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from leadbase.actions.list import Filter, Listing, count_unreadable, list_leads, list_records
from leadbase.adapters.index.store import Found
from leadbase.cli.base import QueryCommand, finish, pass_workspace
from leadbase.cli.output import complain, say, say_exactly, say_json, say_record, say_text
from leadbase.cli.tables import Cell, Column, say_table
from leadbase.cli.words import GRADE_COLORS, GRADE_WORDS, day, score_range, today, words
from leadbase.core.query import SORT_KEYS, explain
from leadbase.late import late
from leadbase.workspace import Workspace

if TYPE_CHECKING:
    import csv

    from leadbase.adapters import renderer
    from leadbase.core import escape
else:
    csv = late("csv")
    escape = late("leadbase.core.escape")
    renderer = late("leadbase.adapters.renderer")

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
FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md", "paths")
_FLAT = (
    "name", "day", "company", "title", "type", "source", "link", "verification", "score", "confidence", "code",
    "grade", "path",
)  # fmt: skip


def known_format(_ctx: click.Context, _option: click.Parameter, form: str) -> str:
    """One of FORMATS, or a template: a text with {{ … }} or {% … %} in it. A usage error for a word that is neither."""
    if form not in FORMATS and "{{" not in form and "{%" not in form:
        raise click.BadParameter(f"'{form}' is none of {', '.join(FORMATS)}, nor a template such as '{{{{ title }}}}'")
    return form


@click.command("list", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]...")
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
@click.option("--text", "texts", multiple=True, metavar="WORD", help="With this word or phrase; repeated: with all.")
@click.option("--sort", metavar="KEY", help=f"{', '.join(SORT_KEYS)}; KEY+ or KEY-.  [default: time]")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@click.option("--as-of", metavar="DAY", help="Score as of this day: age then takes points away.")
@click.option("--explain", "explains", is_flag=True, help="Print how the query was understood, and list nothing.")
@click.option(
    "--format", "form", default="table", show_default=True, callback=known_format, metavar="FORMAT",
    help=f"{', '.join(FORMATS)}, or a Jinja template for each lead: '{{{{ title }}}} - {{{{ score }}}}'.",
)  # fmt: skip
@pass_workspace
def command(
    workspace: Workspace,
    *,
    query: tuple[str, ...],
    companies: tuple[str, ...],
    types: tuple[str, ...],
    grades: tuple[str, ...],
    verifications: tuple[str, ...],
    sources: tuple[str, ...],
    since: str | None,
    until: str | None,
    scores: str | None,
    texts: tuple[str, ...],
    sort: str | None,
    limit: int | None,
    as_of: str | None,
    explains: bool,
    form: str,
) -> None:
    """List the leads of a QUERY, the latest first.

    A query is made of fields, words and phrases:

    company:openai (grade:quotable | score:70..) time:-3d.. -source:reddit "新一轮融资" sort:score- limit:20

    The options say the same in other words: those of one kind widen the list (two companies: either), different kinds
    narrow it. Numbers are those as of each lead's own day; --as-of takes its age into account.

    \b
    leadbase list grade:quotable time:-3d..
    leadbase list --company 阿里巴巴 --score 60.. --sort score
    leadbase list type:funding,m-and-a --format csv > deals.csv
    """
    zone = workspace.settings.zone
    wanted = Filter(
        words(companies), words(types), words(grades), words(verifications), words(sources),
        _days(day(since, zone, "--since") if since else None, day(until, zone, "--until") if until else None),
        "..".join(map(str, score_range(scores))) if scores else "", texts,
    )  # fmt: skip
    order = (f"sort:{sort}" if sort else "", f"limit:{limit}" if limit else "")
    options = workspace.query(" ".join(filter(None, (wanted.query(), *order))), today(zone))
    asked = workspace.query(" ".join(query), today(zone)).narrowed(options)
    as_of_day = day(as_of, zone, "--as-of") if as_of else None
    if explains:
        say_text(explain(asked))
        return
    if form in ("table", "paths"):
        listing = list_leads(workspace, asked, as_of_day)
        _ROWS[form](listing)
    else:
        write = _RECORDS.get(form) or _templated(form)
        write(list_records(workspace, asked, as_of_day))
    finish(failed=tell_unreadable(count_unreadable(workspace)))


def _days(first: date | None, last: date | None) -> str:
    return f"{first or ''}..{last or ''}" if first or last else ""


def tell_unreadable(count: int) -> bool:
    """Say how many files could not be read as a lead; whether there are any."""
    if count:
        complain(f"{count} file{'s' * (count != 1)} could not be read as a lead; `leadbase check` says why")
    return bool(count)


def _table(listing: Listing) -> None:
    if listing.rows:
        say_table(_COLUMNS, [_row(row, is_flagged=row.name.casefold() in listing.shared) for row in listing.rows])
    if listing.matched > len(listing.rows):
        complain(f"{len(listing.rows)} of {listing.matched} leads")
    elif not listing.rows:
        complain("no readable lead matches" if listing.unreadable else "no lead matches")


def _row(row: Found, *, is_flagged: bool) -> list[str | Cell]:
    flag = "! " if row.is_failed or is_flagged else ""
    return [
        str(row.score), str(row.confidence), Cell(GRADE_WORDS[row.grade], GRADE_COLORS[row.grade]),
        str(row.day or ""), row.type, ", ".join(row.companies), row.source, flag + row.title,
    ]  # fmt: skip


def _paths(listing: Listing) -> None:
    for row in listing.rows:
        say(row.path)


def _json(records: Iterable[str]) -> None:
    say_json([json.loads(each) for each in records])


def _jsonl(records: Iterable[str]) -> None:
    for each in records:
        say_record(each)


def _flat(records: Iterable[str]) -> Iterator[list[str]]:
    for each in records:
        whole: dict[str, Any] = json.loads(each)
        values = ("; ".join(value) if isinstance(value, list) else value for value in (whole[key] for key in _FLAT))
        yield [escape.spreadsheet("" if value is None else escape.clean(str(value))) for value in values]


def _csv(records: Iterable[str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_FLAT)
    writer.writerows(_flat(records))
    say_exactly(out.getvalue())


def _tsv(records: Iterable[str]) -> None:
    say_exactly("\t".join(_FLAT) + "\n")
    for cells in _flat(records):
        say_exactly("\t".join(cells) + "\n")


def _md(records: Iterable[str]) -> None:
    say_exactly("| score | confidence | grade | day | company | title |\n| ---: | ---: | --- | --- | --- | --- |\n")
    for each in records:
        whole: dict[str, Any] = json.loads(each)
        title = escape.inline(whole["title"], strict=True)
        destination = escape.link_destination(whole["link"])
        linked = f"[{title}]({destination})" if destination else title
        company = escape.inline(", ".join(whole["company"]), strict=True)
        sure = f"{whole['confidence']} {whole['code']}"
        say_exactly(f"| {whole['score']} | {sure} | {whole['grade']} | {whole['day'] or ''} | {company} | {linked} |\n")


def _templated(template: str) -> Callable[[Iterable[str]], None]:
    """A line for each lead, laid out by a template of the person who asked; its variables are those of a record."""
    lay_out = renderer.line(template)

    def write(records: Iterable[str]) -> None:
        for each in records:
            say_exactly(lay_out(json.loads(each)) + "\n")

    return write


_ROWS: dict[str, Callable[[Listing], None]] = {"table": _table, "paths": _paths}
_RECORDS: dict[str, Callable[[Iterable[str]], None]] = {
    "json": _json, "jsonl": _jsonl, "csv": _csv, "tsv": _tsv, "md": _md,
}  # fmt: skip
