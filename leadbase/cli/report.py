"""`leadbase report`."""

import click

from leadbase.actions.report import Order, Report, compile_report
from leadbase.cli.base import QueryCommand, finish, pass_workspace
from leadbase.cli.output import complain, complain_problems, say, say_exactly
from leadbase.cli.words import day as day_of
from leadbase.cli.words import today
from leadbase.core.reportwords import counted, grade_counts
from leadbase.workspace import Workspace


@click.command("report", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option(
    "--day",
    metavar="DAY",
    help="The day: 2026-04-24, today, yesterday, 3d.  [default: today, or the latest day with leads]",
)
@click.option("--out", metavar="FILE", help="Write FILE, and its sidecar beside it; - prints the report instead.")
@click.option("--template", default="daily", show_default=True, metavar="NAME", help="Use templates/NAME.md.j2.")
@click.option("--force", is_flag=True, help="Overwrite a report that was edited by hand.")
@pass_workspace
def command(
    workspace: Workspace, *, query: tuple[str, ...], day: str | None, out: str | None, template: str, force: bool
) -> None:
    """Compile the report of a day: its leads by grade, and what is still open from earlier days.

    Written are reports/YYYY/YYYY-MM-DD.md and, beside it, the same as JSON: YYYY-MM-DD.leads.json. The same files give
    the same bytes. Leads that cannot be read are listed at the end of the report, and the exit code is 1.

    With a QUERY, as `leadbase list` takes it, only its leads are in the report, which goes where --out says.

    \b
    leadbase report --day yesterday
    leadbase report --day 2026-04-24 --out - | less
    leadbase report company:openai --out openai.md
    """
    wanted = day_of(day, workspace.settings.zone, "--day") if day else None
    asked = workspace.query(" ".join(query), today(workspace.settings.zone)) if query else None
    report = compile_report(workspace, Order(wanted, out, template, force, asked))
    if report.path == "-":
        say_exactly(report.markdown)
    else:
        say(summary(report))
    for notice in report.notices:
        complain(notice)
    complain_problems(report.problems)
    finish(failed=report.failed)


def summary(report: Report) -> str:
    """What was compiled in one line: the file and how many leads it has of each grade."""
    counts = report.counts
    parts = [counted(counts["leads"], "lead") if counts["leads"] else "no leads", grade_counts(counts)]
    parts.append(f"{counts['open']} still open" if counts["open"] else "")
    parts.append(f"{counts['broken']} broken" if counts["broken"] else "")
    unchanged = " (unchanged)" if report.is_unchanged else ""
    return f"{report.path}: {', '.join(part for part in parts if part)}{unchanged}"
