"""Statistics: how many leads there are of each grade, type, company and source, and on each day."""

from dataclasses import dataclass
from datetime import date

from leadbase.core.vocabulary import GRADES
from leadbase.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Count:
    """How many leads have a value, and how many of them are quotable."""

    value: str
    leads: int
    quotable: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts by dimension, most leads first (days: latest first), and how many files could not be read."""

    leads: int
    unreadable: int
    by: dict[str, tuple[Count, ...]]

    @property
    def failed(self) -> bool:
        """Whether a file could not be read, so that the counts are not of all."""
        return self.unreadable > 0


DIMENSIONS = ("grade", "type", "company", "source", "day")


def count_leads(workspace: Workspace) -> Statistics:
    """The statistics of all leads that can be read. A lead with two companies counts for both."""
    tally = workspace.ask(lambda lookup: lookup.tally())
    return Statistics(tally.leads, tally.unreadable, {name: _counted(workspace, name) for name in DIMENSIONS})


def _counted(workspace: Workspace, dimension: str) -> tuple[Count, ...]:
    rows = workspace.ask(lambda lookup: lookup.counted(dimension))
    names = {row[0]: _shown(row[0], dimension, workspace) for row in rows}
    counts = [Count(names[value], leads, quotable) for value, leads, quotable in rows]
    if dimension == "grade":
        return tuple(sorted(counts, key=lambda count: list(GRADES).index(count.value)))
    if dimension == "day":
        return tuple(sorted(counts, key=lambda count: count.value, reverse=True))
    return tuple(sorted(counts, key=lambda count: (-count.leads, count.value)))


def _shown(value: str | int | None, dimension: str, workspace: Workspace) -> str:
    if value in (None, ""):
        return "(none)"
    if isinstance(value, int):
        return date.fromordinal(value).isoformat()
    known = workspace.rules.company(str(value)) if dimension == "company" else None
    return known.name if known else str(value)
