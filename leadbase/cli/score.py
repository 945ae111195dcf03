"""`leadbase score`."""

import click

from leadbase.actions.score import Due, Rescored, due, score_leads
from leadbase.cli.base import finish, pass_workspace
from leadbase.cli.output import complain, complain_problems, progress, say
from leadbase.workspace import Scored, Workspace


@click.command("score")
@click.argument("leads", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a written score is not what the rules give.")
@click.option("--dry-run", "-n", is_flag=True, help="Write nothing; show what would be written.")
@pass_workspace
def command(workspace: Workspace, *, leads: tuple[str, ...], check: bool, dry_run: bool) -> None:
    """Rescore LEADS, or all of them, and write what changed.

    Only the lines `score`, `confidence` and `grade` of a file change, nothing else in it, and only when they are not
    what the rules give. A file that is open for writing, a link or read-only is left alone with the reason.
    """
    named = [workspace.path_of(lead) for lead in leads]
    wanted = Due(tuple(named), (), len(named), 0) if leads else due(workspace)
    complain_problems(wanted.refused)
    stale = written = unread = 0
    failed = len(wanted.refused)
    readings = workspace.read_all(wanted.paths)
    for rescored in progress(
        score_leads(workspace, readings, write=not (check or dry_run)), len(wanted.paths), "scoring"
    ):
        stale += rescored.is_stale
        written += rescored.is_written
        failed += rescored.failed
        if rescored.scored is None:
            unread += 1
            complain_problems(problem for problem in rescored.reading.problems if problem.level == "error")
        elif rescored.is_stale:
            _tell(rescored, rescored.scored)
    unreadable = wanted.unreadable or unread
    scored = wanted.leads - (unread if leads else 0)
    summary = f"{written} changed"
    if check or dry_run:
        summary = f"{stale} {'not as the rules give' if check else 'would change'}"
    if unreadable:
        summary += f"; {unreadable} file{'s' * (unreadable != 1)} could not be read"
    complain(f"{scored} lead{'s' * (scored != 1)} scored, {summary}")
    finish(failed=bool(failed) or (check and bool(stale)))


def _tell(rescored: Rescored, scored: Scored) -> None:
    say(change_line(scored))
    if rescored.refusal:
        complain(f"{rescored.reading.path}: left alone: {rescored.refusal}")


def change_line(scored: Scored) -> str:
    """What changed in one line: `name: score 55 → 61 · confidence 46 · needs-verification → quotable`."""
    lead, fresh = scored.lead, scored.assessment
    now = {"score": fresh.score, "confidence": fresh.confidence, "grade": fresh.grade}
    before = {"score": lead.written.score, "confidence": lead.written.confidence, "grade": lead.written.grade}
    parts = []
    for key, value in now.items():
        label = "" if key == "grade" else f"{key} "
        old = before[key]
        parts.append(f"{label}{value}" if old in (None, value) else f"{label}{old} → {value}")
    return f"{lead.name}: {' · '.join(parts)}"
