"""`leadbase why`."""

from collections.abc import Sequence
from typing import Any

import click

from leadbase.actions.show import show_lead
from leadbase.cli.base import pass_workspace
from leadbase.cli.output import say, say_json
from leadbase.cli.tables import Cell, Column, folded, say_table, width
from leadbase.cli.words import day
from leadbase.core import vocabulary
from leadbase.core.explanation import explanation
from leadbase.core.lead import Written
from leadbase.core.rules import Rules
from leadbase.core.scoring import Assessment, Contribution, cheapest, likelihood, step_words
from leadbase.workspace import Scored, Workspace


@click.command("why")
@click.argument("lead")
@click.option("--as-of", metavar="DAY", help="Explain the score as of this day.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", hidden=True)
@pass_workspace
def command(workspace: Workspace, *, lead: str, as_of: str | None, as_json: bool, form: str) -> None:
    """Explain a lead's score, confidence and grade.

    Every line names the rule, its points and the evidence; the lines of each axis sum to its number. Then every gate
    that bars a better grade, the independent sources, and the cheapest steps that would lift the lead.
    """
    scored = show_lead(workspace, lead, day(as_of, workspace.settings.zone, "--as-of") if as_of else None)
    if as_json or form == "json":
        say_json(explanation(scored.lead, scored.assessment, workspace.rules))
    else:
        _explain(scored, workspace.rules)


def _explain(scored: Scored, rules: Rules) -> None:
    fresh = scored.assessment
    say(scored.lead.title, bold=True)
    when = f"as of {fresh.as_of}" if fresh.as_of else "as of its own day"
    say(f"{vocabulary.grade_label(fresh.grade)} · {fresh.code} · {when} · rules {rules.digest}")
    say()
    _axis("value", fresh.score, fresh.lines("value"), "")
    say()
    _axis("confidence", fresh.confidence, fresh.lines("confidence"), f" ({likelihood(fresh.confidence)})")
    _gates(fresh)
    _sources(fresh)
    _cheapest(fresh, rules)
    if scored.is_stale and fresh.as_of is None:
        say()
        _stale(scored.lead.written)


def _stale(written: Written) -> None:
    if written == Written():
        say("The file has no score yet; run `leadbase score` to write it.")
    else:
        say(f"The file says {_or_nothing(written.score)}, {_or_nothing(written.confidence)}, "
            f"{_or_nothing(written.grade)}; run `leadbase score` to bring it up to date.")  # fmt: skip


def _or_nothing(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _axis(name: str, total: int, lines: Sequence[Contribution], words: str) -> None:
    columns = (Column(name), Column("", right=True), Column("", flexible=True, folds=True))
    rows = [[line.rule, f"{line.points:+d}" if line.points else "0", _evidence(line)] for line in lines]
    rows.append(["", str(total), f"{name}{words}"])
    say_table(columns, [[rule, Cell(points, bold=True), evidence] for rule, points, evidence in rows])


def _evidence(line: Contribution) -> str:
    if line.place:
        return f"“{line.evidence}” in the {line.field}"
    return line.evidence


def _gates(fresh: Assessment) -> None:
    told: set[str] = set()
    for bars, words in (("adopted", "not adopted because"), ("quotable", "not quotable because")):
        failed = [gate.message for gate in fresh.gates if gate.bars == bars and gate.message not in told]
        told.update(failed)
        if failed:
            say()
            say(f"{words}")
            for message in failed:
                say(f"  {message}")
    if fresh.form:
        say()
        say("quote as fact" if fresh.form == "fact" else f"quote attributed: “{fresh.quote_line}”")


def _sources(fresh: Assessment) -> None:
    if len(fresh.groups) < 2 and all(len(group.members) < 2 for group in fresh.groups):
        return
    say()
    say(f"independent sources: {fresh.corroboration} graded A to C")
    for group in fresh.groups:
        members = ", ".join(member.name for member in group.members)
        say(f"  {group.letter}  {members}")


def _cheapest(fresh: Assessment, rules: Rules) -> None:
    change = cheapest(fresh, rules)
    if change:
        say()
        grade = vocabulary.grade_label(change.grade)
        outcome = f"confidence {fresh.confidence} → {change.confidence}, then {grade}"
        for line in folded(f"cheapest: {step_words(change, fresh)} (cost {change.cost}):", width()):
            say(line)
        say(f"  {outcome}")
    elif fresh.grade != "quotable":
        say()
        say("Nothing that the desk can do in three steps would lift it.")
