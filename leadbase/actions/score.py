"""Scoring leads: what the rules give, set beside what the files say, and written there when asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadbase.core.lead import Reading
from leadbase.core.scoring import assess
from leadbase.errors import FileRefused, LeadFileError
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


def score_leads(workspace: Workspace, readings: Iterable[Reading], *, write: bool) -> Iterator[Rescored]:
    """Each lead scored as of its own day; its managed lines are written when they differ and `write` is set."""
    for reading in readings:
        if reading.lead is None:
            yield Rescored(reading, None)
            continue
        scored = Scored(reading, reading.lead, assess(reading.lead, workspace.rules))
        if not (scored.is_stale and write):
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
