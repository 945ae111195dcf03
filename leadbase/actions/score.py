"""Scoring leads: what the rules give, set beside what the files say, and written there when asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadbase.adapters.index.store import Condition
from leadbase.core.lead import Reading
from leadbase.errors import FileRefused, LeadFileError, Problem
from leadbase.workspace import Scored, Workspace


@dataclass(frozen=True, slots=True)
class Rescored:
    """A lead after scoring. `scored` is None for a file that cannot be read; `refusal` says why one was left alone."""

    reading: Reading
    scored: Scored | None
    is_written: bool = False
    refusal: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether the file's managed lines were not what the rules give."""
        return self.scored is not None and self.scored.is_stale

    @property
    def failed(self) -> bool:
        """Whether the lead could not be scored or its file not be written."""
        return self.scored is None or bool(self.refusal)


@dataclass(frozen=True, slots=True)
class Due:
    """The files that need a look: those whose managed lines are not what the rules give, and those that cannot be read.

    `leads` and `unreadable` count all that were looked at to find out.
    """

    paths: tuple[str, ...]
    refused: tuple[Problem, ...]
    leads: int
    unreadable: int


def due(workspace: Workspace) -> Due:
    """What of the whole base is to be rescored."""
    tally = workspace.ask(lambda lookup: lookup.tally())
    paths = workspace.ask(lambda lookup: lookup.paths(Condition("is_stale OR NOT is_readable")))
    return Due(tuple(paths), tuple(workspace.ask(lambda lookup: lookup.refused())), tally.leads, tally.unreadable)


def score_leads(workspace: Workspace, readings: Iterable[Reading], *, write: bool) -> Iterator[Rescored]:
    """Each lead scored as of its own day; its managed lines are written when they differ and `write` is set."""
    for reading in readings:
        scored = workspace.assess(reading)
        if scored is None or not (scored.is_stale and write):
            yield Rescored(reading, scored)
            continue
        refusal = _refusal(workspace, scored)
        yield Rescored(reading, scored, not refusal, refusal)


def _refusal(workspace: Workspace, scored: Scored) -> str:
    """Write the managed lines; returns why the file was left alone, or ""."""
    try:
        workspace.write_score(scored)
    except FileRefused as error:
        return error.reason
    except LeadFileError as error:
        return "; ".join(problem.message for problem in error.problems)
    return ""
